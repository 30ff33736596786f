// The embedded database with real processes: several at once, killed at bad moments, on awkward paths.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openDatabase, openThrowaway } from '../../src/store/database.ts';
import { isAlive } from '../../src/store/embedded/processes.ts';
import { compileSources, openElsewhere, removeFolder } from './other-process.ts';

// Real servers and processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let code: string;
let root: string;
let count = 0;
beforeAll(() => {
  code = compileSources();
  root = mkdtempSync(join(tmpdir(), 'zhibu-embedded-'));
  chmodSync(root, 0o755);
});
afterAll(() => {
  removeFolder(code);
  removeFolder(root);
});

function newFolder(): string {
  count += 1;
  return join(root, String(count));
}

/** Opens, reads, closes, and makes sure that nothing stays behind. */
async function check(dataDir: string, statement = 'select 1 as one'): Promise<unknown> {
  const db = await openDatabase({ dataDir });
  const { rows } = await db.pool.query(statement);
  const server = serverOf(dataDir);
  await db.close();
  // The socket of a long path lies in a folder of its own, kept for the next start.
  if (db.connection.host !== join(dataDir, 'pg')) removeFolder(db.connection.host!);
  expect(isAlive(server)).toBe(false);
  expect(readdirSync(dataDir).filter((name) => name.includes('.new-'))).toEqual([]);
  return rows;
}

function serverOf(dataDir: string): number {
  return Number(readFileSync(join(dataDir, 'pg/postmaster.pid'), 'utf8').split('\n')[0]);
}

test('three first starts at once make one cluster and one server, and the last to leave stops it', async () => {
  const dataDir = newFolder();
  const processes = [1, 2, 3].map(() => openElsewhere(code, dataDir));
  const opened = (await Promise.all(processes.map((each) => each.opened))).map((told) => {
    expect(told).toMatchObject({ ok: true });
    return told.value as { owner: boolean; server: number };
  });
  expect(opened.filter(({ owner }) => owner)).toHaveLength(1);
  expect(new Set(opened.map(({ server }) => server)).size).toBe(1);
  const server = opened[0]!.server;
  await processes[opened.findIndex(({ owner }) => owner)]!.close();
  expect(isAlive(server)).toBe(true);
  await Promise.all(processes.map((each) => each.close()));
  expect(isAlive(server)).toBe(false);
});

test('after kill -9 the next start joins the server that goes on, and stops it in the end', async () => {
  const dataDir = newFolder();
  const killed = openElsewhere(code, dataDir);
  const { server } = (await killed.opened).value as { server: number };
  await killed.tell(`sql('create table kept (n int); insert into kept values (7)')`);
  await killed.kill();
  expect(isAlive(server)).toBe(true);
  expect(await check(dataDir, 'select n from kept')).toEqual([{ n: 7 }]);
  expect(isAlive(server)).toBe(false);
});

test('after kill -9 of both the next start replays what was committed', async () => {
  const dataDir = newFolder();
  const killed = openElsewhere(code, dataDir);
  const { server } = (await killed.opened).value as { server: number };
  await killed.tell(`sql('create table kept (n int); insert into kept values (7)')`);
  process.kill(server, 'SIGKILL');
  await killed.kill();
  expect(await check(dataDir, 'select n from kept')).toEqual([{ n: 7 }]);
});

test('a running process brings a killed server back and keeps the service lock', async () => {
  const dataDir = newFolder();
  const running = openElsewhere(code, dataDir);
  const { server } = (await running.opened).value as { server: number };
  await running.tell(`sql('create table kept (n int); insert into kept values (7)')`);
  expect((await running.tell('takeServiceLock(db)')).value).toEqual({ kind: 'taken' });
  process.kill(server, 'SIGKILL');
  await expect
    .poll(() => running.tell(`sql('select n from kept')`), { timeout: 20_000 })
    .toEqual({ ok: true, value: [{ n: 7 }] });
  const second = openElsewhere(code, dataDir);
  await second.opened;
  expect((await second.tell('takeServiceLock(db)')).value).toMatchObject({ kind: 'held', pid: running.child.pid });
  await Promise.all([running.close(), second.close()]);
});

test('kills during the first start leave nothing broken', async () => {
  const dataDir = newFolder();
  for (const moment of [120, 200, 300, 450, 650, 900]) {
    const killed = openElsewhere(code, dataDir);
    await Promise.race([after(moment), killed.opened]);
    await killed.kill();
  }
  // What the killed ones had begun (initdb) may still write into its draft: only when it has ended can the draft be removed.
  await expect.poll(() => processesAt(join(dataDir, 'pg.new-')), { timeout: 20_000 }).toEqual([]);
  expect(await check(dataDir)).toEqual([{ one: 1 }]);
});

/** Commands of processes that work in this folder. */
function processesAt(folder: string): string[] {
  const commandOf = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  };
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandOf)
    .filter((command) => command.includes(folder));
}

