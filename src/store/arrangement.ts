// Reads what a branch has before it: its plans, what is on its calendar, and what menus put into its theme days. Reads no person.

import type pg from 'pg';
import type { ArrangementFacts } from '../domain/arrangement.ts';
import type { Unit } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { addMonths, dayOf, daysOfMonth, instantOf, monthOf } from '../domain/time.ts';
import { eventsOf } from './events.ts';
import { plansOf, studyPlansOf } from './plans.ts';
import { themeContents } from './theme-menus.ts';
import type { Units } from './units.ts';

/** Of the running quarter and three months more. */
export async function arrangementFacts(
  client: pg.ClientBase | pg.Pool,
  units: Units,
  unit: Unit,
  now: Instant,
): Promise<ArrangementFacts> {
  const today = dayOf(now);
  const year = Number(today.slice(0, 4));
  const month = monthOf(today);
  const between = {
    from: instantOf(daysOfMonth(addMonths(month, -2)).first, '00:00'),
    until: instantOf(daysOfMonth(addMonths(month, 3)).last, '23:59'),
  };
  const [plans, studyPlans, events] = await Promise.all([
    plansOf(client, [unit.id], year),
    studyPlansOf(client, unit.id, year),
    eventsOf(client, unit.id, units.settings(unit.id), between, now),
  ]);
  const months = [-2, -1, 0, 1, 2, 3].map((count) => addMonths(month, count));
  const contents = await themeContents(client, units, [unit.id], months);
  const menus = new Map(
    months.flatMap((one) => {
      const content = contents.get(`${unit.id} ${one}`);
      return content === undefined ? [] : [[one, content] as const];
    }),
  );
  return { plans, studyPlans, events, menus };
}
