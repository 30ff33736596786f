// Reading WeCom's contacts over the fake: what comes out, what is tried again, and which refusals are answers.

import { afterEach, describe, expect, test } from 'vitest';
import { wecomClient } from '../../../src/channels/wecom/client.ts';
import { type WecomContacts, wecomContacts } from '../../../src/channels/wecom/contacts.ts';
import { wecomHttp } from '../../../src/channels/wecom/http.ts';
import { whoCame } from '../../../src/channels/wecom/login.ts';
import { accessTokens, memoryTokenStore } from '../../../src/channels/wecom/token.ts';
import type { CorpOptions } from '../../../src/rehearsal/fake-wecom/corp.ts';
import { type FakeWecom, fakeCredentials, startFakeWecom } from '../../../src/rehearsal/fake-wecom/fake-wecom.ts';

const { corpId, agentId, secret } = fakeCredentials;
const assistantSecret = 'secret-of-the-assistant';
const corp: CorpOptions = {
  departments: [
    { id: 2, name: '技术部' },
    { id: 3, name: '财务部' },
  ],
  users: [
    { userid: 'WangFang', name: '王芳', department: [2, 3], mobile: '13800000000' },
    { userid: 'zhaolei', name: '赵磊', department: [2] },
    { userid: 'lijie', name: '李洁', department: [3] },
    { userid: 'sunbo', name: '孙波', department: [3], status: 5 },
  ],
  tags: [{ id: 7, name: '支委', users: ['lijie'] }],
  assistantSecret,
};

let wecom: FakeWecom;
let waits: number[];
afterEach(() => wecom.close());

