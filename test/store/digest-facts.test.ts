// What a digest is read from: only what still counts, only the own branch, and no person above it.

import { afterAll, beforeAll, expect, test } from 'vitest';
import { periodOfWeek } from '../../src/domain/digest-schedule.ts';
import { digestText } from '../../src/domain/digest-text.ts';
import { instantOf } from '../../src/domain/time.ts';
import { loadLibrary } from '../../src/library/library.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { readDigest } from '../../src/store/digest.ts';
import { fieldCipher } from '../../src/store/field-cipher.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { readUnits } from '../../src/store/units.ts';
import { viewNames } from '../../src/store/views/index.ts';

const now = instantOf('2026-12-07', '09:00');
const at = (day: string, time = '10:00') => new Date(instantOf(day, time));
let db: Database;

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  const { pool } = db;
  await pool.query(`insert into unit (id, name, kind, parent) values ('d', '区直机关党工委', 'district', null),
    ('b1', '第一党支部', 'branch', 'd'), ('g1', '第一党小组', 'group', 'b1'), ('b2', '第二党支部', 'branch', 'd')`);
  await pool.query(`insert into member (id, name, unit, roles, tags, left_at) values ('wangfang', '王芳', 'b1', '{secretary}', '{}', null),
    ('zhaolei', '赵磊', 'g1', '{}', '{}', null), ('lijie', '李洁', 'b1', '{}', '{}', null), ('sunbo', '孙波', 'b1', '{}', '{elderly}', null),
    ('gone', '吴走', 'b1', '{}', '{}', '2026-11-01T00:00:00Z'), ('just', '钱多', 'g1', '{}', '{}', '2026-12-04T00:00:00Z'),
    ('soon', '郑忘', 'b1', '{}', '{}', '2026-09-10T00:00:00Z'), ('away', '何远', 'b2', '{}', '{}', '2026-12-04T00:00:00Z'), ('zhoumin', '周敏', 'b2', '{}', '{}', null)`);
  await pool.query(
    `insert into duty (id, programme, item, unit, member, period, due_on, starts_at, details, state) values
      ('theme-day/b1/2026-12', 'theme-day', 'monthly', 'b1', null, '2026-12', '2026-12-02', $1, '{"title":"主题党日"}', 'open'),
      ('theme-day/b1/2026-12x', 'theme-day', 'monthly', 'b1', null, '2026-12', '2026-12-09', $2, '{"title":"组织生活会","moved":true,"place":"会议室"}', 'open'),
      ('three-meetings.general-meeting/b1/2026-Q4', 'three-meetings', 'general-meeting', 'b1', null, '2026-Q4', '2026-12-31', null, '{"title":"党员大会"}', 'open'),
      ('three-meetings.party-lecture/b1/2026-Q4', 'three-meetings', 'party-lecture', 'b1', null, '2026-Q4', '2026-12-31', null, '{"title":"党课"}', 'done'),
      ('dues/b1/2026-12/lijie', 'dues', 'monthly', 'b1', 'lijie', '2026-12', '2026-12-07', null, '{"title":"党费"}', 'open'),
      ('dues/b1/2026-12/zhaolei', 'dues', 'monthly', 'b1', 'zhaolei', '2026-12', '2026-12-07', null, '{"title":"党费"}', 'open'),
      ('dues/b1/2026-12/gone', 'dues', 'monthly', 'b1', 'gone', '2026-12', '2026-12-07', null, '{"title":"党费"}', 'open')`,
    [at('2026-12-02', '14:00'), at('2026-12-09', '09:00')],
  );
  await pool.query(
    `insert into fact (kind, unit, member, duty, on_day, month, data, at) values
      ('signed_in', 'b1', 'wangfang', 'theme-day/b1/2026-12', '2026-12-02', null, '{}', $1),
      ('leave', 'b1', 'lijie', 'theme-day/b1/2026-12', '2026-12-02', null, '{"reason":"family"}', $1),
      ('volunteer_service', 'g1', 'zhaolei', null, '2026-12-05', null, '{"hours":2.5,"what":"清垃圾"}', $2),
      ('volunteer_service', 'b1', 'lijie', null, '2026-12-05', null, '{"hours":9,"what":"报错了"}', $2),
      ('volunteer_service', 'b1', 'lijie', null, '2026-11-20', null, '{"hours":1,"what":"迟报的"}', $2),
      ('volunteer_service', 'b1', 'lijie', null, '2026-11-20', null, '{"hours":1,"what":"上周报过"}', $3),
      ('volunteer_service', 'b2', 'zhoumin', null, '2026-12-05', null, '{"hours":4,"what":"别的支部"}', $2),
      ('dues_reported', 'b1', 'zhaolei', null, null, '2026-12', '{}', $2),
      ('suggestion', 'b1', 'lijie', null, '2026-12-05', null, '{"text":"添一台饮水机"}', $2),
      ('complaint', 'b1', 'lijie', null, '2026-12-05', null, '{"text":"这是投诉"}', $2)`,
    [at('2026-12-02'), at('2026-12-05'), at('2026-11-25')],
  );
  await pool.query(
    `insert into fact (kind, unit, member, data, at, corrects) select 'withdrawn', unit, member, '{}', at, id from fact where data->>'what' = '报错了'`,
  );
  await pool.query(
    `insert into outbox (channel, kind, lane, members, draft, due_at, created_at, status) select 'none', 'study', 1, '{sunbo}', '{"text":"学习"}', $1, $1, 3`,
    [at('2026-12-03')],
  );
  await pool.query(
    `insert into undelivered (outbox, member, reason, at) select id, 'sunbo', 'no-account', $1 from outbox`,
    [at('2026-12-03')],
  );
  await pool.query(
    `insert into session_end (member, flow, revision, reason, at) values ('zhaolei', 'call-me', 'r', 'handed-over', $1),
      ('lijie', 'leave', 'r', 'gave-up', $1), ('zhoumin', 'call-me', 'r', 'handed-over', $1), ('lijie', 'call-me', 'r', 'handed-over', $2)`,
    [at('2026-12-04'), at('2026-11-20')],
  );
});
afterAll(() => db.close());

