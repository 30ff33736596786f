// Waits that ran out and conversations that expired: each acts once, in the turn's own way.

import type pg from 'pg';
import { dueSessions } from '../store/sessions.ts';
import type { JobParts } from './parts.ts';

/** Wakes every due conversation; returns how many. */
export async function wakeSessions(
  parts: JobParts,
  wake: (client: pg.PoolClient, member: string) => Promise<void>,
): Promise<number> {
  const due = await dueSessions(parts.pool, parts.clock());
  for (const member of due) {
    const client = await parts.pool.connect();
    try {
      await client.query('begin');
      await wake(client, member);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      parts.log.error({ err: error, member }, 'a wait could not act');
    } finally {
      client.release();
    }
  }
  return due.length;
}
