// The service as people run it, `zhibu all`, in a process that can be killed, with a data folder of its own and the fake WeCom behind it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Database, openDatabase } from '../../src/store/database.ts';
import { sayPlace } from '../../src/store/embedded/place.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { compileSources, removeFolder } from '../store/other-process.ts';
import { agentId, corpId, encodingAesKey, secret, token } from './service.ts';

const repository = resolve(import.meta.dirname, '../..');

/** The compiled product with its flows and contents; `removeFolder` it when done. */
export function compileProduct(): string {
  const folder = compileSources();
  rmSync(join(folder, 'package.json'));
  copyFileSync(join(repository, 'package.json'), join(folder, 'package.json'));
  for (const name of ['flows', 'content']) cpSync(join(repository, name), join(folder, name), { recursive: true });
  return folder;
}

export interface DataFolder {
  readonly path: string;
  /** Joins the database, or starts it while no service runs. */
  open(): Promise<Database>;
  /** Kills the database server itself, without letting it finish anything. */
  killServer(): void;
  remove(): void;
}

/** A durable database in a new folder, with members `m1` … of one branch who have been through the first contact. */
export async function makeDataFolder(members: number): Promise<DataFolder> {
  const path = mkdtempSync(join(tmpdir(), 'zhibu-service-'));
  const open = () => openDatabase({ dataDir: path, poolSize: 3 });
  const db = await open();
  await migrate(db, migrations);
  await db.pool.query(`insert into unit (id, name, kind) values ('b1', '第一党支部', 'branch')`);
  await db.pool.query(
    `insert into member (id, name, unit, noticed_at) select 'm' || n, '党员' || n, 'b1', '2020-01-01' from generate_series(1, $1::int) n`,
    [members],
  );
  await db.pool.query(`insert into account (channel, account, member) select 'wecom', id, id from member`);
  await db.close();
  const cluster = sayPlace(path);
  return {
    path,
    open,
    killServer() {
      const file = join(cluster, 'postmaster.pid');
      if (existsSync(file)) process.kill(Number(readFileSync(file, 'utf8').split('\n')[0]), 'SIGKILL');
    },
    remove() {
      removeFolder(resolve(cluster, '..'));
      removeFolder(path);
    },
  };
}

export interface ChildService {
  readonly child: ChildProcess;
  /** Where WeCom calls; nothing useful for `work`, which nobody calls. */
  readonly callback: string;
  /** What it wrote to stderr so far. */
  log(): string;
  /** Resident memory in megabytes. */
  memory(): number;
  kill(): Promise<void>;
  /** Asks it to stop and waits; resolves to its exit code. */
  stop(): Promise<number | null>;
}

/** Resolves when it answers; rejects with what it wrote when it ends before. `env` says where the data lies: DATA_DIR or DATABASE_URL. */
export async function startService(
  code: string,
  env: NodeJS.ProcessEnv,
  wecomUrl: string,
  parts: 'all' | 'serve' | 'work' = 'all',
): Promise<ChildService> {
  const child = spawn(process.execPath, [join(code, 'dist/main.js'), parts], {
    cwd: code,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      LOG_LEVEL: 'warn',
      WECOM_CORP_ID: corpId,
      WECOM_AGENT_ID: String(agentId),
      WECOM_SECRET: secret,
      WECOM_TOKEN: token,
      WECOM_ENCODING_AES_KEY: encodingAesKey,
      WECOM_API_BASE: wecomUrl,
      ...env,
    },
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ended = once(child, 'close');
  const address = await new Promise<string>((found, failed) => {
    let out = '';
    child.stdout.on('data', (chunk) => {
      out += chunk;
      const started = /支部通已启动(?:：(http:\/\/127\.0\.0\.1:\d+))?\S*\n/.exec(out);
      if (started) found(started[1] ?? '');
    });
    child.once('close', (status, signal) => failed(new Error(`the service ended (${status ?? signal}): ${out}${log}`)));
  });
  return {
    child,
    callback: `${address}/wecom/callback`,
    log: () => log,
    memory: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))![1]) / 1024,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      const [code] = await ended;
      return code as number | null;
    },
  };
}
