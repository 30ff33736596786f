// `zhibu sync` against a fake corp, on a real embedded database: what it binds, what it only lists, and that it never overwrites the roster.

import { chmodSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { CorpOptions } from '../../src/rehearsal/fake-wecom/corp.ts';
import { type FakeWecom, fakeCredentials, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { removeFolder } from '../store/other-process.ts';
import { runHere } from './command-line.ts';

const organisation = `
units:
  - {id: district, name: 区直机关党工委, kind: district}
  - {id: b1, name: 第一党支部, kind: branch, parent: district}
  - {id: b2, name: 第二党支部, kind: branch, parent: district}
members:
  - {id: wangfang, name: 王芳, unit: b1, roles: [secretary], channels: {wecom: WangFang}}
  - {id: m-zhaolei, name: 赵磊, unit: b1}
  - {id: m-lijie, name: 李洁, unit: b1}
  - {id: m-wei1, name: 张伟, unit: b2}
  - {id: m-nobody, name: 孙波, unit: b2}
  - {id: old, name: 钱多, unit: b1, channels: {wecom: qianduo}}
  - {id: far, name: 周敏, unit: b2, channels: {wecom: zhoumin}}
`;

const corp: CorpOptions = {
  departments: [
    { id: 2, name: '第一党支部' },
    { id: 3, name: '技术部' },
    { id: 4, name: '技术一组', parentid: 3 },
    { id: 5, name: '后勤部' },
  ],
  users: [
    { userid: 'wangfang', name: '王方', department: [2], mobile: '13800000001' },
    { userid: 'ZhaoLei', name: '赵 磊', department: [2] },
    { userid: 'lijie', name: '李洁', department: [5] },
    { userid: 'wei1', name: '张伟', department: [4] },
    { userid: 'wei2', name: '张伟', department: [3] },
    { userid: 'colleague', name: '同事甲', department: [2] },
    { userid: 'zhoumin', name: '周敏', department: [5], status: 2 },
  ],
  assistantSecret: 'secret-of-the-assistant',
};

let folder: string;
let db: Database;
let wecom: FakeWecom;
beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'zhibu-sync-')));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, 'organisation.yaml'), organisation);
  expect((await runHere(['import', join(folder, 'organisation.yaml')], dataDir())).code).toBe(0);
  db = await openDatabase({ databaseUrl: undefined, dataDir: join(folder, 'data') });
});
afterAll(async () => {
  await db.close();
  removeFolder(folder);
});
beforeEach(async () => {
  await db.pool.query('truncate member, account, contact_link, audit, platform_token cascade');
  await db.pool.query(`delete from unit where id not in ('district', 'b1', 'b2')`);
  expect((await runHere(['import', join(folder, 'organisation.yaml')], dataDir())).code).toBe(0);
  await db.pool.query('truncate audit');
  wecom = await startFakeWecom({ corp });
});
afterEach(() => wecom.close());

const dataDir = () => ({ DATA_DIR: join(folder, 'data') });
const sync = (...words: string[]) => syncWith({}, ...words);
const syncWith = (env: Record<string, string>, ...words: string[]) =>
  runHere(['sync', ...words], {
    ...dataDir(),
    WECOM_API_BASE: wecom.url,
    WECOM_CORP_ID: fakeCredentials.corpId,
    WECOM_AGENT_ID: String(fakeCredentials.agentId),
    WECOM_SECRET: fakeCredentials.secret,
    WECOM_TOKEN: fakeCredentials.token,
    WECOM_ENCODING_AES_KEY: fakeCredentials.encodingAesKey,
    ...env,
  });

async function accounts(): Promise<string[]> {
  const { rows } = await db.pool.query<{ one: string }>(
    `select member || '=' || account as one from account where channel = 'wecom' order by 1`,
  );
  return rows.map(({ one }) => one);
}

/** Every table's rows, to see that nothing was written. The tokens of WeCom do not count. */
async function everything(): Promise<unknown> {
  const tables = ['unit', 'member', 'account', 'contact_link', 'audit'];
  const rows = await Promise.all(tables.map((table) => db.pool.query(`select * from ${table} order by 1, 2`)));
  return rows.map((result) => result.rows);
}

