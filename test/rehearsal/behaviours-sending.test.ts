// Sending through the fake WeCom: behaviours 7 to 12 and 15.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fake, hour, minute, openFake, second } from './behaviours-setup.ts';

let fake: Fake;
const open = async (...options: Parameters<typeof openFake>) => {
  fake = await openFake(...options);
};
afterEach(() => fake.wecom.close());

describe('7 the order of checks', () => {
  beforeEach(() => open({ members: ['wangfang'], apps: [{ agentId: 1000003, secret: 'second' }] }));

  // Each row is wrong in everything that is checked later too, so that only the order decides.
  const wrong = { agentid: 7, touser: '', msgtype: 'x' };
  test.each<[string, object, number]>([
    ['no agent', { ...wrong, agentid: undefined }, 41011],
    ['an agent nobody knows', wrong, 40056],
    ['the agent of another token', { ...wrong, agentid: 1000003 }, 301002],
    ['nobody to send to', { ...wrong, agentid: 1000002 }, 82001],
    ['1,001 people', { msgtype: 'x', touser: Array.from({ length: 1001 }, (_, n) => `m${n}`).join('|') }, 40032],
    ['101 parties', { msgtype: 'x', toparty: Array(101).fill('1').join('|') }, 82002],
    ['101 tags', { msgtype: 'x', totag: Array(101).fill('1').join('|') }, 82003],
    ['a type nobody knows', { msgtype: 'x' }, 40008],
    ['an empty text', { text: { content: '' } }, 44004],
  ])('7 checks token, then agentid, then recipients, then type, then payload: %s', async (_name, fields, code) => {
    expect((await fake.send(fields)).errcode).toBe(code);
    expect(fake.wecom.inbox()).toEqual([]);
  });

  test('7 the token comes before all', async () => {
    expect((await fake.call('message/send?access_token=x', wrong)).errcode).toBe(40014);
  });

  test('7 a thousand people are not too many', async () => {
    expect((await fake.send({ touser: Array.from({ length: 1000 }, (_, n) => `m${n}`).join('|') })).errcode).toBe(
      81013,
    );
  });
});

describe('8 recipients', () => {
  test('8 are compared without case, named in lower case and joined by a bar; the others get it', async () => {
    await open({ members: ['wangfang', 'liming'], unlicensed: ['LiMing'] });
    const answer = await fake.send({ touser: 'WangFang|wangfang|GHOST|Ghost2|LIMING' });
    expect(answer).toMatchObject({ errcode: 0, invaliduser: 'ghost|ghost2', unlicenseduser: 'liming' });
    expect([fake.texts('WANGFANG'), fake.texts('liming')]).toEqual([['通知'], []]);
  });

  test('8 all wrong is 81013, and nothing is kept', async () => {
    await open({ members: ['wangfang'] });
    expect(await fake.send({ touser: 'ghost' })).toMatchObject({ errcode: 81013, invaliduser: 'ghost' });
    expect((await fake.send({ touser: '', toparty: '1' })).errcode).toBe(81013);
    expect(fake.wecom.inbox()).toEqual([]);
  });

  test('8 @all is everybody in the visible range, whatever parties and tags say', async () => {
    await open({ members: ['wangfang', 'zhaolei'], unlicensed: ['zhaolei'] });
    expect((await fake.send({ touser: '@all', toparty: '9', totag: '9' })).errcode).toBe(0);
    expect(fake.wecom.inbox().map(({ user }) => user)).toEqual(['wangfang']);
  });
});

