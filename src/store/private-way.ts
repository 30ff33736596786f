// Through which door a member can be told something in private now. Changes nothing.

import type pg from 'pg';
import type { MemberId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import type { DoorList } from './outbox-rows.ts';

export interface PrivateWay {
  readonly channel: string;
  readonly account: string;
}

/**
 * Where the private part of a conversation that began in a group goes on: through the door in which the member spoke, if it may write to them, else
 * through the best of `doors`. Undefined = no door may write to them. The AI bot writes only to who wrote before (in callback mode: within
 * the hour), WeChat only to friends.
 */
export async function privateWay(
  client: pg.ClientBase,
  member: MemberId,
  spoke: PrivateWay & { readonly place: { readonly kind: string; readonly noPrivate?: boolean } },
  { doors }: DoorList,
  now: Instant,
): Promise<PrivateWay | undefined> {
  const { noPrivate = false } = spoke.place;
  if (spoke.channel !== 'wecom-bot' && !noPrivate) return spoke;
  const { rows } = await client.query<PrivateWay>({
    name: 'private-way',
    text: `select channel, account from account a where member = $1 and channel = any($2::text[])
        and (channel <> 'wecom-bot' or case when $5
          then exists (select from bot_answer_url where chat = 'single/' || a.account and until > $6)
          else exists (select from bot_chat where chat = 'single/' || a.account) end)
        and not ($4 and channel = $3)
      order by channel <> $3, array_position($2::text[], channel) limit 1`,
    values: [
      member,
      doors.map(({ name }) => name),
      spoke.channel,
      noPrivate,
      doors.some(({ name, answersOnly = false }) => name === 'wecom-bot' && answersOnly),
      new Date(now),
    ],
  });
  return rows[0];
}
