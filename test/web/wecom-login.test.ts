// Logging in to the pages over the fake WeCom: what a browser carries, what is refused, and what is written down.

import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { wecomClient } from '../../src/channels/wecom/client.ts';
import { wecomHttp } from '../../src/channels/wecom/http.ts';
import { insideAddress, outsideAddress } from '../../src/channels/wecom/login.ts';
import { accessTokens, memoryTokenStore } from '../../src/channels/wecom/token.ts';
import { hour, minute } from '../../src/domain/time.ts';
import { type FakeWecom, fakeCredentials, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { markLeft } from '../../src/store/leaving.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { noteLook } from '../../src/store/web-sessions.ts';
import { makeServer } from '../../src/web/server.ts';
import { localPath, makeWecomLogin } from '../../src/web/wecom-login.ts';

const { corpId, agentId, secret } = fakeCredentials;
const start = Date.parse('2026-12-07T09:00:00+08:00');
const publicUrl = 'https://zhibu.example';
const inWecom = 'Mozilla/5.0 (iPhone) MicroMessenger/8.0 wxwork/4.1.20 Language/zh';

let db: Database;
let wecom: FakeWecom;
let now = start;
const log = pino({ level: 'silent' });

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await db.pool.query(`insert into unit (id, name, kind) values ('b1', '第一党支部', 'branch')`);
});
afterAll(() => db.close());
beforeEach(async () => {
  now = start;
  await db.pool.query('truncate member, audit, setting cascade');
  await db.pool.query(
    `insert into member (id, name, unit) values ('wangfang', '王芳', 'b1'), ('zhaolei', '赵磊', 'b1')`,
  );
  await db.pool.query(
    `insert into account (channel, account, member) values ('wecom', 'wangfang', 'wangfang'), ('wecom', 'zhaolei', 'zhaolei')`,
  );
  wecom = await startFakeWecom({ now: () => now, members: ['wangfang', 'ZhaoLei', 'guest'] });
});
const servers: FastifyInstance[] = [];
afterEach(async () => {
  await wecom.close();
  for (const server of servers.splice(0)) await server.close();
});

/** One process: pages with the login, and one page that says who asks. */
async function openPages(address: string | null = publicUrl): Promise<FastifyInstance> {
  const http = wecomHttp(wecom.url);
  const tokens = accessTokens({ corpId, secret }, { http, store: memoryTokenStore(), now: () => now });
  const login = makeWecomLogin({
    pool: db.pool,
    app: { corpId, agentId, apiBase: wecom.url },
    client: wecomClient(http, tokens),
    publicUrl: address ?? undefined,
    now: () => now,
    log,
  });
  const server = await makeServer({
    pool: db.pool,
    log,
    open: async (pages) => {
      await pages.register(login.plugin);
      pages.get('/who', async (request) => ({
        who: (await login.whoIs(request)) ?? null,
        login: login.address(request),
      }));
    },
  });
  servers.push(server);
  return server;
}

