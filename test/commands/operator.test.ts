// What an operator does in the first week, with a real embedded database: import, broadcast, digest, flows, terminal, backup, restore.

import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flowForm } from '../../src/dialogue/flow.ts';
import type { Database } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/database.ts';
import type { CommandLine, Ran } from './command-line.ts';
import { openCommandLine, runHere } from './command-line.ts';

const wecom = {
  WECOM_CORP_ID: 'ww0123456789abcdef',
  WECOM_AGENT_ID: '1000002',
  WECOM_SECRET: 'secret-of-the-app',
  WECOM_TOKEN: 'fake-token-01',
  WECOM_ENCODING_AES_KEY: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
};
const organisation = join(import.meta.dirname, '../fixtures/orgs/small.yaml');

let zhibu: CommandLine;
/** Held open from the first import on, so that commands join it instead of starting it each time. */
let db: Database;
beforeAll(async () => {
  zhibu = openCommandLine();
});
afterAll(async () => {
  await db?.close();
  zhibu.close();
});

const run = (...args: string[]): Promise<Ran> => runHere(args, { DATA_DIR: zhibu.dataDir });
const runBuilt = (...args: string[]): Promise<Ran> => zhibu.run(args);
const file = (name: string, content: string): string => {
  const path = join(zhibu.folder, name);
  writeFileSync(path, content);
  return path;
};
const count = async (text: string): Promise<number> =>
  (await db.pool.query<{ count: number }>(`select count(*)::int as count ${text}`)).rows[0]!.count;

function material(head: string, text = '请读第三部分。'): string {
  return file(
    `material-${Math.random()}.md`,
    `---\ntitle: 学习规划建议\nsource: 人民日报2026年12月1日\n${head}\n---\n${text}\n`,
  );
}

test('a command that only reads creates no database where there is none', async () => {
  const { code, stdout, stderr } = await runBuilt('backup', join(zhibu.folder, 'none.zb'));
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain('请检查 DATA_DIR 或 DATABASE_URL');
  expect(existsSync(zhibu.dataDir)).toBe(false);
});

test('an import first shows, then writes, then finds nothing new, and names each bad line', async () => {
  const shown = await runBuilt('import', organisation, '--dry-run');
  expect(shown).toMatchObject({ code: 0, stderr: '' });
  expect(shown.stdout).toContain('试算');
  expect(shown.stdout).toContain('新增党员 王芳（wangfang），b1');
  db = await openDatabase({ dataDir: zhibu.dataDir });
  expect(await count('from member')).toBe(0);

  const first = await run('import', organisation);
  expect(first.stdout).toContain('单位：新增3个，更新0个，没有变化0个\n党员：新增9人，更新0人，没有变化0人');
  const second = await run('import', organisation);
  expect(second.stdout).toContain('单位：新增0个，更新0个，没有变化3个\n党员：新增0人，更新0人，没有变化9人');

  const changed = file('changed.yaml', readFileSync(organisation, 'utf8').replace('name: 赵磊', 'name: 赵雷'));
  expect((await run('import', changed, '--dry-run')).stdout).toContain('更新党员 赵磊（zhaolei）：姓名');

  const bad = file(
    'bad.yaml',
    'units: [{id: b7, name: 七支部, kind: branch, parent: nix}]\nmembers:\n  - {id: x, name: 张三, unit: b8}\n',
  );
  const refused = await runBuilt('import', bad);
  expect(refused).toMatchObject({ code: 1, stdout: '' });
  expect(refused.stderr.trim().split('\n')).toEqual([
    expect.stringContaining('第1行'),
    expect.stringContaining('第3行'),
  ]);
  expect(await count(`from unit where id = 'b7'`)).toBe(0);
  expect(await run('import', join(zhibu.folder, 'nix.xlsx'))).toMatchObject({ code: 1, stdout: '' });
});

test('what is not marked as public is refused with the rule, and so is what the gate stops', async () => {
  for (const head of ['expires: 2027-12-31', 'public: no', 'public: false']) {
    const { code, stdout, stderr } = await run('broadcast', material(head), '--to', 'district', '--by', 'chenjing');
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('材料要是公开发布过的');
    expect(stderr.trim().split('\n')).toHaveLength(1);
  }
  const screenshot = await run(
    'broadcast',
    material('public: yes', '读完请截图'),
    '--to',
    'b1',
    '--by',
    'chenjing',
    '--dry-run',
  );
  expect(screenshot.code).toBe(1);
  expect(screenshot.stderr).toContain('截图');
  expect(await count('from record')).toBe(0);
});

