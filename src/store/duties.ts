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
}

/** Open duties of members of these units, under these programmes, due between two days; oldest first. */
export async function openDuties(
  client: pg.ClientBase | pg.Pool,
  units: readonly string[],
  programmes: readonly string[],
  between: { from: Day; until: Day },
): Promise<OpenDuty[]> {
  const { rows } = await client.query({
    name: 'open-duties',
    text: `select d.id, d.programme, d.unit, d.member, d.period, d.due_on, d.starts_at, d.details,
        d.acknowledged_at is not null or exists (select 1 from fact f where f.member = d.member and f.kind = 'dues_reported'
          and d.programme = 'dues' and f.month = d.period and not exists (select 1 from fact c where c.corrects = f.id)) as answered
      from duty d where d.unit = any($1::text[]) and d.programme = any($2::text[]) and d.member is not null and d.state = 'open'
        and d.due_on between $3::date and $4::date order by d.due_on, d.id`,
    values: [units, programmes, between.from, between.until],
  });
  return rows.map((row) => ({ ...row, dueOn: row.due_on, startsAt: row.starts_at }));
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
