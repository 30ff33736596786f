import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type FakeWecom,
  type FakeWecomOptions,
  fakeCredentials,
  startFakeWecom,
} from '../../src/rehearsal/fake-wecom/fake-wecom.ts';

const start = Date.parse('2026-12-05T09:00:00+08:00');
const minute = 60_000;
const hour = 60 * minute;
const second = 1000;

let now: number;
let wecom: FakeWecom;

async function open(options: FakeWecomOptions = {}): Promise<void> {
  now = start;
  wecom = await startFakeWecom({ now: () => now, ...options });
}
afterEach(() => wecom.close());

type Json = Record<string, unknown> & { errcode: number; errmsg: string };

async function call(path: string, body?: unknown): Promise<Json> {
  const request =
    body === undefined ? {} : { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) };
  const response = await fetch(`${wecom.url}/cgi-bin/${path}`, request);
  return (await response.json()) as Json;
}

const getToken = (corpId = fakeCredentials.corpId, secret = fakeCredentials.secret) =>
  call(`gettoken?corpid=${corpId}&corpsecret=${secret}`);

let token: string;
async function ready(options: FakeWecomOptions = {}): Promise<void> {
  await open(options);
  token = String((await getToken()).access_token);
}

const send = (fields: object) =>
  call(`message/send?access_token=${token}`, {
    touser: 'wangfang',
    msgtype: 'text',
    agentid: 1000002,
    text: { content: '通知' },
    ...fields,
  });
const texts = (user: string) => wecom.inbox(user).map((received) => received.text);

describe('tokens', () => {
  test('a token is for one corp and one secret and lives two hours', async () => {
    await ready();
    expect((await send({})).errcode).toBe(0);
    now += 7200 * second;
    expect((await send({})).errcode).toBe(42001);
    expect((await call(`gettoken?corpsecret=x`)).errcode).toBe(41002);
    expect((await call(`gettoken?corpid=x`)).errcode).toBe(41004);
    expect((await getToken('wwother')).errcode).toBe(40013);
    expect((await getToken(undefined, 'other')).errcode).toBe(40001);
    expect((await call('message/send', {})).errcode).toBe(41001);
    expect((await call('message/send?access_token=x', {})).errcode).toBe(40014);
  });

  test.each([
    ['same', true, 0],
    ['new-beside', false, 0],
    ['new-instead', false, 40014],
  ] as const)('asked again while one is valid: %s', async (repeatedToken, equal, old) => {
    await ready({ switches: { repeatedToken } });
    expect((await getToken()).access_token === token).toBe(equal);
    expect((await send({})).errcode).toBe(old);
  });

  test('too many are refused, and wrong secrets close the address for an hour', async () => {
    await open({ switches: { tokensPerMinute: 3, wrongSecretsPerHour: 2 } });
    for (const code of [0, 0, 0, 45009]) expect((await getToken()).errcode).toBe(code);
    now += minute;
    for (const code of [40001, 40001, 45009]) expect((await getToken(undefined, 'wrong')).errcode).toBe(code);
    now += minute;
    expect((await getToken()).errcode).toBe(45009);
    now += hour;
    expect((await getToken()).errcode).toBe(0);
  });

  test('a refusal is never the same text twice', async () => {
    await open();
    const [one, two] = [await call('message/send'), await call('message/send')];
    expect(one.errmsg).toMatch(/^access_token missing, hint: \[\d+\], from ip: 127.0.0.1, more info at .*\?e=41001$/);
    expect(two.errmsg).not.toBe(one.errmsg);
  });
});

