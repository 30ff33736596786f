import { afterAll, beforeAll, expect, test } from 'vitest';
import { openForm, readTotals, takeForm } from '../../src/store/anonymous-forms.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { fieldCipher } from '../../src/store/field-cipher.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';

let db: Database;
const cipher = fieldCipher(undefined);
const people = ['m1', 'm2', 'm3', 'm4', 'm5'];

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await db.pool.query(`insert into unit (id, name, kind, parent) values ('b1', '第一党支部', 'branch', null)`);
  await db.pool.query(`insert into member (id, name, unit) select id, id, 'b1' from unnest($1::text[]) as new(id)`, [
    people,
  ]);
  await db.pool.query(
    `insert into record (id, kind, unit, state, title, created_at, updated_at) values ('f', 'form-effect', 'b1', 'open', '评效果', now(), now())`,
  );
});
afterAll(() => db.close());

async function take(member: string, answers: readonly (number | string | null)[]) {
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    await takeForm(client, { change: 'form-taken', form: 'f', member, answers }, cipher);
    await client.query('commit');
  } finally {
    client.release();
  }
}

test('answers are counters and unsigned notes: no row and no row version says which came with whom (duty 45, 54, 90, 130)', async () => {
  const client = await db.pool.connect();
  await openForm(client, { change: 'form-opened', form: 'f', options: [3, 0] });
  client.release();
  for (const [index, member] of people.entries()) await take(member, [index % 2, index < 3 ? `意见${index}` : null]);
  expect(await readTotals(db.pool, 'f', cipher)).toMatchObject({
    taken: 5,
    counts: [{ count: 3 }, { count: 2 }, { count: 0 }],
    notes: ['意见0', '意见1', '意见2'],
  });
  // All rows of a table were written by the same last hand-in.
  for (const table of ['anonymous_count', 'anonymous_note', 'anonymous_taken']) {
    const { rows } = await db.pool.query(`select count(distinct xmin::text)::int as versions from ${table}`);
    expect(rows).toEqual([{ versions: 1 }]);
  }
  const { rows } = await db.pool.query<{ columns: string[] }>(
    `select array_agg(column_name::text order by 1) as columns from information_schema.columns where table_name in ('anonymous_count', 'anonymous_note')`,
  );
  expect(rows[0]!.columns.sort()).toEqual(['count', 'form', 'form', 'id', 'option', 'question', 'text']);
});

test('handing in a second time changes nothing, nor does handing in after the end', async () => {
  await take('m1', [2, '再来一次']);
  await db.pool.query(`update record set state = 'closed' where id = 'f'`);
  await take('m1', [2, null]);
  expect(await readTotals(db.pool, 'f', cipher)).toMatchObject({ taken: 5, counts: [{}, {}, { count: 0 }] });
});
