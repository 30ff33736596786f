// Writes everything that the database holds into one file: gzip over lines, a head, each table as COPY text, an end with counts. Changes nothing.

import { createWriteStream } from 'node:fs';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { z } from 'zod';
import { Fault } from '../domain/fault.ts';
import { type Instant, isoOf } from '../domain/time.ts';
import { listSequences, listTables } from './catalogue.ts';
import { copyOut } from './copy-stream.ts';
import type { Database } from './database.ts';
import { appliedMigrations } from './migrate.ts';

/** The first line of a backup. `migrations` is the form of the data: it is put back into exactly that form. */
export const backupHead = z.object({
  product: z.literal('zhibu'),
  format: z.literal(1),
  made: z.string(),
  migrations: z.array(z.string()),
});

/** The line before the rows of a table; after them comes `rowsEnd`. */
export const backupSection = z.object({ table: z.string(), columns: z.array(z.string()) });

/** PostgreSQL's own mark: a row of COPY text can never be these two characters. */
export const rowsEnd = '\\.';

/** The last line; without it a backup was cut short. */
export const backupEnd = z.object({
  end: z.literal(true),
  rows: z.record(z.string(), z.number()),
  sequences: z.record(z.string(), z.string()),
});

export interface BackupReport {
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
}

/**
 * Backs up to `file`, which only its owner can read and which appears whole or not at all. One snapshot, while the service goes on.
 * Values encrypted with FIELD_KEY stay encrypted: the key belongs to the backup, but not into it. Throws a Fault of code `bad-file` when it cannot be written.
 */
export async function backup(db: Pick<Database, 'connection'>, file: string, now: Instant): Promise<BackupReport> {
  const client = new pg.Client(db.connection);
  client.on('error', () => {});
  const draft = `${file}.${process.pid}.part`;
  await client.connect();
  try {
    const rows: Record<string, number> = {};
    await pipeline(
      Readable.from(lines(client, now, rows)),
      createGzip(),
      createWriteStream(draft, { mode: 0o600, flush: true }),
    );
    await rename(draft, file);
    await syncFolder(dirname(file));
    const counts = Object.values(rows);
    return {
      tables: counts.length,
      rows: counts.reduce((sum, count) => sum + count, 0),
      bytes: (await stat(file)).size,
    };
  } catch (cause) {
    await rm(draft, { force: true });
    const code = (cause as NodeJS.ErrnoException).syscall ? (cause as NodeJS.ErrnoException).code : undefined;
    if (code === undefined) throw cause;
    throw new Fault('bad-file', `备份写不进 ${file}（${code}）；请检查文件夹是否存在、可写，磁盘是否已满`, { cause });
  } finally {
    await client.end();
  }
}

async function* lines(client: pg.Client, now: Instant, rows: Record<string, number>): AsyncGenerator<Buffer> {
  await client.query('begin isolation level repeatable read read only');
  const migrations = await appliedMigrations(client);
  yield line<typeof backupHead>({ product: 'zhibu', format: 1, made: isoOf(now), migrations });
  for (const { name, columns } of await listTables(client)) {
    yield line<typeof backupSection>({ table: name, columns });
    rows[name] = 0;
    for await (const row of inBlocks(copyOut(client, `copy ${name} (${columns.join(', ')}) to stdout`))) {
      rows[name] += row.count;
      yield row.bytes;
    }
    yield Buffer.from(`${rowsEnd}\n`);
  }
  const sequences = await listSequences(client);
  await client.query('commit');
  yield line<typeof backupEnd>({ end: true, rows, sequences });
}

function line<Schema extends z.ZodType>(value: z.input<Schema>): Buffer {
  return Buffer.from(`${JSON.stringify(value)}\n`);
}

/** One chunk is one row; joined to blocks of 64 KB, because each hand-over costs as much as a short row. */
async function* inBlocks(rows: AsyncIterable<Buffer>): AsyncGenerator<{ bytes: Buffer; count: number }> {
  let block: Buffer[] = [];
  let size = 0;
  for await (const row of rows) {
    block.push(row);
    size += row.length;
    if (size < 65_536) continue;
    yield { bytes: Buffer.concat(block), count: block.length };
    block = [];
    size = 0;
  }
  if (size > 0) yield { bytes: Buffer.concat(block), count: block.length };
}

/** The new name survives a power cut only after this. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  await handle.sync();
  await handle.close();
}
