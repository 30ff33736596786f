// Groups that only listen: behaviours 16 (appchat) and 17 (robots).

import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Fake, minute, openFake } from './behaviours-setup.ts';

let fake: Fake;
const open = async (...options: Parameters<typeof openFake>) => {
  fake = await openFake(...options);
};
afterEach(() => fake.wecom.close());

const chat = { name: '第一党支部', owner: 'wangfang', userlist: ['WangFang', 'zhaolei'], chatid: 'branch1' };
const write = (fields: object = {}) =>
  fake.api('appchat/send', { chatid: 'branch1', msgtype: 'text', text: { content: '通知' }, ...fields });

describe("16 an app's groups", () => {
  beforeEach(() => open({ apps: [{ agentId: 1000003, secret: 'second' }] }));

  test('16 are made, changed, read and written to', async () => {
    expect(await fake.api('appchat/create', chat)).toMatchObject({ errcode: 0, chatid: 'branch1' });
    await fake.api('appchat/update', { chatid: 'branch1', add_user_list: ['lijie'], del_user_list: ['zhaolei'] });
    expect(await fake.api('appchat/get?chatid=branch1')).toMatchObject({
      chat_info: { name: '第一党支部', owner: 'wangfang', userlist: ['wangfang', 'lijie'] },
    });
    expect(await write()).toEqual({ errcode: 0, errmsg: 'ok' });
    expect(fake.wecom.groupInbox('branch1')).toMatchObject([{ text: '通知', to: ['wangfang', 'lijie'] }]);
    expect((await fake.api('appchat/create', { ...chat, chatid: undefined })).chatid).toMatch(/^[0-9A-Za-z]{1,32}$/);
  });

  test.each<[string, object, number]>([
    ['one member', { userlist: ['a'] }, 86006],
    ['one member twice', { userlist: ['a', 'A'] }, 86006],
    ['2,001 members', { userlist: Array.from({ length: 2001 }, (_, n) => `m${n}`) }, 86006],
    ['a dash in its id', { chatid: 'a-b' }, 86001],
    ['an id of 33 characters', { chatid: 'a'.repeat(33) }, 86205],
    ['an id that is taken', {}, 86215],
  ])('16 with %s are refused', async (_name, fields, code) => {
    await fake.api('appchat/create', chat);
    expect((await fake.api('appchat/create', { ...chat, ...fields })).errcode).toBe(code);
  });

  test('16 have names of at most 50 characters, cut', async () => {
    await fake.api('appchat/create', { ...chat, name: '汉'.repeat(60) });
    expect(await fake.api('appchat/get?chatid=branch1')).toMatchObject({ chat_info: { name: '汉'.repeat(50) } });
  });

  test('16 take no cards, and nothing from another app (86008)', async () => {
    await fake.api('appchat/create', chat);
    expect((await write({ msgtype: 'template_card' })).errcode).toBe(40008);
    expect((await write({ text: { content: '' } })).errcode).toBe(44004);
    await fake.login('second');
    expect((await write()).errcode).toBe(86008);
  });

  test.each([40050, 86003] as const)('16 that nobody knows answer %i (unknownChat)', async (unknownChat) => {
    fake.wecom.setSwitches({ unknownChat });
    expect((await write({ chatid: 'elsewhere' })).errcode).toBe(unknownChat);
  });

  test('16 drop the 201st message of a minute for a member, without a word', async () => {
    await fake.api('appchat/create', chat);
    for (let n = 0; n < 201; n += 1) expect((await write()).errcode).toBe(0);
    const reached = () => fake.wecom.groupInbox('branch1').map(({ to }) => to.length);
    expect(reached().slice(-2)).toEqual([2, 0]);
    fake.wecom.forward(minute);
    await write();
    expect(reached().at(-1)).toBe(2);
  });
});

test('16 an app that does not see the whole corp has no groups (rootRange)', async () => {
  await open({ switches: { rootRange: false }, chats: ['branch1'] });
  expect([(await fake.api('appchat/create', chat)).errcode, (await write()).errcode]).toEqual([48002, 48002]);
});

describe('17 robots', () => {
  beforeEach(() => open({ robots: ['k1', 'k2'] }));
  const robot = (body: object, key = 'k1') => fake.call(`webhook/send?key=${key}`, body);
  const text = { msgtype: 'text', text: { content: '通知' } };

  test('17 write without a token, with the right key; another is 93000', async () => {
    expect((await robot(text)).errcode).toBe(0);
    expect((await robot(text, 'k3')).errcode).toBe(93000);
    expect((await fake.call('webhook/send', text)).errcode).toBe(93000);
    expect(fake.wecom.groupInbox('k1').map((one) => one.text)).toEqual(['通知']);
  });

  test.each([45009, 45033])('17 write 20 messages a minute each; the 21st is %i (robotLimit)', async (robotLimit) => {
    fake.wecom.setSwitches({ robotLimit });
    const codes: number[] = [];
    for (let n = 0; n < 21; n += 1) codes.push((await robot(text)).errcode);
    expect(codes).toEqual([...Array(20).fill(0), robotLimit]);
    expect((await robot(text, 'k2')).errcode).toBe(0);
    fake.wecom.forward(minute);
    expect((await robot(text)).errcode).toBe(0);
  });

  test('17 take 2,048 bytes of text and 4,096 of markdown', async () => {
    await robot({ msgtype: 'text', text: { content: 'x'.repeat(3000) } });
    await robot({ msgtype: 'markdown', markdown: { content: 'x'.repeat(5000) } });
    await robot({ msgtype: 'markdown_v2', markdown_v2: { content: 'x'.repeat(5000) } });
    expect(fake.wecom.groupInbox('k1').map((one) => one.text.length)).toEqual([2048, 4096, 4096]);
  });

  test('17 show only cards that ask nothing', async () => {
    const card = (card_type: string) => ({
      msgtype: 'template_card',
      template_card: { card_type, main_title: { title: '通知' }, card_action: { type: 1, url: 'https://e.example' } },
    });
    expect((await robot(card('text_notice'))).errcode).toBe(0);
    expect((await robot(card('button_interaction'))).errcode).toBe(40008);
  });

  test('17 show pictures whose sum is right (301019)', async () => {
    const bytes = Buffer.from('a picture');
    const image = { base64: bytes.toString('base64'), md5: createHash('md5').update(bytes).digest('hex') };
    expect((await robot({ msgtype: 'image', image })).errcode).toBe(0);
    expect((await robot({ msgtype: 'image', image: { ...image, md5: 'x' } })).errcode).toBe(301019);
    expect((await robot({ msgtype: 'image', image: {} })).errcode).toBe(44001);
  });

  test('17 send files of their own only', async () => {
    const upload = async (key: string) => {
      const form = new FormData();
      form.append('media', new File(['hello world'], '名单.txt'));
      const address = `${fake.wecom.url}/cgi-bin/webhook/upload_media?key=${key}&type=file`;
      return (await (await fetch(address, { method: 'POST', body: form })).json()) as {
        errcode: number;
        media_id: string;
      };
    };
    expect((await upload('k3')).errcode).toBe(93000);
    const { media_id } = await upload('k1');
    expect((await robot({ msgtype: 'file', file: { media_id } }, 'k2')).errcode).toBe(40007);
    expect((await robot({ msgtype: 'file', file: { media_id } })).errcode).toBe(0);
    const { media_id: ofApp } = await fake.upload('file', 'hello world');
    expect((await robot({ msgtype: 'file', file: { media_id: ofApp } })).errcode).toBe(40007);
  });
});
