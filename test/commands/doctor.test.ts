// What `zhibu doctor` finds in planted faults of the machine and the settings; the doors of WeCom are in doctor-doors.test.ts.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkClock } from '../../src/commands/doctor/clock.ts';
import { readConfig } from '../../src/config.ts';
import { minute } from '../../src/domain/time.ts';
import { fakeCredentials } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { runHere } from './command-line.ts';
import { openPatient, type Patient } from './doctor-setup.ts';

let patient: Patient;
beforeAll(async () => {
  patient = await openPatient();
});
afterAll(() => patient.close());
beforeEach(() => patient.wecom.clearFaults());

test('where everything is in order each check says so, in one line, and the exit code is 0', async () => {
  const { code, stdout, stderr } = await runHere(['doctor'], patient.env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trim().split('\n').slice(0, -1);
  for (const [index, line] of lines.entries()) {
    expect(line).toMatch(/^(好　　|注意　)\S+：|^　　　下一步：\S/);
    expect(line.startsWith('注意')).toBe(lines[index + 1]?.startsWith('　　　下一步：') ?? false);
  }
  expect(stdout).toContain('好　　应用：应用“支部通”可用，服务器地址受信任');
  expect(stdout).toContain(`好　　数据库：内置数据库，数据在 ${join(patient.folder, 'data/pg')}`);
  expect(stdout).toMatch(/注意　学习内容：.*还没有放行/);
  expect(stdout).toMatch(/0项不行，\d+项注意\n$/);
  expect(stdout).not.toContain(fakeCredentials.secret);
});

const appVariables = [
  'WECOM_CORP_ID',
  'WECOM_AGENT_ID',
  'WECOM_SECRET',
  'WECOM_TOKEN',
  'WECOM_ENCODING_AES_KEY',
] as const;
const noApp = Object.fromEntries(appVariables.map((name) => [name, '']));

test('half a configuration names what is missing and where to find it', async () => {
  const half = await patient.examine({ WECOM_TOKEN: '', WECOM_ENCODING_AES_KEY: '' });
  expect(half.code).toBe(1);
  expect(half.of('配置')).toMatchObject([
    {
      level: 'bad',
      what: '企业微信应用的设置不全，缺少 WECOM_TOKEN、WECOM_ENCODING_AES_KEY',
      todo: expect.stringContaining('设置API接收'),
    },
  ]);
  const bot = await patient.examine({ WECOM_BOT_ID: 'aib-1' });
  expect(bot.of('配置')).toMatchObject([
    { level: 'bad', what: '智能机器人（长连接）的设置不全，缺少 WECOM_BOT_SECRET' },
  ]);
  const callback = await patient.examine({ WECOM_BOT_AES_KEY: fakeCredentials.encodingAesKey });
  expect(callback.of('配置')).toMatchObject([{ level: 'bad', what: expect.stringContaining('缺少 WECOM_BOT_TOKEN') }]);
});

test('settings that contradict each other are found', async () => {
  const open = await patient.examine({ SIMULATOR: 'on', HOST: '0.0.0.0' });
  expect(open.of('配置')).toMatchObject([{ level: 'bad', todo: expect.stringContaining('SIMULATOR=off') }]);
  const beside = await patient.examine({ SIMULATOR: 'on' });
  expect(beside.of('配置')).toMatchObject([{ level: 'attention', todo: expect.stringContaining('SIMULATOR=off') }]);
  const both = await patient.examine({
    WECOM_BOT_ID: 'aib-1',
    WECOM_BOT_SECRET: 's',
    WECOM_BOT_WS: 'ws://127.0.0.1:1',
    WECOM_BOT_TOKEN: 't',
    WECOM_BOT_AES_KEY: fakeCredentials.encodingAesKey,
  });
  expect(both.of('配置')).toMatchObject([{ level: 'attention', what: expect.stringContaining('两种方式都设了') }]);
  const keyless = await patient.examine({ FIELD_KEY: '' });
  expect(keyless.of('配置')).toMatchObject([{ level: 'attention', todo: expect.stringContaining('openssl rand') }]);
});

test('without any real door that is said, with where to begin', async () => {
  const none = await patient.examine(noApp);
  expect(none.code).toBe(0);
  expect(none.of('配置')).toMatchObject([
    { level: 'attention', what: expect.stringContaining('模拟器'), todo: expect.stringContaining('docs/wecom.md') },
  ]);
  for (const check of ['应用', '机器人', '应用群', '群机器人', '通讯录', '微信', '时钟'])
    expect(none.of(check), check).toMatchObject([{ level: 'good' }]);
  expect(none.of('应用回调')).toEqual([]);
  expect(none.of('来往')).toMatchObject([{ level: 'good', what: expect.stringContaining('模拟器') }]);
});

test('a value that cannot be right is a finding in Chinese, no stack trace', async () => {
  const { code, stdout } = await runHere(['doctor'], { ...patient.env, WECOM_ENCODING_AES_KEY: 'a'.repeat(42) });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^不行　配置：.*WECOM_ENCODING_AES_KEY 要正好43个字母或数字.*\n　　　下一步：改好 \.env/);
});

