// What `zhibu doctor` says of each door when WeCom refuses, is silent or answers oddly: a table of errors, each planted in the fake.

import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { callbackCrypto } from '../../src/channels/wecom/crypto.ts';
import { checkWechaty } from '../../src/commands/doctor/wechaty.ts';
import { readConfig } from '../../src/config.ts';
import { hour, minute } from '../../src/domain/time.ts';
import { fakeBotCredentials, startFakeBot } from '../../src/rehearsal/fake-wecom/bot-fake.ts';
import { fakeCredentials } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { keepDoorState } from '../../src/store/door-state.ts';
import { keepTrouble } from '../../src/store/door-trouble.ts';
import { leaseOf } from '../../src/store/lease.ts';
import { openPatient, type Patient } from './doctor-setup.ts';

let patient: Patient;
beforeAll(async () => {
  patient = await openPatient({
    members: ['zhaolei', 'lijie'],
    chats: ['branch1'],
    robots: ['robot-1', 'robot-2'],
    apps: [{ agentId: 1000009, secret: 'fake-secret-of-another-app' }],
    corp: { assistantSecret: 'fake-secret-of-the-contacts' },
  });
});
afterAll(() => patient.close());
beforeEach(async () => {
  patient.wecom.clearFaults();
  await patient.db.pool.query(`update unit set groups = '{}'; update org_version set version = version + 1`);
  await patient.db.pool.query('truncate outbox, undelivered, inbound, door_trouble, door_state');
});

const setGroups = (groups: Readonly<Record<string, string>>) =>
  patient.db.pool.query(`update unit set groups = $1 where id = 'b1'`, [JSON.stringify(groups)]);

/** Planted as the answer to a call; found under `check` with these words. */
const refusals: readonly (readonly [api: string, code: number, check: string, what: RegExp, todo: RegExp])[] = [
  ['gettoken', 40001, '应用', /密钥不对，或者应用已停用（错误码 40001）/, /Secret .*查看.*WECOM_SECRET/],
  ['gettoken', 40091, '应用', /密钥不对，可能是别的应用的/, /WECOM_SECRET/],
  ['gettoken', 40013, '应用', /企业ID 不对/, /我的企业 → 企业信息.*WECOM_CORP_ID/],
  ['gettoken', 45009, '应用', /暂时被限制/, /等一小时/],
  ['gettoken', -1, '应用', /企业微信忙/, /过几分钟/],
  ['gettoken', 301007, '应用', /解散或被封/, /客服/],
  ['gettoken', 43009, '应用', /没有认证/, /认证/],
  ['agent/get', 60020, '应用', /出口地址 127\.0\.0\.1 不在企业可信IP里/, /企业可信IP”→ 配置 → 加上 127\.0\.0\.1/],
  ['agent/get', 301002, '应用', /AgentId 和 Secret 不是同一个应用的/, /同一页/],
  ['agent/get', 40056, '应用', /AgentId 不对/, /WECOM_AGENT_ID/],
  ['agent/get', 48006, '应用', /很久没人用，权限被收回/, /重新启用/],
  ['agent/get', 50003, '应用', /应用被停用/, /启用/],
  ['agent/get', 48002, '应用', /没有这个接口的权限/, /应用管理/],
  ['agent/get', 60011, '应用', /可见范围/, /可见范围 → 编辑/],
  ['agent/get', 40014, '应用', /访问凭证无效/, /单独建一个应用/],
  ['agent/get', 77777, '应用', /没见过的错误码.*77777/, /devtool/],
  ['appchat/get', 40050, '应用群', /第一党支部的群：群不存在/, /重新建群/],
  ['appchat/get', 86003, '应用群', /群不存在/, /重新建群/],
  ['appchat/get', 49008, '应用群', /解散/, /重新建群/],
  ['appchat/get', 86008, '应用群', /别的应用建的/, /重新建群/],
  ['appchat/get', 48002, '应用群', /没有这个接口的权限/, /最上面的部门/],
  ['webhook/send', 93000, '群机器人', /第一党支部的群：.*key 不对，或机器人已被移除/, /重新添加/],
  ['webhook/send', 93004, '群机器人', /已停用/, /重新添加/],
  ['webhook/send', 93008, '群机器人', /不在这个群里/, /重新添加/],
  ['user/list_id', 48009, '通讯录', /不能从这个地址读取姓名/, /名册导入/],
  ['user/list_id', 60020, '通讯录', /127\.0\.0\.1/, /通讯录同步 →“企业可信IP”/],
];

