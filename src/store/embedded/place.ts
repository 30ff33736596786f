// Where the embedded database of a DATA_DIR lies: in it, or (root with a folder that only root may enter) below /var/lib/zhibu with a pointer in it.
// Never moves or deletes data.

import { createHash, randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Fault } from '../../domain/fault.ts';
import { type Account, accountFor, can } from './account.ts';
import { prepareSharedRoot, sharedRoot } from './binaries.ts';

export interface Place {
  /** Holds the cluster and the server's log. */
  readonly home: string;
  /** PostgreSQL's data directory. */
  readonly cluster: string;
  readonly log: string;
  readonly account: Account;
}

const pointerName = 'database-place.json';

/** Finds or chooses the place for `dataDir`, which is created when missing. Throws a Fault of code `database` that says what to do. */
export function findPlace(dataDir: string): Place {
  const folder = makeFolder(dataDir);
  const pointed = readPointer(folder);
  const home = pointed ?? (existsSync(join(folder, 'pg')) ? folder : chooseHome(folder));
  const cluster = join(home, 'pg');
  const owner = existsSync(cluster) ? statSync(cluster) : undefined;
  const account = accountFor(owner);
  if (owner && owner.uid !== account.uid) refuseOwner(cluster, owner.uid, account);
  if (account.switch.uid === undefined && !can(account, 'test -x "$1" -a -w "$1"', home)) throw closed(folder);
  if (account.switch.uid !== undefined && !can(account, 'test -x "$1"', home)) {
    const text = `${cluster} 里的数据归 uid ${account.uid} 所有，但它进不了上层文件夹；请对上层文件夹执行 chmod o+x，或用那个用户启动`;
    throw new Fault('database', text);
  }
  return { home, cluster, log: join(home, 'postgres.log'), account };
}

/** Where this DATA_DIR's data lies, without creating anything; for doctor and for people. */
export function sayPlace(dataDir: string): string {
  const folder = existsSync(dataDir) ? realpathSync(dataDir) : resolve(dataDir);
  return join(readPointer(folder) ?? folder, 'pg');
}

/** True when this DATA_DIR holds a database already; creates nothing. */
export function hasCluster(dataDir: string): boolean {
  return existsSync(join(sayPlace(dataDir), 'PG_VERSION'));
}

/** A folder of root that is no cluster falls through: making the cluster says so. */
function refuseOwner(cluster: string, uid: number, account: Account): void {
  if (uid !== 0 || account.switch.uid === undefined) {
    throw new Fault(
      'database',
      `${cluster} 属于另一个用户（uid ${uid}）；请用那个用户启动，或用 DATA_DIR 指定别的文件夹`,
    );
  }
  if (existsSync(join(cluster, 'PG_VERSION'))) {
    throw new Fault(
      'database',
      `${cluster} 属于 root，数据库不能由 root 运行；请先执行 chown -R ${account.uid}:${account.gid} ${cluster}`,
    );
  }
}

function makeFolder(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true });
    return realpathSync(dataDir);
  } catch (cause) {
    throw closed(resolve(dataDir), cause);
  }
}

function closed(folder: string, cause?: unknown): Fault {
  return new Fault('database', `数据文件夹 ${folder} 建不了或写不进；请检查权限，或用 DATA_DIR 指定别处`, { cause });
}

function readPointer(folder: string): string | undefined {
  const file = join(folder, pointerName);
  if (!existsSync(file)) return undefined;
  const { home } = JSON.parse(readFileSync(file, 'utf8')) as { home: string };
  if (existsSync(home)) return home;
  throw new Fault(
    'database',
    `${file} 说数据在 ${home}，但那里没有了；请把它放回原处，确定不要旧数据时删掉这个文件再启动`,
  );
}

function chooseHome(folder: string): string {
  const account = accountFor();
  if (account.switch.uid === undefined || can(account, 'test -x "$1"', folder)) return folder;
  return makeSharedHome(folder);
}

/** The folder exists before the pointer to it does: a pointer to nothing therefore means lost data, never a start that was cut short. */
function makeSharedHome(folder: string): string {
  prepareSharedRoot();
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 12);
  const mark = randomBytes(4).toString('hex');
  const home = join(sharedRoot, `${name}-${mark}`);
  mkdirSync(home, { mode: 0o711 });
  const pointer = join(folder, pointerName);
  const draft = `${pointer}.${mark}`;
  const note = '内置数据库放在 home 所指的文件夹，因为它不以 root 运行，进不了这里；备份请用 npx zhibu backup';
  writeFileSync(draft, `${JSON.stringify({ home, note }, null, 2)}\n`, { flush: true });
  try {
    linkSync(draft, pointer);
    return home;
  } catch (error) {
    rmSync(home, { recursive: true });
    const winner = readPointer(folder);
    if (winner === undefined) throw error;
    return winner;
  } finally {
    rmSync(draft);
  }
}
