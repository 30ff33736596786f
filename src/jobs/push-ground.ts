// What the day's pushes are planned from: the branches whose moment it is, the open duties that have something to say this week, who was pushed at. Reads only.

import type pg from 'pg';
import { isDigestDay } from '../domain/digest-schedule.ts';
import { groupBy } from '../domain/group-by.ts';
import type { PlannedRung } from '../domain/ladder.ts';
import { rungsFor } from '../domain/ladder.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import { quietUntil } from '../domain/quiet.ts';
import type { Day, Instant } from '../domain/time.ts';
import { addDays, clockTimeOf, dayOf, instantOf, weekStartOf } from '../domain/time.ts';
import type { Library } from '../library/library.ts';
import type { OpenDate, OpenDuty } from '../store/duties.ts';
import { eventStarts, openDates, openDuties } from '../store/duties.ts';
import { pushedDays } from '../store/pushes.ts';
import type { Units } from '../store/units.ts';
import type { JobParts } from './parts.ts';

/**
 * Branches where anything can go out at this moment: those whose push time it is; at the end of the quiet hours also those that meet before it, and
 * those whose digest takes the day's push. On a day off only those that meet.
 */
export async function branchesToPlan(
  { pool, library }: JobParts,
  units: Units,
  branches: readonly Unit[],
  at: Instant,
): Promise<readonly Unit[]> {
  const day = dayOf(at);
  const clock = clockTimeOf(at);
  const starts = await eventStarts(pool, day);
  const isWorkday = library.calendar.isWorkday(day);
  return branches.filter((branch) => {
    const parts = units.partsOf(branch.id);
    if (!isWorkday && !parts.some((id) => starts.has(id))) return false;
    return parts.some((id) => {
      const { push_time, digest } = units.settings(id);
      if (push_time === clock) return true;
      if (clock !== quietUntil) return false;
      const start = starts.get(id);
      return (start !== undefined && start <= instantOf(day, push_time)) || isDigestDay(digest, library.calendar, day);
    });
  });
}

/** Open duties of which a member hears today or later this week. */
export async function dutiesToSpeakOf(
  library: Library,
  client: pg.ClientBase,
  units: readonly string[],
  day: Day,
): Promise<OpenDuty[]> {
  const between = { from: addDays(day, -200), until: addDays(day, 7) };
  const dates = await openDates(client, units, [...library.ladders.keys()], between);
  const week = weekStartOf(day);
  const spoken = dates.filter((date) =>
    rungsFor(date, library.ladders.get(date.programme)!, library.calendar).some(
      ({ rung, day: on }) => rung.to === 'members' && on >= day && weekStartOf(on) === week,
    ),
  );
  return openDuties(client, units, spoken, between.from);
}

/** The days of this week on which each was pushed at; of those who have no limit a week, only whether it was today. */
export async function pushedBefore(
  client: pg.ClientBase,
  members: readonly Member[],
  day: Day,
): Promise<ReadonlyMap<string, readonly Day[]>> {
  const { limited = [], others = [] } = Object.fromEntries(
    groupBy(members, ({ tags }) => (tags.includes('elderly') ? 'limited' : 'others')),
  );
  const of = (some: readonly Member[], from: Day) =>
    pushedDays(
      client,
      some.map(({ id }) => id),
      from,
    );
  return new Map([...(await of(limited, weekStartOf(day))), ...(await of(others, day))]);
}

/** The rungs of a duty; worked out once for all that are due alike. */
export function rungsOnce({ ladders, calendar }: Library): (duty: OpenDate) => readonly PlannedRung[] {
  const plans = new Map<string, readonly PlannedRung[]>();
  return (duty) => {
    const key = `${duty.programme} ${duty.dueOn} ${duty.startsAt}`;
    const plan = plans.get(key) ?? rungsFor(duty, ladders.get(duty.programme)!, calendar);
    plans.set(key, plan);
    return plan;
  };
}
