// When digests are due and which days they speak of. Decides no content and sends nothing.

import type { Calendar } from './calendar.ts';
import { weekdays } from './organisation.ts';
import type { Settings } from './settings.ts';
import type { Day, Instant } from './time.ts';
import { addDays, dayOf, instantOf, isoWeekOf, mondayOfIsoWeek, weekStartOf } from './time.ts';

type DigestSetting = Settings['digest'];

export interface DigestTime {
  /** The ISO week it reports on, the one before the week in which it was to be sent. */
  readonly week: string;
  readonly at: Instant;
}

/**
 * The digests of one unit due after `from` up to and including `to`, earliest first. One that falls on a day off comes on the next workday; where that
 * brings two to the same moment (a Spring Festival over two Mondays) only the later is due, and speaks of both weeks (`weeksCovered`).
 */
export function digestTimes(setting: DigestSetting, calendar: Calendar, from: Instant, to: Instant): DigestTime[] {
  const byTime = new Map<Instant, DigestTime>();
  const last = weekStartOf(dayOf(to));
  for (let monday = addDays(weekStartOf(dayOf(from)), -longestDelay); monday <= last; monday = addDays(monday, 7)) {
    const at = sentAt(setting, calendar, monday);
    if (at > from && at <= to) byTime.set(at, { week: isoWeekOf(addDays(monday, -7)), at });
  }
  return [...byTime.values()];
}

/** When the digest on `week` is due; undefined when there is no such week. */
export function digestDueAt(week: string, setting: DigestSetting, calendar: Calendar): Instant | undefined {
  const monday = mondayOfIsoWeek(week);
  return monday === undefined ? undefined : sentAt(setting, calendar, addDays(monday, 7));
}

/** How many weeks, up to and including `week`, the digest on it speaks of: more than one after a long holiday. */
export function weeksCovered(week: string, setting: DigestSetting, calendar: Calendar): number {
  const monday = mondayOfIsoWeek(week);
  if (monday === undefined) return 1;
  const at = sentAt(setting, calendar, addDays(monday, 7));
  let count = 1;
  while (sentAt(setting, calendar, addDays(monday, 7 - 7 * count)) === at) count += 1;
  return count;
}

/** True on the day on which a digest with this setting is sent. */
export function isDigestDay(setting: DigestSetting, calendar: Calendar, day: Day): boolean {
  return digestTimes(setting, calendar, instantOf(day, '00:00') - 1, instantOf(day, '23:59')).length > 0;
}

/** The days a digest speaks of, all inclusive. */
export interface DigestPeriod {
  readonly from: Day;
  readonly to: Day;
  readonly comingFrom: Day;
  readonly comingTo: Day;
}

/**
 * What the digest on `week` covers: its Monday to Sunday (or `weeks` of them), and the week after it. Sent late in that week it looks seven days ahead; asked
 * for the running week it ends today. Undefined when there is no such week.
 */
export function periodOfWeek(week: string, today: Day, weeks = 1): DigestPeriod | undefined {
  const monday = mondayOfIsoWeek(week);
  if (monday === undefined) return undefined;
  const [from, sunday, next] = [addDays(monday, 7 - 7 * weeks), addDays(monday, 6), addDays(monday, 13)];
  if (today <= sunday && today >= monday) return { from, to: today, comingFrom: today, comingTo: addDays(today, 6) };
  if (today <= sunday || today > next) return { from, to: sunday, comingFrom: addDays(sunday, 1), comingTo: next };
  return { from, to: sunday, comingFrom: today, comingTo: later(next, addDays(today, 6)) };
}

/** What the word 周报 shows: last week and this one until today, and the next seven days. */
export function periodSoFar(today: Day): DigestPeriod {
  return { from: addDays(weekStartOf(today), -7), to: today, comingFrom: today, comingTo: addDays(today, 6) };
}

/** No holiday so far has kept people from work for more than ten days on end; three weeks leave room. */
const longestDelay = 21;

function sentAt({ weekday, time }: DigestSetting, calendar: Calendar, monday: Day): Instant {
  return instantOf(calendar.onOrNextWorkday(addDays(monday, weekdays.indexOf(weekday))), time);
}

function later(a: Day, b: Day): Day {
  return a > b ? a : b;
}
