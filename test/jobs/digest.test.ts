import path from 'node:path';
import readExcel from 'read-excel-file/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digestBytes } from '../../src/domain/digest-text.ts';
import type { Instant } from '../../src/domain/time.ts';
import { instantOf } from '../../src/domain/time.ts';
import { buildDigestTask } from '../../src/jobs/digest.ts';
import { home, loadLibrary } from '../../src/library/library.ts';
import { simulatorDoor } from '../../src/rehearsal/doors.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import type { World } from '../../src/rehearsal/world.ts';
import { openWorld } from '../../src/rehearsal/world.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';

let db: Database;
let world: World;

beforeEach(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, path.join(home, 'test/fixtures/orgs/small.yaml'));
  const library = loadLibrary(viewNames, { sample: true });
  world = await openWorld({ db, library, at: at('2026-12-04', '10:00'), openDoor: simulatorDoor });
});
afterEach(async () => {
  await world.close();
  await db.close();
});

function at(day: string, time: string): Instant {
  return instantOf(day, time);
}

const say = (member: string, text: string) => world.act(member, { content: { kind: 'text', text } });
const told = (member: string, kind: string) =>
  world.heard.filter(({ to, draft }) => to === member && draft.text.includes(kind));

test('the secretary hears on Monday at nine what happened, once, and nobody else does', async () => {
  await say('lijie', '请假 出差');
  await world.moveTo(at('2026-12-07', '08:45'));
  await say('zhaolei', '签到');
  await say('sunbo', '签到');
  await say('lijie', '昨天去社区清垃圾两小时');
  await say('lijie', '对');
  await say('zhaolei', '建议 活动室添一台饮水机');
  await say('zhaolei', '已交党费');
  await world.moveTo(at('2026-12-14', '09:30'));
  const [digest, ...more] = told('wangfang', '一周小结（12月7日');
  expect(more).toEqual([]);
  const text = digest!.draft.text;
  expect(text).toContain('第一党支部 一周小结（12月7日—12月13日）');
  expect(text).toMatch(/李洁.*出差值班/);
  expect(text).toContain('活动室添一台饮水机');
  expect(text).not.toMatch(/赵磊.*饮水机/);
  expect(text).toMatch(/需要您定[\s\S]*赵磊/);
  // Mobile and elderly members are never named as missing.
  expect(text).not.toContain('钱多');
  expect(Buffer.byteLength(text)).toBeLessThanOrEqual(digestBytes);
  for (const member of ['zhaolei', 'lijie', 'sunbo', 'qianduo', 'zhoumin'])
    expect(told(member, '第一党支部 一周小结')).toEqual([]);
  expect(world.faults).toEqual([]);
});

test('after weeks without a running service only the newest digest is pushed', async () => {
  const run = async (week: string) => {
    const task = {
      id: 0,
      key: `digest/b1/${week}`,
      body: { unit: 'b1', week },
      attempt: 1,
      dueAt: 0,
      isHeld: () => true,
    };
    await buildDigestTask(task, { ...world.app.jobs, clock: () => at('2026-12-22', '10:00') });
    const { rows } = await db.pool.query('select 1 from outbox where record = $1', [task.key]);
    return rows.length;
  };
  expect(await run('2026-W49')).toBe(0);
  expect(await run('2026-W51')).toBe(1);
  expect(await run('2026-W51')).toBe(1);
});

test('a Monday that is a day off brings it on the next workday', async () => {
  await world.moveTo(at('2027-02-08', '20:00'));
  const before = told('wangfang', '一周小结').length;
  await world.moveTo(at('2027-02-28', '20:00'));
  const days = told('wangfang', '一周小结')
    .slice(before)
    .map(({ at: when }) => when);
  expect(days.length).toBeGreaterThan(0);
  for (const when of days)
    expect(world.app.library.calendar.isWorkday(new Date(when + 8 * 3_600_000).toISOString().slice(0, 10))).toBe(true);
});

test('a secretary who wants no reminders gets none, and can still ask', async () => {
  await say('wangfang', '不再提醒');
  await world.moveTo(at('2026-12-07', '09:30'));
  expect(told('wangfang', '一周小结')).toEqual([]);
  await say('wangfang', '周报');
  expect(told('wangfang', '一周小结')).toHaveLength(1);
});

test('on a quiet Monday it comes on Tuesday, as the one push of that day', async () => {
  await db.pool.query(`update member set reminders = reminders || '{"quietWeekdays":[1]}' where id = 'wangfang'`);
  await world.moveTo(at('2026-12-09', '07:00'));
  const pushed = world.heard.filter(({ to, at: when }) => to === 'wangfang' && when > at('2026-12-07', '00:00'));
  expect(pushed.map(({ at: when }) => when)).toEqual([at('2026-12-08', '09:00')]);
  expect(pushed[0]!.draft.text).toContain('一周小结（11月30日—12月6日）');
});

test('the same comes as a table when it is asked for', async () => {
  await world.moveTo(at('2026-12-14', '10:00'));
  await say('wangfang', '周报表');
  const [message] = world.heard.filter(({ to, draft }) => to === 'wangfang' && draft.file);
  const { rows } = await db.pool.query('select bytes, name from attachment where id = $1', [message!.draft.file!.id]);
  expect(rows[0].name).toMatch(/\.xlsx$/);
  const sheets = await readExcel(rows[0].bytes);
  expect(JSON.stringify(sheets)).toContain('党费');
});

test('a member gets a copy of everything held, and only the member does', async () => {
  await say('zhaolei', '昨天去社区清垃圾两小时');
  await say('zhaolei', '对');
  await say('zhaolei', '导出');
  const files = world.heard.filter(({ draft }) => draft.file);
  expect(files.map(({ to }) => to)).toEqual(['zhaolei', 'zhaolei']);
  expect(files.map(({ draft }) => draft.file!.name).sort()).toEqual(['我的数据.json', '我的数据.xlsx']);
  const { rows } = await db.pool.query(`select bytes from attachment where name like '%.json'`);
  expect(JSON.parse(rows[0].bytes.toString()).fact).toMatchObject([{ kind: 'volunteer_service' }]);
});