describe('9 payloads', () => {
  const url = 'https://e.example';
  test('9 a text over 2,048 bytes is cut between characters, or refused (longText)', async () => {
    await open();
    await fake.send({ text: { content: `a${'汉'.repeat(700)}` } });
    expect(fake.texts('wangfang')).toEqual([`a${'汉'.repeat(682)}`]);
    await fake.send({ text: { content: '😀'.repeat(513) } });
    expect(fake.texts('wangfang')[1]).toBe('😀'.repeat(512));
    fake.wecom.setSwitches({ longText: 'refuse' });
    expect((await fake.send({ text: { content: '汉'.repeat(683) } })).errcode).toBe(45002);
    expect((await fake.send({ text: { content: '汉'.repeat(682) } })).errcode).toBe(0);
  });

  test.each<[string, object, number]>([
    ['a robot’s markdown', { msgtype: 'markdown_v2', markdown_v2: { content: 'x' } }, 40008],
    ['a control character', { text: { content: 'a\u0007' } }, 40033],
    ['forbidden words', { text: { content: 'a sensitive-word' } }, 40201],
    ['a card without scheme', { msgtype: 'textcard', textcard: { title: 't', url: 'e.example' } }, 45034],
    ['no articles', { msgtype: 'news', news: { articles: [] } }, 45008],
    ['nine articles', { msgtype: 'news', news: { articles: Array(9).fill({ title: 't', url }) } }, 45008],
    ['an article without scheme', { msgtype: 'news', news: { articles: [{ title: 't', url: 'e.example' }] } }, 45034],
    ['safe news', { msgtype: 'news', safe: 1, news: { articles: [{ title: 't', url }] } }, 40074],
  ])('9 refuses %s', async (_name, fields, code) => {
    await open();
    expect((await fake.send(fields)).errcode).toBe(code);
    expect(fake.wecom.inbox()).toEqual([]);
  });

  test('9 eight articles are not too many', async () => {
    await open();
    const articles = Array.from({ length: 8 }, (_, n) => ({ title: `第${n}条`, url }));
    expect((await fake.send({ msgtype: 'news', news: { articles } })).errcode).toBe(0);
    expect(fake.texts('wangfang')[0]!.split('\n')).toHaveLength(8);
  });
});

describe('10 media', () => {
  beforeEach(() => open());

  test('10 a media_id that is unknown, of another kind, or older than three days is 40007', async () => {
    const { media_id, created_at, errcode } = await fake.upload('file', 'hello world');
    expect([errcode, created_at]).toEqual([0, expect.stringMatching(/^\d{10}$/)]);
    const send = async (kind: string, id: unknown) =>
      (await fake.send({ msgtype: kind, [kind]: { media_id: id } })).errcode;
    expect([await send('file', media_id), await send('image', media_id), await send('file', 'x')]).toEqual([
      0, 40007, 40007,
    ]);
    fake.wecom.forward(72 * hour);
    await fake.login();
    expect(await send('file', media_id)).toBe(0);
    fake.wecom.forward(1);
    expect(await send('file', media_id)).toBe(40007);
  });

  test.each<[string, string, string, number]>([
    ['five bytes', 'file', '12345', 40006],
    ['a picture that is none', 'image', 'hello world', 40123],
    ['a voice that is not AMR', 'voice', 'hello world', 301017],
    ['a kind nobody knows', 'song', 'hello world', 40004],
    ['a voice over 2 MB', 'voice', `#!AMR${'x'.repeat(2 * 1024 * 1024)}`, 45001],
    ['a file over 20 MB', 'file', 'x'.repeat(20 * 1024 * 1024 + 1), 45001],
  ])('10 an upload of %s is refused', async (_name, kind, bytes, code) => {
    expect((await fake.upload(kind, bytes)).errcode).toBe(code);
  });

  test('10 a field that is not named media is refused, with a code nobody knows (namelessMedia)', async () => {
    expect((await fake.upload('file', 'hello world', { field: 'file' })).errcode).toBe(44001);
    fake.wecom.setSwitches({ namelessMedia: 41005 });
    expect((await fake.upload('file', 'hello world', { field: 'file' })).errcode).toBe(41005);
  });
});

