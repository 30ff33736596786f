// Makes PostgreSQL's data directory. A kill at any moment leaves either none or a whole one.

import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../domain/fault.ts';
import { type Account, childEnvironment, requireKnownUser } from './account.ts';
import type { Binaries } from './binaries.ts';
import { appearWhole } from './processes.ts';

/** The one role of an embedded cluster; whoever can reach the socket (mode 0700) is it. */
export const role = 'zhibu';

/**
 * The builtin C.UTF-8 locale sorts alike on every system and never changes with a library's version; small WAL segments keep a new cluster small.
 * TCP is refused even if somebody opens a port later.
 */
const initdbArguments = [
  ...['-U', role, '--auth-local=trust', '--auth-host=reject', '--encoding=UTF8', '--locale=C'],
  ...[
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--data-checksums',
    '--wal-segsize=4',
    '--no-instructions',
  ],
];

/** Changes whenever a cluster would be made differently; part of the name of cached ones. */
export const initdbFingerprint = createHash('sha256').update(initdbArguments.join(' ')).digest('hex').slice(0, 8);

/** Makes the cluster unless it exists. Throws a Fault when it belongs to another major version or cannot be made. */
export async function prepareCluster(cluster: string, account: Account, binaries: Binaries): Promise<void> {
  if (!existsSync(join(cluster, 'PG_VERSION'))) {
    requireKnownUser(account);
    const first = await appearWhole(cluster, (draft) => initialise(draft, account, binaries));
    if (!first && !existsSync(join(cluster, 'PG_VERSION'))) {
      throw new Fault('database', `${cluster} 里有别的文件，不是数据库；请移走它们，或用 DATA_DIR 指定别的文件夹`);
    }
  }
  const major = Number(readFileSync(join(cluster, 'PG_VERSION'), 'utf8'));
  if (major !== binaries.major) {
    const text = `数据是 PostgreSQL ${major} 的，程序是 ${binaries.major} 的；请用旧版程序运行 npx zhibu backup，再用新版 restore`;
    throw new Fault('database', text);
  }
}

/** Runs initdb into `folder`; `extra` arguments are for clusters that may be lost (`--no-sync`). */
export async function initialise(
  folder: string,
  account: Account,
  binaries: Binaries,
  extra: string[] = [],
): Promise<void> {
  mkdirSync(folder, { mode: 0o700 });
  if (account.switch.uid !== undefined) chownSync(folder, account.uid, account.gid);
  const child = spawn(binaries.initdb, ['-D', folder, ...initdbArguments, ...extra], {
    ...account.switch,
    cwd: '/',
    env: childEnvironment,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part;
  });
  const code = await new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', resolve);
  });
  // Its last line only says that it tidies up.
  const why = said
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('initdb: removing'))
    .slice(-2)
    .join(' ');
  if (code !== 0) throw new Fault('database', `内置数据库建立失败（${code}）：${why}`);
}
