// The whole way through the AI bot's door: a member speaks to the fake bot, the turn answers, the outbox pushes.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { draftAsText } from '../../src/channels/draft-text.ts';
import { home, loadLibrary } from '../../src/library/library.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { wecomBotDoor } from '../../src/rehearsal/wecom-bot-door.ts';
import { openWorld, type World } from '../../src/rehearsal/world.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';

let db: Database;
let world: World;

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, `${home}/test/fixtures/orgs/small.yaml`);
  const at = Date.parse('2026-12-07T09:05:00+08:00');
  world = await openWorld({ db, library: loadLibrary(viewNames, { sample: true }), at, openDoor: wecomBotDoor });
});
afterAll(async () => {
  await world.close();
  await db.close();
});

const heardSince = (from: number) => world.heard.slice(from).map(({ to, draft }) => [to, draftAsText(draft)] as const);

test('signing in from the group is answered in the group, without a name', async () => {
  const from = world.heard.length;
  await world.act('wangfang', { content: { kind: 'text', text: '签到' }, group: 'b1' });
  const said = heardSince(from).filter(([to]) => to === '@b1');
  expect(said).toHaveLength(1);
  expect(said[0]![1]).toContain('收到');
  expect(said[0]![1]).not.toContain('王芳');
});

test('what concerns one person begins in the group and goes on in private, by words or by a card', async () => {
  const from = world.heard.length;
  await world.act('wangfang', { content: { kind: 'text', text: '昨天下午去社区清垃圾两小时' }, group: 'b1' });
  expect(heardSince(from).filter(([to, text]) => to === '@b1' && text.includes('垃圾'))).toEqual([]);
  const asked = world.heard.slice(from).find(({ to }) => to === 'wangfang');
  expect(asked).toBeDefined();
  const yes = asked!.draft.buttons?.find(({ label }) => label === '对');
  const next = world.heard.length;
  await world.act('wangfang', { content: yes ? { kind: 'tap', data: yes.data } : { kind: 'text', text: '对' } });
  expect(heardSince(next).some(([to, text]) => to === 'wangfang' && text.includes('记下'))).toBe(true);
  const { rows } = await db.pool.query(`select member from fact where kind = 'volunteer_service'`);
  expect(rows).toEqual([{ member: 'wangfang' }]);
});

test('voice is taken as what was said', async () => {
  const from = world.heard.length;
  await world.act('zhaolei', { content: { kind: 'upload', media: 'voice', ref: '', says: '算党费' } });
  expect(heardSince(from).filter(([to]) => to === 'zhaolei')).toHaveLength(1);
  expect(world.faults).toEqual([]);
});

test('who never wrote to the bot is asked in the group to do so, without a name and without the matter', async () => {
  await db.pool.query(`delete from bot_chat where chat = 'single/lijie'`);
  await db.pool.query(`update member set noticed_at = null where id = 'lijie'`);
  const from = world.heard.length;
  await world.act('lijie', { content: { kind: 'text', text: '请假' }, group: 'b1' });
  const said = heardSince(from);
  expect(said.map(([to]) => to)).toEqual(['@b1']);
  expect(said[0]![1]).toContain('发一句话给我');
  expect(said[0]![1]).not.toMatch(/李洁|请假|私下跟您说/);
  const { rows } = await db.pool.query(`select noticed_at from member where id = 'lijie'`);
  expect(rows).toEqual([{ noticed_at: null }]);
  const next = world.heard.length;
  await world.act('lijie', { content: { kind: 'text', text: '生病' } });
  expect(heardSince(next).every(([to]) => to === 'lijie')).toBe(true);
  const { rows: facts } = await db.pool.query(`select kind from fact where member = 'lijie'`);
  expect(facts).toEqual([{ kind: 'leave' }]);
  expect(world.faults).toEqual([]);
});
