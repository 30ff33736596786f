// What is forgotten of somebody who left, when, and what stays with the branch.

import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { leaverDays } from '../../src/domain/contact-change.ts';
import { dayLength } from '../../src/domain/time.ts';
import type { JobParts } from '../../src/jobs/parts.ts';
import { forgetOld } from '../../src/jobs/retention.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { markLeft, markReturned } from '../../src/store/leaving.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { inTransaction } from '../../src/store/transaction.ts';

const left = Date.parse('2026-12-07T10:00:00+08:00');
const due = left + leaverDays * dayLength;
let db: Database;
beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
});
afterAll(() => db.close());

beforeEach(async () => {
  await db.pool.query('truncate unit, audit, outbox, inbound, setting cascade');
  await db.pool.query(`insert into unit (id, name, kind) values ('b1', '第一党支部', 'branch')`);
  await db.pool.query(
    `insert into member (id, name, unit, roles) values ('gone', '钱多多', 'b1', '{secretary}'), ('stays', '王芳', 'b1', '{}')`,
  );
  await db.pool.query(
    `insert into account (channel, account, member) values ('wecom', 'gone', 'gone'), ('wecom', 'stays', 'stays')`,
  );
  await db.pool.query(`insert into consent (member, item, given_at) values ('gone', 'photo', $1)`, [new Date(left)]);
  await db.pool.query(
    `insert into duty (id, programme, item, unit, member, period, due_on) values ('theme-day/b1/2026-12', 'theme-day', 'x', 'b1', null, '2026-12', '2026-12-07'),
      ('theme-day/b1/2026-12/gone', 'theme-day', 'x', 'b1', 'gone', '2026-12', '2026-12-07')`,
  );
  await db.pool.query(
    `insert into fact (kind, unit, member, duty, on_day, month, data, recorded_by, at) values
      ('signed_in', 'b1', 'gone', 'theme-day/b1/2026-12', '2026-12-07', null, '{}', null, $1),
      ('signed_in', 'b1', 'stays', 'theme-day/b1/2026-12', '2026-12-07', null, '{}', 'gone', $1),
      ('leave', 'b1', 'gone', 'theme-day/b1/2026-11', '2026-11-07', null, '{"reason":"illness"}', 'stays', $1),
      ('volunteer_service', 'b1', 'gone', null, '2026-12-05', null, '{"hours":2,"what":"和邻居老李清垃圾"}', null, $1),
      ('lectured', 'b1', 'gone', null, '2026-12-01', null, '{"topic":"党章"}', null, $1),
      ('dues_confirmed', 'b1', 'gone', null, null, '2026-11', '{}', 'stays', $1),
      ('suggestion', 'b1', 'gone', null, '2026-12-02', null, '{"text":"添一台饮水机"}', null, $1),
      ('volunteer_service', 'b1', 'gone', null, '2026-12-06', null, '{"hours":9,"what":"报错了"}', null, $1)`,
    [new Date(left)],
  );
  await db.pool.query(
    `insert into fact (kind, unit, member, data, recorded_by, at, corrects) select 'withdrawn', unit, member, '{}', 'stays', at, id from fact where data->>'what' = '报错了'`,
  );
  await db.pool.query(
    `insert into fact (kind, unit, member, duty, data, recorded_by, at) values
      ('minute', 'b1', 'gone', 'theme-day/b1/2026-12', '{"part":"statement","text":"先说错的"}', 'stays', $1)`,
    [new Date(left)],
  );
  await db.pool.query(
    `insert into fact (kind, unit, member, duty, data, at, corrects) select kind, unit, member, duty, '{"part":"statement","text":"改正的话"}', at, id
      from fact where kind = 'minute'`,
  );
  await db.pool.query(
    `insert into record (id, kind, unit, member, state, title, created_by, created_at, updated_at) values
      ('r1', 'minutes', 'b1', null, 'filed', '12月支委会', 'gone', $1, $1), ('r2', 'filing', 'b1', 'gone', 'filed', '个人材料', 'gone', $1, $1)`,
    [new Date(left)],
  );
  await inTransaction(db.pool, (client) => markLeft(client, 'gone', { why: 'deleted', at: left, now: left }));
});

