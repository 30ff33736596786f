// Broadcasts in the tables: what is running, whom it has still to reach, how it stands. Decides nothing.

import type pg from 'pg';
import type { BroadcastBody } from '../domain/broadcast.ts';
import { broadcastBody } from '../domain/broadcast.ts';
import type { Tag } from '../domain/organisation.ts';
import type { Instant, Month } from '../domain/time.ts';
import type { MemberRow } from './members.ts';
import { memberColumns, memberOf } from './members.ts';

export interface BroadcastRecord {
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly state: 'proposed' | 'approved' | 'sending' | 'sent' | 'cancelled' | 'recalling' | 'recalled';
  readonly body: BroadcastBody;
}

/** One broadcast; undefined when there is none with this id. */
export async function broadcastById(client: pg.ClientBase | pg.Pool, id: string): Promise<BroadcastRecord | undefined> {
  const { rows } = await client.query(
    `select id, unit, title, state, body from record where id = $1 and kind = 'broadcast'`,
    [id],
  );
  return rows[0] && { ...rows[0], body: broadcastBody.parse(rows[0].body) };
}

/** Sets the state, unless somebody stopped it meanwhile. */
export async function setBroadcastState(
  client: pg.ClientBase | pg.Pool,
  id: string,
  state: BroadcastRecord['state'],
  now: Instant,
): Promise<void> {
  await client.query(
    `update record set state = $2, updated_at = $3 where id = $1 and (state not in ('cancelled', 'recalling', 'recalled') or $2 = 'recalled')`,
    [id, state, new Date(now)],
  );
}

/** Approved materials that are going out now: whom they are for. */
export async function runningBroadcasts(
  client: pg.ClientBase | pg.Pool,
  at: Instant,
): Promise<{ to: string; audience: readonly Tag[] }[]> {
  const { rows } = await client.query(
    `select coalesce(body->>'to', unit) as to, body->'audience' as audience from record
      where kind = 'broadcast' and state in ('approved', 'sending') and coalesce((body->>'at')::bigint, 0) <= $1`,
    [at],
  );
  return rows.map((row) => ({ to: row.to, audience: row.audience ?? [] }));
}

/** Members of these units who have not had this broadcast yet, with how they want to be reminded. */
export async function stillToReach(client: pg.ClientBase | pg.Pool, id: string, units: readonly string[]) {
  const { rows } = await client.query<MemberRow>(
    `select ${memberColumns} from member m where m.unit = any($1::text[]) and m.left_at is null
        and not exists (select 1 from push p where p.member = m.id and p.about = $2) order by m.id`,
    [units, id],
  );
  return rows.map(memberOf);
}

/** Cancels what has not been handed over yet; returns how many people that were. */
export async function cancelWaiting(client: pg.ClientBase | pg.Pool, id: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `with stopped as (update outbox set status = 5, outcome = 'cancelled' where record = $1 and kind = 'broadcast' and status = 0 returning members)
      select coalesce(sum(cardinality(members)), 0)::int as count from stopped`,
    [id],
  );
  return rows[0]?.count ?? 0;
}

/** Sent calls that may still be taken back. */
export async function sentSince(
  client: pg.ClientBase | pg.Pool,
  id: string,
  since: Instant,
): Promise<{ id: number; channel: string; reference: string[] }[]> {
  const { rows } = await client.query(
    `select id, channel, reference from outbox where record = $1 and kind = 'broadcast' and status = 2 and sent_at >= $2 order by id`,
    [id, new Date(since)],
  );
  return rows;
}

/** True when a second broadcaster has released the study cards of this month. */
export async function isReleased(client: pg.ClientBase | pg.Pool, month: Month): Promise<boolean> {
  const { rowCount } = await client.query(
    'select 1 from content_release where month = $1 and approved_by is not null',
    [month],
  );
  return (rowCount ?? 0) > 0;
}
