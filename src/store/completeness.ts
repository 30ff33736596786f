// How complete each branch's plans, meetings and records are, as counts for those above: never a person, never an order by merit.

import type pg from 'pg';
import type { Unit } from '../domain/organisation.ts';
import type { Day } from '../domain/time.ts';

export interface Completeness {
  readonly unit: string;
  readonly name: string;
  /** State of the year's plan; null = none. */
  readonly plan: string | null;
  /** Held meetings by kind: their minutes are confirmed. */
  readonly held: Readonly<Record<string, number>>;
  /** Duties of 三会一课 due until the day, and how many of them are done. */
  readonly due: number;
  readonly done: number;
  readonly themeDays: number;
  readonly lectures: number;
  /** Minutes that are still being taken down or wait for the chair. */
  readonly openMinutes: number;
}

/** Of these branches, in the order of the units, from the first of the year to `until`. */
export async function completenessOf(
  client: pg.ClientBase | pg.Pool,
  branches: readonly Unit[],
  until: Day,
): Promise<Completeness[]> {
  const ids = branches.map(({ id }) => id);
  const from = `${until.slice(0, 4)}-01-01`;
  const between = [ids, from, until];
  const { rows: plans } = await client.query<{ unit: string; state: string }>(
    `select unit, state from record where kind = 'plan' and unit = any($1::text[]) and body->>'year' = $2`,
    [ids, until.slice(0, 4)],
  );
  const { rows: minutes } = await client.query<{ unit: string; meeting: string; state: string; count: number }>(
    `select unit, body->>'meeting' as meeting, state, count(*)::int as count from record
      where kind = 'minutes' and unit = any($1::text[]) and body->>'on' between $2 and $3 group by 1, 2, 3`,
    between,
  );
  const { rows: duties } = await client.query<{ unit: string; due: number; done: number }>(
    `select unit, count(*)::int as due, count(*) filter (where state = 'done')::int as done from duty
      where programme = 'three-meetings' and member is null and unit = any($1::text[]) and due_on between $2::date and $3::date group by 1`,
    between,
  );
  const { rows: days } = await client.query<{ unit: string; count: number }>(
    `select d.unit, count(*)::int as count from duty d where d.programme = 'theme-day' and d.member is null and d.unit = any($1::text[])
        and d.due_on between $2::date and $3::date
        and exists (select 1 from fact f where f.duty = d.id and f.kind = 'signed_in') group by 1`,
    between,
  );
  const { rows: lectures } = await client.query<{ unit: string; count: number }>(
    `select unit, count(*)::int as count from fact f where kind = 'lectured' and unit = any($1::text[]) and on_day between $2::date and $3::date
        and not exists (select 1 from fact c where c.corrects = f.id) group by 1`,
    between,
  );
  return branches.map(({ id, name }) => {
    const own = minutes.filter(({ unit }) => unit === id);
    const confirmed = own.filter(({ state }) => state !== 'draft');
    const duty = duties.find(({ unit }) => unit === id);
    return {
      unit: id,
      name,
      plan: plans.find(({ unit }) => unit === id)?.state ?? null,
      held: Object.fromEntries(confirmed.map(({ meeting, count }) => [meeting, count])),
      due: duty?.due ?? 0,
      done: duty?.done ?? 0,
      themeDays: days.find(({ unit }) => unit === id)?.count ?? 0,
      lectures: lectures.find(({ unit }) => unit === id)?.count ?? 0,
      openMinutes: own.filter(({ state }) => state === 'draft').reduce((sum, { count }) => sum + count, 0),
    };
  });
}
