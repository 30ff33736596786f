// Messages that were acknowledged before their turn was done, for the process that comes after. Decides nothing and keeps nothing of what was taken.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';
import type { FieldCipher } from './field-cipher.ts';
import { openJson, sealJson } from './field-cipher.ts';

/** What tells one message from all others. */
interface Message {
  readonly channel: string;
  readonly messageId: string;
}

/** When it was said decides the order in which what is left is taken. */
interface Said extends Message {
  readonly at: Instant;
}

/** Kept for all processes, sealed; `keptBy` names this one. A burst of messages costs a few statements, not one each. */
export function inboundWaiting<T extends Said>(pool: pg.Pool, keptBy: string, now: () => Instant, cipher: FieldCipher) {
  return {
    /** Resolves when it can no longer be lost. */
    keep: gathered<T>(async (inbounds) => {
      await pool.query(
        `insert into inbound_waiting (channel, message_id, inbound, kept_by, kept_at)
          select channel, message_id, inbound, $4, $5 from unnest($1::text[], $2::text[], $3::json[]) as new(channel, message_id, inbound)
          on conflict do nothing`,
        [...keysOf(inbounds), inbounds.map((inbound) => sealJson(cipher, inbound)), keptBy, new Date(now())],
      );
    }),
    /** Its turn is done. */
    drop: gathered<Message>(async (messages) => {
      await pool.query(
        `delete from inbound_waiting w using unnest($1::text[], $2::text[]) as done(channel, message_id)
          where w.channel = done.channel and w.message_id = done.message_id`,
        keysOf(messages),
      );
    }),
    /** The messages of other processes, and our own that were kept before `before`; in the order in which they were said. */
    async left(before: Instant): Promise<{ readonly inbound: T; readonly keptAt: Instant }[]> {
      const { rows } = await pool.query<{ inbound: unknown; keptAt: Instant }>(
        `select inbound, kept_at as "keptAt" from inbound_waiting where kept_by <> $1 or kept_at < $2
          order by kept_at, message_id limit 500`,
        [keptBy, new Date(before)],
      );
      return rows
        .flatMap(({ inbound, keptAt }) => {
          const opened = openJson<T>(cipher, inbound);
          return opened ? [{ inbound: opened, keptAt }] : [];
        })
        .sort(
          (one, other) =>
            one.inbound.at - other.inbound.at || (one.inbound.messageId < other.inbound.messageId ? -1 : 1),
        );
    },
  };
}

export type InboundWaiting<T extends Said> = ReturnType<typeof inboundWaiting<T>>;

function keysOf(messages: readonly Message[]): [string[], string[]] {
  return [messages.map(({ channel }) => channel), messages.map(({ messageId }) => messageId)];
}

/** Does the work for one call at a time; what is asked for meanwhile goes together. */
function gathered<T>(work: (items: readonly T[]) => Promise<void>): (item: T) => Promise<void> {
  let next: { readonly items: T[]; readonly done: Promise<void> } | undefined;
  let running: Promise<void> = Promise.resolve();
  return (item) => {
    if (!next) {
      const items: T[] = [];
      const done = running.then(() => {
        next = undefined;
        return work(items);
      });
      running = done.catch(() => undefined);
      next = { items, done };
    }
    next.items.push(item);
    return next.done;
  };
}
