// Sentences about organisational life beside meetings: who talked heart to heart with whom, and when. Never what was said.

import { findDay } from './chinese/dates.ts';
import { plain } from './chinese/plain.ts';
import type { Instant } from './time.ts';
import { dayOf } from './time.ts';

/** Several names with dots in them are long; a story is longer. */
const longest = 80;

/** `昨天和赵磊谈心了`, `今天跟李洁、孙波谈了心`: with whom, and the day if it was said. A question, a wish or a plan is none. */
export function hadHeartTalk(text: string, now: Instant): { people: string; on?: string } | undefined {
  const line = plain(text).trim();
  if (line.length > longest || /[?？吗没想要约]|怎么|准备|打算|明天|后天|下周/u.test(line)) return undefined;
  const people =
    /[和跟与同找]\s*([^，,。和跟与同找]{2,60}?)(?:同志)?(?:谈(?:了|过)?(?:一?次)?(?:心|话)|谈心谈话)/u.exec(line)?.[1];
  if (!people) return undefined;
  const day = findDay(line, dayOf(now), 'past');
  return { people, ...(day ? { on: day.day } : {}) };
}

/** `问候赵磊`, `替我私下关心一下李洁和孙波`: who is to be asked after. */
export function caresFor(text: string): string | undefined {
  return /^(?:请|你)?(?:替我|帮我)?(?:私下)?(?:问候|关心|慰问)(?:一下|一声)?\s*([^\s，,。?？吗]{2,20})[。]?$/u.exec(
    plain(text).trim(),
  )?.[1];
}
