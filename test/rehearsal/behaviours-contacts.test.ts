// Contacts and login of the fake WeCom: behaviours 28, 31 and 32.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { understand } from '../../src/channels/wecom/message.ts';
import { readFlatXml } from '../../src/channels/wecom/xml.ts';
import { fakeCredentials } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { openText } from '../../src/rehearsal/fake-wecom/seal.ts';
import { type Fake, hour, minute, openFake } from './behaviours-setup.ts';

const corp = {
  departments: [
    { id: 2, name: '技术部' },
    { id: 3, name: '财务部' },
    { id: 4, name: '技术一组', parentid: 2 },
  ],
  users: [
    { userid: 'WangFang', name: '王芳', department: [2], mobile: '13800000000' },
    { userid: 'zhaolei', name: '赵磊', department: [4, 3] },
    { userid: 'lijie', name: '李洁', department: [3] },
    { userid: 'sunbo', name: '孙波', department: [3], status: 5 as const },
  ],
  tags: [{ id: 7, name: '支委', users: ['lijie', 'zhaolei'] }],
  assistantSecret: 'secret-of-the-assistant',
};

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function fakeWith(options: Parameters<typeof openFake>[0] = {}): Promise<Fake> {
  const fake = await openFake({ corp, ...options });
  open.push(() => fake.wecom.close());
  return fake;
}

describe('32 what an app may read of the contacts', () => {
  test('32 a new app is told nothing private, and every gender is "0"', async () => {
    const fake = await fakeWith();
    const user = await fake.api('user/get?userid=wangfang');
    expect(user).toMatchObject({
      errcode: 0,
      userid: 'WangFang',
      name: '王芳',
      department: [2],
      gender: '0',
      status: 1,
    });
    for (const field of ['mobile', 'email', 'biz_mail', 'avatar', 'qr_code', 'address'])
      expect(user).not.toHaveProperty(field);
  });

  test('32 an old app is told', async () => {
    const fake = await fakeWith({ switches: { privateFields: true } });
    expect(await fake.api('user/get?userid=wangfang')).toMatchObject({ mobile: '13800000000', gender: '1' });
  });

  test.each([60011, 60021, 50002] as const)(
    '32 somebody out of sight is refused with %i, a deleted one with 60111',
    async (code) => {
      const fake = await fakeWith({ corp: { ...corp, range: { departments: [2] } }, switches: { outOfSight: code } });
      expect(await fake.api('user/get?userid=lijie')).toMatchObject({ errcode: code });
      expect(await fake.api('user/get?userid=nobody')).toMatchObject({ errcode: 60111 });
      expect(await fake.api('user/get?userid=zhaolei')).toMatchObject({ errcode: 0 });
    },
  );

  test('32 departments and their direct members, within sight', async () => {
    const fake = await fakeWith({ corp: { ...corp, range: { departments: [2] } } });
    const { department } = (await fake.api('department/list')) as unknown as {
      department: { id: number; parentid: number }[];
    };
    expect(department.map(({ id }) => id)).toEqual([2, 4]);
    expect(await fake.api('user/simplelist?department_id=4')).toMatchObject({
      userlist: [{ userid: 'zhaolei', name: '赵磊' }],
    });
    expect(await fake.api('user/simplelist?department_id=3')).toMatchObject({ errcode: 60011 });
    expect(await fake.api('user/simplelist?department_id=99')).toMatchObject({ errcode: 60003 });
  });

  test('32 a tag lists only whom the app sees', async () => {
    const fake = await fakeWith({ corp: { ...corp, range: { departments: [2] } } });
    expect(await fake.api('tag/get?tagid=7')).toMatchObject({ userlist: [{ userid: 'zhaolei', name: '赵磊' }] });
    expect(await fake.api('tag/get?tagid=8')).toMatchObject({ errcode: 40068 });
  });

  test('32 the app is told its own range', async () => {
    const fake = await fakeWith({ corp: { ...corp, range: { departments: [2], users: ['lijie'], tags: [7] } } });
    expect(await fake.api('agent/get?agentid=1000002')).toMatchObject({
      allow_userinfos: { user: [{ userid: 'lijie' }] },
      allow_partys: { partyid: [2] },
      allow_tags: { tagid: [7] },
    });
  });

  test('32 the assistant reads ids from a new address, and no details (48009)', async () => {
    const fake = await fakeWith({ login: false });
    await fake.login(corp.assistantSecret);
    for (const path of ['user/get?userid=lijie', 'user/simplelist?department_id=3', 'department/list'])
      expect(await fake.api(path)).toMatchObject({ errcode: 48009 });
    expect(await fake.api('department/simplelist')).toMatchObject({
      errcode: 0,
      department_id: [{ id: 1 }, {}, {}, {}],
    });
    const first = await fake.api('user/list_id', { cursor: '', limit: 3 });
    expect(first).toMatchObject({ dept_user: [{ userid: 'WangFang', department: 2 }, {}, {}], next_cursor: '3' });
    expect(await fake.api('user/list_id', { cursor: first.next_cursor, limit: 3 })).toMatchObject({ next_cursor: '' });
  });

  test('32 from an old address the assistant reads names; an app never lists ids', async () => {
    const fake = await fakeWith({ login: false, switches: { assistant: 'all' } });
    await fake.login(corp.assistantSecret);
    expect(await fake.api('department/list')).toMatchObject({ errcode: 0 });
    await fake.login();
    expect(await fake.api('user/list_id', {})).toMatchObject({ errcode: 48002 });
  });
});

