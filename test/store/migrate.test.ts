// Migrations on a real server: once, in order, all or nothing.

import pg from 'pg';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { cloneDatabase, type Database, openThrowaway } from '../../src/store/database.ts';
import { type Migration, migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';

// Real servers and processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const first: Migration = { name: '0001-first', sql: 'create table first (id int); insert into first values (1)' };
const second: Migration = { name: '0002-second', sql: 'create table second (id int); insert into second values (2)' };
const broken: Migration = { name: '0003-broken', sql: 'create table third (id int); select 1 / 0' };

let server: Database;
let count = 0;
beforeAll(async () => {
  server = await openThrowaway();
});
afterAll(() => server.close());

function empty(): Promise<Database> {
  count += 1;
  return cloneDatabase(server, `migrate_${count}`);
}

async function tables(db: Database): Promise<string[]> {
  const { rows } = await db.pool.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  return rows.map((row) => row.name);
}

test('applies what is missing, in order, and says what it did', async () => {
  const db = await empty();
  expect(await migrate(db, [first])).toEqual(['0001-first']);
  expect(await migrate(db, [first, second])).toEqual(['0002-second']);
  expect(await migrate(db, [first, second])).toEqual([]);
  expect(await tables(db)).toEqual(['first', 'migration', 'second']);
  await db.close();
});

test('a failing step takes the whole run back', async () => {
  const db = await empty();
  await expect(migrate(db, [first, second, broken])).rejects.toThrow(/0003-broken.*division by zero/);
  expect(await tables(db)).toEqual([]);
  await db.close();
});

test('five at once: one works, the others find nothing to do', async () => {
  const db = await empty();
  // A pool ends before its connections do, and the database is dropped at once: what they say then is of no interest.
  const pools = Array.from({ length: 5 }, () => new pg.Pool(db.connection).on('error', () => {}));
  const done = await Promise.all(pools.map((pool) => migrate({ pool }, [first, second])));
  expect(done.map((names) => names.length).toSorted()).toEqual([0, 0, 0, 0, 2]);
  expect((await db.pool.query('select * from first')).rows).toEqual([{ id: 1 }]);
  await Promise.all(pools.map((pool) => pool.end()));
  await db.close();
});

test('a database newer than the program is refused and left alone', async () => {
  const db = await empty();
  await migrate(db, [first, second]);
  await expect(migrate(db, [first])).rejects.toThrow(/数据库比程序新.*0002-second/);
  expect(await tables(db)).toEqual(['first', 'migration', 'second']);
  await db.close();
});

test('the migrations of the product stand in order and fill only the tables they name', async () => {
  expect(migrations.map(({ name }) => name)).toEqual(migrations.map(({ name }) => name).toSorted());
  const db = await empty();
  await migrate(db, migrations);
  const filled = migrations.flatMap(({ fills }) => fills ?? []);
  for (const table of await tables(db)) {
    const { rowCount } = await db.pool.query(`select 1 from ${pg.escapeIdentifier(table)} limit 1`);
    if (table !== 'migration') expect([table, rowCount]).toEqual([table, filled.includes(table) ? 1 : 0]);
  }
  await db.close();
});