test('a dry run prints the plan and writes nothing', async () => {
  const before = await everything();
  const { code, stdout, stderr } = await sync('--dry-run');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/^试算，什么都没有写入：/);
  expect(stdout).toContain('部门 第一党支部（2）对应 第一党支部（b1），名称相同');
  expect(stdout).toContain('赵磊（b1）：ZhaoLei');
  expect(await everything()).toEqual(before);
});

test('an account is bound by an unambiguous name in the linked department, the rest is listed; again nothing changes', async () => {
  const first = await sync();
  expect(first.stdout).toMatch(/^已同步：/);
  expect(await accounts()).toEqual(['far=zhoumin', 'm-zhaolei=zhaolei', 'old=qianduo', 'wangfang=wangfang']);
  expect(first.stdout).toContain(
    '名册里还没有账号的党员（3人）：\n  李洁（第一党支部）、张伟（第二党支部）、孙波（第二党支部）',
  );
  expect(first.stdout).toContain('同事甲（colleague，第一党支部）');
  expect(first.stdout).toContain('账号已从企业微信删除的党员，确认离开后加 --leave（1人）：\n  钱多（第一党支部）');
  expect(first.stdout).toContain('看不到的账号：请在管理后台把他们加进应用的可见范围（1人）：\n  周敏（第二党支部）');
  expect(first.stdout).toContain('另有3个账号所在的部门没有对应到单位');
  const before = await everything();
  const second = await sync();
  expect(second.stdout).toMatch(/^没有变化\n/);
  expect(await everything()).toEqual(before);
});

test('the roster says what holds: another name or department in the contacts is listed and not taken', async () => {
  const { stdout } = await sync('--link', '3=b2,5=b2');
  expect(stdout).toContain('王芳（第一党支部）：通讯录里叫王方');
  const { rows } = await db.pool.query(`select name, unit, roles from member where id = 'wangfang'`);
  expect(rows).toEqual([{ name: '王芳', unit: 'b1', roles: ['secretary'] }]);
});

test('two of one name are never guessed at, on either side', async () => {
  const { stdout } = await sync('--link', '3=b2');
  expect(stdout).toContain('有重名、分不清的党员，请在名册里填上账号再导入（1人）：\n  张伟（第二党支部）');
  expect(stdout).toContain('通讯录里重名、分不清的账号（2人）');
  expect((await accounts()).filter((one) => one.startsWith('m-wei'))).toEqual([]);
});

test('a link once said is kept, holds for departments below, and can be taken back', async () => {
  await sync('--link', '4=b2');
  expect(await accounts()).toContain('m-wei1=wei1');
  const { stdout } = await sync('--link', '4=none');
  expect(stdout).toContain('部门 技术一组（4）不是党组织');
  expect((await sync()).stdout).toMatch(/^没有变化/);
});

test('nobody is created unless asked for, and then only in the linked department', async () => {
  const refused = await sync('--create', '--unit', 'b1', '--only', 'lijie');
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/^lijie 不能加进 b1：.*--link/);
  const before = (await db.pool.query('select id from member')).rowCount;
  const { stdout } = await sync('--create', '--unit', 'b1', '--only', 'Colleague');
  expect(stdout).toContain('新增党员1人\n  同事甲（b1）：colleague');
  expect(stdout).not.toContain('通讯录里有、名册里没有的人');
  expect((await db.pool.query('select id from member')).rowCount).toBe(before! + 1);
  expect((await sync()).stdout).toMatch(/^没有变化/);
});

test('a branch can be made of a department, with its people', async () => {
  const { stdout, stderr } = await sync('--create-unit', '5=b5', '--parent', 'district', '--create', '--unit', 'b5');
  expect(stderr).toBe('');
  expect(stdout).toContain('新建单位 后勤部（b5）');
  expect(stdout).toContain('部门 后勤部（5）对应 后勤部（b5）');
  expect(stdout).toContain('李洁（b5）：lijie');
  expect((await sync('--create-unit', '5=b5', '--parent', 'district')).stderr).toContain('--link 5=b5');
});