test('only broadcasters of the unit or above propose, and a wrong material names its line', async () => {
  const good = material('public: yes');
  const byMember = await run('broadcast', good, '--to', 'b1', '--by', 'wangfang');
  expect(byMember.stderr).toContain('王芳（wangfang）不是第一党支部或上级单位的发布人');
  const nowhere = await run('broadcast', good, '--to', 'b9', '--by', 'chenjing');
  expect(nowhere.stderr).toContain('没有编号为 b9 的单位');
  const wrong = await run(
    'broadcast',
    file('wrong.md', '---\ntitle: x\nsorce: y\n---\nz\n'),
    '--to',
    'b1',
    '--by',
    'chenjing',
  );
  expect(wrong.stderr).toContain('第3行第1列：不认识这一项：sorce');
  expect([byMember.code, nowhere.code, wrong.code]).toEqual([1, 1, 1]);
});

test('a dry run counts people, calls and quota, says when it really goes out, and proposes nothing', async () => {
  const on = (time: string, ...more: string[]) =>
    run(
      'broadcast',
      material('public: yes\naudience: [ordinary, retired]', '好'.repeat(900)),
      ...['--to', 'district'],
      ...['--by', 'chenjing'],
      ...['--at', time],
      ...more,
    );
  const { code, stdout } = await on('2099-12-12 21:00', '--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain('收件：8人（9名党员，2个支部）');
  expect(stdout).toContain('模拟器1次');
  expect(stdout).toContain('额度：8人次');
  expect(stdout).toContain('2099-12-12 周六 21:00 是休息日或免打扰时间，改到 2099-12-14 周一 08:30');
  expect(stdout).toContain('2099-12-14 周一 08:30 8人');
  expect(stdout).toContain('不在发送对象里 1人');
  expect(await count('from record')).toBe(0);
  expect((await on('2020-01-01 09:00')).stderr).toContain('已经过去');
  // Where WeCom is, the door of group robots is open too, and carries nothing to people.
  const real = await runHere(['broadcast', material('public: yes'), '--to', 'b1', '--by', 'chenjing', '--dry-run'], {
    DATA_DIR: zhibu.dataDir,
    ...wecom,
  });
  expect(real).toMatchObject({ code: 0, stderr: '' });
  expect(real.stdout).toContain('发送：企业微信应用1次\n额度：5人次');
});

test('a proposal prints its id, waits for a second person, and can be followed, stopped and recalled', async () => {
  const proposed = await runBuilt('broadcast', material('public: yes'), '--to', 'district', '--by', 'chenjing');
  expect(proposed.code).toBe(0);
  const [id = ''] = proposed.stdout.split('\n');
  expect(proposed.stdout).toBe(`${id}\n`);
  expect(id).toMatch(/^broadcast\/district\/\d{4}-\d{2}-\d{2}-[0-9a-f]{6}$/);
  expect(await count(`from outbox where record = '${id}' and kind = 'notice' and members = array['malin']`)).toBe(1);

  const self = await runBuilt('broadcast', 'approve', id, '--by', 'chenjing');
  expect(self).toMatchObject({ code: 1, stdout: '' });
  expect(self.stderr).toContain('不能自己审批');
  expect((await run('broadcast', 'approve', id, '--by', 'wangfang')).stderr).toContain('请换有权限的同志审批');
  expect((await run('broadcast', 'status', id)).stdout).toContain('等待审批\n送达0人，等待9人，没送到0人');
  expect((await run('broadcast', 'recall', id)).stderr).toContain('还没有发');

  expect(await run('broadcast', 'approve', id, '--by', 'malin')).toMatchObject({ code: 0, stderr: '' });
  expect(await count(`from task where kind = 'broadcast' and key = 'broadcast/${id}'`)).toBe(1);
  expect((await run('broadcast', 'approve', id, '--by', 'malin')).code).toBe(1);
  expect((await run('broadcast', 'status', id)).stdout).toContain('已批准');

  expect((await run('broadcast', 'cancel', id)).code).toBe(0);
  expect((await run('broadcast', 'cancel', id)).stderr).toContain('已停止');
  expect((await run('broadcast', 'recall', id)).code).toBe(0);
  expect((await run('broadcast', 'status', id)).stdout).toContain('正在撤回');
  expect(await run('broadcast', 'status', 'nix')).toMatchObject({ code: 1, stdout: '' });
});

test('a digest comes as text, data, table and document', async () => {
  const text = await run('digest', '--unit', 'b1');
  expect(text).toMatchObject({ code: 0, stderr: '' });
  expect(text.stdout).toContain('第一党支部 一周小结');
  const data = JSON.parse((await runBuilt('digest', '--unit', 'b1', '--week', '2026-W46', '--format', 'json')).stdout);
  expect(data).toMatchObject({ kind: 'branch', from: '2026-11-09', to: '2026-11-15' });
  for (const format of ['xlsx', 'docx']) {
    const out = join(zhibu.folder, `digest.${format}`);
    expect((await run('digest', '--unit', 'district', '--format', format, '--out', out)).code).toBe(0);
    expect(readFileSync(out).subarray(0, 2).toString()).toBe('PK');
  }
  expect(await run('digest', '--unit', 'b9')).toMatchObject({ code: 1, stdout: '' });
});

test('at the keyboard a member is answered, and what is typed before the end is never lost', async () => {
  const { code, stdout } = await zhibu.run(['terminal', '--as', 'zhaolei'], { input: '帮助\n\n报服务\n' });
  expect(code).toBe(0);
  expect(stdout).toContain('赵磊同志，您好');
  expect(stdout).toContain('做了什么服务');
  expect(await count(`from account where channel = 'terminal'`)).toBe(0);
  expect((await run('terminal', '--as', 'nix')).stderr).toContain('没有编号为 nix 的党员');
});

test('the plan of publishing counts who finishes on an old revision and whose conversation ends', async () => {
  const current = await run('flows');
  expect(current.stdout).toContain('1人停在“what”：这一版没有改，照常说下去');
  const [row] = (await db.pool.query(`select flow, source from flow_revision where flow = 'volunteer-report' limit 1`))
    .rows;
  expect(flowForm.safeParse(row.source).success).toBe(true);
  const revise = (revision: string, source: unknown) =>
    db.pool.query(`insert into flow_revision values ('volunteer-report', $1, $2, '2020-01-01T00:00:00Z')`, [
      revision,
      JSON.stringify(source),
    ]);
  await revise('old', row.source);
  await revise('unreadable', { ...row.source, steps: [{ teleport: 'home' }] });
  const stack = async (revision: string) =>
    db.pool.query(`update session set state = jsonb_set(state::jsonb, '{stack,0,revision}', to_jsonb($1::text))`, [
      revision,
    ]);
  await stack('old');
  expect((await run('flows')).stdout).toContain('1人停在“what”：按旧版 old 说完');
  await stack('unreadable');
  const broken = await run('flows');
  expect(broken.stdout).toContain('读不懂');
  expect(broken.stdout).toContain('flow-gone');
  expect(broken.stdout).not.toMatch(/赵磊|zhaolei/);
});

test('a backup holds everything, is readable by its owner only, and goes back into an empty database or over a full one', async () => {
  const kept = join(zhibu.folder, 'all.zb');
  const backed = await run('backup', kept);
  expect(backed).toMatchObject({ code: 0, stderr: '' });
  expect(backed.stdout).toMatch(/已备份到 .*：\d+张表，\d+行/);
  expect(statSync(kept).mode & 0o077).toBe(0);

  const elsewhere = { DATA_DIR: join(zhibu.folder, 'other') };
  const restored = await zhibu.run(['restore', kept], { env: elsewhere });
  expect(restored).toMatchObject({ code: 0, stderr: '' });
  const again = await runHere(['restore', kept], elsewhere);
  expect(again).toMatchObject({ code: 1, stdout: '' });
  expect(again.stderr).toContain('--force');
  expect((await runHere(['restore', kept, '--force'], elsewhere)).code).toBe(0);
  const digest = await runHere(['digest', '--unit', 'b1'], elsewhere);
  expect(digest.stdout).toContain('第一党支部');
  expect((await run('restore', organisation)).stderr).toContain('不是支部通的备份');
  expect((await run('backup', join(zhibu.folder, 'no/such/folder.zb'))).stderr).toContain('请检查文件夹');
});
