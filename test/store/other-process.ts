// Other processes for tests of the embedded database: they open it, do what they are told line by line, and can be killed.

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const repository = resolve(import.meta.dirname, '../..');

/** Compiles `src` into a folder that everybody may enter and returns it; `rmSync` it when done. */
export function compileSources(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zhibu-compiled-'));
  execFileSync('chmod', ['755', folder]);
  try {
    execFileSync(
      process.execPath,
      [
        join(repository, 'node_modules/typescript/bin/tsc'),
        '-p',
        'tsconfig.build.json',
        '--outDir',
        join(folder, 'dist'),
      ],
      {
        cwd: repository,
        stdio: 'pipe',
      },
    );
  } catch (error) {
    // Types are checked elsewhere; here only the result counts.
    if (!existsSync(join(folder, 'dist/store/database.js'))) throw error;
  }
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return folder;
}

export interface Told {
  readonly ok: boolean;
  readonly value: unknown;
}

/** A process with `db` opened on a DATA_DIR. */
export interface OtherProcess {
  readonly child: ChildProcess;
  /** Resolves when the database is open; `value` is `{owner, where, server}`, or the message of the fault. */
  readonly opened: Promise<Told>;
  /** Evaluates an expression there, with `db`, `sql(text)` (rows) and `takeServiceLock(db)` at hand. */
  tell(expression: string): Promise<Told>;
  /** Closes the database there and waits for the end. */
  close(): Promise<void>;
  kill(): Promise<void>;
}

const program = `
import { createInterface } from 'node:readline';
const [folder, dataDir] = process.argv.slice(1);
const { openDatabase } = await import(folder + '/dist/store/database.js');
const { takeServiceLock } = await import(folder + '/dist/store/service-lock.js');
const say = (ok, value) => process.stdout.write(JSON.stringify({ ok, value }) + '\\n');
try {
  const db = await openDatabase({ dataDir });
  const sql = async (text) => (await db.pool.query(text)).rows;
  const [{ server }] = await sql("select split_part(pg_read_file('postmaster.pid'), E'\\\\n', 1)::int as server");
  say(true, { owner: db.owner, where: db.where, server });
  for await (const line of createInterface({ input: process.stdin })) {
    try { say(true, await eval(line)); } catch (error) { say(false, error.message); }
  }
  await db.close();
} catch (error) { say(false, error.message); }
`;

export function openElsewhere(
  folder: string,
  dataDir: string,
  account: { uid?: number; gid?: number } = {},
): OtherProcess {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, pathToFileURL(folder).href, dataDir], {
    ...account,
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.on('error', () => {});
  const waiting: ((told: Told) => void)[] = [];
  const next = () => new Promise<Told>((done) => waiting.push(done));
  createInterface({ input: child.stdout }).on('line', (line) => waiting.shift()?.(JSON.parse(line)));
  const ended = once(child, 'exit').then(() => {
    for (const done of waiting) done({ ok: false, value: 'ended' });
  });
  return {
    child,
    opened: next(),
    tell(expression) {
      const told = next();
      child.stdin.write(`${expression}\n`);
      return told;
    },
    async close() {
      child.stdin.end();
      await ended;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
