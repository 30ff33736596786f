// The reads and writes around a batch of turns, two round trips for up to 128 messages. Decides nothing.

import type pg from 'pg';
import type { Draft } from '../domain/message.ts';
import type { Member } from '../domain/organisation.ts';
import { accountKey } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { memberColumns, memberOf } from './members.ts';
import { personLock } from './person-lock.ts';

export interface Sender {
  readonly channel: string;
  readonly account: string;
  readonly messageId: string;
}

export interface Opened {
  /** By `channel account`. */
  readonly members: ReadonlyMap<string, Member>;
  /** JSON of the open conversations, by member. */
  readonly sessions: ReadonlyMap<string, unknown>;
  /** The stored reply of messages that were taken before, by `channel messageId`. */
  readonly repeats: ReadonlyMap<string, readonly Draft[]>;
  readonly unitsVersion: number;
}

/** Begins the transaction, locks the people concerned in one order, and reads what is known of them and of repeats. */
export async function openUnitOfWork(client: pg.PoolClient, senders: readonly Sender[]): Promise<Opened> {
  const channels = senders.map((sender) => sender.channel);
  const accounts = senders.map((sender) => accountKey(sender.channel, sender.account));
  const ids = senders.map((sender) => sender.messageId);
  // Everything is read by statements of their own behind the lock: never from before it was held.
  const [, , people, sessions, repeats, version] = await Promise.all([
    client.query('begin'),
    client.query({ name: 'turn-lock', text: lockText, values: [channels, accounts] }),
    client.query({ name: 'turn-people', text: peopleText, values: [channels, accounts] }),
    client.query({ name: 'turn-sessions', text: sessionsText, values: [channels, accounts] }),
    client.query({ name: 'turn-repeats', text: repeatsText, values: [channels, ids] }),
    client.query({ name: 'turn-version', text: 'select version from org_version' }),
  ]);
  return {
    members: new Map(people.rows.map((row) => [`${row.channel} ${row.account}`, memberOf(row)])),
    sessions: new Map(sessions.rows.map((row) => [row.member, row.state])),
    repeats: new Map(repeats.rows.map((row) => [`${row.channel} ${row.message_id}`, row.reply])),
    unitsVersion: version.rows[0]?.version ?? 0,
  };
}

/** The members behind the accounts ($1 channels, $2 accounts). `offset 0` keeps each a look-up by key: a plan made while the table was small stays good. */
const asked = `unnest($1::text[], $2::text[]) asked(channel, account)
  cross join lateral (select member from account where channel = asked.channel and account = asked.account offset 0) a`;

/** A lock of a person costs no write, unlike the lock of a row; keys are taken in one order. */
const lockText = `select pg_advisory_xact_lock(key)
  from (select distinct ${personLock('a.member')} as key from ${asked} order by 1) keys`;

const peopleText = `select asked.channel, asked.account, ${memberColumns}
  from ${asked} cross join lateral (select * from member where id = a.member offset 0) m where m.left_at is null`;

const sessionsText = `select s.member, s.state
  from ${asked} cross join lateral (select member, state from session where member = a.member offset 0) s`;

const repeatsText = `select i.channel, i.message_id, i.reply from unnest($1::text[], $2::text[]) asked(channel, message_id)
  cross join lateral (
    select channel, message_id, reply from inbound where channel = asked.channel and message_id = asked.message_id offset 0) i`;

export interface InboundRow {
  readonly channel: string;
  readonly messageId: string;
  readonly member: string | null;
  readonly saidAt: Instant;
  /** The flow that took it; what was said itself is not kept. */
  readonly intent: string | null;
  readonly reply: readonly Draft[];
}

export interface SessionRow {
  readonly member: string;
  readonly state: unknown;
  readonly wakesAt: Instant | null;
  readonly expiresAt: Instant | null;
}

export interface EndRow {
  readonly member: string;
  readonly flow: string;
  readonly revision: string;
  readonly reason: string;
}

/** Queues the writes every batch has; they go out together with the caller's own and the commit. */
export function writeTurns(
  client: pg.PoolClient,
  rows: {
    inbound: readonly InboundRow[];
    sessions: readonly SessionRow[];
    ends: readonly EndRow[];
    noticed: readonly string[];
  },
  now: Instant,
): Promise<unknown>[] {
  const at = new Date(now);
  const writes: Promise<unknown>[] = [];
  const { inbound, sessions, ends, noticed } = rows;
  if (inbound.length > 0) {
    writes.push(
      client.query({
        name: 'turn-inbound',
        text: `insert into inbound (channel, message_id, member, said_at, received_at, intent, reply)
          select channel, message_id, member, said_at, $7, intent, reply
          from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::json[])
            as new(channel, message_id, member, said_at, intent, reply)`,
        values: [
          inbound.map((row) => row.channel),
          inbound.map((row) => row.messageId),
          inbound.map((row) => row.member),
          inbound.map((row) => new Date(row.saidAt)),
          inbound.map((row) => row.intent),
          inbound.map((row) => JSON.stringify(row.reply)),
          at,
        ],
      }),
    );
  }
  if (sessions.length > 0) {
    writes.push(
      client.query({
        name: 'turn-session',
        text: `insert into session (member, state, wakes_at, expires_at, updated_at)
          select member, state, wakes_at, expires_at, $5
          from unnest($1::text[], $2::json[], $3::timestamptz[], $4::timestamptz[]) as new(member, state, wakes_at, expires_at)
          on conflict (member) do update set state = excluded.state, wakes_at = excluded.wakes_at,
            expires_at = excluded.expires_at, updated_at = excluded.updated_at`,
        values: [
          sessions.map((row) => row.member),
          sessions.map((row) => JSON.stringify(row.state)),
          sessions.map((row) => (row.wakesAt === null ? null : new Date(row.wakesAt))),
          sessions.map((row) => (row.expiresAt === null ? null : new Date(row.expiresAt))),
          at,
        ],
      }),
    );
  }
  if (ends.length > 0) {
    writes.push(
      client.query({
        name: 'turn-end',
        text: `insert into session_end (member, flow, revision, reason, at)
          select *, $5::timestamptz from unnest($1::text[], $2::text[], $3::text[], $4::text[])`,
        values: [
          ends.map((row) => row.member),
          ends.map((row) => row.flow),
          ends.map((row) => row.revision),
          ends.map((row) => row.reason),
          at,
        ],
      }),
    );
  }
  if (noticed.length > 0) {
    writes.push(
      client.query({
        name: 'turn-noticed',
        text: 'update member set noticed_at = $2 where id = any($1::text[]) and noticed_at is null',
        values: [noticed, at],
      }),
    );
  }
  return writes;
}
