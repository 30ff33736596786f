// A PostgreSQL server for the life of this process, in the folder for temporary files: fast, not durable, gone without a trace however this process ends.

import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../domain/fault.ts';
import { type Account, accountFor, can, childEnvironment } from './account.ts';
import { type Binaries, findBinaries } from './binaries.ts';
import { initdbFingerprint, initialise } from './cluster.ts';
import { findPostmaster, port, type Settings, socketFolder, toArguments } from './postmaster.ts';
import { appearWhole } from './processes.ts';

export interface Throwaway {
  readonly sockets: string;
  stop(): Promise<void>;
}

const settings: Settings = {
  listen_addresses: '',
  port,
  fsync: 'off',
  full_page_writes: 'off',
  synchronous_commit: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_logical_replication_workers: 0,
  max_parallel_workers_per_gather: 0,
  autovacuum: 'off',
  shared_buffers: '32MB',
  max_connections: 100,
  io_method: 'sync',
  huge_pages: 'off',
  jit: 'off',
  deadlock_timeout: '50ms',
  timezone: 'UTC',
  log_checkpoints: 'off',
};

/** For measurements: commits wait for the disk as they do in service. */
const durableSettings: Settings = {
  fsync: 'on',
  full_page_writes: 'on',
  synchronous_commit: 'on',
  shared_buffers: '64MB',
  autovacuum: 'on',
};

export interface ThrowawayOptions {
  readonly durable?: boolean;
}

/**
 * Runs the server ($@ after the folder $0) until it ends or until stdin ends, which it does when this process ends in any way; then removes the folder.
 */
const watchdog = `home=$1; shift
exec 3<&0
"$@" </dev/null 3<&- >>"$home/log" 2>&1 & server=$!
( cat <&3 >/dev/null; kill -QUIT $server 2>/dev/null ) & watch=$!
exec 3<&-
wait $server
kill $watch 2>/dev/null
rm -rf "$home"`;

/** Starts it: from a cached new cluster when there is one (measured: 0.2 s), else with initdb (1 s). */
export async function startThrowaway(options: ThrowawayOptions = {}): Promise<Throwaway> {
  const account = accountFor();
  const binaries = await findBinaries(account);
  const root = temporaryRoot(account, options);
  try {
    return await start(root, account, binaries, await template(root, account, binaries), options);
  } catch (error) {
    // A cleaner of temporary files may have taken parts of the cached cluster.
    const stale = templateFolder(root, account, binaries);
    if (!existsSync(stale)) throw error;
    // Moved away first: others may be copying from it at this moment, and finish.
    const away = `${stale}.old-${randomBytes(4).toString('hex')}`;
    try {
      renameSync(stale, away);
    } catch {
      // Somebody else was quicker.
    }
    rmSync(away, { recursive: true, force: true });
    return start(root, account, binaries, undefined, options);
  }
}

async function start(
  root: string,
  account: Account,
  binaries: Binaries,
  from: string | undefined,
  { durable }: ThrowawayOptions,
): Promise<Throwaway> {
  const home = join(root, `zhibu-throwaway-${process.pid}-${randomBytes(4).toString('hex')}`);
  const cluster = join(home, 'pg');
  mkdirSync(home, { mode: 0o700 });
  try {
    if (from === undefined) await initialise(cluster, account, binaries, ['--no-sync']);
    else await copy(from, cluster);
    if (account.switch.uid !== undefined) chownSync(home, account.uid, account.gid);
  } catch (error) {
    rmSync(home, { recursive: true, force: true });
    throw error;
  }
  const sockets = socketFolder(cluster, account);
  const server = [
    binaries.postgres,
    '-D',
    cluster,
    ...toArguments({ ...settings, ...(durable ? durableSettings : {}), unix_socket_directories: sockets }),
  ];
  const child = spawn('/bin/sh', ['-c', watchdog, 'sh', home, ...server], {
    ...account.switch,
    cwd: '/',
    env: childEnvironment,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  (child.stdin as Socket).unref();
  child.stdin.on('error', () => {});
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (const end = Date.now() + 60_000; findPostmaster(cluster)?.status !== 'ready'; await sleep(10)) {
    if (child.exitCode === null && Date.now() < end) continue;
    child.stdin.end();
    throw new Fault('database', `临时数据库起不来（${root}）；请检查磁盘空间`);
  }
  return {
    sockets,
    async stop() {
      child.ref();
      child.stdin.end();
      await ended;
      if (sockets !== cluster) rmSync(sockets, { recursive: true, force: true });
    },
  };
}

/**
 * The folder for temporary files, or /tmp when TMPDIR is a place that the account cannot reach. In memory where nobody said otherwise: copying a
 * database there was measured at 25 ms, beside 400 ms on a busy disk.
 */
function temporaryRoot(account: Account, { durable }: ThrowawayOptions): string {
  const memory = !durable && process.env.TMPDIR === undefined && isRoomy('/dev/shm') ? ['/dev/shm'] : [];
  for (const root of [...memory, tmpdir(), '/tmp', '/var/tmp'])
    if (can(account, 'test -x "$1" -a -w "$1"', root)) return root;
  throw new Fault('database', '没有可用的临时文件夹；请检查 TMPDIR');
}

/** A file system in memory with room for the databases of a whole test run; containers often have 64 MB. */
function isRoomy(folder: string): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(folder);
    return type === 0x0102_1994 && bavail * bsize >= 2 * 1024 ** 3;
  } catch {
    return false;
  }
}

/** Makes a new cluster once per user and version and keeps it beside; undefined when somebody else sits on its name. */
async function template(root: string, account: Account, binaries: Binaries): Promise<string | undefined> {
  const folder = templateFolder(root, account, binaries);
  if (!existsSync(folder)) await appearWhole(folder, (draft) => initialise(draft, account, binaries, ['--no-sync']));
  const state = lstatSync(folder);
  return state.isDirectory() && state.uid === account.uid && (state.mode & 0o077) === 0 ? folder : undefined;
}

function templateFolder(root: string, account: Account, binaries: Binaries): string {
  return join(root, `zhibu-template-${binaries.version}-${account.uid}-${initdbFingerprint}`);
}

function copy(from: string, to: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('cp', ['-a', from, to], { stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Fault('database', `临时数据库复制不了：${from}`)),
    );
  });
}