describe('what is checked, and in which order', () => {
  beforeEach(() => ready({ members: ['wangfang'], apps: [{ agentId: 1000003, secret: 'second' }] }));

  test.each<[string, object, number]>([
    ['no agent', { agentid: undefined }, 41011],
    ['an agent nobody knows, before everything else', { agentid: 7, touser: '' }, 40056],
    ['the agent of another token', { agentid: 1000003 }, 301002],
    ['nobody to send to, before the type', { touser: '', msgtype: 'x' }, 82001],
    ['1,001 people', { touser: Array.from({ length: 1001 }, (_, n) => `m${n}`).join('|') }, 40032],
    ['101 parties', { toparty: Array(101).fill('1').join('|') }, 82002],
    ['101 tags', { totag: Array(101).fill('1').join('|') }, 82003],
    ['a type nobody knows', { msgtype: 'x' }, 40008],
    ['an empty text', { text: { content: '' } }, 44004],
    ['a control character', { text: { content: 'a\u0007' } }, 40033],
    ['forbidden words', { text: { content: 'a sensitive-word' } }, 40201],
    ['a card without address', { msgtype: 'textcard', textcard: { title: 't', url: 'e.example' } }, 45034],
    ['no articles', { msgtype: 'news', news: { articles: [] } }, 45008],
    [
      'nine articles',
      { msgtype: 'news', news: { articles: Array(9).fill({ title: 't', url: 'https://e.example' }) } },
      45008,
    ],
    ['an article without scheme', { msgtype: 'news', news: { articles: [{ title: 't', url: 'e.example' }] } }, 45034],
    ['safe news', { msgtype: 'news', safe: 1, news: { articles: [{ title: 't', url: 'https://e.example' }] } }, 40074],
    ['a file nobody uploaded', { msgtype: 'file', file: { media_id: 'x' } }, 40007],
    ['nobody who exists', { touser: 'ghost' }, 81013],
    ['parties, which this corp has none of', { touser: '', toparty: '1' }, 81013],
  ])('%s', async (_name, fields, code) => {
    expect((await send(fields)).errcode).toBe(code);
    expect(wecom.inbox()).toEqual([]);
  });

  test('a wrong method or body is refused, an agent in quotes is warned of', async () => {
    expect((await call(`message/send?access_token=${token}`)).errcode).toBe(40058);
    expect((await call(`message/send?access_token=${token}`, 'touser=a')).errcode).toBe(40058);
    const answer = await send({ agentid: '1000002' });
    expect(answer).toMatchObject({ errcode: 0, errmsg: expect.stringContaining('wrong json format') });
  });

  test('recipients are compared without case, named in lower case, and the others get it', async () => {
    expect(await send({ touser: 'WangFang|wangfang|GHOST' })).toMatchObject({
      errcode: 0,
      invaliduser: 'ghost',
      unlicenseduser: '',
    });
    expect(texts('WANGFANG')).toEqual(['通知']);
  });

  test('@all is everybody in range', async () => {
    expect((await send({ touser: '@all', toparty: '9' })).errcode).toBe(0);
    expect(wecom.inbox().map((received) => received.user)).toEqual(['wangfang']);
  });
});

describe('what the documents leave open', () => {
  test('a text that is too long is cut between characters, or refused', async () => {
    await ready();
    await send({ text: { content: `a${'汉'.repeat(700)}` } });
    expect(texts('wangfang')).toEqual([`a${'汉'.repeat(682)}`]);
    await wecom.close();
    await ready({ switches: { longText: 'refuse' } });
    expect((await send({ text: { content: '汉'.repeat(683) } })).errcode).toBe(45002);
  });

  test.each(['same-msgid', 'new-msgid'] as const)(
    'an equal message within the interval is kept back, answered with the %s',
    async (duplicateAnswer) => {
      await ready({ switches: { duplicateAnswer } });
      const checked = { enable_duplicate_check: 1, duplicate_check_interval: 600 };
      const [first, again] = [await send(checked), await send(checked)];
      expect([first.errcode, again.errcode]).toEqual([0, 0]);
      expect(first.msgid === again.msgid).toBe(duplicateAnswer === 'same-msgid');
      expect(texts('wangfang')).toHaveLength(1);
      await send({ ...checked, text: { content: '别的' } });
      await send({ ...checked, touser: 'zhaolei' });
      await send({});
      expect([texts('wangfang'), texts('zhaolei')]).toEqual([['通知', '别的', '通知'], ['通知']]);
      now += 600 * second;
      await send(checked);
      expect(texts('wangfang')).toHaveLength(4);
    },
  );

  test('a message that differs only in its interval is equal or not', async () => {
    for (const [duplicateBy, count] of [
      ['body', 2],
      ['content', 1],
    ] as const) {
      await ready({ switches: { duplicateBy } });
      for (const interval of [600, 601]) await send({ enable_duplicate_check: 1, duplicate_check_interval: interval });
      expect(texts('wangfang')).toHaveLength(count);
      await wecom.close();
    }
    await open();
  });

  test.each([
    ['done', 'refuse', [0, 0, 40058]],
    ['refuse', 'done', [0, 40058, 0]],
  ] as const)('a second recall is %s, one after a day is %s', async (secondRecall, lateRecall, codes) => {
    await ready({ switches: { secondRecall, lateRecall } });
    const recall = async (msgid: unknown) => (await call(`message/recall?access_token=${token}`, { msgid })).errcode;
    const early = (await send({})).msgid;
    const late = (await send({ text: { content: '晚' } })).msgid;
    const found = [await recall(early), await recall(early)];
    now += 24 * hour + 1;
    token = String((await getToken()).access_token);
    expect([...found, await recall(late)]).toEqual(codes);
    expect(await recall('unknown')).toBe(40058);
  });
});

