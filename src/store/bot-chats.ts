// Where the AI bot may write, for all processes together. Keeps no words and no time of anybody's but the first.

import type pg from 'pg';
import { accountKey } from '../domain/organisation.ts';
import { hour, type Instant } from '../domain/time.ts';

/** A chat with the bot: with one person (by account) or a group (by its id). */
interface Chat {
  readonly kind: 'single' | 'group';
  readonly id: string;
}

/** The chats of the AI bot (channels/wecom-bot/chats.ts). */
export function botChats(pool: pg.Pool, now: () => Instant) {
  /** What this process has written lately; a branch has tens of chats, a district thousands. Written again each hour: a chat may have been forgotten. */
  const known = new Map<string, { readonly exact: string; readonly until: Instant }>();
  return {
    async heard(chat: Chat, exact: string): Promise<void> {
      const key = keyOf(chat);
      const before = known.get(key);
      if (before?.exact === exact && before.until > now()) return;
      await pool.query(
        `insert into bot_chat (chat, exact, heard_at) values ($1, $2, $3)
          on conflict (chat) do update set exact = excluded.exact where bot_chat.exact <> excluded.exact`,
        [key, exact, new Date(now())],
      );
      known.set(key, { exact, until: now() + hour });
    },
    async find(chat: Chat): Promise<string | undefined> {
      const key = keyOf(chat);
      const { rows } = await pool.query<{ exact: string }>('select exact from bot_chat where chat = $1', [key]);
      return rows[0]?.exact;
    },
    async keepAnswerUrl(chat: Chat, url: string, until: Instant): Promise<void> {
      await pool.query(
        `with old as (delete from bot_answer_url where until <= $4)
          insert into bot_answer_url (url, chat, until) values ($1, $2, $3) on conflict do nothing`,
        [url, keyOf(chat), new Date(until), new Date(now())],
      );
    },
    async takeAnswerUrl(
      chat: Chat,
      at: Instant,
    ): Promise<{ readonly url: string; readonly until: Instant } | undefined> {
      const { rows } = await pool.query<{ url: string; until: Instant }>(
        `delete from bot_answer_url where url = (select url from bot_answer_url where chat = $1 and until > $2
          order by until desc limit 1 for update skip locked) returning url, until`,
        [keyOf(chat), new Date(at)],
      );
      return rows[0];
    },
  };
}

function keyOf({ kind, id }: Chat): string {
  return kind === 'group' ? `group/${id}` : `single/${accountKey('wecom-bot', id)}`;
}
