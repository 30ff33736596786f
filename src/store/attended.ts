// Who came to the recorded events of a unit in the last months: what long absence is read from. Reads only.

import type pg from 'pg';
import type { Attended } from '../domain/long-absence.ts';
import type { UnitId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { dayLength } from '../domain/time.ts';

/** Oldest first; only events at which somebody signed in, and only members who were asked to come. */
export async function recentAttendance(
  client: pg.ClientBase | pg.Pool,
  unit: UnitId,
  now: Instant,
): Promise<Attended[]> {
  const { rows } = await client.query<Attended>({
    name: 'recent-attendance',
    text: `with event as (
        select id, unit, due_on, starts_at from duty
          where unit = $1 and member is null and starts_at between $2 and $3 and state <> 'excused'),
      came as (
        select distinct on (f.duty, f.member) f.duty, f.member, f.kind from event join fact f on f.duty = event.id
          where f.kind in ('signed_in', 'leave') and not exists (select 1 from fact c where c.corrects = f.id)
          order by f.duty, f.member, f.id desc)
      select own.member, event.due_on as day, came.kind
      from event join duty own on own.unit = event.unit and own.due_on = event.due_on and own.id = event.id || '/' || own.member
        left join came on came.duty = event.id and came.member = own.member
      where event.id in (select duty from came where kind = 'signed_in')
      order by event.starts_at, event.id`,
    values: [unit, new Date(now - 270 * dayLength), new Date(now)],
  });
  return rows;
}
