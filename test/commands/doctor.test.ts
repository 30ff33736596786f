// What `zhibu doctor` finds in planted faults, with the fake WeCom at the other end and real servers that are not there.

import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Finding } from '../../src/commands/doctor/finding.ts';
import { checkClock } from '../../src/commands/doctor/wecom.ts';
import { readConfig } from '../../src/config.ts';
import { minute } from '../../src/domain/time.ts';
import type { FakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { fakeCredentials, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/database.ts';
import { removeFolder } from '../store/other-process.ts';
import { runHere } from './command-line.ts';

let wecom: FakeWecom;
let folder: string;
let db: Database;
let env: Record<string, string>;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'zhibu-doctor-')));
  chmodSync(folder, 0o755);
  wecom = await startFakeWecom();
  env = {
    DATA_DIR: join(folder, 'data'),
    WECOM_API_BASE: wecom.url,
    WECOM_CORP_ID: fakeCredentials.corpId,
    WECOM_AGENT_ID: String(fakeCredentials.agentId),
    WECOM_SECRET: fakeCredentials.secret,
    WECOM_TOKEN: fakeCredentials.token,
    WECOM_ENCODING_AES_KEY: fakeCredentials.encodingAesKey,
  };
  const organisation = join(import.meta.dirname, '../fixtures/orgs/small.yaml');
  db = await openDatabase({ dataDir: env.DATA_DIR! });
  expect(await runHere(['import', organisation], env)).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await db.close();
  await wecom.close();
  removeFolder(folder);
});
beforeEach(() => wecom.clearFaults());

async function examine(
  more: Record<string, string> = {},
): Promise<{ code: number | null; of(check: string): Finding[] }> {
  const { code, stdout } = await runHere(['doctor', '--json'], { ...env, ...more });
  const { ok, findings } = JSON.parse(stdout) as { ok: boolean; findings: Finding[] };
  expect(ok).toBe(code === 0);
  expect(ok).toBe(findings.every(({ level }) => level !== 'bad'));
  return { code, of: (check) => findings.filter((finding) => finding.check === check) };
}

