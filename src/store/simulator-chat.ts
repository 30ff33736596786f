// The chats that the simulator's page shows: what was said in each, kept only here. Knows nothing of what a message means.

import type pg from 'pg';
import type { Draft } from '../domain/message.ts';
import type { MemberId, UnitId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';

/** What stands in one line of a chat. */
export type ChatBody =
  | { readonly kind: 'text'; readonly text: string }
  /** A button was pressed: on the card of which line, and what it carried. */
  | { readonly kind: 'tap'; readonly label: string; readonly data: string; readonly card?: number | undefined }
  | {
      readonly kind: 'upload';
      readonly media: 'image' | 'voice' | 'file';
      readonly name: string;
      /** Id of the attachment. */
      readonly file: string;
      readonly says?: string | undefined;
    }
  /** Said by the bot; `serial` is that of the door's body. */
  | { readonly kind: 'draft'; readonly draft: Draft; readonly serial?: number }
  /** The bot took back the line `of`. */
  | { readonly kind: 'recalled'; readonly of: number };

export interface ChatLine {
  readonly id: number;
  readonly chat: string;
  /** Null = the bot. */
  readonly from: MemberId | null;
  readonly body: ChatBody;
  readonly at: Instant;
}

/** A message as the simulator's door hands it on: to members by their ids, or to the group of a unit. */
export interface ChatMessage {
  readonly to:
    | { readonly kind: 'accounts'; readonly accounts: readonly MemberId[] }
    | { readonly kind: 'group'; readonly group: UnitId };
  readonly draft: Draft;
  readonly serial: number;
}

type Client = pg.ClientBase | pg.Pool;

/** The key of a member's private chat with the bot. */
export function memberChat(member: MemberId): string {
  return `member:${member}`;
}

/** The key of a unit's group. */
export function groupChat(unit: UnitId): string {
  return `group:${unit}`;
}

/** What the simulator's door delivers with: one line for each recipient, once for each serial. Resolves to the accounts that nobody has. */
export function keepChat(pool: pg.Pool, now: () => Instant): (message: ChatMessage) => Promise<readonly string[]> {
  return async ({ to, draft, serial }) => {
    const { chats, missing } = await chatsOf(pool, to);
    const body: ChatBody = { kind: 'draft', draft, serial };
    await pool.query(
      `insert into simulator_chat (chat, body, at) select chat, $2, $3 from unnest($1::text[]) chat
        where not exists (select 1 from simulator_chat known where known.chat = chat.chat and (known.body->>'serial')::bigint = $4)`,
      [chats, JSON.stringify(body), new Date(now()), serial],
    );
    return missing;
  };
}

async function chatsOf(pool: pg.Pool, to: ChatMessage['to']): Promise<{ chats: string[]; missing: string[] }> {
  if (to.kind === 'group') return { chats: [groupChat(to.group)], missing: [] };
  const { rows } = await pool.query<{ id: string }>(
    'select id from member where id = any($1::text[]) and left_at is null',
    [to.accounts],
  );
  const known = new Set(rows.map(({ id }) => id));
  return { chats: [...known].map(memberChat), missing: to.accounts.filter((account) => !known.has(account)) };
}

/** What the simulator's door takes back with: a line that says so stands in place of each line of this serial. */
export function takeChatBack(pool: pg.Pool, now: () => Instant): (serial: number) => Promise<boolean> {
  return async (serial) => {
    const { rowCount } = await pool.query(
      `with gone as (delete from simulator_chat where (body->>'serial')::bigint = $1 returning id, chat)
        insert into simulator_chat (chat, body, at) select chat, jsonb_build_object('kind', 'recalled', 'of', id), $2 from gone`,
      [serial, new Date(now())],
    );
    return (rowCount ?? 0) > 0;
  };
}

/** Writes lines at the end of one chat, in this order. */
export async function addToChat(
  client: Client,
  chat: string,
  from: MemberId | null,
  bodies: readonly ChatBody[],
  at: Instant,
): Promise<void> {
  if (bodies.length === 0) return;
  await client.query(
    `insert into simulator_chat (chat, from_member, body, at)
      select $1, $2, body, $4 from jsonb_array_elements($3::jsonb) with ordinality as new(body, place) order by place`,
    [chat, from, JSON.stringify(bodies), new Date(at)],
  );
}

/** The last lines of one chat, oldest first. */
export async function lastOfChat(client: Client, chat: string, count = 200): Promise<ChatLine[]> {
  const { rows } = await client.query<LineRow>(`${lineColumns} where chat = $1 order by id desc limit $2`, [
    chat,
    count,
  ]);
  return rows.map(lineOf).reverse();
}

/** Lines of all chats behind `id`, oldest first. */
export async function chatsAfter(client: Client, id: number, count = 1000): Promise<ChatLine[]> {
  const { rows } = await client.query<LineRow>(`${lineColumns} where id > $1 order by id limit $2`, [id, count]);
  return rows.map(lineOf);
}

/** For each chat the newest line that the bot said. */
export async function newestOfBot(client: Client): Promise<Record<string, number>> {
  const { rows } = await client.query<{ chat: string; id: number }>(
    'select chat, max(id) as id from simulator_chat where from_member is null group by chat',
  );
  return Object.fromEntries(rows.map(({ chat, id }) => [chat, id]));
}

const lineColumns = 'select id, chat, from_member, body, at from simulator_chat';

interface LineRow {
  readonly id: number;
  readonly chat: string;
  readonly from_member: string | null;
  readonly body: ChatBody;
  readonly at: Instant;
}

function lineOf({ from_member: from, ...line }: LineRow): ChatLine {
  return { ...line, from };
}