test('there is one service at a time, and a killed one makes room', async () => {
  const dataDir = newFolder();
  const [first, second] = [openElsewhere(code, dataDir), openElsewhere(code, dataDir)];
  await Promise.all([first.opened, second.opened]);
  expect((await first.tell('takeServiceLock(db)')).value).toEqual({ kind: 'taken' });
  const held = (await second.tell('takeServiceLock(db)')).value as { since: number };
  expect(held).toMatchObject({ kind: 'held', pid: first.child.pid });
  expect(Math.abs(Date.now() - held.since)).toBeLessThan(60_000);
  await first.kill();
  expect((await second.tell('takeServiceLock(db)')).value).toEqual({ kind: 'taken' });
  await second.close();
});

test('a lock file whose number now belongs to another program does not stop the start', async () => {
  const dataDir = newFolder();
  await check(dataDir);
  const { uid, gid } = statSync(join(dataDir, 'pg'));
  const stranger = spawn('sleep', ['60'], { ...(process.getuid?.() === 0 ? { uid, gid } : {}), cwd: '/' });
  await once(stranger, 'spawn');
  const lock = `${stranger.pid}\n${join(dataDir, 'pg')}\n1\n5432\n${join(dataDir, 'pg')}\n\n  1 1\nready\n`;
  for (const name of ['postmaster.pid', '.s.PGSQL.5432.lock']) writeFileSync(join(dataDir, 'pg', name), lock);
  expect(await check(dataDir)).toEqual([{ one: 1 }]);
  stranger.kill();
});

test.each([
  ['Chinese characters, spaces, a comma and a quote', '第一党支部 数据,"甲"'],
  ['more than 107 bytes', `${'很长的路径'.repeat(10)}/${'x'.repeat(100)}`],
])('a path with %s works', async (_, name) => {
  const dataDir = join(newFolder(), name);
  expect(await check(dataDir)).toEqual([{ one: 1 }]);
  expect(await check(dataDir)).toEqual([{ one: 1 }]);
});

test('a folder that cannot be made, one with other data, and other versions of the data are refused in words', async () => {
  const file = newFolder();
  writeFileSync(file, '');
  await expect(openDatabase({ dataDir: file })).rejects.toMatchObject({
    code: 'database',
    message: expect.stringContaining('DATA_DIR'),
  });
  const other = newFolder();
  mkdirSync(join(other, 'pg/photos'), { recursive: true });
  await expect(openDatabase({ dataDir: other })).rejects.toThrow('不是数据库');
  const old = newFolder();
  await check(old);
  writeFileSync(join(old, 'pg/PG_VERSION'), '15\n');
  await expect(openDatabase({ dataDir: old })).rejects.toThrow(/PostgreSQL 15.*backup/);
});

test('values come back as the house has them', async () => {
  const db = await openThrowaway();
  const { rows } = await db.pool.query(
    `select timestamptz '2026-12-05 09:00:00.123456+08' as at, date '2026-12-05' as day, 3000000000 as whole, 22.5::numeric as exact,
       array[timestamptz '2026-12-05 09:00+08', null] as ats, array[date '2026-12-05'] as days, array[3000000000] as wholes,
       timestamptz 'infinity' as never, null::timestamptz as nothing, '{"a": [1]}'::jsonb as json, array['王芳', null] as texts`,
  );
  const at = Date.parse('2026-12-05T09:00:00+08:00');
  expect(rows).toEqual([
    {
      at: at + 123,
      day: '2026-12-05',
      whole: 3_000_000_000,
      exact: 22.5,
      ats: [at, null],
      days: ['2026-12-05'],
      wholes: [3_000_000_000],
      never: Number.POSITIVE_INFINITY,
      nothing: null,
      json: { a: [1] },
      texts: ['王芳', null],
    },
  ]);
  const written = await db.pool.query('select $1::timestamptz as at', [new Date(at + 123)]);
  expect(written.rows).toEqual([{ at: at + 123 }]);
  await db.close();
});

test('a database of one’s own is used as it is, and a wrong address is said without its password', async () => {
  const server = await openThrowaway();
  const { host, user } = server.connection;
  const own = await openDatabase({
    databaseUrl: `postgres://${user}@/zhibu?host=${encodeURIComponent(host!)}`,
    dataDir: newFolder(),
  });
  expect((await own.pool.query('select current_database() as name')).rows).toEqual([{ name: 'zhibu' }]);
  expect(own).toMatchObject({ owner: false, where: expect.stringContaining('DATABASE_URL') });
  await own.close();
  await server.close();
  const wrong = openDatabase({ databaseUrl: 'postgres://me:topsecret@127.0.0.1:1/none', dataDir: newFolder() });
  await expect(wrong).rejects.toMatchObject({ code: 'database', message: expect.not.stringContaining('topsecret') });
});

test('a throw-away database is gone without a trace when its process is killed', async () => {
  const program = `const { openThrowaway } = await import(${JSON.stringify(join(code, 'dist/store/database.js'))});
    const db = await openThrowaway(); process.stdout.write(db.connection.host); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [host] = (await once(child.stdout, 'data')) as [Buffer];
  const cluster = host.toString();
  expect(readdirSync(cluster)).toContain('PG_VERSION');
  child.kill('SIGKILL');
  await expect.poll(() => existsSync(dirname(cluster)), { timeout: 10_000 }).toBe(false);
});
