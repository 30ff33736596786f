// Under which user of the machine PostgreSQL runs, and what that user can reach. Never creates a user and never changes rights above its own folders.

import { spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { Fault } from '../../domain/fault.ts';

/** A user of the machine; `switch` is what `spawn` needs to become that user, empty when this process already is. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly switch: { readonly uid?: number; readonly gid?: number };
}

/** What every child of ours sees: nothing of ours leaks in, and its messages come in the language that we look for. */
export const childEnvironment = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/**
 * The user who runs PostgreSQL: this process's own, or for root (whom PostgreSQL refuses) the owner of an existing cluster, else `postgres`, else `nobody`.
 * Throws a Fault of code `database` when there is no such user.
 */
export function accountFor(owner?: { uid: number; gid: number }): Account {
  const uid = process.getuid?.() ?? -1;
  const gid = process.getgid?.() ?? -1;
  if (uid !== 0) return { uid, gid, switch: {} };
  const found = owner && owner.uid !== 0 ? owner : (lookUp('postgres') ?? lookUp('nobody'));
  if (!found) {
    throw new Fault(
      'database',
      '内置数据库不能由 root 运行，系统里又没有 postgres 或 nobody 用户；请换普通用户启动，或设置 DATABASE_URL',
    );
  }
  return { ...found, switch: found };
}

/** Throws a Fault when this user is unknown to the system (`docker run -u 12345`): initdb cannot work for it. */
export function requireKnownUser(account: Account): void {
  if (account.switch.uid !== undefined) return;
  try {
    userInfo();
  } catch (cause) {
    const text = `当前用户（uid ${account.uid}）在系统里没有登记，内置数据库无法建立；请用已登记的用户运行（如镜像里的 node），或设置 DATABASE_URL`;
    throw new Fault('database', text, { cause });
  }
}

/** True when the account itself passes this shell test, e.g. `test -x "$1"`; asks the kernel, so that ACLs and mounts count. */
export function can(account: Account, test: string, path: string): boolean {
  const run = spawnSync('/bin/sh', ['-c', test, 'sh', path], { ...account.switch, cwd: '/', env: childEnvironment });
  if (run.error) {
    const text = `不能以另一个用户（uid ${account.uid}）运行内置数据库：${run.error.message}；请换普通用户启动，或设置 DATABASE_URL`;
    throw new Fault('database', text, { cause: run.error });
  }
  return run.status === 0;
}

function lookUp(name: string): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, name], { encoding: 'utf8' }));
  if (uid?.status !== 0 || gid?.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}
