// What goes into a unit's group: materials and notices for everybody, once, without a name; nothing else that the service says by itself.

import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instantOf } from '../../src/domain/time.ts';
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
  await db.pool.query(`update unit set groups = '{"simulator": "b1"}' where id = 'b1'`);
  const library = loadLibrary(viewNames, { sample: true });
  world = await openWorld({ db, library, at: instantOf('2026-12-08', '08:00'), openDoor: simulatorDoor });
});
afterEach(async () => {
  await world.close();
  await db.close();
});

const say = (member: string, text: string) => world.act(member, { content: { kind: 'text', text } });
const inGroup = (unit: string) => world.heard.filter(({ to }) => to === `@${unit}`).map(({ draft }) => draft.text);
const privately = (member: string, text: string) =>
  world.heard.filter(({ to, draft }) => to === member && draft.text.includes(text)).length;

test('a notice of the secretary stands in the group once, beside the private one', async () => {
  await say('wangfang', '通知 周三下午两点在会议室开会，请带笔记本');
  await say('wangfang', '发');
  await world.moveTo(instantOf('2026-12-11', '18:00'));
  expect(inGroup('b1')).toEqual(['周三下午两点在会议室开会，请带笔记本']);
  expect(inGroup('b2')).toEqual([]);
  expect(privately('zhaolei', '请带笔记本')).toBeGreaterThan(0);
});

test('one that names a member of the branch stays private', async () => {
  await say('wangfang', '通知 周三下午两点在会议室开会，赵磊主持');
  await say('wangfang', '发');
  await world.moveTo(instantOf('2026-12-11', '18:00'));
  expect(inGroup('b1')).toEqual([]);
  expect(privately('lijie', '赵磊主持')).toBeGreaterThan(0);
});

test('a month of the service, with people who sign in, are away and owe: the group hears no name and nothing that is meant for one', async () => {
  await say('wangfang', '通知 请按时参加主题党日');
  await say('wangfang', '发');
  for (const day of ['2026-12-09', '2026-12-16', '2026-12-31', '2027-01-06', '2027-01-07', '2027-01-11']) {
    await world.moveTo(instantOf(day, '09:05'));
    await say('zhaolei', '签到');
    await say('lijie', '请假 生病');
    await say('sunbo', '昨天下午去社区清垃圾两小时');
    await say('sunbo', '对');
    await say('qianduo', '已交党费');
    await world.act('lijie', { content: { kind: 'text', text: '签到' }, group: 'b1' });
    await world.act('qianduo', { content: { kind: 'text', text: '党费' }, group: 'b1' });
  }
  const { rows } = await db.pool.query<{ name: string; id: string }>('select id, name from member');
  const said = world.heard.filter(({ to }) => to.startsWith('@')).map(({ draft }) => JSON.stringify(draft));
  expect(said.length).toBeGreaterThan(5);
  for (const { name, id } of rows) {
    expect(said.filter((text) => text.includes(name))).toEqual([]);
    expect(said.filter((text) => text.includes(id))).toEqual([]);
  }
  expect(said.join()).not.toMatch(/生病|小时|已交|未交|没签到/);
});