async function contactsOf(options: { corp?: CorpOptions; withAssistant?: boolean } = {}): Promise<WecomContacts> {
  wecom = await startFakeWecom({ corp: options.corp ?? corp });
  waits = [];
  const http = wecomHttp(wecom.url);
  const client = (own: string) =>
    wecomClient(http, accessTokens({ corpId, secret: own }, { http, store: memoryTokenStore(), now: Date.now }));
  return wecomContacts({
    agentId,
    app: client(secret),
    assistant: options.withAssistant ? client(assistantSecret) : undefined,
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
}

test('the book holds departments, userids and names, one person once', async () => {
  const contacts = await contactsOf();
  expect(await contacts.book()).toEqual({
    kind: 'read',
    value: {
      departments: [
        { id: 1, name: '全公司', parent: 0 },
        { id: 2, name: '技术部', parent: 1 },
        { id: 3, name: '财务部', parent: 1 },
      ],
      people: [
        { account: 'WangFang', name: '王芳', departments: [2, 3] },
        { account: 'zhaolei', name: '赵磊', departments: [2] },
        { account: 'lijie', name: '李洁', departments: [3] },
      ],
      notes: [],
    },
  });
});

test('people who stand in the visible range by themselves or by a tag are found too', async () => {
  const contacts = await contactsOf({ corp: { ...corp, range: { users: ['zhaolei'], tags: [7] } } });
  expect(await contacts.book()).toMatchObject({
    value: {
      departments: [],
      people: [
        { account: 'zhaolei', name: '赵磊' },
        { account: 'lijie', name: '李洁' },
      ],
    },
  });
});

test('nothing private is read, even from an app that is told', async () => {
  const contacts = await contactsOf({ corp: { ...corp, range: { users: ['WangFang'] } } });
  wecom.setSwitches({ privateFields: true });
  expect(JSON.stringify(await contacts.book())).not.toContain('13800000000');
});

describe('an account that the book does not have', () => {
  test('was deleted, has left, or is out of sight', async () => {
    const contacts = await contactsOf({ corp: { ...corp, range: { departments: [2] } } });
    const found = await contacts.find(['nobody', 'lijie', 'zhaolei']);
    expect(found).toMatchObject({ kind: 'read', value: { people: [{ account: 'zhaolei' }] } });
    if (found.kind === 'read')
      expect(Object.fromEntries(found.value.absences)).toEqual({ nobody: 'gone', lijie: 'out-of-range' });
  });

  test.each([60011, 60021, 50002] as const)(
    'is out of sight by code %i, unless the assistant knows better',
    async (outOfSight) => {
      const contacts = await contactsOf({ withAssistant: true });
      wecom.setSwitches({ outOfSight });
      wecom.fault({ api: 'user/get', code: outOfSight });
      const found = await contacts.find(['deleted-long-ago', 'sunbo']);
      if (found.kind === 'read')
        expect(Object.fromEntries(found.value.absences)).toEqual({ 'deleted-long-ago': 'gone', sunbo: 'out-of-range' });
      expect(wecom.calls()['user/list_id']).toBe(1);
    },
  );
});

describe('the assistant', () => {
  test('gives userids and departments where the app may not read', async () => {
    const contacts = await contactsOf({ withAssistant: true });
    wecom.fault({ api: 'department/list', code: 60011 });
    const book = await contacts.book();
    expect(book).toMatchObject({
      kind: 'read',
      value: { people: expect.arrayContaining([{ account: 'WangFang', name: null, departments: [2, 3] }]) },
    });
    if (book.kind === 'read') expect(book.value.notes.join()).toContain('只有账号');
  });

  test('reads page after page', async () => {
    const users = Array.from({ length: 10_003 }, (_, n) => ({ userid: `u${n}`, name: '某', department: [2] }));
    const contacts = await contactsOf({ corp: { ...corp, users }, withAssistant: true });
    wecom.fault({ api: 'department/list', code: 48002 });
    const book = await contacts.book();
    expect(book.kind === 'read' && book.value.people.length).toBe(10_003);
    expect(wecom.calls()['user/list_id']).toBe(2);
  });

  test('is not asked where the app may read', async () => {
    const contacts = await contactsOf({ withAssistant: true });
    await contacts.book();
    expect(wecom.calls()).not.toHaveProperty('user/list_id');
  });

  test('with a wrong secret is named by its own name', async () => {
    const contacts = await contactsOf({ corp: { ...corp, assistantSecret: 'another' }, withAssistant: true });
    wecom.fault({ api: 'department/list', code: 48002 });
    expect(await contacts.book()).toMatchObject({
      kind: 'failed',
      say: expect.stringContaining('WECOM_CONTACT_SECRET'),
    });
  });
});

describe('trouble', () => {
  test('of WeCom’s own passes: a busy system, a broken gateway, half an answer', async () => {
    const contacts = await contactsOf();
    wecom.fault({ api: 'department/list', code: -1 });
    wecom.fault({ api: 'department/list', status: 502 });
    wecom.fault({ api: 'department/list', body: 'half' });
    expect((await contacts.book()).kind).toBe('read');
    expect(waits).toEqual([500, 2000, 8000]);
  });

  test('that stays is given up after three more tries, as a value', async () => {
    const contacts = await contactsOf();
    wecom.fault({ api: 'user/simplelist', code: -1, times: 99 });
    expect(await contacts.book()).toMatchObject({ kind: 'failed', code: -1 });
  });

  test.each([
    [60020, /127\.0\.0\.1 加进应用的“企业可信IP”/],
    [48002, /没有这个接口的权限/],
    [48006, /长期未用/],
    [50003, /被停用/],
    [45009, /次数用完/],
    [99999, /没见过的错误码/],
  ])('%i is not tried again and says what to do', async (code, says) => {
    const contacts = await contactsOf();
    wecom.fault({ api: 'department/list', code });
    const book = await contacts.book();
    expect(book).toMatchObject({ kind: 'failed', code });
    if (book.kind === 'failed') expect(book.say).toMatch(says);
    expect(waits).toEqual([]);
    expect(wecom.calls()['department/list']).toBe(1);
  });

  test('one department out of sight is left out and named', async () => {
    const contacts = await contactsOf();
    wecom.fault({ api: 'user/simplelist', code: 60011 });
    const book = await contacts.book();
    if (book.kind === 'read') expect(book.value.notes.join()).toMatch(/部门 .+（\d）里的人看不到，已跳过/);
    expect(book.kind).toBe('read');
  });

  test('a token that died is replaced, once', async () => {
    const contacts = await contactsOf();
    await contacts.book();
    wecom.expireTokens();
    expect((await contacts.book()).kind).toBe('read');
    expect(wecom.calls().gettoken).toBe(2);
  });
});

test('a name is told, or it is not known; trouble is neither', async () => {
  const contacts = await contactsOf({ corp: { ...corp, range: { departments: [2] } } });
  expect(await contacts.nameOf('zhaolei')).toEqual({ kind: 'read', value: '赵磊' });
  expect(await contacts.nameOf('nobody')).toEqual({ kind: 'read', value: null });
  expect(await contacts.nameOf('lijie')).toEqual({ kind: 'read', value: null });
  wecom.fault({ api: 'user/get', code: 45009 });
  expect(await contacts.nameOf('zhaolei')).toMatchObject({ kind: 'failed', code: 45009 });
});

describe('who came with a code', () => {
  async function came(code: string, answer?: { code?: number; status?: number }) {
    await contactsOf();
    const http = wecomHttp(wecom.url);
    const client = wecomClient(
      http,
      accessTokens({ corpId, secret }, { http, store: memoryTokenStore(), now: Date.now }),
    );
    if (answer) wecom.fault({ api: 'auth/getuserinfo', ...answer });
    return whoCame(client, code);
  }

  test.each([
    ['a code that is none', 'made-up', undefined, 'again'],
    ['an empty one', '', undefined, 'again'],
    ['one longer than any', 'x'.repeat(513), undefined, 'again'],
    ['one that is used', 'c', { code: 42022 }, 'again'],
    ['one that is old', 'c', { code: 42003 }, 'again'],
    ['somebody out of sight', 'c', { code: 50002 }, 'stranger'],
    ['an address that is not trusted', 'c', { code: 60020 }, 'failed'],
    ['a gateway in trouble', 'c', { status: 502 }, 'failed'],
  ])('%s', async (_name, code, answer, kind) => expect((await came(code, answer)).kind).toBe(kind));

  test('both spellings of the answer are read', async () => {
    const answering = (body: object) => async () => ({
      kind: 'answer' as const,
      code: 0,
      message: 'ok',
      body: { errcode: 0, ...body },
    });
    wecom = await startFakeWecom();
    expect(await whoCame(answering({ userid: 'zhaolei' }), 'c')).toEqual({ kind: 'member', account: 'zhaolei' });
    expect(await whoCame(answering({ UserId: 'zhaolei' }), 'c')).toEqual({ kind: 'member', account: 'zhaolei' });
    expect(await whoCame(answering({ openid: 'o1' }), 'c')).toEqual({ kind: 'stranger' });
    expect(await whoCame(answering({ userid: 7 }), 'c')).toEqual({ kind: 'stranger' });
  });
});
