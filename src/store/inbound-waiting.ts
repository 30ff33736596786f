// Messages that were acknowledged before their turn was done, for the process that comes after. Decides nothing and keeps nothing of what was taken.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';

/** What tells one message from all others. */
interface Message {
  readonly channel: string;
  readonly messageId: string;
}

/** Kept for all processes; `keptBy` names this one. */
export function inboundWaiting<T extends Message>(pool: pg.Pool, keptBy: string, now: () => Instant) {
  return {
    /** Resolves when it can no longer be lost. */
    async keep(inbound: T): Promise<void> {
      await pool.query(
        `insert into inbound_waiting (channel, message_id, inbound, kept_by, kept_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
        [inbound.channel, inbound.messageId, JSON.stringify(inbound), keptBy, new Date(now())],
      );
    },
    /** Its turn is done. */
    async drop({ channel, messageId }: Message): Promise<void> {
      await pool.query('delete from inbound_waiting where channel = $1 and message_id = $2', [channel, messageId]);
    },
    /** The messages of other processes, and our own that were kept before `before`; in the order in which they were said. */
    async left(before: Instant): Promise<{ readonly inbound: T; readonly keptAt: Instant }[]> {
      const { rows } = await pool.query<{ inbound: T; keptAt: Instant }>(
        `select inbound, kept_at as "keptAt" from inbound_waiting where kept_by <> $1 or kept_at < $2
          order by (inbound->>'at')::bigint, message_id limit 500`,
        [keptBy, new Date(before)],
      );
      return rows;
    },
  };
}

export type InboundWaiting<T extends Message> = ReturnType<typeof inboundWaiting<T>>;
