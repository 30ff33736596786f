// Duties: raising them once, closing them when their time is over, and what reminders need to know of open ones.

import type pg from 'pg';
import type { NewDuty } from '../domain/change.ts';
import type { Day, Instant } from '../domain/time.ts';

/** Inserts what is not there yet; a duty that exists is never touched by raising it again. Returns how many were new. */
export async function raiseDuties(
  client: pg.ClientBase | pg.Pool,
  duties: readonly NewDuty[],
  at: Instant,
): Promise<number> {
  if (duties.length === 0) return 0;
  const { rowCount } = await client.query({
    name: 'raise-duties',
    text: `insert into duty (id, programme, item, unit, member, period, due_on, starts_at, details, raised_at)
      select id, programme, item, unit, member, period, due_on::date, starts_at, details, $10
      from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::timestamptz[], $9::jsonb[])
        as new(id, programme, item, unit, member, period, due_on, starts_at, details)
      on conflict (id) do nothing`,
    values: [
      duties.map((duty) => duty.id),
      duties.map((duty) => duty.programme),
      duties.map((duty) => duty.item),
      duties.map((duty) => duty.unit),
      duties.map((duty) => duty.member),
      duties.map((duty) => duty.period),
      duties.map((duty) => duty.dueOn),
      duties.map((duty) => (duty.startsAt === null ? null : new Date(duty.startsAt))),
      duties.map((duty) => JSON.stringify(duty.details)),
      new Date(at),
    ],
  });
  return rowCount ?? 0;
}

/** Which of these duties were never raised. */
export async function unraised(client: pg.ClientBase | pg.Pool, ids: readonly string[]): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const { rows } = await client.query<{ id: string }>({
    name: 'unraised',
    text: 'select id from unnest($1::text[]) as wanted(id) where not exists (select 1 from duty where duty.id = wanted.id)',
    values: [ids],
  });
  return new Set(rows.map(({ id }) => id));
}

/** Open duties whose time is over become expired: `details.closes` days after they were due. */
export async function closeDuties(client: pg.ClientBase | pg.Pool, today: Day, now: Instant): Promise<number> {
  const { rowCount } = await client.query(
    `update duty set state = 'expired', state_at = $2
      where state = 'open' and due_on + coalesce((details->>'closes')::int, 30) < $1::date`,
    [today, new Date(now)],
  );
  return rowCount ?? 0;
}

/** Open duties of a programme that these units have put down ask nothing any more; they come back when it is taken up again. */
export async function putDownDuties(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  programme: string,
  now: Instant,
): Promise<void> {
  await client.query(
    `update duty set state = 'excused', state_at = $3, details = details || '{"put_down": true}'
      where unit = any($1::text[]) and programme = $2 and state = 'open'`,
    [units, programme, new Date(now)],
  );
}

/** Opens again what was put down and is not over. */
export async function takeUpDuties(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  programme: string,
  now: Instant,
): Promise<void> {
  await client.query(
    `update duty set state = 'open', state_at = $3, details = details - 'put_down'
      where unit = any($1::text[]) and programme = $2 and state = 'excused' and details ? 'put_down'`,
    [units, programme, new Date(now)],
  );
}

/** An open duty of a member, as far as reminders go. */
export interface OpenDuty {
  readonly id: string;
  readonly programme: string;
  readonly unit: string;
  readonly member: string;
  readonly period: string;
  readonly dueOn: Day;
  readonly startsAt: Instant | null;
  readonly details: { readonly title: string; readonly place?: string; readonly moved?: boolean };
  /** The member has said 收到, or that it is done and waits for the secretary. */
  readonly answered: boolean;
  /** No older duty of the programme is open and unanswered. */
  readonly isOldest: boolean;
}

/** When open duties are due, each way once: what is alike in all members of a branch. */
export type OpenDate = Pick<OpenDuty, 'programme' | 'dueOn' | 'startsAt'>;

/** The dates of the open duties of members of these units, under these programmes, due between two days. */
export async function openDates(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  programmes: readonly string[],
  between: { from: Day; until: Day },
): Promise<OpenDate[]> {
  const { rows } = await client.query<OpenDate>({
    name: 'open-dates',
    text: `select distinct programme, due_on as "dueOn", starts_at as "startsAt" from duty
      where unit = any($1::text[]) and programme = any($2::text[]) and member is not null and state = 'open'
        and due_on between $3::date and $4::date`,
    values: [units, programmes, between.from, between.until],
  });
  return rows;
}

const answered = (duty: string) => `(${duty}.acknowledged_at is not null or exists (select 1 from fact f
  where f.member = ${duty}.member and f.kind = 'dues_reported' and ${duty}.programme = 'dues' and f.month = ${duty}.period
    and not exists (select 1 from fact c where c.corrects = f.id)))`;

/** Open duties of members of these units that are due on one of these dates; oldest first. What was due before `since` is not asked for any more. */
export async function openDuties(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  dates: readonly OpenDate[],
  since: Day,
): Promise<OpenDuty[]> {
  if (dates.length === 0) return [];
  const { rows } = await client.query({
    name: 'open-duties',
    text: `select d.id, d.programme, d.unit, d.member, d.period, d.due_on, d.starts_at, d.details, ${answered('d')} as answered,
        not exists (select 1 from duty o where o.member = d.member and o.programme = d.programme and o.state = 'open'
          and o.due_on between $5::date and d.due_on and (o.due_on, o.id) < (d.due_on, d.id) and not ${answered('o')}) as oldest
      from duty d join unnest($2::text[], $3::date[], $4::timestamptz[]) as wanted(programme, due_on, starts_at)
        on d.programme = wanted.programme and d.due_on = wanted.due_on and d.starts_at is not distinct from wanted.starts_at
      where d.unit = any($1::text[]) and d.member is not null and d.state = 'open' order by d.due_on, d.id`,
    values: [
      units,
      dates.map(({ programme }) => programme),
      dates.map(({ dueOn }) => dueOn),
      dates.map(({ startsAt }) => (startsAt === null ? null : new Date(startsAt))),
      since,
    ],
  });
  return rows.map((row) => ({ ...row, dueOn: row.due_on, startsAt: row.starts_at, isOldest: row.oldest }));
}

/** When the first event of each unit begins on this day; units without one are absent. */
export async function eventStarts(client: pg.ClientBase | pg.Pool, day: Day): Promise<Map<string, Instant>> {
  const { rows } = await client.query<{ unit: string; at: Instant }>({
    name: 'event-starts',
    text: 'select unit, min(starts_at) as at from duty where starts_at is not null and due_on = $1::date group by unit',
    values: [day],
  });
  return new Map(rows.map(({ unit, at }) => [unit, at]));
}

/** Of these units those that hold an event on this day. */
export async function unitsMeeting(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  day: Day,
): Promise<Set<string>> {
  const { rows } = await client.query<{ unit: string }>({
    name: 'units-meeting',
    text: `select distinct unit from duty where unit = any($1::text[]) and member is null and starts_at is not null and due_on = $2::date`,
    values: [units, day],
  });
  return new Set(rows.map(({ unit }) => unit));
}
