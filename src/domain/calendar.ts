// Workdays, weekends, state holidays and make-up workdays, worked out from years that were read elsewhere. Never takes an unknown year for a known one.

import type { Day, Month } from './time.ts';
import { addDays, daysOfMonth, weekdayOf } from './time.ts';

/** The holidays of one year, as the State Council's notice gives them (`published`), or as far as the law alone fixes them (`provisional`). */
export interface HolidayYear {
  readonly year: number;
  readonly status: 'published' | 'provisional';
  /** Where the dates come from. */
  readonly source: string;
  /** Days off; weekends inside count as part of the holiday. */
  readonly off: readonly { readonly from: Day; readonly to: Day; readonly name: string }[];
  /** Make-up workdays: weekends on which people work. */
  readonly work: readonly Day[];
}

export type KindOfDay = 'workday' | 'weekend' | 'holiday' | 'make-up';
export type Certainty = 'published' | 'provisional' | 'unknown';

export interface Calendar {
  kindOf(day: Day): KindOfDay;
  /** True for workdays and make-up workdays. */
  isWorkday(day: Day): boolean;
  /** The name of the holiday that this day belongs to, as people say it (`春节`). */
  nameOf(day: Day): string | undefined;
  certaintyOf(year: number): Certainty;
  /** The first workday after `day`. */
  nextWorkday(day: Day): Day;
  /** The last workday before `day`. */
  previousWorkday(day: Day): Day;
  onOrNextWorkday(day: Day): Day;
  onOrPreviousWorkday(day: Day): Day;
  lastWorkdayOf(month: Month): Day;
}

/** A calendar over these years. In any other year weekends and the feasts with a fixed date count, and `certaintyOf` says `unknown`. */
export function buildCalendar(years: readonly HolidayYear[]): Calendar {
  const certainty = new Map(years.map(({ year, status }) => [year, status]));
  const names = new Map(
    years.flatMap(({ off }) => off.flatMap(({ from, to, name }) => daysFrom(from, to).map((day) => [day, name]))),
  );
  const makeUp = new Set(years.flatMap(({ work }) => work));

  const nameOf = (day: Day): string | undefined =>
    names.get(day) ?? (certainty.has(Number(day.slice(0, 4))) ? undefined : fixedFeasts.get(day.slice(5)));
  const kindOf = (day: Day): KindOfDay => {
    if (makeUp.has(day)) return 'make-up';
    if (nameOf(day) !== undefined) return 'holiday';
    return weekdayOf(day) > 5 ? 'weekend' : 'workday';
  };
  const kinds = new Map<Day, KindOfDay>();
  const remembered = (day: Day): KindOfDay => {
    const known = kinds.get(day) ?? kindOf(day);
    if (kinds.size < longestMemory) kinds.set(day, known);
    return known;
  };
  const isWorkday = (day: Day): boolean => ['workday', 'make-up'].includes(remembered(day));
  const walk = (day: Day, step: 1 | -1): Day => {
    let here = day;
    while (!isWorkday(here)) here = addDays(here, step);
    return here;
  };

  return {
    kindOf: remembered,
    isWorkday,
    nameOf,
    certaintyOf: (year) => certainty.get(year) ?? 'unknown',
    nextWorkday: (day) => walk(addDays(day, 1), 1),
    previousWorkday: (day) => walk(addDays(day, -1), -1),
    onOrNextWorkday: (day) => walk(day, 1),
    onOrPreviousWorkday: (day) => walk(day, -1),
    lastWorkdayOf: (month) => walk(daysOfMonth(month).last, -1),
  };
}

/** 《全国年节及纪念日放假办法》 (2024) art. 2: the days off that need no lunar calendar. */
const fixedFeasts: ReadonlyMap<string, string> = new Map([
  ['01-01', '元旦'],
  ['05-01', '劳动节'],
  ['05-02', '劳动节'],
  ['10-01', '国庆节'],
  ['10-02', '国庆节'],
  ['10-03', '国庆节'],
]);

/** About fifty years of days; a rehearsal asks for a few hundred, again and again. */
const longestMemory = 20_000;

function daysFrom(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day);
  return days;
}
