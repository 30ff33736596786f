// Deeds make exactly the duties done that wait for them: in the unit, of the person, inside the window; also when the duty comes after the deed.

import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { NewDuty } from '../../src/domain/change.ts';
import type { Deed } from '../../src/domain/completion.ts';
import { addDays, instantOf } from '../../src/domain/time.ts';
import { completeDuties, settleDuties } from '../../src/store/completion.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { putDownDuties, raiseDuties, takeUpDuties } from '../../src/store/duties.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';

const now = instantOf('2027-06-10', '10:00');
let db: Database;

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await db.pool.query(
    `insert into unit (id, name, kind) values ('b1', '一支部', 'branch'), ('b2', '二支部', 'branch')`,
  );
  await db.pool.query(
    `insert into member (id, name, unit) values ('m1', '甲', 'b1'), ('m2', '乙', 'b1'), ('m3', '丙', 'b2')`,
  );
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.pool.query('truncate duty, fact, record');
});

const duty = (id: string, unit: string, member: string | null, details: object): NewDuty => ({
  id,
  programme: 'x-2027/y',
  item: id,
  unit,
  member,
  period: '2027',
  dueOn: '2027-12-31',
  startsAt: null,
  details: { title: id, opens: '2027-06-01', ...details } as NewDuty['details'],
});
const doneNow = async () =>
  (await db.pool.query<{ id: string }>(`select id from duty where state = 'done' order by id`)).rows.map(
    ({ id }) => id,
  );

test('a deed completes exactly the duties that wait for it, inside the window', async () => {
  const units = ['b1', 'b2'];
  const people = [null, 'm1', 'm2'];
  const keys = ['fact/lectured', 'record/plan/filed', 'duty/x-2027/y'];
  const deed = fc.record({
    key: fc.constantFrom(...keys),
    unit: fc.constantFrom(...units),
    member: fc.constantFrom(...people),
    on: fc.integer({ min: -5, max: 5 }).map((days) => addDays('2027-06-01', days)),
  });
  const wanted = fc.array(
    fc.record({ key: fc.subarray(keys), unit: fc.constantFrom(...units), member: fc.constantFrom(...people) }),
    { minLength: 1, maxLength: 6 },
  );
  await fc.assert(
    fc.asyncProperty(wanted, fc.array(deed, { minLength: 1, maxLength: 4 }), async (duties, deeds: Deed[]) => {
      await db.pool.query('truncate duty');
      const rows = duties.map((one, index) => duty(`d${index}`, one.unit, one.member, { done_by: one.key }));
      await raiseDuties(db.pool, rows, now);
      const client = await db.pool.connect();
      await completeDuties(client, deeds, now).finally(() => client.release());
      const expected = rows.filter((row) =>
        deeds.some(
          ({ key, unit, member, on }) =>
            unit === row.unit &&
            (row.member === null || row.member === member) &&
            (row.details.done_by as string[]).includes(key) &&
            on >= '2027-06-01',
        ),
      );
      expect(await doneNow()).toEqual(expected.map(({ id }) => id).sort());
    }),
    { numRuns: 40 },
  );
});

test('what was done before the duty was raised counts, unless it was taken back or lies before the window', async () => {
  await db.pool.query(
    `insert into fact (kind, unit, member, on_day, at) values ('lectured', 'b1', 'm1', '2027-06-03', $1), ('lectured', 'b1', 'm2', '2027-05-03', $1),
      ('problem_solved', 'b1', 'm2', '2027-06-04', $1)`,
    [new Date(now)],
  );
  await db.pool.query(
    `insert into fact (kind, unit, member, at, corrects) select 'withdrawn', 'b1', 'm2', $1, id from fact where kind = 'problem_solved'`,
    [new Date(now)],
  );
  const rows = [
    duty('unit', 'b1', null, { done_by: ['fact/lectured'] }),
    duty('own', 'b1', 'm1', { done_by: ['fact/lectured'] }),
    duty('too-early', 'b1', 'm2', { done_by: ['fact/lectured'] }),
    duty('taken-back', 'b1', 'm2', { done_by: ['fact/problem_solved'] }),
    duty('elsewhere', 'b2', null, { done_by: ['fact/lectured'] }),
  ];
  await raiseDuties(db.pool, rows, now);
  await settleDuties(
    db.pool,
    rows.map(({ id }) => id),
    now,
  );
  expect(await doneNow()).toEqual(['own', 'unit']);
});

test('records count by the states they have been through, duties by programme and item', async () => {
  await db.pool.query(
    `insert into record (id, kind, unit, state, title, created_at, updated_at) values ('plan/b1/2027', 'plan', 'b1', 'received', '计划', $1, $1),
      ('plan/b2/2027', 'plan', 'b2', 'draft', '计划', $1, $1)`,
    [new Date(now)],
  );
  await raiseDuties(db.pool, [duty('study', 'b1', 'm1', {})], now);
  await db.pool.query(`update duty set state = 'done'`);
  const rows = [
    duty('filed', 'b1', null, { done_by: ['record/plan/filed'] }),
    duty('not-filed', 'b2', null, { done_by: ['record/plan/filed'] }),
    duty('by-item', 'b1', 'm1', { done_by: ['duty/x-2027/y/study'] }),
    duty('of-another', 'b1', 'm2', { done_by: ['duty/x-2027/y/study'] }),
  ];
  await raiseDuties(db.pool, rows, now);
  await settleDuties(
    db.pool,
    rows.map(({ id }) => id),
    now,
  );
  expect(await doneNow()).toEqual(['by-item', 'filed', 'study']);
});

test('a sum is reached by the own entries of the window only (duty 115)', async () => {
  const entry = (id: string, member: string, on: string, days: string) =>
    db.pool.query(
      `insert into record (id, kind, unit, member, state, title, body, created_at, updated_at)
        values ($1, 'training', 'b1', $2, 'done', '培训', jsonb_build_object('on', $3::text, 'days', $4::text), $5, $5)`,
      [id, member, on, days, new Date(now)],
    );
  const week = { done_by: ['record/training'], at_least: { record: 'training', field: 'days', sum: 5 } };
  const rows = [duty('week', 'b1', 'm1', week)];
  await raiseDuties(db.pool, rows, now);
  await entry('1', 'm1', '2027-05-01', '9');
  await entry('2', 'm2', '2027-06-02', '9');
  await entry('3', 'm1', '2027-06-02', '3');
  await settleDuties(db.pool, ['week'], now);
  expect(await doneNow()).toEqual([]);
  await entry('4', 'm1', '2027-06-08', '2');
  await settleDuties(db.pool, ['week'], now);
  expect(await doneNow()).toEqual(['week']);
});

test('what is put down asks nothing; taken up again it comes back, and what was done stays done', async () => {
  await raiseDuties(db.pool, [duty('a', 'b1', null, {}), duty('b', 'b1', 'm1', {}), duty('c', 'b2', null, {})], now);
  await db.pool.query(`update duty set state = 'done' where id = 'b'`);
  const states = async () =>
    (await db.pool.query(`select id, state from duty order by id`)).rows.map(({ id, state }) => `${id} ${state}`);
  await putDownDuties(db.pool, ['b1'], 'x-2027/y', now);
  expect(await states()).toEqual(['a excused', 'b done', 'c open']);
  await takeUpDuties(db.pool, ['b1', 'b2'], 'x-2027/y', now);
  expect(await states()).toEqual(['a open', 'b done', 'c open']);
});
