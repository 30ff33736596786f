// What the AI bot has heard and not answered yet. A row lives for as long as its turn; nothing is kept afterwards.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';
import type { FieldCipher } from './field-cipher.ts';
import { openJson, sealJson } from './field-cipher.ts';

/** For how long an old message is worth answering, in milliseconds. */
const worth = 24 * 3_600_000;

/** The inbox of the AI bot (channels/wecom-bot/listen.ts). What was said lies sealed; what another key sealed is as good as gone. */
export function botInbox<T extends { readonly messageId: string }>(
  pool: pg.Pool,
  now: () => Instant,
  cipher: FieldCipher,
) {
  return {
    async keep(inbound: T): Promise<void> {
      await pool.query({
        name: 'bot-inbox-keep',
        text: 'insert into bot_inbox (message_id, inbound, heard_at) values ($1, $2, $3) on conflict do nothing',
        values: [inbound.messageId, sealJson(cipher, inbound), new Date(now())],
      });
    },
    async drop(messageId: string): Promise<void> {
      await pool.query({
        name: 'bot-inbox-drop',
        text: 'delete from bot_inbox where message_id = $1',
        values: [messageId],
      });
    },
    async left(): Promise<T[]> {
      await pool.query('delete from bot_inbox where heard_at <= $1', [new Date(now() - worth)]);
      const { rows } = await pool.query<{ inbound: unknown }>(
        'select inbound from bot_inbox order by heard_at, message_id',
      );
      return rows.flatMap(({ inbound }) => openJson<T>(cipher, inbound) ?? []);
    },
  };
}
