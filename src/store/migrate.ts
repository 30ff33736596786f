// Brings the database to the program's form: each migration once, in order, all of a run in one transaction. Never goes backwards.

import type { ClientBase } from 'pg';
import { Fault } from '../domain/fault.ts';
import type { Database } from './database.ts';

/** One step of the schema. A shipped one is never edited. */
export interface Migration {
  /** Number and subject, e.g. `0001-ground`; the order of the list is the order of the names. */
  readonly name: string;
  readonly sql: string;
  /** Tables that the step itself puts rows into; a database with rows only there counts as empty. */
  readonly fills?: readonly string[];
}

/** The table that remembers which steps were done. */
export const migrationTable = 'migration';

/** Second number of the advisory lock (the first is ours): whoever migrates, or puts a backup back, is alone. */
const schemaLock = [7_181, 3];

/**
 * Applies what is missing and returns its names. Several processes at once: one works, the others wait and find nothing to do.
 * Throws a Fault of code `database` when a step fails (then none of this run stays) or when the database is newer than the program.
 */
export async function migrate(
  db: Pick<Database, 'pool'>,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  const client = await db.pool.connect();
  try {
    await client.query('begin');
    const applied = await applyMigrations(client, migrations);
    await client.query('commit');
    return applied;
  } catch (error) {
    await client.query('rollback').catch(() => {});
    throw error;
  } finally {
    client.release();
  }
}

/** The same inside a transaction that the caller has begun and will end. */
export async function applyMigrations(
  client: ClientBase,
  migrations: readonly Migration[],
): Promise<readonly string[]> {
  await client.query('select pg_advisory_xact_lock($1, $2)', schemaLock);
  await client.query(
    `create table if not exists ${migrationTable} (name text primary key, applied_at timestamptz not null default now())`,
  );
  const done = new Set(await appliedMigrations(client));
  const known = new Set(migrations.map((migration) => migration.name));
  const unknown = [...done].filter((name) => !known.has(name));
  if (unknown.length > 0) throw new Fault('database', `数据库比程序新（多出 ${unknown.join('、')}）；请换用新版程序`);
  const missing = migrations.filter((migration) => !done.has(migration.name));
  for (const { name, sql } of missing) {
    try {
      await client.query(sql);
      await client.query(`insert into ${migrationTable} (name) values ($1)`, [name]);
    } catch (cause) {
      throw new Fault('database', `数据库升级 ${name} 没有成功，已全部退回：${(cause as Error).message}`, { cause });
    }
  }
  return missing.map((migration) => migration.name);
}

/** Names of the steps done so far, in order. */
export async function appliedMigrations(client: ClientBase): Promise<string[]> {
  const { rowCount } = await client.query('select 1 where to_regclass($1) is not null', [migrationTable]);
  if (!rowCount) return [];
  const { rows } = await client.query<{ name: string }>(`select name from ${migrationTable} order by name`);
  return rows.map((row) => row.name);
}