test.each(refusals)('%s refused with %i is found under %s', async (api, code, check, what, todo) => {
  await setGroups({ wecom: 'branch1', webhook: 'robot-1' });
  const contacts: Record<string, string> =
    check === '通讯录' ? { WECOM_CONTACT_SECRET: 'fake-secret-of-the-contacts' } : {};
  patient.wecom.fault({ api, code, times: 3 });
  const { code: exit, of } = await patient.examine(contacts);
  expect(exit).toBe(1);
  expect(of(check).at(-1)).toMatchObject({
    level: 'bad',
    what: expect.stringMatching(what),
    todo: expect.stringMatching(todo),
  });
});

test('a wrong secret and a wrong app are found as WeCom itself says them', async () => {
  expect((await patient.examine({ WECOM_SECRET: 'wrong' })).of('应用')).toMatchObject([
    { level: 'bad', what: expect.stringContaining('40001') },
  ]);
  expect((await patient.examine({ WECOM_AGENT_ID: '9' })).of('应用')).toMatchObject([
    { level: 'good' },
    { level: 'bad', what: expect.stringContaining('301002') },
  ]);
  expect((await patient.examine({ WECOM_CORP_ID: 'ww-other' })).of('应用')).toMatchObject([
    { level: 'bad', what: expect.stringContaining('40013') },
  ]);
  expect((await patient.examine({ WECOM_CONTACT_SECRET: 'wrong' })).of('通讯录')).toMatchObject([
    { level: 'bad', what: expect.stringContaining('40001'), todo: expect.stringContaining('WECOM_CONTACT_SECRET') },
  ]);
});

test('an app without a menu, and the contacts where all is well, are said so', async () => {
  expect((await patient.examine()).of('应用').at(-1)).toMatchObject({
    level: 'attention',
    todo: expect.stringContaining('zhibu menu'),
  });
  const { of } = await patient.examine({ WECOM_CONTACT_SECRET: 'fake-secret-of-the-contacts' });
  expect(of('通讯录')).toMatchObject([{ level: 'good', what: expect.stringContaining('有效') }]);
  const mixedUp = await patient.examine({ WECOM_CONTACT_SECRET: 'fake-secret-of-another-app' });
  expect(mixedUp.of('通讯录')).toMatchObject([{ level: 'bad', todo: expect.stringContaining('不是应用的') }]);
});

test('a WeCom that does not answer, or answers nonsense, is told from a refusal', async () => {
  patient.wecom.fault({ api: 'gettoken', status: 502 });
  expect((await patient.examine()).of('应用')[0]).toMatchObject({
    level: 'bad',
    what: expect.stringContaining('HTTP 502'),
  });
  const silent = await patient.examine({ WECOM_API_BASE: 'http://127.0.0.1:1' });
  expect(silent.of('应用')[0]).toMatchObject({ level: 'bad', todo: expect.stringContaining('WECOM_API_BASE') });
  expect(silent.of('时钟')[0]).toMatchObject({ level: 'attention' });
});

/** An API of one app that answers as it is told. */
async function withAgent<T>(agent: object, work: (url: string) => Promise<T>): Promise<T> {
  return withServer((request, response) => {
    const token = request.url?.startsWith('/cgi-bin/gettoken');
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ errcode: 0, errmsg: 'ok', ...(token ? { access_token: 't', expires_in: 7200 } : agent) }),
    );
  }, work);
}

