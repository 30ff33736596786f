// At most one service on one embedded database. The lock is a lock of PostgreSQL on a live connection: it ends with the process, however that ends.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Instant } from '../domain/time.ts';
import type { Database } from './database.ts';
import { isAlive } from './embedded/processes.ts';
import { locks } from './embedded/server.ts';

export type ServiceLock =
  | { readonly kind: 'taken' }
  /** Another service runs on this data; `since` is when its connection was made. */
  | { readonly kind: 'held'; readonly pid: number; readonly since: Instant };

/** Asks to be the service of this database until `close`. With DATABASE_URL any number of services is welcome: always taken. */
export async function takeServiceLock(db: Database): Promise<ServiceLock> {
  const { stay } = db;
  if (!stay) return { kind: 'taken' };
  for (let attempt = 1; ; attempt += 1) {
    if (await stay.takeServiceLock()) return { kind: 'taken' };
    const holder = await findService(db);
    // PostgreSQL notices the end of a killed process a moment later than the system does.
    const perhapsGone = !holder || !isAlive(holder.pid);
    if (holder && (!perhapsGone || attempt >= 20)) return { kind: 'held', ...holder };
    await sleep(50);
  }
}

/** The service that runs on this embedded database now, also one of another user's eyes; undefined when none does or with DATABASE_URL. */
export async function findService(db: Database): Promise<{ pid: number; since: Instant } | undefined> {
  if (!db.stay) return undefined;
  const { rows } = await db.pool.query<{ name: string; since: Instant }>(
    `select a.application_name as name, a.backend_start as since from pg_locks l join pg_stat_activity a using (pid)
     where l.locktype = 'advisory' and l.granted and l.classid = $1 and l.objid = $2 and l.objsubid = 2`,
    [locks.family, locks.service],
  );
  const holder = rows[0];
  return holder && { pid: Number(holder.name.split(' ')[1]), since: holder.since };
}
