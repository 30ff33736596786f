// The push budget in the tables: who was pushed on which day. The key lets nobody be pushed twice on one day, whatever plans it.

import type pg from 'pg';
import type { MemberId } from '../domain/organisation.ts';
import type { Day } from '../domain/time.ts';

/** Days on which each of these members was pushed, from `from` on. */
export async function pushedDays(
  client: pg.ClientBase | pg.Pool,
  members: readonly MemberId[],
  from: Day,
): Promise<Map<MemberId, Day[]>> {
  const { rows } = await client.query<{ member: string; on_day: string }>({
    name: 'pushed-days',
    text: 'select member, on_day from push where member = any($1::text[]) and on_day >= $2::date',
    values: [members, from],
  });
  const days = new Map<MemberId, Day[]>();
  for (const { member, on_day } of rows) days.set(member, [...(days.get(member) ?? []), on_day]);
  return days;
}

/** Takes the day's one push for these members; returns those who still had it. */
export async function takePushes(
  client: pg.ClientBase | pg.Pool,
  members: readonly MemberId[],
  day: Day,
  kind: string,
  about: string | null,
): Promise<Set<MemberId>> {
  const { rows } = await client.query<{ member: string }>({
    name: 'take-pushes',
    text: `insert into push (member, on_day, kind, about) select member, $2::date, $3, $4 from unnest($1::text[]) as new(member)
      on conflict do nothing returning member`,
    values: [members, day, kind, about],
  });
  return new Set(rows.map(({ member }) => member));
}
