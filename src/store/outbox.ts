// Handing over and marking rows of the outbox: claims, the fence, marks. Decides nothing and sends nothing; rows are put in by outbox-rows.ts.

import type pg from 'pg';
import type { Draft, FailureReason, MessageKind } from '../domain/message.ts';
import type { Instant } from '../domain/time.ts';
import { lanes } from './outbox-rows.ts';
import { pausePrefix } from './platform-limits.ts';

/** What `status` of an outbox row means. */
export const outboxStatus = { waiting: 0, handedOver: 1, sent: 2, failed: 3, expired: 4, cancelled: 5 } as const;

/** A row that was handed over; `attempts` makes its job's name new after each attempt. */
export interface Claimed {
  readonly id: number;
  readonly attempts: number;
}

/** A row that this holder alone may send until `heldUntil`. */
export interface HeldRow {
  readonly id: number;
  readonly channel: string;
  readonly kind: MessageKind;
  readonly lane: number;
  readonly members: readonly string[];
  readonly accounts: readonly string[];
  readonly group: string | null;
  readonly draft: Draft;
  /** The bodies as they were composed at the first attempt. */
  readonly wire: readonly string[] | null;
  readonly partsSent: number;
  /** This attempt included. */
  readonly attempts: number;
  readonly dueAt: Instant;
  readonly expiresAt: Instant | null;
  readonly createdAt: Instant;
  readonly heldUntil: Instant;
  /** The door is paused for lanes other than replies until then. */
  readonly pausedUntil: Instant | null;
}

/** Rows of which doors: of these, or of all others. */
export type Doors = { readonly only: readonly string[] } | { readonly not: readonly string[] };

const everyDoor: Doors = { not: [] };

/**
 * Hands over what is due in a lane, and what a holder let go by its lease, in the order in which it is due; nobody else gets these rows before `until`.
 * Of one person's replies only the oldest is handed over, so that none overtakes; in the other lanes paused doors are left out.
 */
export async function claimOutbox(
  pool: pg.Pool,
  lane: number,
  limit: number,
  now: Instant,
  until: Instant,
  doors: Doors = everyDoor,
): Promise<Claimed[]> {
  const { rows } = await pool.query<Claimed & { due_at: Instant }>({
    name: lane === lanes.reply ? 'outbox-claim-replies' : 'outbox-claim',
    text: lane === lanes.reply ? claimRepliesText : claimText,
    values: [lane, new Date(now), limit, new Date(until), ...namesOf(doors)],
  });
  return rows.sort((a, b) => a.due_at - b.due_at || a.id - b.id).map(({ id, attempts }) => ({ id, attempts }));
}

function namesOf(doors: Doors): [readonly string[], boolean] {
  return 'only' in doors ? [doors.only, true] : [doors.not, false];
}

const lostAndUpdate = `lost as (
    select id from outbox where lane = $1 and status = 1 and lease_until <= $2 and (channel = any($5::text[])) = $6::bool
    order by id limit $3 for update skip locked)
  update outbox o set status = 1, lease_until = $4 from (select id from due union all select id from lost) c
  where o.id = c.id returning o.id, o.attempts, o.due_at`;

const claimText = `with due as (
    select id from outbox where lane = $1 and status = 0 and due_at <= $2 and (channel = any($5::text[])) = $6::bool
      and channel <> all (array(select substr(bucket, ${pausePrefix.length + 1}) from platform_count
        where bucket like '${pausePrefix}%' and window_start > $2))
    order by due_at, id limit $3 for update skip locked),
  ${lostAndUpdate}`;

// The two halves of "unsent" are asked apart because each has a partial index of its own.
const claimRepliesText = `with heads as (
    select distinct on (channel, to_group, accounts) id, status, due_at from (
      select id, channel, to_group, accounts, status, due_at from outbox where lane = $1 and status = 0 union all
      select id, channel, to_group, accounts, status, due_at from outbox where lane = $1 and status = 1) unsent
    order by channel, to_group, accounts, id),
  due as (
    select o.id from outbox o join heads h on h.id = o.id
    where h.status = 0 and h.due_at <= $2 and o.status = 0 and o.due_at <= $2 and (o.channel = any($5::text[])) = $6::bool
    order by o.due_at, o.id limit $3 for update of o skip locked),
  ${lostAndUpdate}`;

/** The next instant after `now` at which a row of the lane falls due or a lease runs out. */
export async function nextOutboxAt(
  pool: pg.Pool,
  lane: number,
  now: Instant,
  doors: Doors = everyDoor,
): Promise<Instant | null> {
  const { rows } = await pool.query<{ at: Instant | null }>({
    name: 'outbox-next',
    text: `select least(
      (select min(due_at) from outbox where lane = $1 and status = 0 and due_at > $2 and (channel = any($3::text[])) = $4::bool),
      (select min(lease_until) from outbox where lane = $1 and status = 1 and lease_until > $2 and (channel = any($3::text[])) = $4::bool)
      ) as at`,
    values: [lane, new Date(now), ...namesOf(doors)],
  });
  return rows[0]?.at ?? null;
}

/** Puts back rows that were handed over and not begun. */
export async function releaseOutbox(pool: pg.Pool, ids: readonly number[], now: Instant): Promise<void> {
  await pool.query({
    name: 'outbox-release',
    text: `update outbox set status = 0, lease_until = null where id in
      (select id from outbox where id = any($1::bigint[]) and status = 1 and due_at <= $2 order by id for update skip locked)`,
    values: [ids, new Date(now)],
  });
}