/** A browser that keeps its cookies. */
function browser(userAgent = inWecom) {
  const cookies = new Map<string, string>();
  const attributes = new Map<string, string>();
  return {
    cookies,
    attributes,
    async open(server: FastifyInstance, url: string, method: 'GET' | 'POST' = 'GET') {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const reply = await server.inject({
        method,
        url,
        headers: { 'user-agent': userAgent, host: 'zhibu.example', ...(cookie ? { cookie } : {}) },
        ...(method === 'POST'
          ? { payload: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded', cookie } }
          : {}),
      });
      for (const line of [reply.headers['set-cookie'] ?? []].flat()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
        attributes.set(name!, line.slice(line.indexOf(';')));
        if (value === '') cookies.delete(name!);
        else cookies.set(name!, value!);
      }
      return reply;
    },
  };
}
type Browser = ReturnType<typeof browser>;

/** The way to WeCom and back: the address WeCom sends the browser to. */
async function wayBack(server: FastifyInstance, one: Browser, who: string, to = '/who'): Promise<string> {
  const sent = await one.open(server, `/login?to=${encodeURIComponent(to)}`);
  expect(sent.statusCode).toBe(302);
  const response = await fetch(sent.headers.location!, { redirect: 'manual', headers: { 'x-wecom-user': who } });
  const back = new URL(response.headers.get('location')!);
  expect(back.origin).toBe(publicUrl);
  return back.pathname + back.search;
}

async function logIn(server: FastifyInstance, one: Browser, who: string) {
  return one.open(server, await wayBack(server, one, who));
}

const whoIs = async (server: FastifyInstance, one: Browser) => (await one.open(server, '/who')).json().who;

async function written(): Promise<string[]> {
  const { rows } = await db.pool.query<{ line: string }>(
    `select action || ' ' || actor || ' ' || coalesce(subject, '-') as line from audit order by id`,
  );
  return rows.map(({ line }) => line);
}

describe('logging in', () => {
  test('inside WeCom goes silently, elsewhere by QR code, and ends on the page that was asked for', async () => {
    const server = await openPages();
    for (const [agent, path] of [
      [inWecom, '/connect/oauth2/authorize'],
      ['Mozilla/5.0 (Windows NT 10.0)', '/wwlogin/sso/login'],
    ] as const) {
      const one = browser(agent);
      const sent = await one.open(server, '/login?to=/who?a=1');
      expect(new URL(sent.headers.location!).pathname).toBe(path);
      const done = await one.open(server, await wayBack(server, one, 'ZhaoLei', '/who?a=1'));
      expect(done).toMatchObject({ statusCode: 303, headers: { location: '/who?a=1' } });
      expect(await whoIs(server, one)).toBe('zhaolei');
    }
    expect(await written()).toEqual(['logged-in zhaolei zhaolei', 'logged-in zhaolei zhaolei']);
  });

  test('the cookie is out of reach of scripts, other sites and plain http', async () => {
    const server = await openPages();
    const one = browser();
    await logIn(server, one, 'zhaolei');
    expect([...one.cookies.keys()]).toEqual(['__Host-zhibu']);
    expect(one.attributes.get('__Host-zhibu')).toBe('; Path=/; Max-Age=43200; HttpOnly; SameSite=Lax; Secure');
  });

  test('over http it has no Secure, which the browser would not send', async () => {
    const server = await openPages('http://zhibu.example');
    const one = browser();
    await one.open(server, '/login');
    expect(one.attributes.get('zhibu-way')).toBe('; Path=/; Max-Age=600; HttpOnly; SameSite=Lax');
  });

  test('another process, and the same after a restart, knows who it is', async () => {
    const one = browser();
    await logIn(await openPages(), one, 'zhaolei');
    expect(await whoIs(await openPages(), one)).toBe('zhaolei');
  });

  test('the way can be begun in one process and ended in another', async () => {
    const one = browser();
    const back = await wayBack(await openPages(), one, 'zhaolei');
    expect((await one.open(await openPages(), back)).statusCode).toBe(303);
  });

  test('under another name of the server it begins at the public one, once', async () => {
    const server = await openPages('https://other.example');
    const first = await browser().open(server, '/login?to=/who');
    expect(first.headers.location).toBe('https://other.example/login?to=%2Fwho&here=1');
    const second = await browser().open(server, '/login?to=%2Fwho&here=1');
    expect(second.headers.location).toContain('/connect/oauth2/authorize');
  });

  test('without a public address there is none, and the page says what to do', async () => {
    const server = await openPages(null);
    const reply = await browser().open(server, '/login');
    expect(reply.statusCode).toBe(503);
    expect(reply.body).toContain('PUBLIC_URL');
  });
});

describe('nobody gets in', () => {
  test('who has no member here, or is no member of the corp', async () => {
    const server = await openPages();
    for (const who of ['guest', 'openid:o1']) {
      const one = browser();
      const reply = await logIn(server, one, who);
      expect(reply.statusCode).toBe(403);
      expect(reply.body).toContain('没有找到您的登记');
      expect(one.cookies.size).toBe(0);
    }
    expect(await written()).toEqual([]);
  });

  test('with the code of another browser: the way belongs to the browser that began it', async () => {
    const server = await openPages();
    const attacker = browser();
    const back = await wayBack(server, attacker, 'wangfang');
    const victim = browser();
    expect((await victim.open(server, back)).statusCode).toBe(400);
    await victim.open(server, '/login');
    expect((await victim.open(server, back)).statusCode).toBe(400);
    expect(await whoIs(server, victim)).toBeNull();
  });

  test('a second time on the same way', async () => {
    const server = await openPages();
    const one = browser();
    const back = await wayBack(server, one, 'zhaolei');
    const way = one.cookies.get('__Host-zhibu-way')!;
    expect((await one.open(server, back)).statusCode).toBe(303);
    const copy = browser();
    copy.cookies.set('__Host-zhibu-way', way);
    const again = await copy.open(server, back);
    expect(again.statusCode).toBe(400);
    expect(again.body).toContain('/login?to=%2Fwho');
  });

  test('after ten minutes on the way, or with a code that is too old', async () => {
    const server = await openPages();
    const one = browser();
    const slow = await wayBack(server, one, 'zhaolei');
    now += 10 * minute;
    expect((await one.open(server, slow)).statusCode).toBe(400);
    const other = await wayBack(server, one, 'zhaolei');
    now += 6 * minute;
    expect((await one.open(server, other)).statusCode).toBe(400);
  });

  test('with a state or a cookie that was touched', async () => {
    const server = await openPages();
    const one = browser();
    const back = await wayBack(server, one, 'zhaolei');
    const cookie = one.cookies.get('__Host-zhibu-way')!;
    for (const touched of [
      back.replace(/state=(.)/, (_, first) => `state=${first === '0' ? '1' : '0'}`),
      back.replace(/state=[^&]*/, 'state='),
      back.replace(/&?state=[^&]*/, ''),
    ]) {
      one.cookies.set('__Host-zhibu-way', cookie);
      expect((await one.open(server, touched)).statusCode).toBe(400);
    }
    one.cookies.set('__Host-zhibu-way', `x${cookie}`);
    expect((await one.open(server, back)).statusCode).toBe(400);
  });

  test('with a made-up session, or one that was touched', async () => {
    const server = await openPages();
    const one = browser();
    await logIn(server, one, 'zhaolei');
    const [id, signature] = one.cookies.get('__Host-zhibu')!.split('.');
    for (const cookie of [
      `${id}.${'0'.repeat(64)}`,
      `${id}`,
      `x${id}.${signature}`,
      '.',
      'a.b.c',
      `${id}.${signature}`.slice(0, -1),
    ]) {
      one.cookies.set('__Host-zhibu', cookie);
      expect(await whoIs(server, one)).toBeNull();
    }
  });

  test('while WeCom does not answer, and then the operator reads why', async () => {
    const server = await openPages();
    const one = browser();
    const back = await wayBack(server, one, 'zhaolei');
    wecom.fault({ api: 'auth/getuserinfo', code: 60020 });
    const reply = await one.open(server, back);
    expect(reply.statusCode).toBe(502);
    expect(reply.body).toContain('zhibu doctor');
    expect(reply.body).not.toContain('60020');
  });
});

describe('a login ends', () => {
  test('by logging out, for every copy of the cookie', async () => {
    const server = await openPages();
    const one = browser();
    await logIn(server, one, 'zhaolei');
    const copy = browser();
    copy.cookies.set('__Host-zhibu', one.cookies.get('__Host-zhibu')!);
    expect((await one.open(server, '/logout')).body).toContain('<form method="post" action="/logout">');
    expect(await whoIs(server, one)).toBe('zhaolei');
    expect((await one.open(server, '/logout', 'POST')).statusCode).toBe(200);
    expect(one.cookies.size).toBe(0);
    expect(await whoIs(server, copy)).toBeNull();
    expect(await written()).toEqual(['logged-in zhaolei zhaolei', 'logged-out zhaolei zhaolei']);
    expect((await copy.open(server, '/logout', 'POST')).statusCode).toBe(200);
  });

  test('after twelve hours', async () => {
    const server = await openPages();
    const one = browser();
    await logIn(server, one, 'zhaolei');
    now += 12 * hour - 1;
    expect(await whoIs(server, one)).toBe('zhaolei');
    now += 1;
    expect(await whoIs(server, one)).toBeNull();
  });

  test('when the member leaves', async () => {
    const server = await openPages();
    const one = browser();
    await logIn(server, one, 'zhaolei');
    await inTransaction(db.pool, (client) => markLeft(client, 'zhaolei', { why: 'deleted', at: now, now }));
    expect(await whoIs(server, one)).toBeNull();
    expect((await logIn(server, one, 'zhaolei')).statusCode).toBe(403);
  });
});

test('the table of logins does not let its reader in', async () => {
  const server = await openPages();
  const one = browser();
  await logIn(server, one, 'zhaolei');
  const { rows } = await db.pool.query('select * from web_session');
  expect(JSON.stringify(rows)).not.toContain(one.cookies.get('__Host-zhibu')!.split('.')[0]);
});

test('pages of the login carry no script, are not kept and pass no address on', async () => {
  const server = await openPages();
  for (const url of ['/login', '/login/callback?code=x&state=y', '/logout']) {
    const { headers } = await browser().open(server, url);
    expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
  }
});

test.each([
  ['/console', '/console'],
  ['/who?a=1&b=2', '/who?a=1&b=2'],
  ['https://evil.example/', '/console'],
  ['//evil.example', '/console'],
  ['/\\evil.example', '/console'],
  ['/a\r\nset-cookie: x', '/console'],
  ['javascript:alert(1)', '/console'],
  ['/login?to=/login', '/console'],
  ['/logout', '/console'],
  [['/a', '/b'], '/console'],
  [undefined, '/console'],
])('after logging in %j leads to %s', (wanted, path) => expect(localPath(wanted)).toBe(path));

test('addresses are written as WeCom prescribes: order, fragment, plain state', () => {
  const app = { corpId, agentId, apiBase: 'https://qyapi.weixin.qq.com' };
  const back = { redirectUri: 'https://zhibu.example/login/callback', state: 'abc' };
  expect(insideAddress(app, back)).toBe(
    `https://open.weixin.qq.com/connect/oauth2/authorize?appid=${corpId}&redirect_uri=https%3A%2F%2Fzhibu.example%2Flogin%2Fcallback&response_type=code&scope=snsapi_base&state=abc&agentid=${agentId}#wechat_redirect`,
  );
  expect(outsideAddress(app, back)).toBe(
    `https://login.work.weixin.qq.com/wwlogin/sso/login?login_type=CorpApp&appid=${corpId}&agentid=${agentId}&redirect_uri=https%3A%2F%2Fzhibu.example%2Flogin%2Fcallback&state=abc`,
  );
});

test('a look at somebody’s data is written down, at one’s own not', async () => {
  await noteLook(db.pool, { actor: 'wangfang', subject: 'zhaolei', unit: null, what: 'attendance' }, now);
  await noteLook(db.pool, { actor: 'wangfang', subject: null, unit: 'b1', what: 'members' }, now);
  await noteLook(db.pool, { actor: 'wangfang', subject: 'wangfang', unit: null, what: 'attendance' }, now);
  const { rows } = await db.pool.query('select actor, action, subject, unit, detail from audit order by id');
  expect(rows).toEqual([
    { actor: 'wangfang', action: 'looked', subject: 'zhaolei', unit: 'b1', detail: { what: 'attendance' } },
    { actor: 'wangfang', action: 'looked', subject: null, unit: 'b1', detail: { what: 'members' } },
  ]);
});
