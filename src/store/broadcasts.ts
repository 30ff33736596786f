// Broadcasts in the tables: what is running, whom it has still to reach, how it stands. Decides nothing.

import type pg from 'pg';
import type { BroadcastRecord, BroadcastState } from '../domain/broadcast.ts';
import { broadcastBody } from '../domain/broadcast.ts';
import type { Tag } from '../domain/organisation.ts';
import type { Instant, Month } from '../domain/time.ts';
import type { MemberRow } from './members.ts';
import { memberColumns, memberOf } from './members.ts';

/** One broadcast; undefined when there is none with this id. */
export async function broadcastById(client: pg.ClientBase | pg.Pool, id: string): Promise<BroadcastRecord | undefined> {
  const { rows } = await client.query(oneBroadcast, [id]);
  return rows[0] && { ...rows[0], body: broadcastBody.parse(rows[0].body) };
}

/** The same, and nobody else changes it until the caller's transaction ends. */
export async function lockBroadcast(client: pg.ClientBase, id: string): Promise<BroadcastRecord | undefined> {
  const { rows } = await client.query(`${oneBroadcast} for update`, [id]);
  return rows[0] && { ...rows[0], body: broadcastBody.parse(rows[0].body) };
}

const oneBroadcast = `select id, unit, title, state, body from record where id = $1 and kind = 'broadcast'`;

/** Members who may approve what `except` proposes: the other broadcasters of these units. */
export async function broadcastersOf(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  except: string,
): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `select id from member where unit = any($1::text[]) and 'broadcaster' = any(roles) and id <> $2 and left_at is null order by id`,
    [units, except],
  );
  return rows.map(({ id }) => id);
}

export interface Delivery {
  /** People, not calls. */
  readonly sent: number;
  readonly waiting: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** How many people a broadcast has reached, waits for and missed. Those whose day has not come yet stand nowhere here. */
export async function deliveryOf(client: pg.ClientBase | pg.Pool, id: string): Promise<Delivery> {
  const { rows } = await client.query<{ carried: number; waiting: number; cancelled: number }>(
    `select coalesce(sum(cardinality(members)) filter (where status = 2), 0)::int as carried,
        coalesce(sum(cardinality(members)) filter (where status < 2), 0)::int as waiting,
        coalesce(sum(cardinality(members)) filter (where status = 5), 0)::int as cancelled
      from outbox where record = $1 and kind = 'broadcast'`,
    [id],
  );
  const { rows: missed } = await client.query<{ reason: string; count: number; carried: number }>(
    `select u.reason, count(*)::int as count, count(*) filter (where o.status = 2)::int as carried
      from undelivered u join outbox o on o.id = u.outbox
      where o.record = $1 and o.kind = 'broadcast' and o.status >= 2 group by 1 order by 2 desc, 1`,
    [id],
  );
  const sum = (key: 'count' | 'carried') => missed.reduce((total, row) => total + row[key], 0);
  const { carried, waiting, cancelled } = rows[0]!;
  const reasons = missed.map(({ reason, count }) => ({ reason, count }));
  return { sent: carried - sum('carried'), waiting, failed: sum('count'), cancelled, reasons };
}

/** Sets the state, unless somebody stopped it meanwhile. */
export async function setBroadcastState(
  client: pg.ClientBase | pg.Pool,
  id: string,
  state: BroadcastState,
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

/** Whether the groups have it already, or it waits for them. */
export async function groupsTold(client: pg.ClientBase, id: string): Promise<boolean> {
  const { rowCount } = await client.query('select from outbox where record = $1 and to_group is not null limit 1', [
    id,
  ]);
  return rowCount === 1;
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