describe('31 logging in', () => {
  const address = (wecom: { url: string }, more: Record<string, string> = {}) =>
    `${wecom.url}/connect/oauth2/authorize?${new URLSearchParams({
      appid: fakeCredentials.corpId,
      redirect_uri: 'https://zhibu.example/login/callback',
      response_type: 'code',
      scope: 'snsapi_base',
      state: 'abc123',
      agentid: String(fakeCredentials.agentId),
      ...more,
    })}`;

  async function comeBack(url: string, who = 'zhaolei'): Promise<URL> {
    const response = await fetch(url, { redirect: 'manual', headers: { 'x-wecom-user': who } });
    expect(response.status).toBe(302);
    return new URL(response.headers.get('location')!);
  }

  const codeOf = async (fake: Fake, who?: string, more?: Record<string, string>) =>
    (await comeBack(address(fake.wecom, more), who)).searchParams.get('code')!;

  test('31 the browser comes back with a code and the state', async () => {
    const fake = await fakeWith();
    const back = await comeBack(address(fake.wecom));
    expect(back.origin + back.pathname).toBe('https://zhibu.example/login/callback');
    expect(back.searchParams.get('state')).toBe('abc123');
    expect(await fake.api(`auth/getuserinfo?code=${back.searchParams.get('code')}`)).toMatchObject({
      userid: 'zhaolei',
    });
  });

  test('31 so it does after the QR code outside WeCom', async () => {
    const fake = await fakeWith();
    const query = new URLSearchParams({
      login_type: 'CorpApp',
      appid: fakeCredentials.corpId,
      agentid: String(fakeCredentials.agentId),
      redirect_uri: 'https://zhibu.example/login/callback',
      state: 'abc123',
    });
    const back = await comeBack(`${fake.wecom.url}/wwlogin/sso/login?${query}`);
    expect(await fake.api(`auth/getuserinfo?code=${back.searchParams.get('code')}`)).toMatchObject({
      userid: 'zhaolei',
    });
  });

  test.each([42022, 40029] as const)(
    '31 a code works once (%i), five minutes (42003), and only if it is one (40029)',
    async (used) => {
      const fake = await fakeWith({ switches: { usedCode: used } });
      const code = await codeOf(fake);
      expect(await fake.api(`auth/getuserinfo?code=${code}`)).toMatchObject({ errcode: 0 });
      expect(await fake.api(`auth/getuserinfo?code=${code}`)).toMatchObject({ errcode: used });
      const late = await codeOf(fake);
      fake.wecom.forward(5 * minute);
      expect(await fake.api(`auth/getuserinfo?code=${late}`)).toMatchObject({ errcode: 42003 });
      expect(await fake.api('auth/getuserinfo?code=made-up')).toMatchObject({ errcode: 40029 });
    },
  );

  test('31 the older call answers in capitals', async () => {
    const fake = await fakeWith();
    expect(await fake.api(`user/getuserinfo?code=${await codeOf(fake)}`)).toMatchObject({ UserId: 'zhaolei' });
  });

  test('31 who is no member comes as an openid; one out of sight as that, or not at all', async () => {
    const fake = await fakeWith();
    expect(await fake.api(`auth/getuserinfo?code=${await codeOf(fake, 'openid:o1')}`)).toMatchObject({ openid: 'o1' });
    expect(await fake.api(`auth/getuserinfo?code=${await codeOf(fake, 'sunbo')}`)).toHaveProperty('openid');
    fake.wecom.setSwitches({ strangerLogin: 'refuse' });
    expect(await fake.api(`auth/getuserinfo?code=${await codeOf(fake, 'sunbo')}`)).toMatchObject({ errcode: 50002 });
  });

  test('31 a ticket for details comes only with the scope for it, and lives half an hour', async () => {
    const fake = await fakeWith();
    const plain = await fake.api(`auth/getuserinfo?code=${await codeOf(fake)}`);
    expect(plain).not.toHaveProperty('user_ticket');
    const code = await codeOf(fake, 'wangfang', { scope: 'snsapi_privateinfo' });
    const { user_ticket } = await fake.api(`auth/getuserinfo?code=${code}`);
    expect(await fake.api('auth/getuserdetail', { user_ticket })).toMatchObject({ mobile: '13800000000' });
    fake.wecom.forward(hour);
    await fake.login();
    expect(await fake.api('auth/getuserdetail', { user_ticket })).toMatchObject({ errcode: 84014 });
    expect(await fake.api('auth/getuserdetail', { user_ticket: 'x' })).toMatchObject({ errcode: 84015 });
  });

  test.each([
    ['another domain', { redirect_uri: 'https://evil.example/' }, '50001'],
    ['a state with signs in it', { state: 'a-b' }, '40035'],
    ['another corp', { appid: 'ww999' }, '40013'],
  ])('31 %s is refused on the page', async (_name, more, code) => {
    const fake = await fakeWith({ corp: { ...corp, trustedDomain: 'zhibu.example' } });
    const page = await fetch(address(fake.wecom, more), { redirect: 'manual', headers: { 'x-wecom-user': 'zhaolei' } });
    expect(page.status).toBe(200);
    expect(await page.text()).toContain(code);
  });

  test('31 by hand the page asks who it is', async () => {
    const fake = await fakeWith();
    const page = await (await fetch(address(fake.wecom))).text();
    expect(page).toContain('以谁的身份登录');
    expect(page).toContain('__as=lijie');
  });
});

