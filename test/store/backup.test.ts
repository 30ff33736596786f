// Backup and restore between real databases: everything, exactly, or nothing.

import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { backup } from '../../src/store/backup.ts';
import { cloneDatabase, type Database, openThrowaway } from '../../src/store/database.ts';
import { type Migration, migrate } from '../../src/store/migrate.ts';
import { restore } from '../../src/store/restore.ts';

// Real servers and processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const now = Date.parse('2026-12-05T09:00:00+08:00');

/** Tables that hold what is easily lost: keys in circles, values with tabs and backslashes, triggers, names that need quotes. */
const first: Migration = {
  name: '0001-first',
  sql: `
    create table counter (one boolean primary key default true, version bigint not null default 1);
    insert into counter default values;
    create table unit (id text primary key, parent text references unit, lead bigint, name text);
    create table member (id bigint generated always as identity primary key, unit text not null references unit,
      big bigint, exact numeric, at timestamptz, day date, tags text[], body jsonb, bytes bytea, twice bigint generated always as (big * 2) stored);
    alter table unit add foreign key (lead) references member;
    create table "Odd Name" ("select" text);
    create table log (id serial primary key, what text);
    create function note() returns trigger language plpgsql as $$ begin insert into log (what) values (tg_op); return null; end $$;
    create trigger note after insert on member for each statement execute function note();
    create function keep() returns trigger language plpgsql as $$ begin raise exception 'append only'; end $$;
    create trigger keep before update or delete or truncate on log for each statement execute function keep();`,
  fills: ['counter'],
};
const second: Migration = {
  name: '0002-second',
  sql: `alter table member add column nick text not null default 'none'`,
};

const fill = `
  update counter set version = 41;
  insert into unit values ('a', null, null, E'tab\\there \\\\. and\\nline'), ('b', 'a', null, '\\N');
  insert into member (unit, big, exact, at, day, tags, body, bytes)
    select 'b', 9007199254740993, 0.10000000000000000001, '2026-12-05 09:00:00.123456+08', '2026-12-05',
      array['王芳', null, 'a,b', '"'], '{"姓名": "王芳 😀", "n": null}', '\\x00ff10' from generate_series(1, 3);
  insert into member (unit, body) values ('a', 'null'), ('a', null);
  delete from member where id = 5;
  update unit set lead = 2 where id = 'b';
  insert into "Odd Name" values (null), (''), ('x');`;

