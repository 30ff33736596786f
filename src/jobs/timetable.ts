// Rings the schedules: what is due since the last ring is run once, by one process, whoever rings. Catches up after a pause.

import type { Instant } from '../domain/time.ts';
import { addDays, dayLength, dayOf, instantOf, minute } from '../domain/time.ts';
import { claimFiring, finishFiring, lastFirings } from '../store/firings.ts';
import type { JobParts } from './parts.ts';
import type { Schedule } from './schedules.ts';
import { schedules } from './schedules.ts';

/** How far back a process looks that has never run before. */
const firstLook = dayLength;
/** A run that was begun and not finished is given to somebody else after this long. */
const abandoned = 10 * minute;

/** Runs everything that is due; returns how many runs this process made. */
export async function ring(parts: JobParts): Promise<number> {
  const now = parts.clock();
  const units = await parts.units.newest(parts.pool);
  const last = await lastFirings(parts.pool);
  let runs = 0;
  for (const schedule of schedules) {
    const from = last.get(schedule.name) ?? now - firstLook;
    for (const at of dueOf(schedule, schedule.times(from, now, { units, parts }), now)) {
      if (!(await claimFiring(parts.pool, schedule.name, at, now, now - abandoned))) continue;
      try {
        await schedule.run(parts, at);
        await finishFiring(parts.pool, schedule.name, at, parts.clock());
        runs += 1;
      } catch (error) {
        // The claim stays unfinished and is taken up again by whoever rings after `abandoned`.
        parts.log.error(
          { err: error, schedule: schedule.name, at: new Date(at).toISOString() },
          'a scheduled run failed',
        );
      }
    }
  }
  return runs;
}

/** The next instant after `after` at which something rings, within a day and a half; undefined when nothing does. */
export async function nextRing(parts: JobParts, after: Instant): Promise<Instant | undefined> {
  const units = await parts.units.newest(parts.pool);
  const until = instantOf(addDays(dayOf(after), 2), '00:00');
  const next = schedules.flatMap((schedule) => schedule.times(after, until, { units, parts }).slice(0, 1));
  return next.length === 0 ? undefined : Math.min(...next);
}

function dueOf(schedule: Schedule, times: readonly Instant[], now: Instant): readonly Instant[] {
  switch (schedule.missed) {
    case 'newest':
      return times.slice(-1);
    case 'today':
      return times.filter((at) => dayOf(at) === dayOf(now));
    case 'each':
      return times;
  }
}
