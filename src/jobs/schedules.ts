// The timetable: what recurs, at which instants of Asia/Shanghai, and what a missed run means. One line each; who acts is decided by the database.

import { quietUntil } from '../domain/quiet.ts';
import type { Instant } from '../domain/time.ts';
import { addDays, dayOf, instantOf } from '../domain/time.ts';
import type { Units } from '../store/units.ts';
import { queueDigests } from './digest-queue.ts';
import type { JobParts } from './parts.ts';
import { planPushes } from './pushes.ts';
import { closeDutiesAt, raiseDutiesFor } from './raise-duties.ts';
import { forgetOld } from './retention.ts';

export interface Schedule {
  readonly name: string;
  /** Firing instants after `from` up to and including `to`, earliest first. */
  times(from: Instant, to: Instant, context: { units: Units; parts: JobParts }): Instant[];
  /** `newest`: of several missed runs only the last is made up for. `today`: a run of an earlier day is stale. `each`: all are made up for. */
  readonly missed: 'newest' | 'today' | 'each';
  run(parts: JobParts, at: Instant): Promise<unknown>;
}

export const schedules: readonly Schedule[] = [
  { name: 'raise-duties', times: daily('00:05'), missed: 'newest', run: raiseDutiesFor },
  { name: 'close-duties', times: daily('00:10'), missed: 'newest', run: closeDutiesAt },
  { name: 'retention', times: daily('03:15'), missed: 'newest', run: forgetOld },
  // What arrives stale is worse than what does not arrive: yesterday's push is not made up for.
  { name: 'pushes', times: pushTimes, missed: 'today', run: planPushes },
  { name: 'digests', times: digestTimes, missed: 'each', run: queueDigests },
];

function daily(time: string): Schedule['times'] {
  return (from, to) =>
    daysBetween(from, to)
      .map((day) => instantOf(day, time))
      .filter((at) => at > from && at <= to);
}

/** Every push time that some unit has set, and the end of the quiet hours for events that begin before it. */
function pushTimes(from: Instant, to: Instant, { units }: { units: Units }): Instant[] {
  const times = new Set([quietUntil, ...[...units.byId.keys()].map((id) => units.settings(id).push_time)]);
  return daysBetween(from, to)
    .flatMap((day) => [...times].sort().map((time) => instantOf(day, time)))
    .filter((at) => at > from && at <= to);
}

/** Every time at which some unit's digest may be due; which are, is worked out when it rings. */
function digestTimes(from: Instant, to: Instant, { units }: { units: Units }): Instant[] {
  const times = new Set([...units.byId.keys()].map((id) => units.settings(id).digest.time));
  return daysBetween(from, to)
    .flatMap((day) => [...times].sort().map((time) => instantOf(day, time)))
    .filter((at) => at > from && at <= to);
}

function daysBetween(from: Instant, to: Instant): string[] {
  const days: string[] = [];
  for (let day = dayOf(from); day <= dayOf(to); day = addDays(day, 1)) days.push(day);
  return days;
}
