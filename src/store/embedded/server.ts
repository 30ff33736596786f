// Joins the embedded server of a place, starting it when none runs; the last process to leave stops it. Never stops a server that somebody still uses.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Fault } from '../../domain/fault.ts';
import { findBinaries } from './binaries.ts';
import { prepareCluster, role } from './cluster.ts';
import type { Place } from './place.ts';
import {
  findPostmaster,
  type Launch,
  launchPostmaster,
  type Postmaster,
  port,
  type Settings,
  stopPostmaster,
} from './postmaster.ts';

/** Where the embedded service says what people should know. */
export interface ServerLog {
  info(text: string): void;
  warn(text: string): void;
}

/** This process's stay at a server: one connection that holds a shared lock, so that others see us, and that dies with us however we die. */
export interface Stay {
  readonly sockets: string;
  /** True when this process started the server. */
  readonly started: boolean;
  /** Asks for the lock that only one service of a place can hold; it is asked for again after a crash of the server. */
  takeServiceLock(): Promise<boolean>;
  /** Leaves; the last one out stops the server and waits for it. */
  leave(): Promise<void>;
}

/** Advisory locks in the database `postgres`: first number ours, second what it is for. */
export const locks = { family: 7_181, inUse: 1, service: 2 };

/**
 * Small, for a machine that does other things too (measured: 11 MB, 5 processes), and durable: fsync, full page writes and checksums stay on.
 * Error texts in the log carry no statements and no values, because those name people.
 */
const serviceSettings: Settings = {
  shared_buffers: '48MB',
  max_connections: 60,
  io_method: 'sync',
  huge_pages: 'off',
  wal_level: 'minimal',
  max_wal_senders: 0,
  max_wal_size: '256MB',
  max_logical_replication_workers: 0,
  max_parallel_workers_per_gather: 0,
  jit: 'off',
  deadlock_timeout: '50ms',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
};

/** Longest wait for a server that starts or stops; replaying WAL after a power cut can take minutes. */
const patience = 600_000;

export function clientFor(sockets: string, database: string): pg.ClientConfig {
  return {
    host: sockets,
    port,
    user: role,
    database,
    password: '',
    ssl: false,
    options: '-c timezone=UTC',
    application_name: `zhibu ${process.pid}`,
  };
}

/** Joins the server of this place. Throws a Fault of code `database` when it cannot be started. */
export async function joinServer(place: Place, log: ServerLog): Promise<Stay> {
  let here = await enter(place);
  let wantsService = false;
  let leaving = false;
  let repair: Promise<void> = Promise.resolve();

  const watch = () => {
    here.client.once('end', () => {
      if (!leaving) repair = comeBack();
    });
  };
  const comeBack = async () => {
    log.warn('内置数据库的连接断了，正在恢复');
    while (!leaving) {
      try {
        here = await enter(place);
        if (wantsService && !(await tryLock(here.client, locks.service)))
          log.warn('另一个支部通服务已经在用同一份数据');
        log.info('内置数据库恢复了');
        return watch();
      } catch (error) {
        log.warn(`内置数据库还没有恢复：${(error as Error).message}`);
        await sleep(1_000);
      }
    }
  };
  watch();
  return {
    sockets: here.sockets,
    started: here.started,
    async takeServiceLock() {
      wantsService = await tryLock(here.client, locks.service);
      return wantsService;
    },
    async leave() {
      leaving = true;
      await repair;
      await leaveServer(place, here.client);
    },
  };
}

interface Entered {
  readonly client: pg.Client;
  readonly sockets: string;
  readonly started: boolean;
}

async function enter(place: Place): Promise<Entered> {
  let launch: Launch | undefined;
  let stoppingSince: number | undefined;
  for (const end = Date.now() + patience; Date.now() < end; await sleep(15)) {
    const found = findPostmaster(place.cluster);
    if (found) {
      const client = await knock(found.sockets);
      if (client !== 'busy' && client !== 'gone')
        return { client, sockets: found.sockets, started: found.pid === launch?.pid };
      if (found.seen && found.status === 'stopping') {
        stoppingSince ??= Date.now();
        if (Date.now() - stoppingSince > 40_000) await stopPostmaster(found.pid);
      }
      if (found.seen || client === 'busy') continue;
    }
    if (launch && !launch.ended()) continue;
    if (launch) await faultUnlessTransient(launch);
    const binaries = await findBinaries(place.account);
    await prepareCluster(place.cluster, place.account, binaries);
    launch = launchPostmaster(place.cluster, place.log, place.account, binaries, serviceSettings);
  }
  throw new Fault('database', `内置数据库起不来；请看 ${place.log}`);
}

/** After a kill of the server its children need a moment to notice, and of several first starts one wins: only then another try makes sense. */
async function faultUnlessTransient(launch: Launch): Promise<void> {
  const said = launch.said();
  if (/pre-existing shared memory block|lock file ".*" (already exists|is empty)/.test(said)) return sleep(150);
  const reason = said.trim().split('\n').at(-1) ?? '';
  throw new Fault('database', `内置数据库起不来：${reason || '它没有说明原因'}`);
}

/** Connects and takes the shared lock; `busy` when a server is there but starting or stopping, `gone` when nobody answers. */
async function knock(sockets: string): Promise<pg.Client | 'busy' | 'gone'> {
  const client = new pg.Client({ ...clientFor(sockets, 'postgres'), connectionTimeoutMillis: 20_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query('select pg_advisory_lock_shared($1, $2)', [locks.family, locks.inUse]);
    return client;
  } catch (error) {
    client.end().catch(() => {});
    const code = (error as { code?: string }).code ?? '';
    if (code === 'EACCES' || code === 'EPERM')
      throw new Fault('database', `没有权限进入 ${sockets}；请用启动服务的那个用户运行`, { cause: error });
    return code === 'ECONNREFUSED' || code === 'ENOENT' ? 'gone' : 'busy';
  }
}

async function tryLock(client: pg.Client, purpose: number): Promise<boolean> {
  const { rows } = await client.query<{ held: boolean }>('select pg_try_advisory_lock($1, $2) as held', [
    locks.family,
    purpose,
  ]);
  return rows[0]?.held === true;
}

/** Whoever gets the lock alone is the last: a process that comes now waits for it, sees the server go, and starts it anew. */
async function leaveServer(place: Place, client: pg.Client): Promise<void> {
  let last = false;
  let server: Postmaster | undefined;
  try {
    await client.query('select pg_advisory_unlock_shared($1, $2)', [locks.family, locks.inUse]);
    last = await tryLock(client, locks.inUse);
    server = findPostmaster(place.cluster);
    if (last && server?.seen) await stopPostmaster(server.pid);
  } catch (error) {
    if (error instanceof Fault) throw error;
    // The server is gone already.
  } finally {
    await client.end().catch(() => {});
  }
}
