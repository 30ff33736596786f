// Calendar feeds in the database: their secret addresses, and the events behind them with how often each has changed. Reads no name.

import type pg from 'pg';
import type { CalendarEntry, ShownEvent } from '../domain/calendar-entry.ts';
import { nextEntries } from '../domain/calendar-entry.ts';
import type { Change } from '../domain/change.ts';
import type { MemberId, UnitId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';

type Client = pg.ClientBase | pg.Pool;

export interface CalendarFeed {
  readonly unit: UnitId;
  /** Null = the branch's feed. */
  readonly member: MemberId | null;
}

/** The address under which a feed lies; the oldest where there are several. Undefined = none yet. */
export async function feedToken(client: Client, { unit, member }: CalendarFeed): Promise<string | undefined> {
  const { rows } = await client.query<{ token: string }>({
    name: 'feed-token',
    text: 'select token from calendar_feed where unit = $1 and member is not distinct from $2 order by created_at, token limit 1',
    values: [unit, member],
  });
  return rows[0]?.token;
}

/** Opens feeds under their addresses; a renewed one takes every older address of that feed away. */
export async function openFeeds(
  client: pg.ClientBase,
  changes: readonly (Change & { readonly change: 'calendar-feed' })[],
  now: Instant,
): Promise<void> {
  for (const { token, unit, member, renewed } of changes) {
    if (renewed)
      await client.query('delete from calendar_feed where unit = $1 and member is not distinct from $2', [
        unit,
        member,
      ]);
    await client.query(
      'insert into calendar_feed (token, unit, member, created_at) values ($1, $2, $3, $4) on conflict (token) do nothing',
      [token, unit, member, new Date(now)],
    );
  }
}

/** Whose feed lies behind an address; undefined = nobody's, or of somebody who has left. */
export async function feedBehind(client: Client, token: string): Promise<CalendarFeed | undefined> {
  const { rows } = await client.query<CalendarFeed>(
    `select f.unit, f.member from calendar_feed f left join member m on m.id = f.member
      where f.token = $1 and m.left_at is null`,
    [token],
  );
  return rows[0];
}

/** Events of the unit from then on, as they are now. Changes are counted here, under one lock a unit. */
export async function calendarEntries(
  client: pg.ClientBase,
  unit: UnitId,
  ahead: readonly { readonly duty: string; readonly shown: ShownEvent }[],
  from: Instant,
  now: Instant,
): Promise<CalendarEntry[]> {
  await client.query(`select pg_advisory_xact_lock(hashtext('calendar ' || $1))`, [unit]);
  const { rows } = await client.query<{
    id: string;
    starts_at: number;
    state: string;
    title: string;
    place: string | null;
  }>({
    name: 'calendar-events',
    text: `select id, starts_at, state, details->>'title' as title, details->>'place' as place from duty
      where unit = $1 and member is null and starts_at >= $2`,
    values: [unit, new Date(from)],
  });
  const raised = rows.map(({ id, starts_at, state, title, place }) => ({
    duty: id,
    shown: { title, place: place || null, startsAt: starts_at, cancelled: state === 'excused' },
  }));
  const known = new Set(raised.map(({ duty }) => duty));
  const { rows: before } = await client.query<{
    duty: string;
    shown: ShownEvent;
    sequence: number;
    changed_at: number;
  }>(
    `select duty, shown, sequence, changed_at from calendar_entry where unit = $1 and (shown->>'startsAt')::bigint >= $2`,
    [unit, from],
  );
  const old = before.map(({ changed_at, ...entry }): CalendarEntry => ({ ...entry, changedAt: changed_at }));
  const entries = nextEntries(old, [...raised, ...ahead.filter(({ duty }) => !known.has(duty))], now);
  const changed = entries.filter((entry) => !old.includes(entry));
  await client.query(
    `insert into calendar_entry (duty, unit, shown, sequence, changed_at)
      select duty, $1, shown, sequence, $5 from unnest($2::text[], $3::jsonb[], $4::int[]) as new(duty, shown, sequence)
      on conflict (duty) do update set shown = excluded.shown, sequence = excluded.sequence, changed_at = excluded.changed_at`,
    [
      unit,
      changed.map(({ duty }) => duty),
      changed.map(({ shown }) => JSON.stringify(shown)),
      changed.map(({ sequence }) => sequence),
      new Date(now),
    ],
  );
  return entries;
}

/** Which of these events are this member's own: those that something is expected of them. */
export async function ownEvents(client: Client, member: MemberId, duties: readonly string[]): Promise<Set<string>> {
  const { rows } = await client.query<{ id: string }>(
    `select id from duty where member = $1 and id = any(array(select one || '/' || $1 from unnest($2::text[]) as one))`,
    [member, duties],
  );
  return new Set(rows.map(({ id }) => id.slice(0, id.lastIndexOf('/'))));
}
