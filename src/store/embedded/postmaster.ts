// Starts, finds and stops the PostgreSQL server of one cluster. It opens no TCP port, and it survives the process that started it.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from '../../domain/fault.ts';
import { type Account, childEnvironment } from './account.ts';
import type { Binaries } from './binaries.ts';
import { isAlive } from './processes.ts';

/** What `postmaster.pid` says. */
export interface Postmaster {
  readonly pid: number;
  readonly sockets: string;
  readonly status: string;
  /** False when no such process runs here: it died, its number is another program's, or it is in another container on the same folder. */
  readonly seen: boolean;
}

export type Settings = Readonly<Record<string, string | number>>;

/** The port is only part of the socket's name. */
export const port = 5432;

/** The server that last started on this cluster and did not stop in order; undefined when there is none. */
export function findPostmaster(cluster: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  return { pid, sockets: (lines[4] ?? '').trim(), status: (lines[7] ?? '').trim(), seen: isPostmaster(pid, cluster) };
}

function isPostmaster(pid: number, cluster: string): boolean {
  if (!(pid > 0) || !isAlive(pid)) return false;
  if (process.platform !== 'linux') return true;
  try {
    return readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    // Root without CAP_SYS_PTRACE (a usual container) may not read the link of another user's process, but its command line.
    return readCommand(pid).includes(realpathSync(cluster));
  }
}

function readCommand(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** A started server process that may still turn out not to be the one: another process of ours can win the race for the cluster. */
export interface Launch {
  readonly pid: number | undefined;
  ended(): boolean;
  /** What it wrote to the log since. */
  said(): string;
}

/** Starts the server in a session of its own, so that Ctrl-C reaches only us; its log is a file, because a pipe would die with us. */
export function launchPostmaster(
  cluster: string,
  log: string,
  account: Account,
  binaries: Binaries,
  settings: Settings,
): Launch {
  const sockets = socketFolder(cluster, account);
  removeStaleLocks(cluster, sockets);
  const all = {
    listen_addresses: '',
    port,
    unix_socket_directories: quote(sockets),
    unix_socket_permissions: '0700',
    ...settings,
  };
  const file = openLog(log);
  const from = statSync(log).size;
  const child = spawn(binaries.postgres, ['-D', cluster, ...toArguments(all)], {
    ...account.switch,
    cwd: '/',
    env: childEnvironment,
    detached: true,
    stdio: ['ignore', file, file],
  });
  closeSync(file);
  child.unref();
  let over = false;
  child.once('exit', () => {
    over = true;
  });
  child.once('error', () => {
    over = true;
  });
  return { pid: child.pid, ended: () => over, said: () => readFileSync(log).subarray(from).toString() };
}

export function toArguments(settings: Settings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Stops the server: fast, then at once (WAL is replayed at the next start), then by force. */
export async function stopPostmaster(pid: number): Promise<void> {
  for (const [signal, patience] of [
    ['SIGINT', 30_000],
    ['SIGQUIT', 5_000],
    ['SIGKILL', 2_000],
  ] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let waited = 0; waited < patience; waited += 20) {
      if (!isAlive(pid)) return;
      await sleep(20);
    }
  }
  throw new Fault('database', `内置数据库（进程 ${pid}）停不下来；请手动结束它`);
}

/**
 * The folder of the socket: the cluster itself (mode 0700, so that `trust` is safe), or one in /tmp when the path is too long for a socket (107 bytes).
 * A folder in /tmp that somebody else made is refused.
 */
export function socketFolder(cluster: string, account: Account): string {
  if (fits(cluster)) return cluster;
  const name = `zhibu-${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}-${account.uid}`;
  const folder = join('/tmp', name);
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (account.switch.uid !== undefined) chownSync(folder, account.uid, account.gid);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const state = lstatSync(folder);
  const ours =
    state.isDirectory() &&
    (state.uid === account.uid || state.uid === process.getuid?.()) &&
    (state.mode & 0o077) === 0;
  if (!ours) throw new Fault('database', `${folder} 不是本程序建立的；请删掉它，或用 DATA_DIR 指定一个短一些的路径`);
  if (state.uid !== account.uid) chownSync(folder, account.uid, account.gid);
  return folder;
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `.s.PGSQL.${port}.lock`)) <= 107;
}

/** The setting is a list: a comma or a quote in a path must be quoted. */
function quote(folder: string): string {
  return `"${folder.replaceAll('"', '""')}"`;
}

/**
 * Lock files whose pid lives on as another program (usual after a container was killed, where numbers begin anew) would make PostgreSQL refuse to start.
 * Called only when no server answers on the socket.
 */
function removeStaleLocks(cluster: string, sockets: string): void {
  for (const lock of [join(cluster, 'postmaster.pid'), join(sockets, `.s.PGSQL.${port}.lock`)]) {
    let pid: number;
    try {
      pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
    } catch {
      continue;
    }
    const readable = process.platform === 'linux' && readCommand(pid).length > 0;
    if (readable && isAlive(pid) && !isPostmaster(pid, cluster)) rmSync(lock, { force: true });
  }
}

/** The log is kept small: above 1 MB the file of before is put aside, once. */
function openLog(log: string): number {
  try {
    if (statSync(log).size > 1_000_000) renameSync(log, `${log}.1`);
  } catch {
    // There is none yet.
  }
  return openSync(log, 'a', 0o600);
}