const forgetAt = (at: number) =>
  forgetOld({ pool: db.pool, log: pino({ level: 'silent' }) } as unknown as JobParts, at);

async function rows(text: string): Promise<unknown[]> {
  return (await db.pool.query(text)).rows;
}

/** Every row of every table that still says anything of the leaver. */
async function traces(): Promise<string[]> {
  const tables = await db.pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const found: string[] = [];
  for (const { name } of tables.rows) {
    const { rows: hits } = await db.pool.query<{ row: string }>(`select t::text as row from "${name}" t`);
    found.push(...hits.filter(({ row }) => /gone|钱多多|老李|饮水机|illness/.test(row)).map(() => name));
  }
  return [...new Set(found)].sort();
}

describe('one who left', () => {
  test('is kept whole until the last of ninety days', async () => {
    await forgetAt(due - 1);
    expect(await rows(`select id from member where id = 'gone'`)).toHaveLength(1);
    expect(await rows(`select kind from fact where member = 'gone'`)).toHaveLength(10);
  });

  test('is then forgotten everywhere but in the log of who did what', async () => {
    await forgetAt(due + 1);
    expect(await traces()).toEqual(['audit']);
    expect(await rows(`select action, subject from audit order by id`)).toEqual([
      { action: 'left', subject: 'gone' },
      { action: 'leavers-forgotten', subject: null },
    ]);
  });

  test('stays in what the branch counts, without name and words; what was taken back does not', async () => {
    await forgetAt(due + 1);
    expect(await rows(`select kind, member, data, recorded_by from fact order by id`)).toEqual([
      { kind: 'signed_in', member: null, data: {}, recorded_by: null },
      { kind: 'signed_in', member: 'stays', data: {}, recorded_by: null },
      { kind: 'leave', member: null, data: {}, recorded_by: null },
      { kind: 'volunteer_service', member: null, data: { hours: 2 }, recorded_by: null },
      { kind: 'lectured', member: null, data: { topic: '党章' }, recorded_by: null },
      { kind: 'minute', member: null, data: { part: 'statement', text: '改正的话' }, recorded_by: null },
    ]);
  });

  test('leaves the branch its records, and takes the own ones along', async () => {
    await forgetAt(due + 1);
    expect(await rows('select id, created_by from record')).toEqual([{ id: 'r1', created_by: null }]);
  });

  test('is forgotten once, and nobody else is touched', async () => {
    await forgetAt(due + 1);
    const before = await rows('select * from member');
    await forgetAt(due + dayLength);
    expect(await rows('select * from member')).toEqual(before);
    expect(await rows(`select 1 from audit where action = 'leavers-forgotten'`)).toHaveLength(1);
  });

  test('and came back in time keeps everything', async () => {
    await inTransaction(db.pool, (client) => markReturned(client, 'gone', left + dayLength));
    await forgetAt(due + 1);
    expect(await rows(`select kind from fact where member = 'gone'`)).toHaveLength(10);
  });

  test('twice has the clock of the second time', async () => {
    await inTransaction(db.pool, (client) => markReturned(client, 'gone', left + dayLength));
    const again = left + 10 * dayLength;
    await inTransaction(db.pool, (client) => markLeft(client, 'gone', { why: 'deleted', at: again, now: again }));
    await forgetAt(due + 1);
    expect(await rows(`select id from member where id = 'gone'`)).toHaveLength(1);
    await forgetAt(again + leaverDays * dayLength + 1);
    expect(await rows(`select id from member where id = 'gone'`)).toEqual([]);
  });
});

test('a login that is over is forgotten', async () => {
  await db.pool.query(
    `insert into web_session (id, member, created_at, expires_at) values ('old', 'stays', $1, $1), ('new', 'stays', $1, $2)`,
    [new Date(left), new Date(left + dayLength)],
  );
  await forgetAt(left + 1000);
  expect(await rows('select id from web_session')).toEqual([{ id: 'new' }]);
});

test('no table keeps a member from being forgotten', async () => {
  expect(
    await rows(`select conrelid::regclass::text as table from pg_constraint
      where confrelid = 'member'::regclass and contype = 'f' and confdeltype not in ('c', 'n')`),
  ).toEqual([]);
});
