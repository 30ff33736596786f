// What was said with a card that somebody answered. Changes nothing.

import type pg from 'pg';
import type { Draft } from '../domain/message.ts';

/** The drafts that a card came with: those of an outbox row, or of the answer to a message. Empty = they are gone. */
export async function draftsOfCard(
  pool: pg.Pool,
  channel: string,
  source: { readonly row: number } | { readonly messageId: string },
): Promise<readonly Draft[]> {
  if ('messageId' in source) return (await answerTo(pool, channel, source.messageId)) ?? [];
  const { rows } = await pool.query<{ draft: Draft }>({
    name: 'card-of-row',
    text: 'select draft from outbox where id = $1 and channel = $2',
    values: [source.row, channel],
  });
  return rows.map(({ draft }) => draft);
}

/** What a message was answered in its own exchange; undefined = the message is not known (yet). */
export async function answerTo(
  pool: pg.Pool,
  channel: string,
  messageId: string,
): Promise<readonly Draft[] | undefined> {
  const { rows } = await pool.query<{ reply: Draft[] }>({
    name: 'answer-to',
    text: 'select reply from inbound where channel = $1 and message_id = $2',
    values: [channel, messageId],
  });
  return rows[0]?.reply;
}