test('servers that cannot be reached are named without their passwords', async () => {
  const { code, stdout } = await runHere(['doctor'], {
    ...patient.env,
    REDIS_URL: 'redis://:geheim@127.0.0.1:1',
    DATABASE_URL: 'postgres://zhibu:geheim@127.0.0.1:1/zhibu',
  });
  expect(code).toBe(1);
  expect(stdout).toContain('不行　队列：连不上 REDIS_URL 的 Redis（ECONNREFUSED）');
  expect(stdout).toContain('不行　数据库：连不上 DATABASE_URL 的数据库');
  expect(stdout).not.toContain('geheim');
});

test('where there is no database yet none is created, and a folder that cannot be one is said', async () => {
  const none = await patient.examine({ DATA_DIR: join(patient.folder, 'none') });
  expect(none.of('数据库')).toMatchObject([{ level: 'attention', what: expect.stringContaining('第一次启动') }]);
  writeFileSync(join(patient.folder, 'file'), '');
  const impossible = await patient.examine({ DATA_DIR: join(patient.folder, 'file/data') });
  expect(impossible.of('数据库')).toMatchObject([{ level: 'bad', what: expect.stringContaining('写不进') }]);
});

test('a clock that is wrong is found by the time that WeCom says', async () => {
  const config = readConfig(patient.env);
  const levelAt = async (shift: number) => (await checkClock(config, () => Date.now() + shift))[0]!.level;
  expect(await levelAt(0)).toBe('good');
  expect(await levelAt(-2 * minute)).toBe('attention');
  expect(await levelAt(20 * minute)).toBe('bad');
});

test('a backlog, failed deliveries and runs that were cut short are counted', async () => {
  const { pool } = patient.db;
  const old = new Date(Date.now() - 30 * minute);
  await pool.query(
    `insert into outbox (channel, kind, lane, draft, due_at, status, outcome, created_at) values
      ('wecom', 'reply', 0, '{"text":""}', $1, 0, null, $1), ('wecom', 'reply', 0, '{"text":""}', $1, 3, 'not-in-range', $1)`,
    [old],
  );
  await pool.query(`insert into firing (schedule, fires_at, claimed_at) values ('raise-duties', $1, $1)`, [old]);
  await pool.query(`delete from account where member = 'sunbo'`);
  const { code, of } = await patient.examine();
  expect(code).toBe(1);
  expect(of('待发')).toMatchObject([
    { level: 'attention', what: '1条消息到时没有发出' },
    { level: 'attention', what: '一天之内没送到：不在应用可见范围，请管理员添加 1条' },
  ]);
  expect(of('来往')).toMatchObject([
    { level: 'attention', what: expect.stringMatching(/到时没有发出.*等着发的1条.*不在应用可见范围/) },
  ]);
  expect(of('定时')).toMatchObject([{ level: 'bad', what: expect.stringContaining('raise-duties') }]);
  expect(of('账号')).toMatchObject([{ level: 'attention', what: '9名党员里有1人没有账号，收不到消息' }]);
});

test('members whom WeCom took out of the visible range are counted, with where to bring them back', async () => {
  const { pool } = patient.db;
  await pool.query(
    `update member set left_at = now() - interval '2 days', left_why = 'out-of-range' where id in ('wuhao', 'zhoumin')`,
  );
  const { of } = await patient.examine();
  expect(of('账号').at(-1)).toMatchObject({
    level: 'attention',
    what: expect.stringContaining('30天里有2人被移出应用的可见范围'),
    todo: expect.stringContaining('可见范围 → 编辑'),
  });
  await pool.query(`update member set left_at = null, left_why = null where id in ('wuhao', 'zhoumin')`);
});
