// When a person may be pushed at: quiet hours, days off, how often, and what the person said about it. Binds pushes only, never replies or progress that was asked for.

import type { Calendar } from './calendar.ts';
import type { Reminders, Tag } from './organisation.ts';
import type { ClockTime, Day, Instant } from './time.ts';
import { clockTimeOf, dayOf, instantOf, weekdayOf, weekStartOf } from './time.ts';

/** Quiet hours, Asia/Shanghai: from the evening on and before the morning nothing is pushed (domain notes 2D, design commandments). */
export const quietFrom: ClockTime = '20:30';
export const quietUntil: ClockTime = '08:00';

/** Where a push time set inside the evening's quiet hours goes. */
const latestPush: ClockTime = '20:00';

/** A member gets at most one push a day, an elderly one at most three from Monday to Sunday. */
export const pushesPerWeekForElders = 3;

/** Programmes that a member who asked for fewer reminders still hears of. */
export const essentialProgrammes: readonly string[] = ['theme-day', 'dues'];

/** True when something may be pushed now. On a day off only what belongs to an event held that day, and only before noon (`morningOfEvent`). */
export function mayPush(at: Instant, calendar: Calendar, options: { morningOfEvent: boolean }): boolean {
  const time = clockTimeOf(at);
  if (time >= quietFrom || time < quietUntil) return false;
  return calendar.isWorkday(dayOf(at)) || (options.morningOfEvent && time < '12:00');
}

/** The first moment from `after` on at which the push of a workday goes out. A push time inside the quiet hours gives way to the nearest one outside. */
export function nextPushTime(after: Instant, pushTime: ClockTime, calendar: Calendar): Instant {
  const time = outsideQuietHours(pushTime);
  const today = calendar.onOrNextWorkday(dayOf(after));
  const at = instantOf(today, time);
  return at >= after ? at : instantOf(calendar.nextWorkday(today), time);
}

/** True when one more push on `day` stays within the budget; `pushed` are the days on which the member was pushed at before. */
export function isWithinBudget(day: Day, pushed: readonly Day[], tags: readonly Tag[]): boolean {
  if (pushed.includes(day)) return false;
  if (!tags.includes('elderly')) return true;
  const week = weekStartOf(day);
  return pushed.filter((each) => weekStartOf(each) === week).length < pushesPerWeekForElders;
}

/** The first workday from `day` on that is within the budget. */
export function nextDayWithinBudget(day: Day, pushed: readonly Day[], tags: readonly Tag[], calendar: Calendar): Day {
  let here = calendar.onOrNextWorkday(day);
  while (!isWithinBudget(here, pushed, tags)) here = calendar.nextWorkday(here);
  return here;
}

/** True when the member wants to be pushed at on this day about this programme (`study`, `theme-day` …). */
export function acceptsPush(reminders: Reminders, programme: string, day: Day): boolean {
  if (reminders.level === 'none') return false;
  if (reminders.level === 'fewer' && !essentialProgrammes.includes(programme)) return false;
  if (reminders.quietUntil !== null && day <= reminders.quietUntil) return false;
  return !reminders.quietWeekdays.includes(weekdayOf(day));
}

function outsideQuietHours(time: ClockTime): ClockTime {
  if (time < quietUntil) return quietUntil;
  return time < quietFrom ? time : latestPush;
}
