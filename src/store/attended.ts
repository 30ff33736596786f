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
    text: `select own.member, event.due_on as day, (
          select f.kind from fact f where f.duty = event.id and f.member = own.member and f.kind in ('signed_in', 'leave')
            and not exists (select 1 from fact c where c.corrects = f.id) order by f.id desc limit 1) as kind
      from duty event join duty own on own.id = event.id || '/' || own.member and own.unit = event.unit
      where event.unit = $1 and event.member is null and event.starts_at between $2 and $3 and event.state <> 'excused'
        and exists (select 1 from fact f where f.duty = event.id and f.kind = 'signed_in')
      order by event.starts_at, event.id`,
    values: [unit, new Date(now - 270 * dayLength), new Date(now)],
  });
  return rows;
}
