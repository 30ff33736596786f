// The term of a branch committee: from which day, for how many years, and when it is time to prepare the election. Decides no date by itself.

import { z } from 'zod';
import type { Day } from './time.ts';
import { isDay, monthsBefore } from './time.ts';

/** Five years in villages and communities, three elsewhere (《中国共产党基层组织选举工作条例》). */
export const termForm = z.strictObject({
  elected_on: z.string().refine(isDay, '日期写成 2026-12-05 这样'),
  years: z.union([z.literal(3), z.literal(5)]),
});
export type Term = z.infer<typeof termForm>;

/** The day on which the term is over. */
export function termEnd({ elected_on, years }: Term): Day {
  return monthsBefore(elected_on, -12 * years);
}

/** From this day on the secretary is told, half a year ahead. */
export function termNear(term: Term): Day {
  return monthsBefore(termEnd(term), 6);
}
