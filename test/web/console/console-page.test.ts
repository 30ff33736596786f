// Who may see the operator's page, what it shows and what it never shows.

import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { byCookie, type Desk, monday, openDesk, plantFigures } from './console-setup.ts';

let desk: Desk;
let local: FastifyInstance;
let real: FastifyInstance;
beforeAll(async () => {
  desk = await openDesk();
  await plantFigures(desk.db);
  local = await desk.open();
  real = await desk.open({ local: false, login: { whoIs: byCookie, address: () => '/login?to=%2Fconsole' } });
});
afterAll(() => desk.close());

const host = '127.0.0.1:8080';
const get = (
  server: FastifyInstance,
  headers: Record<string, string> = {},
  url = '/console',
  remoteAddress = '127.0.0.1',
) => server.inject({ url, headers: { host, ...headers }, remoteAddress });

async function views(): Promise<unknown[]> {
  const { rows } = await desk.db.pool.query(
    `select actor, subject, detail, at from audit where action = 'console-viewed' order by id`,
  );
  return rows;
}

test('while no real door is open, whoever sits at this machine sees how everything stands', async () => {
  const { statusCode, body, headers } = await get(local);
  expect(statusCode).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  const text = body
    .replaceAll(/<svg.*?<\/svg>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
  expect(text).toContain('2扇门不通');
  expect(text).toMatch(/不通 企业微信应用 .*203\.0\.113\.9.*下一步： .*企业可信IP/);
  expect(text).toMatch(/不通 微信（Wechaty） .*等着扫码登录/);
  expect(text).toMatch(/正常 模拟器 最近一次收到：今天 08:30，最近一次主动发出：今天 09:28/);
  expect(text).toContain('没有接：企业微信智能机器人、应用建的群、群机器人（消息推送）、企业微信通讯录');
  expect(text).toMatch(/等着发的 .*提醒 1条 .*一天之内没有送到的 不在应用可见范围，请管理员添加 1条/);
  expect(text).toMatch(/接下来的定时 .*删除到期的数据 明天 03:15/);
  expect(text).toMatch(/今天新生成的任务 .* 2项/);
  expect(text).toMatch(/版本 0\.1\.0 运行 从今天 08:30起 派活 数据库直接派活 数据 内置数据库/);
});

test('no text of a message, no name and no account is on it', async () => {
  const { body } = await get(local);
  for (const secret of ['王芳', '请交党费', 'zhaolei', '赵磊', 'lijie', 'secret-of-the-login'])
    expect(body).not.toContain(secret);
});

test('the code for logging in to WeChat is drawn, and the page renews itself only while it is', async () => {
  const { body } = await get(local);
  expect(body).toMatch(/<div class="qr" role="img" aria-label="登录微信的二维码"><svg/);
  expect(body).toContain('今天 09:32前有效');
  expect(body).toContain('http-equiv="refresh"');
  const calm = await desk.open({ openDoors: async () => ['simulator'] });
  const later = await get(calm);
  expect(later.body).not.toContain('<svg');
  expect(later.body).not.toContain('http-equiv="refresh"');
});

test.each<[string, Record<string, string>, string]>([
  ['from another machine', {}, '192.0.2.7'],
  ['through a proxy', { 'x-forwarded-for': '192.0.2.7' }, '127.0.0.1'],
  ['under another name', { host: 'zhibu.example' }, '127.0.0.1'],
])('%s nobody sees it without a login', async (_, headers, remoteAddress) => {
  const before = await views();
  const { statusCode, body } = await get(local, headers, '/console', remoteAddress);
  expect(statusCode).toBe(403);
  expect(body).toContain('这一页只给系统管理员看');
  expect(body).not.toMatch(/不通|模拟器|内置数据库|0\.1\.0|<svg/);
  expect(await views()).toEqual(before);
});

test('where real doors are open it takes a login, and says where that is', async () => {
  const { statusCode, body } = await get(real);
  expect(statusCode).toBe(403);
  expect(body).toContain('href="/login?to=%2Fconsole"');
  const mute = await desk.open({ local: false });
  expect((await get(mute)).body).toMatch(/要先接上企业微信应用/);
});

test('a member who is no operator is told so, an operator gets in, and every view is written down', async () => {
  const member = await get(real, { cookie: 'who=wangfang' });
  expect(member.statusCode).toBe(403);
  expect(member.body).toContain('您还不是系统管理员');
  const before = (await views()).length;
  const operator = await get(real, { cookie: 'who=malin' });
  expect(operator.statusCode).toBe(200);
  expect(operator.body).toContain('<form method="post" action="/logout">');
  expect((await views()).slice(before)).toEqual([
    { actor: 'malin', subject: null, detail: { page: 'console' }, at: monday },
  ]);
});

test('an operator who left gets in no more', async () => {
  await desk.db.pool.query(`update member set left_at = now() where id = 'malin'`);
  expect((await get(real, { cookie: 'who=malin' })).statusCode).toBe(403);
  await desk.db.pool.query(`update member set left_at = null where id = 'malin'`);
});

test('the manuals are read under the same rule, and no other file', async () => {
  const manual = await get(local, {}, '/console/docs/operations.md');
  expect(manual.statusCode).toBe(200);
  expect(manual.body).toContain('运行手册');
  expect((await get(real, {}, '/console/docs/operations.md')).statusCode).toBe(403);
  for (const name of ['simulator.png', '..%2fpackage.json', 'nothing.md'])
    expect((await get(local, {}, `/console/docs/${name}`)).statusCode, name).toBe(404);
});

test('the page brings no script and allows none', async () => {
  const { body, headers } = await get(local);
  expect(headers).toMatchObject({
    'content-security-policy': expect.stringMatching(/^default-src 'none'; style-src 'self';/),
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
  });
  expect(body).not.toMatch(/<script|javascript:| on\w+=| style=|<button|<form/);
  expect((await get(local, {}, '/console/style.css')).headers['content-type']).toBe('text/css; charset=utf-8');
});