async function withServer<T>(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const everybody = { allow_partys: { partyid: [1] } };

test('an app that is switched off, that nobody can see, or whose domain is another one, is found', async () => {
  const lastOf = (agent: object, more = {}) =>
    withAgent(agent, async (url) => (await patient.examine({ WECOM_API_BASE: url, ...more })).of('应用').at(-1));
  expect(await lastOf({ name: '支部', close: 1, ...everybody })).toMatchObject({
    level: 'bad',
    todo: expect.stringContaining('启用'),
  });
  expect(await lastOf({ name: '支部', close: 0 })).toMatchObject({
    level: 'bad',
    what: expect.stringContaining('可见范围是空的'),
    todo: expect.stringContaining('可见范围 → 编辑'),
  });
  const ours = { PUBLIC_URL: 'https://zhibu.invalid' };
  expect(await lastOf({ ...everybody, redirect_domain: '' }, ours)).toMatchObject({
    level: 'attention',
    todo: expect.stringMatching(/设置可信域名，填 zhibu\.invalid/),
  });
  expect(await lastOf({ ...everybody, redirect_domain: 'other.invalid' }, ours)).toMatchObject({ level: 'attention' });
  expect(await lastOf({ ...everybody, redirect_domain: 'zhibu.invalid' }, ours)).toMatchObject({ level: 'good' });
});

type Answering = (echo: string, request: IncomingMessage, response: ServerResponse) => void;

const appKeys = {
  token: fakeCredentials.token,
  encodingAesKey: fakeCredentials.encodingAesKey,
  receiveId: fakeCredentials.corpId,
};
const botKeys = { ...fakeBotCredentials, receiveId: '' };

/** A callback address that checks as the product does and then answers as it is told. */
async function callbackFinding(answer: Answering, keys = appKeys, more = {}, check = '应用回调') {
  return withServer(
    (request, response) => {
      const { searchParams } = new URL(request.url!, 'http://localhost');
      const of = (name: string) => searchParams.get(name) ?? '';
      const signed = { signature: of('msg_signature'), timestamp: of('timestamp'), nonce: of('nonce') };
      const opened = callbackCrypto(keys).open(of('echostr'), signed, Date.now());
      if (opened.kind === 'refused') response.writeHead(opened.status).end('refused');
      else answer(opened.text, request, response);
    },
    async (url) => (await patient.examine({ PUBLIC_URL: url, ...more })).of(check).at(-1),
  );
}

const right: Answering = (echo, _request, response) => response.end(echo);

test('the callback passes the check that WeCom makes, signed with our own keys', async () => {
  expect(await callbackFinding(right)).toMatchObject({
    level: 'good',
    what: expect.stringMatching(/\/wecom\/callback 按企业微信的方式核对通过.*设置API接收/),
  });
  const { token, encodingAesKey } = fakeBotCredentials;
  const bot = { WECOM_BOT_TOKEN: token, WECOM_BOT_AES_KEY: encodingAesKey };
  expect(await callbackFinding(right, botKeys, bot, '机器人回调')).toMatchObject({
    level: 'good',
    what: expect.stringContaining('/wecom/bot'),
  });
});

test.each<readonly [string, Answering, RegExp]>([
  ['a line break at the end', (echo, _, response) => response.end(`${echo}\n`), /改过/],
  ['quotes', (echo, _, response) => response.end(`"${echo}"`), /改过/],
  ['a byte order mark', (echo, _, response) => response.end(`\uFEFF${echo}`), /改过/],
])('a proxy that adds %s is found out', async (_, answer, what) => {
  const { db } = patient;
  const busy = await db.stay!.takeServiceLock();
  expect(busy).toBe(true);
  expect(await callbackFinding(answer)).toMatchObject({ level: 'bad', what: expect.stringMatching(what) });
});

test('a service with other keys, a proxy that leads elsewhere, and an address that nobody answers are told apart', async () => {
  const others = [{ token: 'another-token' }, { encodingAesKey: fakeBotCredentials.encodingAesKey }];
  for (const other of others)
    expect(await callbackFinding(right, { ...appKeys, ...other })).toMatchObject({
      level: 'bad',
      what: expect.stringContaining('不认 .env 里的密钥'),
      todo: expect.stringContaining('重启服务'),
    });
  expect(await callbackFinding((_echo, _request, response) => response.writeHead(404).end())).toMatchObject({
    level: 'bad',
    what: expect.stringContaining('回答 404，不是支部通的回答'),
  });
  const moved: Answering = (_echo, _request, response) => response.writeHead(301, { location: '/' }).end();
  expect(await callbackFinding(moved)).toMatchObject({ level: 'bad', what: expect.stringContaining('转到了别的地址') });
  const nobody = await patient.examine({ PUBLIC_URL: 'http://127.0.0.1:1' });
  expect(nobody.of('应用回调').map(({ level }) => level)).toEqual(['attention', 'attention', 'bad']);
  expect((await patient.examine()).of('应用回调')).toMatchObject([
    { level: 'attention', todo: expect.stringContaining('PUBLIC_URL') },
  ]);
});

test('the long connection of the AI bot is tried when no service holds it, and left alone when one does', async () => {
  const bot = await startFakeBot();
  const env = {
    WECOM_BOT_ID: bot.credentials.botId,
    WECOM_BOT_SECRET: bot.credentials.secret,
    WECOM_BOT_WS: bot.ws,
  };
  try {
    expect((await patient.examine(env)).of('机器人')).toMatchObject([
      { level: 'good', what: expect.stringContaining('连得上') },
    ]);
    expect((await patient.examine({ ...env, WECOM_BOT_SECRET: 'wrong' })).of('机器人')).toMatchObject([
      { level: 'bad', what: expect.stringContaining('不认'), todo: expect.stringContaining('WECOM_BOT_SECRET') },
    ]);
    const lease = leaseOf(patient.db.pool, `wecom-bot/${bot.credentials.botId}`);
    await lease.take('the service', hour);
    const before = bot.counts().aibot_subscribe;
    expect((await patient.examine(env)).of('机器人')).toMatchObject([
      { level: 'good', what: expect.stringContaining('服务正管着') },
    ]);
    expect(bot.counts().aibot_subscribe).toBe(before);
    await lease.release('the service');
  } finally {
    await bot.close();
  }
  expect((await patient.examine(env)).of('机器人')).toMatchObject([
    { level: 'bad', what: expect.stringContaining('连不上'), todo: expect.stringContaining('443') },
  ]);
});

test('groups that are there are said to be there, and nothing is written into them', async () => {
  await setGroups({ wecom: 'branch1', webhook: 'robot-2' });
  const { of } = await patient.examine();
  expect(of('应用群')).toMatchObject([{ level: 'good', what: '1个群都在' }]);
  expect(of('群机器人')).toMatchObject([{ level: 'good', what: '1个群机器人的 key 都有效' }]);
  expect(patient.wecom.groupInbox('branch1')).toEqual([]);
  expect(patient.wecom.groupInbox('robot-2')).toEqual([]);
});

test('a door that nobody ever wrote to is found, and one that is used says when', async () => {
  const { pool } = patient.db;
  expect((await patient.examine()).of('来往')).toMatchObject([
    { level: 'attention', what: expect.stringContaining('没有收到过一句话'), todo: expect.stringContaining('帮助') },
  ]);
  await pool.query(
    `insert into inbound (channel, message_id, said_at, received_at) values ('wecom', '1', now(), now())`,
  );
  await pool.query(
    `insert into outbox (channel, kind, lane, draft, due_at, status, sent_at, created_at)
      values ('wecom', 'reply', 0, '{"text":""}', now(), 2, now(), now())`,
  );
  const used = (await patient.examine()).of('来往');
  expect(used).toMatchObject([
    {
      level: 'good',
      what: expect.stringMatching(/^企业微信应用：最近一次收到：今天 .*最近一次主动发出：今天 .*没有等着发的$/),
    },
  ]);
});

test('what the door last complained of is said until something went out again', async () => {
  const { pool } = patient.db;
  await keepTrouble(pool, 'wecom', '60020 from ip: 203.0.113.9', Date.now() - minute);
  expect((await patient.examine()).of('来往')).toMatchObject([
    { level: 'bad', what: expect.stringContaining('203.0.113.9'), todo: expect.stringContaining('企业可信IP') },
  ]);
  await keepTrouble(pool, 'wecom', 'ECONNRESET', Date.now());
  expect((await patient.examine()).of('来往')).toMatchObject([{ level: 'attention' }]);
  await pool.query(
    `insert into outbox (channel, kind, lane, draft, due_at, status, sent_at, created_at)
      values ('wecom', 'reply', 0, '{"text":""}', now(), 2, now() + interval '1 second', now())`,
  );
  expect((await patient.examine()).of('来往')[0]?.what).not.toContain('ECONNRESET');
});

test('that WeCom will suspend, or has suspended, the app is said until it says that all is well', async () => {
  const { pool } = patient.db;
  const hear = (event: string) =>
    pool.query(`insert into audit (at, action, detail) values (clock_timestamp(), 'app-alert', $1)`, [
      JSON.stringify({ event, effectAt: Date.now() + 48 * hour }),
    ]);
  const found = async () => (await patient.examine()).of('来往')[0];
  await hear('inactive_alert');
  expect(await found()).toMatchObject({ level: 'attention', what: expect.stringContaining('很少有人用') });
  await hear('close_inactive_agent');
  expect(await found()).toMatchObject({ level: 'bad', todo: expect.stringContaining('重新启用') });
  await hear('reopen_inactive_agent');
  expect((await found())?.what).not.toContain('停用');
});

test('messages for a door that is not open any more are told', async () => {
  await patient.db.pool.query(
    `insert into outbox (channel, kind, lane, draft, due_at, status, created_at)
      values ('wechaty', 'reply', 0, '{"text":""}', now() + interval '1 hour', 0, now())`,
  );
  expect((await patient.examine()).of('来往').at(-1)).toMatchObject({
    level: 'attention',
    what: '微信（Wechaty）没有接上，却有1条等着从那里发',
  });
});

test('WeChat: missing packages, a missing token and the risk are said', () => {
  const config = (env: Record<string, string>) => readConfig(env);
  const find = (env: Record<string, string>, installed: readonly string[]) =>
    checkWechaty(config(env), (name) => installed.includes(name));
  expect(find({ WECHATY_PUPPET: 'wechaty-puppet-wechat4u' }, [])).toMatchObject([
    { level: 'bad', todo: expect.stringContaining('npm run add-wechaty') },
    { level: 'attention', what: expect.stringContaining('封') },
  ]);
  expect(find({ WECHATY_PUPPET: 'wechaty-puppet-padlocal' }, ['wechaty'])).toMatchObject([
    { level: 'bad', todo: expect.stringContaining('npm install wechaty-puppet-padlocal') },
    { level: 'bad', todo: expect.stringContaining('WECHATY_TOKEN') },
    { level: 'attention' },
  ]);
  expect(find({ WECHATY_TOKEN: 't' }, ['wechaty'])).toMatchObject([
    { level: 'good', what: expect.stringContaining('wechaty-puppet-service') },
    { level: 'attention' },
  ]);
});

test.each([
  ['waiting-for-scan', 'bad', /等着扫码登录/],
  ['lost', 'bad', /掉了登录/],
  ['missing', 'bad', /缺少程序包/],
  ['off', 'attention', /没有进程在管它/],
  ['starting', 'attention', /正在启动/],
  ['open', 'attention', /没有收到过一句话/],
] as const)('WeChat that is %s is %s', async (state, level, what) => {
  await keepDoorState(patient.db.pool, { door: 'wechaty', state }, Date.now());
  const { of } = await patient.examine({ WECHATY_TOKEN: 't' });
  expect(of('来往').at(-1)).toMatchObject({ level, what: expect.stringMatching(what) });
});

test('WeChat whose process was silent for long is not called open', async () => {
  await keepDoorState(patient.db.pool, { door: 'wechaty', state: 'open' }, Date.now() - hour);
  expect((await patient.examine({ WECHATY_TOKEN: 't' })).of('来往').at(-1)?.what).toContain('没有进程在管它');
});