describe('what disappears', () => {
  test('the 31st message to a member within a minute, without a word', async () => {
    await ready();
    for (let n = 0; n < 35; n += 1) expect((await send({ text: { content: String(n) } })).errcode).toBe(0);
    await send({ touser: 'zhaolei' });
    expect([texts('wangfang').length, texts('zhaolei').length]).toEqual([30, 1]);
    now += minute;
    await send({ text: { content: '又可以了' } });
    expect(texts('wangfang').at(-1)).toBe('又可以了');
  });

  test('the 1,001st within an hour', async () => {
    await ready();
    for (let n = 0; n < 1020; n += 1) {
      now += 3 * second;
      await send({ text: { content: String(n) } });
    }
    expect(texts('wangfang').length).toBe(1000);
  });

  test('above 200 a day for each account everything is refused', async () => {
    await ready({ switches: { accountCap: 1 } });
    const two = { touser: Array.from({ length: 150 }, (_, n) => `m${n}`).join('|') };
    expect([(await send(two)).errcode, (await send(two)).errcode, (await send({})).errcode]).toEqual([0, 45009, 0]);
  });
});

describe('files', () => {
  const upload = async (kind: string, bytes: Uint8Array<ArrayBuffer>, field = 'media') => {
    const form = new FormData();
    form.append(field, new File([bytes], '名单.bin', { type: 'application/x-test' }));
    const response = await fetch(`${wecom.url}/cgi-bin/media/upload?access_token=${token}&type=${kind}`, {
      method: 'POST',
      body: form,
    });
    return (await response.json()) as Json;
  };
  const bytes = (text: string) => new Uint8Array(Buffer.from(text));
  beforeEach(() => ready());

  test('come back as they were for three days', async () => {
    const stored = await upload('file', bytes('hello world'));
    expect(stored).toMatchObject({ errcode: 0, type: 'file', created_at: String(start / 1000) });
    const get = () =>
      fetch(`${wecom.url}/cgi-bin/media/get?access_token=${token}&media_id=${stored.media_id}`, {
        headers: { range: 'bytes=6-' },
      });
    const part = await get();
    expect([part.status, await part.text(), part.headers.get('content-type')]).toEqual([
      206,
      'world',
      'application/x-test',
    ]);
    expect((await send({ msgtype: 'file', file: { media_id: stored.media_id } })).errcode).toBe(0);
    expect((await send({ msgtype: 'image', image: { media_id: stored.media_id } })).errcode).toBe(40007);
    now += 72 * hour + 1;
    token = String((await getToken()).access_token);
    expect((await send({ msgtype: 'file', file: { media_id: stored.media_id } })).errcode).toBe(40007);
    const late = await get();
    expect([late.status, ((await late.json()) as Json).errcode]).toEqual([200, 40007]);
  });

  test.each<[string, string, string, string, number]>([
    ['a tiny one', 'file', '12345', 'media', 40006],
    ['a picture that is none', 'image', 'hello world', 'media', 40123],
    ['a voice that is not AMR', 'voice', 'hello world', 'media', 301017],
    ['a kind nobody knows', 'song', 'hello world', 'media', 40004],
    ['another field', 'file', 'hello world', 'file', 44001],
  ])('%s is refused', async (_name, kind, text, field, code) => {
    expect((await upload(kind, bytes(text), field)).errcode).toBe(code);
  });

  test('a voice over 2 MB is refused', async () => {
    expect((await upload('voice', bytes(`#!AMR${'x'.repeat(2 * 1024 * 1024)}`))).errcode).toBe(45001);
  });
});

