// Reads how far the simulator's clock is to be moved. Moves nothing.

import { z } from 'zod';
import type { ClockTime, Instant } from '../../domain/time.ts';
import { addDays, dayLength, dayOf, hour, instantOf } from '../../domain/time.ts';

/** Where the clock may be sent: a named step, or an instant as ISO 8601 with its offset. */
export const clockTarget = z.union([
  z.enum(['+1h', 'tomorrow', 'next-morning', 'next-theme-day']),
  z.iso.datetime({ offset: true }),
]);
export type ClockTarget = z.infer<typeof clockTarget>;

/** Every message of a morning is out by then: pushes go at 08:30, digests at 09:00 unless a unit says otherwise. */
const morning: ClockTime = '09:05';

/** Farther ahead the timetable would run for minutes. */
const farthest = 400 * dayLength;

/** The instant that is meant; undefined = not ahead of now, too far ahead, or there is no such theme day. */
export async function targetOf(
  to: ClockTarget,
  now: Instant,
  nextThemeDay: () => Promise<Instant | undefined>,
): Promise<Instant | undefined> {
  const at = await instantFor(to, now, nextThemeDay);
  return at !== undefined && at > now && at <= now + farthest ? at : undefined;
}

async function instantFor(to: ClockTarget, now: Instant, nextThemeDay: () => Promise<Instant | undefined>) {
  switch (to) {
    case '+1h':
      return now + hour;
    case 'tomorrow':
      return now + dayLength;
    case 'next-morning':
      return instantOf(addDays(dayOf(now), 1), morning);
    case 'next-theme-day':
      return nextThemeDay();
    default:
      return Date.parse(to);
  }
}
