// Waits that ran out and conversations that expired: each acts once, in the turn's own way.

import type pg from 'pg';
import { dueSessions } from '../store/sessions.ts';
import type { JobParts } from './parts.ts';

/** What is done with one member's due conversations, inside a transaction. */
export interface Waking {
  wake(client: pg.PoolClient, member: string): Promise<void>;
  /** After `wake` threw: what is due must not stay due, or it would throw again every minute. */
  giveUp(client: pg.PoolClient, member: string): Promise<void>;
}

/** Wakes every due conversation; returns how many. */
export async function wakeSessions(parts: JobParts, { wake, giveUp }: Waking): Promise<number> {
  const due = await dueSessions(parts.pool, parts.clock());
  for (const member of due) {
    const met = await attempt(parts.pool, (client) => wake(client, member));
    if (met === undefined) continue;
    // The connection is gone, or another process was met: the next minute may do it.
    if (met.isPassing) {
      parts.log.warn({ err: met.error, member }, 'a wait could not act now');
      continue;
    }
    parts.log.error({ err: met.error, member }, 'a wait could not act and is given up');
    const again = await attempt(parts.pool, (client) => giveUp(client, member));
    if (again) parts.log.error({ err: again.error, member }, 'a wait could not be given up');
  }
  return due.length;
}

/** In one transaction; resolves to what went wrong. */
async function attempt(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<void>,
): Promise<{ readonly error: unknown; readonly isPassing: boolean } | undefined> {
  const client = await pool.connect();
  let isLost = false;
  try {
    await client.query('begin');
    await work(client);
    await client.query('commit');
    return undefined;
  } catch (error) {
    await client.query('rollback').catch(() => {
      isLost = true;
    });
    // A deadlock, a lock that could not be had, two that wrote the same at once.
    const isMeeting = ['40P01', '40001', '55P03'].includes((error as { code?: string }).code ?? '');
    return { error, isPassing: isLost || isMeeting };
  } finally {
    client.release(isLost);
  }
}
