// Events are unit duties with a start: theme days, meetings. Finds them and who was there; changes nothing.

import type pg from 'pg';
import type { DutyState } from '../domain/change.ts';
import type { UnitId } from '../domain/organisation.ts';
import type { Settings } from '../domain/settings.ts';
import type { ClockTime, Day, Instant } from '../domain/time.ts';
import { clockTimeOf, dayOf, minute } from '../domain/time.ts';

export interface EventOfUnit {
  readonly id: string;
  readonly programme: string;
  readonly title: string;
  readonly place: string | null;
  /** What will be done, and the way there and what to bring, where somebody has arranged it. */
  readonly agenda: string | null;
  readonly ready: string | null;
  /** The Party group that meets; null = the branch. */
  readonly group: string | null;
  readonly day: Day;
  readonly start: ClockTime;
  readonly startsAt: Instant;
  /** Sign-in is possible from `opensAt` to before `closesAt`. */
  readonly opensAt: Instant;
  readonly closesAt: Instant;
  readonly opens: ClockTime;
  readonly window: 'early' | 'open' | 'closed';
}

interface EventRow {
  id: string;
  programme: string;
  starts_at: number;
  details: { title: string; place?: string; group?: string; agenda?: string; ready?: string };
}

/** The unit's events that start between two instants, earliest first. */
export async function eventsOf(
  client: pg.ClientBase | pg.Pool,
  unit: UnitId,
  settings: Settings,
  between: { from: Instant; until: Instant },
  now: Instant,
): Promise<EventOfUnit[]> {
  const { rows } = await client.query<EventRow>({
    name: 'events-of',
    text: `select id, programme, starts_at, details from duty
      where unit = $1 and member is null and starts_at between $2 and $3 and state <> 'excused'
        and due_on between $4::date and $5::date order by starts_at, id`,
    // An event is due on the day on which it begins; by the day there is an index.
    values: [unit, new Date(between.from), new Date(between.until), dayOf(between.from), dayOf(between.until)],
  });
  return rows.map((row) => eventOf(row, settings, now));
}

function eventOf(row: EventRow, settings: Settings, now: Instant): EventOfUnit {
  const opensAt = row.starts_at - settings.sign_in.opens * minute;
  const closesAt = row.starts_at + settings.sign_in.closes * minute;
  return {
    id: row.id,
    programme: row.programme,
    title: row.details.title,
    place: row.details.place ?? null,
    agenda: row.details.agenda ?? null,
    ready: row.details.ready || null,
    group: row.details.group ?? null,
    day: dayOf(row.starts_at),
    start: clockTimeOf(row.starts_at),
    startsAt: row.starts_at,
    opensAt,
    closesAt,
    opens: clockTimeOf(opensAt),
    window: now < opensAt ? 'early' : now < closesAt ? 'open' : 'closed',
  };
}

/** Facts about attendance that still count (not withdrawn), by member: the newest wins. */
export interface Attendance {
  readonly id: number;
  readonly member: string;
  readonly kind: 'signed_in' | 'leave';
  readonly reason: string | null;
  readonly recordedBy: string | null;
  readonly at: Instant;
}

export async function attendanceOf(client: pg.ClientBase | pg.Pool, event: string): Promise<Map<string, Attendance>> {
  const { rows } = await client.query<Attendance>({
    name: 'attendance-of',
    text: `select distinct on (f.member) ${attendanceColumns}
      where f.duty = $1 and f.member is not null and ${stillCounts} order by f.member, f.id desc`,
    values: [event],
  });
  return new Map(rows.map((row) => [row.member, row]));
}

/** The same of one member. */
export async function attendanceOfMember(
  client: pg.ClientBase | pg.Pool,
  event: string,
  member: string,
): Promise<Attendance | undefined> {
  const { rows } = await client.query<Attendance>({
    name: 'own-attendance',
    text: `select ${attendanceColumns} where f.duty = $1 and f.member = $2 and ${stillCounts} order by f.id desc limit 1`,
    values: [event, member],
  });
  return rows[0];
}

/** Whom each of these events asks to come, as the duties of the members say it; an event that asks nobody by name has no entry: it is for everybody. */
export async function askedTo(
  client: pg.ClientBase | pg.Pool,
  events: readonly string[],
): Promise<Map<string, Set<string>>> {
  const { rows } = await client.query<{ event: string; member: string }>({
    name: 'asked-to',
    text: `select e.id as event, own.member from duty e
      join duty own on own.unit = e.unit and own.due_on = e.due_on and own.id = e.id || '/' || own.member where e.id = any($1::text[])`,
    values: [events],
  });
  const asked = new Map<string, Set<string>>();
  for (const { event, member } of rows) asked.set(event, (asked.get(event) ?? new Set()).add(member));
  return asked;
}

const attendanceColumns = `f.id, f.member, f.kind, f.data->>'reason' as reason, f.recorded_by as "recordedBy", f.at from fact f`;
const stillCounts = `f.kind in ('signed_in', 'leave') and not exists (select 1 from fact c where c.corrects = f.id)`;

/** State and reading of one member's duty for an event. */
export async function ownDuty(
  client: pg.ClientBase | pg.Pool,
  event: string,
  member: string,
): Promise<{ state: DutyState; acknowledged: boolean } | undefined> {
  const { rows } = await client.query<{ state: DutyState; acknowledged_at: number | null }>({
    name: 'own-duty',
    text: 'select state, acknowledged_at from duty where id = $1',
    values: [`${event}/${member}`],
  });
  return rows[0] && { state: rows[0].state, acknowledged: rows[0].acknowledged_at !== null };
}
