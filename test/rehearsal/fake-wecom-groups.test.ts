import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type FakeWecom,
  type FakeWecomOptions,
  fakeCredentials,
  startFakeWecom,
} from '../../src/rehearsal/fake-wecom/fake-wecom.ts';

let now: number;
let wecom: FakeWecom;
let token: string;
type Json = Record<string, unknown> & { errcode: number };

async function open(options: FakeWecomOptions = {}): Promise<void> {
  now = Date.parse('2026-12-05T09:00:00+08:00');
  wecom = await startFakeWecom({ now: () => now, ...options });
  token = await newToken(fakeCredentials.secret);
}
async function newToken(secret: string): Promise<string> {
  const answer = await fetch(`${wecom.url}/cgi-bin/gettoken?corpid=${fakeCredentials.corpId}&corpsecret=${secret}`);
  return String(((await answer.json()) as Json).access_token);
}
async function call(path: string, body?: object): Promise<Json> {
  const request = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const address = `${wecom.url}/cgi-bin/${path}${path.includes('?') ? '&' : '?'}access_token=${token}`;
  return (await (await fetch(address, request)).json()) as Json;
}
const chat = { name: '第一党支部', owner: 'wangfang', userlist: ['WangFang', 'zhaolei'], chatid: 'branch1' };
const write = (fields: object = {}) =>
  call('appchat/send', { chatid: 'branch1', msgtype: 'text', text: { content: '通知' }, ...fields });
afterEach(() => wecom.close());

describe("an app's groups", () => {
  beforeEach(() => open({ apps: [{ agentId: 1000003, secret: 'second' }] }));

  test('are made, changed, read and written to', async () => {
    expect(await call('appchat/create', chat)).toMatchObject({ errcode: 0, chatid: 'branch1' });
    await call('appchat/update', { chatid: 'branch1', add_user_list: ['lijie'], del_user_list: ['zhaolei'] });
    expect(await call('appchat/get?chatid=branch1')).toMatchObject({
      chat_info: { name: '第一党支部', owner: 'wangfang', userlist: ['wangfang', 'lijie'] },
    });
    expect((await write()).errcode).toBe(0);
    expect(wecom.groupInbox('branch1')).toMatchObject([{ text: '通知', to: ['wangfang', 'lijie'] }]);
    const shown = await fetch(`${wecom.url}/__inbox?group=branch1`);
    expect(await shown.json()).toMatchObject([{ at: '2026-12-05T09:00:00+08:00', text: '通知' }]);
  });

  test.each<[string, object, number]>([
    ['one member', { userlist: ['a'] }, 86006],
    ['2,001 members', { userlist: Array.from({ length: 2001 }, (_, n) => `m${n}`) }, 86006],
    ['a dash in its id', { chatid: 'a-b' }, 86001],
    ['an id of 33 characters', { chatid: 'a'.repeat(33) }, 86205],
    ['an id that is taken', {}, 86215],
  ])('with %s are refused', async (_name, fields, code) => {
    await call('appchat/create', chat);
    expect((await call('appchat/create', { ...chat, ...fields })).errcode).toBe(code);
  });

  test('take no cards, nothing for strangers, nothing from another app', async () => {
    await call('appchat/create', chat);
    expect((await write({ msgtype: 'template_card' })).errcode).toBe(40008);
    expect((await write({ text: { content: '' } })).errcode).toBe(44004);
    expect((await write({ chatid: 'elsewhere' })).errcode).toBe(40050);
    token = await newToken('second');
    expect((await write()).errcode).toBe(86008);
  });

  test('drop the 201st message of a minute for a member, without a word', async () => {
    await call('appchat/create', chat);
    for (let n = 0; n < 201; n += 1) expect((await write()).errcode).toBe(0);
    expect(
      wecom
        .groupInbox('branch1')
        .map(({ to }) => to.length)
        .slice(-2),
    ).toEqual([2, 0]);
  });
});

test('an app that does not see the whole corp has no groups', async () => {
  await open({ switches: { rootRange: false }, chats: ['branch1'] });
  expect([(await call('appchat/create', chat)).errcode, (await write()).errcode]).toEqual([48002, 48002]);
});

describe('robots', () => {
  beforeEach(() => open({ robots: ['k1', 'k2'] }));
  const robot = (body: object, key = 'k1') => call(`webhook/send?key=${key}`, body);

  test('write without a token, with the right key', async () => {
    token = '';
    expect((await robot({ msgtype: 'text', text: { content: '通知' } })).errcode).toBe(0);
    expect((await robot({ msgtype: 'text', text: { content: '通知' } }, 'k3')).errcode).toBe(93000);
    expect(wecom.groupInbox('k1').map(({ text }) => text)).toEqual(['通知']);
  });

  test('write 20 messages a minute', async () => {
    const codes: number[] = [];
    for (let n = 0; n < 21; n += 1) codes.push((await robot({ msgtype: 'text', text: { content: 'x' } })).errcode);
    expect(codes.filter((code) => code === 45009)).toHaveLength(1);
    now += 60_000;
    expect((await robot({ msgtype: 'text', text: { content: 'x' } })).errcode).toBe(0);
  });

  test('show pictures whose sum is right, and files of their own', async () => {
    const bytes = Buffer.from('a picture');
    const image = { base64: bytes.toString('base64'), md5: createHash('md5').update(bytes).digest('hex') };
    expect((await robot({ msgtype: 'image', image })).errcode).toBe(0);
    expect((await robot({ msgtype: 'image', image: { ...image, md5: 'x' } })).errcode).toBe(301019);
    const form = new FormData();
    form.append('media', new File(['hello world'], '名单.txt'));
    const address = `${wecom.url}/cgi-bin/webhook/upload_media?key=k1&type=file`;
    const { media_id } = (await (await fetch(address, { method: 'POST', body: form })).json()) as Json;
    expect((await robot({ msgtype: 'file', file: { media_id } }, 'k2')).errcode).toBe(40007);
    expect((await robot({ msgtype: 'file', file: { media_id } })).errcode).toBe(0);
  });
});