let server: Database;
let folder: string;
let count = 0;
beforeAll(async () => {
  server = await openThrowaway();
  folder = await mkdtemp(join(tmpdir(), 'zhibu-backup-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

async function database(migrations: readonly Migration[], sql = ''): Promise<Database> {
  count += 1;
  const db = await cloneDatabase(server, `backup_${count}`);
  await migrate(db, migrations);
  await db.pool.query(sql);
  return db;
}

function fileName(): string {
  count += 1;
  return join(folder, `${count}.gz`);
}

/** Every row of every table as PostgreSQL writes it. */
async function contents(db: Database): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {};
  for (const table of ['counter', 'unit', 'member', '"Odd Name"', 'log']) {
    const { rows } = await db.pool.query<{ row: string }>(`select t::text as row from ${table} t order by 1`);
    all[table] = rows.map(({ row }) => row);
  }
  return all;
}

test('what was backed up comes back exactly, and numbers given out are not given out again', async () => {
  const source = await database([first], fill);
  const file = fileName();
  expect(await backup(source, file, now)).toMatchObject({ tables: 5, rows: 12 });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const target = await database([first]);
  expect(await restore(target, file, [first])).toEqual({ tables: 5, rows: 12, made: '2026-12-05T09:00:00+08:00' });
  expect(await contents(target)).toEqual(await contents(source));
  const added = await target.pool.query(`insert into member (unit) values ('a') returning id`);
  expect(added.rows).toEqual([{ id: 6 }]);
  expect((await target.pool.query('select max(id) as last from log')).rows).toEqual([{ last: 3 }]);
  await expect(target.pool.query(`insert into member (unit) values ('nowhere')`)).rejects.toThrow(/foreign key/);
  await expect(target.pool.query('delete from log')).rejects.toThrow('append only');
  await Promise.all([source.close(), target.close()]);
});

test('a backup of an older form is put back in its form and then brought up to date', async () => {
  const source = await database([first], fill);
  const file = fileName();
  await backup(source, file, now);
  for (const target of [await database([first, second]), await database([])]) {
    await restore(target, file, [first, second]);
    expect((await target.pool.query('select nick, count(*) as n from member group by 1')).rows).toEqual([
      { nick: 'none', n: 4 },
    ]);
    await target.close();
  }
  await source.close();
});

test('a backup of a newer form is refused', async () => {
  const source = await database([first, second], fill);
  const file = fileName();
  await backup(source, file, now);
  const target = await database([first]);
  await expect(restore(target, file, [first])).rejects.toThrow(/更新的版本.*0002-second/);
  await Promise.all([source.close(), target.close()]);
});

test('data is replaced only when told so', async () => {
  const source = await database([first], fill);
  const file = fileName();
  await backup(source, file, now);
  const target = await database([first], `insert into unit (id) values ('kept')`);
  const before = await contents(target);
  await expect(restore(target, file, [first])).rejects.toMatchObject({ code: 'not-allowed' });
  expect(await contents(target)).toEqual(before);
  await restore(target, file, [first], { force: true });
  expect(await contents(target)).toEqual(await contents(source));
  await Promise.all([source.close(), target.close()]);
});

test('a file cut short, altered, foreign or missing changes nothing', async () => {
  const source = await database([first], fill);
  const file = fileName();
  await backup(source, file, now);
  const whole = await readFile(file);
  const text = gunzipSync(whole).toString();
  const bad = {
    cut: whole.subarray(0, whole.length / 2),
    'without its end': gzipSync(text.slice(0, text.lastIndexOf('{"end"'))),
    'cut within rows': gzipSync(text.slice(0, text.indexOf('王芳'))),
    'with a row less': gzipSync(text.replace('\\N\n', '')),
    'with another table': gzipSync(text.replace('"table":"unit"', '"table":"pg_class"')),
    'with a broken key': gzipSync(text.replace('b\ta\t2', 'b\tnone\t2')),
    foreign: gzipSync('{"product":"other"}\n'),
    'no gzip': Buffer.from('hello'),
    empty: Buffer.alloc(0),
  };
  const target = await database([first]);
  const before = await contents(target);
  for (const [what, bytes] of Object.entries(bad)) {
    await writeFile(file, bytes);
    await expect(restore(target, file, [first]), what).rejects.toMatchObject({ code: 'bad-file' });
    expect(await contents(target), what).toEqual(before);
  }
  await expect(restore(target, join(folder, 'none'), [first])).rejects.toThrow('没有');
  await expect(backup(source, join(folder, 'none', 'x.gz'), now)).rejects.toMatchObject({ code: 'bad-file' });
  await Promise.all([source.close(), target.close()]);
});

test('a table larger than the buffers passes through in pieces while rows are being added', async () => {
  const rows = `insert into unit select n::text, null, null, repeat('长', 300) from generate_series(1, 20000) n`;
  const source = await database([first], rows);
  const file = fileName();
  const [report] = await Promise.all([
    backup(source, file, now),
    source.pool.query(`insert into unit select 'late' || n from generate_series(1, 500) n`),
  ]);
  const target = await database([first]);
  expect((await restore(target, file, [first])).rows).toBe(report.rows);
  const sum = `select count(*) as n, sum(length(name)) as size from unit where id not like 'late%'`;
  expect((await target.pool.query(sum)).rows).toEqual([{ n: 20_000, size: 6_000_000 }]);
  await Promise.all([source.close(), target.close()]);
});
