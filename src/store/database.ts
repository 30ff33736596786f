// Opens the database: the embedded one of DATA_DIR, that of DATABASE_URL, or one that is thrown away. Never migrates and never writes rows.

import pg from 'pg';
import { Fault } from '../domain/fault.ts';
import { findPlace } from './embedded/place.ts';
import { clientFor, joinServer, type ServerLog, type Stay } from './embedded/server.ts';
import { startThrowaway, type ThrowawayOptions } from './embedded/throwaway.ts';
import { columnTypes } from './values.ts';

export interface Database {
  /** Several statements on one client may be sent without waiting (`pipeline`); a client for LISTEN or COPY is made from `connection`. */
  readonly pool: pg.Pool;
  readonly connection: pg.ClientConfig;
  /** One sentence for people: where the data lies. Holds no password. */
  readonly where: string;
  /** True when this process started the server. */
  readonly owner: boolean;
  /** This process's stay at the embedded server; undefined for DATABASE_URL and for throw-away databases. */
  readonly stay: Stay | undefined;
  /** Ends the pool; an embedded server stops when no other process of ours uses it. */
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly poolSize?: number;
  readonly log?: ServerLog;
}

/** What PostgreSQL we need: generated identities, `unnest` of several arrays, ICU-free builtins; older ones are out of support. */
const oldestVersion = 14;

/** Opens the service's database. Throws a Fault of code `database` that says what to do. */
export async function openDatabase(options: OpenOptions): Promise<Database> {
  const log = options.log ?? silent;
  const poolSize = options.poolSize ?? 10;
  return options.databaseUrl
    ? openOwn(options.databaseUrl, poolSize, log)
    : openEmbedded(options.dataDir, poolSize, log);
}

/** An empty database on a server of its own that is lost when this process ends, however it ends: for talks, rehearsals, benchmarks and tests. */
export async function openThrowaway(poolSize = 10, options: ThrowawayOptions = {}): Promise<Database> {
  const server = await startThrowaway(options);
  await createDatabase(server.sockets, 'zhibu');
  const connection = clientFor(server.sockets, 'zhibu');
  return assemble(connection, poolSize, silent, {
    where: '临时数据库，用完即删',
    owner: true,
    stay: undefined,
    onClose: () => server.stop(),
  });
}

/**
 * A copy of `db` as it is now, in a database `name` on the same server (measured: 15 ms); closing it drops it. Closes the idle connections of `db`;
 * throws a Fault of code `database-busy` when one of them is at work.
 */
export async function cloneDatabase(db: Database, name: string, poolSize = 4): Promise<Database> {
  const source = db.connection.database ?? '';
  const admin = (statement: string, values?: unknown[]) =>
    asAdmin(db.connection, (client) => client.query(statement, values));
  try {
    await admin(`select pg_terminate_backend(pid, 2000) from pg_stat_activity where datname = $1 and state = 'idle'`, [
      source,
    ]);
    await admin(
      `create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(source)} strategy file_copy`,
    );
  } catch (cause) {
    throw new Fault('database-busy', `数据库 ${source} 正在使用，不能复制成 ${name}`, { cause });
  }
  return assemble({ ...db.connection, database: name }, poolSize, silent, {
    where: db.where,
    owner: false,
    stay: undefined,
    onClose: () => admin(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`),
  });
}

async function openEmbedded(dataDir: string, poolSize: number, log: ServerLog): Promise<Database> {
  const place = findPlace(dataDir);
  const stay = await joinServer(place, log);
  try {
    await createDatabase(stay.sockets, 'zhibu');
  } catch (error) {
    await stay.leave();
    throw error;
  }
  return assemble(clientFor(stay.sockets, 'zhibu'), poolSize, log, {
    where: `内置数据库，数据在 ${place.cluster}`,
    owner: stay.started,
    stay,
    onClose: () => stay.leave(),
  });
}

async function openOwn(url: string, poolSize: number, log: ServerLog): Promise<Database> {
  const connection = {
    connectionString: url,
    application_name: `zhibu ${process.pid}`,
    options: '-c timezone=UTC',
    keepAlive: true,
  };
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 15_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number; encoding: string; name: string }>(
      `select current_setting('server_version_num')::int / 10000 as version, current_setting('server_encoding') as encoding, current_database() as name`,
    );
    const server = rows[0];
    if (!server || server.version < oldestVersion) {
      throw new Fault(
        'database',
        `DATABASE_URL 的 PostgreSQL 是 ${server?.version} 版，太旧；请用 ${oldestVersion} 版以上`,
      );
    }
    if (server.encoding !== 'UTF8')
      throw new Fault('database', `DATABASE_URL 的数据库编码是 ${server.encoding}；请建一个 UTF8 编码的数据库`);
    const where = `PostgreSQL ${client.host}:${client.port}，数据库 ${server.name}（DATABASE_URL）`;
    return assemble({ ...connection, database: server.name }, poolSize, log, { where, owner: false, stay: undefined });
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const text = `连不上 DATABASE_URL 的数据库（${(cause as Error).message || (cause as { code?: string }).code}）；请检查地址、用户和密码`;
    throw new Fault('database', text, { cause });
  } finally {
    await client.end().catch(() => {});
  }
}

interface Rest {
  readonly where: string;
  readonly owner: boolean;
  readonly stay: Stay | undefined;
  readonly onClose?: () => Promise<unknown>;
}

function assemble(connection: pg.ClientConfig, poolSize: number, log: ServerLog, rest: Rest): Database {
  const pool = new pg.Pool({
    ...connection,
    types: columnTypes,
    max: poolSize,
    pipeline: true,
    connectionTimeoutMillis: 30_000,
    idleTimeoutMillis: 30_000,
    allowExitOnIdle: true,
  });
  pool.on('error', (error) => {
    if (!closing) log.warn(`数据库连接中断：${error.message}`);
  });
  // A connection lost while it is in somebody's hands: the query there fails and tells; without a listener the process would end.
  pool.on('connect', (client) => client.on('error', () => {}));
  let closing: Promise<void> | undefined;
  const close = async () => {
    await pool.end();
    await rest.onClose?.();
  };
  const { where, owner, stay } = rest;
  return {
    pool,
    connection: { ...connection, types: columnTypes },
    where,
    owner,
    stay,
    close() {
      closing ??= close();
      return closing;
    },
  };
}

async function createDatabase(sockets: string, name: string): Promise<void> {
  await asAdmin(clientFor(sockets, name), async (client) => {
    const known = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (known.rowCount) return;
    try {
      await client.query(`create database ${pg.escapeIdentifier(name)}`);
    } catch (error) {
      // Another process was first: 42P04 says so, 23505 when both were at it in the same moment.
      if (!['42P04', '23505'].includes((error as { code?: string }).code ?? '')) throw error;
    }
  });
}

async function asAdmin(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ ...connection, database: 'postgres' });
  client.on('error', () => {});
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

const silent: ServerLog = { info: () => {}, warn: () => {} };