describe('trouble on demand', () => {
  beforeEach(() => ready());

  test('hits the calls it was ordered for and no more', async () => {
    wecom.fault({ api: 'message/send', times: 2, code: 45033 });
    expect((await getToken()).errcode).toBe(0);
    expect([(await send({})).errcode, (await send({})).errcode, (await send({})).errcode]).toEqual([45033, 45033, 0]);
    expect(wecom.calls()).toEqual({ gettoken: 2, 'message/send': 3 });
  });

  test('a block lasts as long as it was ordered', async () => {
    wecom.fault({ api: 'message/send', code: 45009, seconds: 60 });
    for (let n = 0; n < 3; n += 1) expect((await send({})).errcode).toBe(45009);
    now += minute;
    expect((await send({})).errcode).toBe(0);
  });

  test('a connection cut before means not done, cut after means done', async () => {
    for (const [reset, count] of [
      ['before', 0],
      ['after', 1],
    ] as const) {
      wecom.fault({ reset });
      await expect(send({})).rejects.toThrow();
      expect(texts('wangfang')).toHaveLength(count);
    }
  });

  test('a gateway speaks HTML, a broken answer stops half-way', async () => {
    wecom.fault({ status: 502 });
    const gateway = await fetch(`${wecom.url}/cgi-bin/gettoken`);
    expect([gateway.status, (await gateway.text())[0]]).toEqual([502, '<']);
    wecom.fault({ body: 'half' });
    await expect(send({})).rejects.toThrow(SyntaxError);
    expect(texts('wangfang')).toHaveLength(1);
  });
});

describe('what is turned from outside', () => {
  const control = async (path: string, request?: unknown) => {
    const response = await fetch(
      `${wecom.url}${path}`,
      request === undefined ? {} : { method: 'POST', body: JSON.stringify(request) },
    );
    return { status: response.status, body: (await response.json()) as unknown };
  };
  beforeEach(() => ready());

  test('the inbox shows what one member got, in Shanghai time', async () => {
    await send({ touser: 'WangFang|zhaolei' });
    const { body } = await control('/__inbox?user=wangfang');
    expect(body).toEqual([
      {
        at: '2026-12-05T09:00:00+08:00',
        touser: 'wangfang',
        msgtype: 'text',
        text: '通知',
        raw: expect.stringContaining('"touser":"WangFang|zhaolei"'),
        msgid: expect.any(String),
      },
    ]);
  });

  test('faults, members and tokens', async () => {
    await control('/__fault', { api: 'message/send', times: 1, code: -1 });
    expect((await send({})).errcode).toBe(-1);
    await control('/__members', { members: ['zhaolei'] });
    expect((await send({})).errcode).toBe(81013);
    await control('/__tokens', { do: 'corrupt' });
    expect((await send({})).errcode).toBe(40014);
    expect((await control('/__calls')).body).toEqual({ gettoken: 1, 'message/send': 3 });
  });

  test('what is wrong is said', async () => {
    expect((await control('/__say', { from: 'wangfang', text: 'x' })).status).toBe(400);
    expect(await control('/__say', { from: 'wangfang', text: 'x', group: 'g' })).toEqual({
      status: 400,
      body: { error: '自建应用听不到群里的话' },
    });
    expect((await control('/__fault', { api: 'x', sometimes: 1 })).status).toBe(400);
  });
});
