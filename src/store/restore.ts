// Puts a backup back, in one transaction: all of it or nothing. Never into a database that holds data, unless told to replace it.

import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import type { z } from 'zod';
import { Fault } from '../domain/fault.ts';
import { backupEnd, backupHead, backupSection, rowsEnd } from './backup.ts';
import { listForeignKeys, listTables } from './catalogue.ts';
import { copyIn } from './copy-stream.ts';
import type { Database } from './database.ts';
import { LineReader } from './line-reader.ts';
import { appliedMigrations, applyMigrations, type Migration } from './migrate.ts';

export interface RestoreOptions {
  /** Replace what the database holds. */
  readonly force?: boolean;
}

export interface RestoreReport {
  readonly tables: number;
  readonly rows: number;
  /** When the backup was made: ISO 8601 with the offset of Shanghai. */
  readonly made: string;
}

/**
 * Restores `file`, then applies the migrations that are newer than it. Throws a Fault: `bad-file` (no backup, cut short, or made by a newer program),
 * `not-allowed` (the database holds data and `force` is not set). After any error the database is as before.
 */
export async function restore(
  db: Pick<Database, 'connection'>,
  file: string,
  migrations: readonly Migration[],
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  const lines = new LineReader(openBackup(file));
  const client = new pg.Client(db.connection);
  client.on('error', () => {});
  await client.connect();
  try {
    const head = await readHead(lines, file, migrations);
    await client.query('begin');
    await prepareSchema(client, head.migrations, migrations, options.force ?? false);
    const rows = await fillTables(client, lines, file);
    await applyMigrations(client, migrations);
    await client.query('commit');
    await client.query('analyze');
    const counts = Object.values(rows);
    return { tables: counts.length, rows: counts.reduce((sum, count) => sum + count, 0), made: head.made };
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('bad-file', `${file} 没有恢复，数据库保持原样：${(cause as Error).message}`, { cause });
  } finally {
    // An open transaction ends with its connection.
    await client.end();
    lines.close();
  }
}

function openBackup(file: string): Readable {
  const gunzip = createGunzip();
  const source = createReadStream(file).on('error', (error) => gunzip.destroy(error));
  gunzip.on('close', () => source.destroy());
  // The error reaches whoever reads; it may come before anybody does.
  gunzip.on('error', () => {});
  return source.pipe(gunzip);
}

async function readHead(
  lines: LineReader,
  file: string,
  migrations: readonly Migration[],
): Promise<z.infer<typeof backupHead>> {
  const head = backupHead.safeParse(await readJson(lines, file));
  if (!head.success) throw new Fault('bad-file', `${file} 不是支部通的备份`);
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = head.data.migrations.filter((name) => !known.has(name));
  if (unknown.length > 0)
    throw new Fault('bad-file', `${file} 来自更新的版本（多出 ${unknown.join('、')}）；请先升级程序再恢复`);
  return head.data;
}

/** Brings the schema into the form of the backup, with all tables empty. */
async function prepareSchema(
  client: pg.Client,
  wanted: readonly string[],
  migrations: readonly Migration[],
  force: boolean,
): Promise<void> {
  // Nobody migrates meanwhile; an empty list takes the lock and applies nothing.
  const applied = await appliedMigrations(client);
  await applyMigrations(
    client,
    migrations.filter(({ name }) => applied.includes(name)),
  );
  if (!force) await refuseUnlessEmpty(client, migrations);
  if (applied.length > 0 && applied.join() !== wanted.join()) {
    await client.query(
      `do $$ declare place text := quote_ident(current_schema()); begin
         execute 'drop schema ' || place || ' cascade'; execute 'create schema ' || place; end $$`,
    );
  }
  await applyMigrations(
    client,
    migrations.filter(({ name }) => wanted.includes(name)),
  );
  const tables = await listTables(client);
  for (const { name } of tables) await client.query(`alter table ${name} disable trigger user`);
  if (tables.length > 0) await client.query(`truncate ${tables.map(({ name }) => name).join(', ')} restart identity`);
}

async function refuseUnlessEmpty(client: pg.Client, migrations: readonly Migration[]): Promise<void> {
  const filled = new Set(migrations.flatMap(({ fills }) => fills ?? []));
  for (const { name } of await listTables(client)) {
    if (filled.has(name)) continue;
    const { rowCount } = await client.query(`select 1 from ${name} limit 1`);
    if (rowCount) throw new Fault('not-allowed', '数据库里已有数据，没有恢复；确定要用备份全部替换时，请加 --force');
  }
}

/** Foreign keys are taken off and put back at the end, where they are checked: the order of tables does not matter then. Returns the rows of each table. */
async function fillTables(client: pg.Client, lines: LineReader, file: string): Promise<Record<string, number>> {
  const keys = await listForeignKeys(client);
  const shapes = new Map((await listTables(client)).map(({ name, columns }) => [name, columns]));
  for (const { table, name } of keys) await client.query(`alter table ${table} drop constraint ${name}`);
  const rows: Record<string, number> = {};
  let next = await readJson(lines, file);
  for (let section = backupSection.safeParse(next); section.success; section = backupSection.safeParse(next)) {
    const { table, columns } = section.data;
    const shape = shapes.get(table);
    if (!shape || columns.some((column) => !shape.includes(column))) {
      throw new Fault('bad-file', `${file} 里的表 ${table} 和它自己的版本对不上；没有恢复`);
    }
    rows[table] = 0;
    const counted = countRows(lines.blocksUntil(rowsEnd), (count) => {
      rows[table] = (rows[table] ?? 0) + count;
    });
    await copyIn(client, `copy ${table} (${columns.join(', ')}) from stdin`, counted);
    next = await readJson(lines, file);
  }
  const end = backupEnd.safeParse(next);
  if (!end.success || JSON.stringify(end.data.rows) !== JSON.stringify(rows))
    throw new Fault('bad-file', `${file} 不完整，没有恢复；请换一份备份`);
  for (const [name, last] of Object.entries(end.data.sequences))
    await client.query('select setval($1::regclass, $2::bigint)', [name, last]);
  await client.query('set constraints all immediate');
  for (const { table, name, definition } of keys)
    await client.query(`alter table ${table} add constraint ${name} ${definition}`);
  for (const { name } of await listTables(client)) await client.query(`alter table ${name} enable trigger user`);
  return rows;
}

async function* countRows(
  blocks: AsyncIterable<{ bytes: Buffer; count: number }>,
  add: (count: number) => void,
): AsyncGenerator<Buffer> {
  for await (const { bytes, count } of blocks) {
    add(count);
    yield bytes;
  }
}

async function readJson(lines: LineReader, file: string): Promise<unknown> {
  try {
    return JSON.parse((await lines.next())?.toString() ?? '');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw new Fault('bad-file', missing ? `没有 ${file} 这个文件` : `${file} 不是支部通的备份，或不完整；没有恢复`, {
      cause,
    });
  }
}