describe('11 the duplicate check', () => {
  const checked = { enable_duplicate_check: 1, duplicate_check_interval: 600 };

  test.each(['same-msgid', 'new-msgid'] as const)(
    '11 an equal message within the interval is kept back and answered with the %s',
    async (duplicateAnswer) => {
      await open({ switches: { duplicateAnswer } });
      const [first, again] = [await fake.send(checked), await fake.send(checked)];
      expect([first.errcode, again.errcode]).toEqual([0, 0]);
      expect(first.msgid === again.msgid).toBe(duplicateAnswer === 'same-msgid');
      expect(fake.texts('wangfang')).toHaveLength(1);
      await fake.send({ ...checked, text: { content: '别的' } });
      await fake.send({ ...checked, touser: 'zhaolei' });
      await fake.send();
      expect([fake.texts('wangfang'), fake.texts('zhaolei')]).toEqual([['通知', '别的', '通知'], ['通知']]);
      fake.wecom.forward(600 * second);
      await fake.send(checked);
      expect(fake.texts('wangfang')).toHaveLength(4);
    },
  );

  test.each([
    [undefined, 1800],
    [99_999, 14_400],
  ])('11 an interval of %s counts as %i seconds', async (duplicate_check_interval, seconds) => {
    await open();
    const long = { enable_duplicate_check: 1, duplicate_check_interval };
    await fake.send(long);
    fake.wecom.forward((seconds - 1) * second);
    await fake.login();
    await fake.send(long);
    expect(fake.texts('wangfang')).toHaveLength(1);
    fake.wecom.forward(second);
    await fake.send(long);
    expect(fake.texts('wangfang')).toHaveLength(2);
  });

  test.each([
    ['body', 2],
    ['content', 1],
  ] as const)(
    '11 messages that differ only in their interval are equal or not (duplicateBy %s)',
    async (duplicateBy, count) => {
      await open({ switches: { duplicateBy } });
      for (const duplicate_check_interval of [600, 601])
        await fake.send({ enable_duplicate_check: 1, duplicate_check_interval });
      expect(fake.texts('wangfang')).toHaveLength(count);
    },
  );
});

describe('12 what disappears without a word', () => {
  test('12 the 31st message to a member within a minute', async () => {
    await open();
    for (let n = 0; n < 35; n += 1) expect((await fake.send({ text: { content: String(n) } })).errcode).toBe(0);
    await fake.send({ touser: 'zhaolei' });
    expect([fake.texts('wangfang').length, fake.texts('zhaolei').length]).toEqual([30, 1]);
    fake.wecom.forward(minute);
    await fake.send({ text: { content: '又可以了' } });
    expect(fake.texts('wangfang').at(-1)).toBe('又可以了');
  });

  test('12 the 1,001st within an hour', async () => {
    await open();
    for (let n = 0; n < 1005; n += 1) {
      fake.wecom.forward(3 * second);
      expect((await fake.send({ text: { content: String(n) } })).errcode).toBe(0);
    }
    expect(fake.texts('wangfang')).toHaveLength(1000);
  });

  test('12 above 200 a day for each account all is refused with 45009, until the next day', async () => {
    await open({ switches: { accountCap: 1 } });
    const many = { touser: Array.from({ length: 150 }, (_, n) => `m${n}`).join('|') };
    expect([(await fake.send(many)).errcode, (await fake.send(many)).errcode, (await fake.send()).errcode]).toEqual([
      0, 45009, 0,
    ]);
    fake.wecom.forward(24 * hour);
    await fake.login();
    expect((await fake.send(many)).errcode).toBe(0);
  });
});

describe('15 recall', () => {
  const recall = async (msgid: unknown) => (await fake.api('message/recall', { msgid })).errcode;

  test('15 takes a message back within 24 hours; unknown ones and those of another app are 40058', async () => {
    await open({ apps: [{ agentId: 1000003, secret: 'second' }] });
    const { msgid } = await fake.send();
    await fake.login('second');
    expect([await recall(msgid), await recall('unknown')]).toEqual([40058, 40058]);
    expect(fake.texts('wangfang')).toHaveLength(1);
    await fake.login();
    expect(await recall(msgid)).toBe(0);
    expect(fake.texts('wangfang')).toEqual([]);
  });

  test.each([
    ['done', 'refuse', [0, 0, 40058]],
    ['refuse', 'done', [0, 40058, 0]],
  ] as const)(
    '15 a second one is %s (secondRecall), one after a day %s (lateRecall)',
    async (secondRecall, lateRecall, codes) => {
      await open({ switches: { secondRecall, lateRecall } });
      const early = (await fake.send()).msgid;
      const late = (await fake.send({ text: { content: '晚' } })).msgid;
      const found = [await recall(early), await recall(early)];
      fake.wecom.forward(24 * hour + 1);
      await fake.login();
      expect([...found, await recall(late)]).toEqual(codes);
    },
  );
});