test('somebody whose account is deleted is marked as left only when asked', async () => {
  await sync();
  const left = `select id, left_why from member where left_at is not null`;
  expect((await db.pool.query(left)).rows).toEqual([]);
  const { stdout } = await sync('--leave');
  expect(stdout).toContain('账号已删除，记为离开1人\n  钱多（b1）');
  expect((await db.pool.query(left)).rows).toEqual([{ id: 'old', left_why: 'deleted' }]);
  await wecom.contacts({ do: 'join', userid: 'qianduo', name: '钱多', department: [2] });
  expect((await sync()).stdout).toContain('重新回到企业微信，恢复联系1人');
  expect((await db.pool.query(left)).rows).toEqual([]);
});

test('a corp in which nobody of the roster is found sends nobody away', async () => {
  await db.pool.query(`delete from account where account <> 'qianduo'`);
  const { code, stderr } = await sync('--leave');
  expect(code).toBe(1);
  expect(stderr).toContain('WECOM_CORP_ID');
  expect((await db.pool.query('select 1 from member where left_at is not null')).rowCount).toBe(0);
});

test('the account of somebody who left does not bring back a person of another name', async () => {
  await sync('--leave');
  await wecom.contacts({ do: 'join', userid: 'qianduo', name: '钱少', department: [2] });
  expect((await sync()).stdout).toContain('账号还在、但名册上已离开的人');
  expect((await db.pool.query(`select left_at from member where id = 'old'`)).rows[0].left_at).not.toBeNull();
});

test('no phone, address or picture is ever stored', async () => {
  wecom.setSwitches({ privateFields: true });
  await sync('--create', '--unit', 'b1');
  const tables = await db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  for (const { name } of tables.rows) {
    const { rows } = await db.pool.query(`select t::text as row from "${name}" t`);
    expect(JSON.stringify(rows)).not.toMatch(/13800000001|@example\.com|p\.example/);
  }
});

test('where the app has no right, the assistant gives accounts without names', async () => {
  for (let times = 0; times < 2; times++) wecom.fault({ api: 'department/list', code: 48002 });
  const { code, stdout } = await syncWith({ WECOM_CONTACT_SECRET: corp.assistantSecret! });
  expect(code).toBe(0);
  expect(stdout).toContain('只有账号，没有姓名');
  expect(await accounts()).toEqual(['far=zhoumin', 'old=qianduo', 'wangfang=wangfang']);
});

test('the assistant knows who is deleted and who is only out of sight', async () => {
  await wecom.contacts({ do: 'range', departments: [2] });
  wecom.setSwitches({ outOfSight: 60011 });
  const { stdout } = await syncWith({ WECOM_CONTACT_SECRET: corp.assistantSecret! });
  expect(stdout).toMatch(/账号已从企业微信删除的党员.*\n {2}钱多/);
  expect(stdout).toMatch(/看不到的账号.*\n {2}周敏/);
});

test.each([
  [60020, 'department/list', '127.0.0.1 加进应用的“企业可信IP”'],
  [48002, 'department/list', '没有这个接口的权限'],
  [40001, 'gettoken', '请核对 WECOM_SECRET'],
  [45009, 'user/simplelist', '接口次数用完'],
  [60111, 'agent/get', '账号不存在'],
])('error %i of %s is told with what to do, and nothing is written by halves', async (code, api, says) => {
  wecom.fault({ api, code, times: 9 });
  const before = await everything();
  const ran = await sync();
  expect(ran.code).toBe(1);
  expect(ran.stdout).toBe('');
  expect(ran.stderr).toMatch(/什么都没有写入/);
  expect(ran.stderr).toContain(says);
  expect(ran.stderr).not.toContain(fakeCredentials.secret);
  expect(await everything()).toEqual(before);
});

test('wrong use is exit 2, unknown units exit 1, no WeCom says what is missing', async () => {
  expect((await sync('--link', 'zwölf=b1')).code).toBe(2);
  expect((await sync('--create')).code).toBe(2);
  expect((await sync('--unit', 'b1')).code).toBe(2);
  const unknown = await sync('--link', '3=b9');
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain('没有编号为 b9 的单位，现有：');
  const none = await runHere(['sync'], dataDir());
  expect(none.code).toBe(1);
  expect(none.stderr).toContain('WECOM_CORP_ID');
});

test('the help says how people are matched and what is never done', async () => {
  const { stdout } = await runHere(['sync', '--help']);
  for (const words of ['部门不等于党支部', '名册说了算', '同事不一定是党员', '都不读、不存', '没有变化'])
    expect(stdout).toContain(words);
});