/**
 * The fence: one holder gets the row, until `until`; a second one, or one that comes after it was sent, gets nothing.
 * While a row is held, `due_at` is the end of the hold and so names the holder; `mark` and `storeWire` ask for it.
 */
export async function holdOutbox(
  pool: pg.Pool,
  id: number,
  now: Instant,
  until: Instant,
): Promise<HeldRow | undefined> {
  const { rows } = await pool.query<HeldRow>({
    name: 'outbox-hold',
    text: `with held as (select id, due_at from outbox where id = $1 and status = 1 and due_at <= $2 for update)
      update outbox o set attempts = o.attempts + 1, lease_until = $3, due_at = $3 from held where o.id = held.id
      returning o.id, o.channel, o.kind, o.lane, o.members, o.accounts, o.to_group as "group", o.draft, o.wire,
        o.parts_sent as "partsSent", o.attempts, held.due_at as "dueAt", o.expires_at as "expiresAt", o.created_at as "createdAt",
        o.due_at as "heldUntil", (select max(window_start) from platform_count
          where bucket = '${pausePrefix}' || o.channel and window_start > $2) as "pausedUntil"`,
    values: [id, new Date(now), new Date(until)],
  });
  return rows[0];
}

/**
 * Hands a held row to the next open door (`doors`, best first) in which its one member has an account and which was not tried for it yet.
 * Nothing of it was sent, so it begins anew there. Undefined = there is no such door, or the hold was lost; then nothing is written.
 */
export async function handToNextDoor(
  pool: pg.Pool,
  { id, heldUntil }: Hold,
  doors: readonly string[],
  now: Instant,
): Promise<string | undefined> {
  const { rows } = await pool.query<{ channel: string }>(
    `with next as (
        select a.channel, a.account from outbox o join account a on a.member = o.members[1] join member m on m.id = a.member
        where o.id = $1 and cardinality(o.members) = 1 and o.to_group is null and o.parts_sent = 0 and m.left_at is null
          and a.channel = any($3::text[]) and a.channel <> o.channel and a.channel <> all(o.tried)
        order by array_position($3::text[], a.channel) limit 1)
      update outbox o set tried = o.tried || o.channel, channel = next.channel, accounts = array[next.account], wire = null,
        status = 0, lease_until = null, due_at = $4, attempts = 0, outcome = 'next-door'
      from next where o.id = $1 and o.status = 1 and o.due_at = $2 returning o.channel`,
    [id, new Date(heldUntil), doors, new Date(now)],
  );
  return rows[0]?.channel;
}

export interface Hold {
  readonly id: number;
  readonly heldUntil: Instant;
}

/** Keeps the composed bodies for every later attempt; false when the hold was lost. */
export async function storeWire(pool: pg.Pool, { id, heldUntil }: Hold, wire: readonly string[]): Promise<boolean> {
  const { rowCount } = await pool.query({
    name: 'outbox-wire',
    text: 'update outbox set wire = $3 where id = $1 and status = 1 and due_at = $2 and wire is null',
    values: [id, new Date(heldUntil), wire],
  });
  return rowCount === 1;
}

/** What is written on a held row. */
export interface Mark {
  readonly status: number;
  readonly dueAt: Instant;
  /** Only while the row stays held. */
  readonly leaseUntil?: Instant;
  readonly attempts: number;
  readonly outcome: string | null;
  /** Parts that went out since the last mark, with the platform's ids of them. */
  readonly parts?: number;
  readonly references?: readonly string[];
  readonly sentAt?: Instant;
  /** Who did not get it. Members who are gone are left out. */
  readonly missed?: readonly { readonly member: string; readonly reason: FailureReason }[];
}

/** Marks a held row; false, and nothing is written, when the hold was lost or the row cancelled. */
export async function mark(pool: pg.Pool, { id, heldUntil }: Hold, change: Mark, now: Instant): Promise<boolean> {
  const missed = change.missed ?? [];
  const { rows } = await pool.query({
    name: missed.length > 0 ? 'outbox-mark-missed' : 'outbox-mark',
    text: missed.length > 0 ? markMissedText : markText,
    values: [
      id,
      new Date(heldUntil),
      change.status,
      new Date(change.dueAt),
      change.leaseUntil === undefined ? null : new Date(change.leaseUntil),
      change.attempts,
      change.outcome,
      change.parts ?? 0,
      change.references ?? [],
      change.sentAt === undefined ? null : new Date(change.sentAt),
      ...(missed.length > 0
        ? [missed.map(({ member }) => member), missed.map(({ reason }) => reason), new Date(now)]
        : []),
    ],
  });
  return rows.length > 0;
}

const markText = `update outbox set status = $3, due_at = $4, lease_until = $5, attempts = $6, outcome = $7,
    parts_sent = parts_sent + $8, reference = reference || $9::text[], sent_at = $10
  where id = $1 and status = 1 and due_at = $2 returning id`;

const markMissedText = `with marked as (${markText}),
  missed as (insert into undelivered (outbox, member, reason, at)
    select marked.id, m.id, new.reason, $13 from marked, unnest($11::text[], $12::text[]) as new(member, reason)
      join member m on m.id = new.member
    on conflict do nothing)
  select id from marked`;

/** Brings forward what waits for a door that was silent: it answers again. */
export async function wakeOutbox(pool: pg.Pool, channel: string, outcome: string, at: Instant): Promise<void> {
  await pool.query(
    `update outbox set due_at = $3 where id in (select id from outbox
      where status = 0 and channel = $1 and outcome = $2 and due_at > $3 order by id for update skip locked)`,
    [channel, outcome, new Date(at)],
  );
}