async function digestFor(unit: string, sample = true) {
  const library = loadLibrary(viewNames, { sample });
  const units = await readUnits(db.pool);
  const period = periodOfWeek('2026-W49', '2026-12-07')!;
  return readDigest(db.pool, library, units, units.byId.get(unit)!, period, now, fieldCipher(undefined));
}

test('the digest of a branch holds what counts, with its group’s members, and nothing of others', async () => {
  const digest = await digestFor('b1');
  expect(digest).toMatchObject({
    kind: 'branch',
    meetings: [
      {
        title: '主题党日',
        expected: 3,
        came: 1,
        leave: [{ name: '李洁', reason: '家里有事' }],
        notSignedIn: ['赵磊'],
        state: 'recorded',
      },
    ],
    services: { times: 1, hours: 2.5, late: 1 },
    suggestions: ['添一台饮水机'],
    dues: { month: '2026-12', confirmed: 0, waiting: 1, open: 1 },
    decisions: {
      duesWaiting: [{ name: '赵磊', months: ['2026-12'] }],
      moved: [{ title: '组织生活会', day: '2026-12-09', start: '09:00' }],
      callbacks: ['赵磊'],
      gaveUp: 1,
      left: ['钱多'],
      forgotten: ['郑忘'],
      unreleased: null,
    },
    unreached: [{ reason: '还没有绑定企业微信账号', names: ['孙波'] }],
    coming: { events: [{ title: '组织生活会', place: '会议室' }], plan: [{ title: '党员大会', period: '2026-Q4' }] },
  });
  expect(JSON.stringify(digest)).not.toMatch(/投诉|吴走|何远|周敏|别的支部|清垃圾/);
});

test('a suggestion comes without anything that leads to its author', async () => {
  const digest = await digestFor('b1');
  if (digest.kind !== 'branch') throw new Error('a branch was expected');
  expect(digest.suggestions).toEqual(['添一台饮水机']);
  expect(digestText(digest)).toContain('建议（不记名）：添一台饮水机');
});

test('a month of study content that nobody released is named where content needs release', async () => {
  expect(await digestFor('b1', false)).toMatchObject({ decisions: { unreleased: '2026-12' } });
});

test('above branches there are counts, and no name of a member anywhere', async () => {
  const digest = await digestFor('d');
  expect(digest).toMatchObject({
    kind: 'overview',
    totals: { planned: 1, held: 1, services: 2, hours: 6.5, duesAsked: 2, duesConfirmed: 0, unreached: 1 },
    decisions: { withoutSecretary: ['第二党支部'] },
    coming: { events: 1, branches: 1 },
  });
  const { rows } = await db.pool.query<{ id: string; name: string }>('select id, name from member');
  for (const { id, name } of rows)
    expect(`${JSON.stringify(digest)}${digestText(digest)}`).not.toMatch(new RegExp(`${id}|${name}`));
});
