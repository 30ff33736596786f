// How long work that failed waits for its next attempt. Knows no clock.

import { minute } from '../domain/time.ts';

/** After so many attempts a row is given up. */
export const mostAttempts = 12;

const longestWait = 10 * minute;

/** Attempts until the waits have grown to their longest: half a second, four times as long each time. */
export const rampAttempts = 6;

/** Milliseconds to wait after the given attempt (1 = the first). */
export function waitAfter(attempt: number): number {
  return Math.min(500 * 4 ** (attempt - 1), longestWait);
}