test('where everything is in order each check says so, in one line, and the exit code is 0', async () => {
  const { code, stdout, stderr } = await runHere(['doctor'], env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  for (const line of stdout.trim().split('\n').slice(0, -1)) expect(line).toMatch(/^(好　　|注意　)\S+：/);
  expect(stdout).toContain('好　　企业微信：应用“支部通”可用，服务器地址受信任');
  expect(stdout).toContain(`好　　数据库：内置数据库，数据在 ${join(folder, 'data/pg')}`);
  expect(stdout).toMatch(/注意　学习内容：.*还没有放行/);
  expect(stdout).toMatch(/0项不行，\d+项注意\n$/);
  expect(stdout).not.toContain(fakeCredentials.secret);
});

test('a wrong secret, a wrong app and an untrusted address each say the next step in the console', async () => {
  const secret = await examine({ WECOM_SECRET: 'wrong' });
  expect(secret.code).toBe(1);
  expect(secret.of('企业微信')).toMatchObject([
    { level: 'bad', what: '取不到访问凭证（错误码 40001）', todo: expect.stringContaining('WECOM_SECRET') },
  ]);

  const agent = await examine({ WECOM_AGENT_ID: '9' });
  expect(agent.of('企业微信')).toMatchObject([
    { level: 'good' },
    { level: 'bad', todo: expect.stringContaining('WECOM_AGENT_ID') },
  ]);

  wecom.fault({ api: 'agent/get', code: 60020 });
  const address = await examine();
  expect(address.of('企业微信')[1]).toMatchObject({
    level: 'bad',
    todo: expect.stringMatching(/企业可信IP.*127\.0\.0\.1/),
  });
});

test('a WeCom that does not answer, or answers nonsense, is told from a refusal', async () => {
  wecom.fault({ api: 'gettoken', status: 502 });
  expect((await examine()).of('企业微信')[0]).toMatchObject({
    level: 'bad',
    what: expect.stringContaining('HTTP 502'),
  });
  const silent = await examine({ WECOM_API_BASE: 'http://127.0.0.1:1' });
  expect(silent.of('企业微信')[0]).toMatchObject({ level: 'bad', todo: expect.stringContaining('WECOM_API_BASE') });
  expect(silent.of('时钟')[0]).toMatchObject({ level: 'attention' });
});

test('half a configuration names what is missing, a wrong one is no stack trace', async () => {
  const half = await examine({ WECOM_TOKEN: '', WECOM_ENCODING_AES_KEY: '' });
  expect(half.of('配置')).toMatchObject([
    { level: 'bad', what: '企业微信应用的设置不全，缺少 WECOM_TOKEN、WECOM_ENCODING_AES_KEY' },
  ]);
  const open = await examine({ SIMULATOR: 'on', HOST: '0.0.0.0' });
  expect(open.of('配置')).toMatchObject([{ level: 'bad', todo: '请设置 SIMULATOR=off' }]);
  const wrong = await runHere(['doctor'], { ...env, PORT: 'eighty' });
  expect(wrong.code).toBe(1);
});

test('servers that cannot be reached are named without their passwords', async () => {
  const { code, stdout } = await runHere(['doctor'], {
    ...env,
    REDIS_URL: 'redis://:geheim@127.0.0.1:1',
    DATABASE_URL: 'postgres://zhibu:geheim@127.0.0.1:1/zhibu',
  });
  expect(code).toBe(1);
  expect(stdout).toContain('不行　队列：连不上 REDIS_URL 的 Redis（ECONNREFUSED）');
  expect(stdout).toContain('不行　数据库：连不上 DATABASE_URL 的数据库');
  expect(stdout).not.toContain('geheim');
});

test('where there is no database yet none is created, and a folder that cannot be one is said', async () => {
  const none = await examine({ DATA_DIR: join(folder, 'none') });
  expect(none.of('数据库')).toMatchObject([{ level: 'attention', what: expect.stringContaining('第一次启动') }]);
  writeFileSync(join(folder, 'file'), '');
  const impossible = await examine({ DATA_DIR: join(folder, 'file/data') });
  expect(impossible.of('数据库')).toMatchObject([{ level: 'bad', what: expect.stringContaining('写不进') }]);
});

test('the callback is ours when it refuses an unsigned request, and a proxy that leads elsewhere is found out', async () => {
  let status = 403;
  const proxy = createServer((_request, response) => response.writeHead(status).end()).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const { port } = proxy.address() as AddressInfo;
  const ask = async () => (await examine({ PUBLIC_URL: `http://127.0.0.1:${port}` })).of('回调');
  expect((await ask()).map(({ level }) => level)).toEqual(['attention', 'attention', 'good']);
  status = 404;
  expect((await ask()).at(-1)).toMatchObject({ level: 'attention', todo: '请启动服务后再查' });
  proxy.closeAllConnections();
  proxy.close();
  expect((await ask()).at(-1)).toMatchObject({ level: 'attention', what: expect.stringContaining('打不开') });
});

test('a clock that is wrong is found by the time that WeCom says', async () => {
  const config = readConfig(env);
  const levelAt = async (shift: number) => (await checkClock(config, () => Date.now() + shift))[0]!.level;
  expect(await levelAt(0)).toBe('good');
  expect(await levelAt(-2 * minute)).toBe('attention');
  expect(await levelAt(20 * minute)).toBe('bad');
});

test('a backlog, failed deliveries and runs that were cut short are counted', async () => {
  const old = new Date(Date.now() - 30 * minute);
  await db.pool.query(
    `insert into outbox (channel, kind, lane, draft, due_at, status, outcome, created_at) values
      ('wecom', 'reply', 0, '{"text":""}', $1, 0, null, $1), ('wecom', 'reply', 0, '{"text":""}', $1, 3, 'not-in-range', $1)`,
    [old],
  );
  await db.pool.query(`insert into firing (schedule, fires_at, claimed_at) values ('raise-duties', $1, $1)`, [old]);
  await db.pool.query(`delete from account where member = 'sunbo'`);
  const { code, of } = await examine();
  expect(code).toBe(1);
  expect(of('待发')).toMatchObject([
    { level: 'attention', what: '1条消息到时没有发出' },
    { level: 'attention', what: '一天之内没送到：不在应用可见范围，请管理员添加 1条' },
  ]);
  expect(of('定时')).toMatchObject([{ level: 'bad', what: expect.stringContaining('raise-duties') }]);
  expect(of('账号')).toMatchObject([{ level: 'attention', what: '9名党员里有1人没有账号，收不到消息' }]);
});
