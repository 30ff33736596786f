// What an exchange could not carry after all goes into the outbox, once: a repeat of the message then finds nothing more to say.

import type pg from 'pg';
import type { Draft } from '../domain/message.ts';
import { accountKey } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { insertOutbox } from './outbox-rows.ts';
import { inTransaction } from './transaction.ts';

/** The message whose exchange is over. */
export interface LateMessage {
  readonly channel: string;
  readonly messageId: string;
  readonly account: string;
  /** Where it was said, and so where the answer belongs. */
  readonly place: { readonly kind: 'private' } | { readonly kind: 'group'; readonly group: string };
}

export async function sayLater(
  pool: pg.Pool,
  message: LateMessage,
  drafts: readonly Draft[],
  now: Instant,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ member: string | null }>(
      `update inbound set reply = '[]' where channel = $1 and message_id = $2 and reply::text <> '[]' returning member`,
      [message.channel, message.messageId],
    );
    const [taken] = rows;
    if (!taken) return;
    const privately = {
      members: taken.member === null ? [] : [taken.member],
      accounts: [accountKey(message.channel, message.account)],
      group: null,
    };
    const { place, channel } = message;
    const to =
      place.kind === 'group' ? { channel, members: [], accounts: [], group: place.group } : { channel, ...privately };
    const rest = { kind: 'reply' as const, unit: null, dueAt: now, expiresAt: null, duty: null, record: null };
    await insertOutbox(
      client,
      drafts.map((draft) => ({ ...to, ...rest, draft })),
      now,
    );
  });
}