describe('28 changes of the contacts', () => {
  /** Our side, as it hears the events. */
  async function heard(options: Parameters<typeof openFake>[0] = {}) {
    const events: Record<string, string>[] = [];
    const server: Server = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      const keys = {
        token: fakeCredentials.token,
        encodingAesKey: fakeCredentials.encodingAesKey,
        receiveId: fakeCredentials.corpId,
      };
      const xml = openText(keys, readFlatXml(body)!.Encrypt!);
      events.push(readFlatXml(xml) ?? { nested: xml });
      expect(understand(xml, fakeCredentials.agentId).kind).not.toBe('refused');
      response.end();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    open.push(() => new Promise((closed) => server.close(closed)));
    const fake = await fakeWith(options);
    fake.wecom.setCallback(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return { fake, events };
  }

  test('28 one who is deleted goes out of sight first, and the event comes from sys without an app', async () => {
    const { fake, events } = await heard();
    await fake.wecom.contacts({ do: 'leave', userid: 'lijie' });
    expect(events).toMatchObject([
      { Event: 'unsubscribe', FromUserName: 'lijie', AgentID: '1000002' },
      { Event: 'change_contact', ChangeType: 'delete_user', UserID: 'lijie', FromUserName: 'sys' },
    ]);
    expect(events[1]).not.toHaveProperty('AgentID');
    expect(await fake.send({ touser: 'lijie' })).toMatchObject({ errcode: 81013 });
  });

  test('28 or the other way round', async () => {
    const { fake, events } = await heard({ switches: { farewell: 'deleted-first' } });
    await fake.wecom.contacts({ do: 'leave', userid: 'lijie' });
    expect(events.map(({ Event }) => Event)).toEqual(['change_contact', 'unsubscribe']);
  });

  test('28 a newer address is told ids and departments only', async () => {
    const { fake, events } = await heard({ switches: { contactEvents: 'ids' } });
    await fake.wecom.contacts({ do: 'join', userid: 'new', name: '新来的', department: [2], mobile: '13900000000' });
    await fake.wecom.contacts({ do: 'department', id: 2, name: '研发部' });
    await fake.wecom.contacts({ do: 'department', id: 4, name: '一组', parentid: 3 });
    const told = events.filter(({ Event }) => Event === 'change_contact');
    expect(told).toHaveLength(2);
    expect(Object.keys(told[0]!).sort()).toEqual(
      ['ChangeType', 'CreateTime', 'Department', 'Event', 'FromUserName', 'MsgType', 'ToUserName', 'UserID'].sort(),
    );
    expect(told[1]).toMatchObject({ ChangeType: 'update_party', Id: '4', ParentId: '3' });
    expect(told[1]).not.toHaveProperty('Name');
  });

  test('28 a plain app may hear nothing of them but who comes into sight', async () => {
    const { fake, events } = await heard({ switches: { contactEvents: 'none' } });
    await fake.wecom.contacts({ do: 'join', userid: 'new', name: '新来的', department: [2] });
    expect(events).toMatchObject([{ Event: 'subscribe', FromUserName: 'new' }]);
  });

  test('28 a renamed userid keeps its person in sight', async () => {
    const { fake, events } = await heard();
    await fake.wecom.contacts({ do: 'change', userid: 'lijie', newUserid: 'lijie2' });
    expect(events).toMatchObject([{ ChangeType: 'update_user', UserID: 'lijie', NewUserID: 'lijie2' }]);
    expect(await fake.api('user/get?userid=lijie2')).toMatchObject({ name: '李洁' });
  });

  test('28 a narrower range sends some people away, a wider one brings them back', async () => {
    const { fake, events } = await heard();
    await fake.wecom.contacts({ do: 'range', departments: [2] });
    await fake.wecom.contacts({ do: 'range', departments: [1] });
    expect(events.map(({ Event, FromUserName }) => `${Event} ${FromUserName}`)).toEqual([
      'unsubscribe lijie',
      'subscribe lijie',
    ]);
  });

  test('28 tags, departments, the end of an import and the warning to an unused app', async () => {
    const { fake, events } = await heard();
    await fake.wecom.contacts({ do: 'tag', id: 7, add: ['wangfang'], remove: ['lijie'] });
    await fake.wecom.contacts({ do: 'no-department', id: 4 });
    await fake.wecom.contacts({ do: 'import-ended' });
    await fake.wecom.contacts({ do: 'alert', event: 'inactive_alert' });
    expect(events).toMatchObject([
      { ChangeType: 'update_tag', TagId: '7', AddUserItems: 'wangfang', DelUserItems: 'lijie' },
      { ChangeType: 'delete_party', Id: '4' },
      { nested: expect.stringContaining('<JobType><![CDATA[sync_user]]></JobType><ErrCode>0</ErrCode>') },
      { Event: 'inactive_alert', EffectTime: expect.stringMatching(/^\d+$/) },
    ]);
  });

  test('28 by hand too', async () => {
    const { fake, events } = await heard();
    const answer = await fetch(`${fake.wecom.url}/__contacts`, {
      method: 'POST',
      body: JSON.stringify({ do: 'change', userid: 'lijie', status: 5 }),
    });
    expect(await answer.json()).toMatchObject([{ status: 200 }, { status: 200 }]);
    expect(events.map(({ Event }) => Event)).toEqual(['unsubscribe', 'change_contact']);
    const wrong = await fetch(`${fake.wecom.url}/__contacts`, {
      method: 'POST',
      body: JSON.stringify({ do: 'vanish' }),
    });
    expect(wrong.status).toBe(400);
    const all = await (await fetch(`${fake.wecom.url}/__contacts`)).json();
    expect(all).toMatchObject({ range: { departments: [1] } });
  });
});
