// Instants, days and clock times of Asia/Shanghai, and how they are written for people. Never reads a clock or the process's time zone.

/** A moment: milliseconds since 1970-01-01T00:00Z. */
export type Instant = number;
/** A calendar day in Asia/Shanghai, written `YYYY-MM-DD`; days compare as strings. */
export type Day = string;
/** A calendar month, written `YYYY-MM`. */
export type Month = string;
/** A time of day in Asia/Shanghai, written `HH:MM` (24 hours); clock times compare as strings. */
export type ClockTime = string;

export const minute = 60_000;
export const hour = 60 * minute;
export const dayLength = 24 * hour;

/** Asia/Shanghai has been UTC+8 without daylight saving since 1991; everything here happens later. */
const offset = 8 * hour;

/** The Shanghai day that holds this instant. */
export function dayOf(at: Instant): Day {
  return new Date(at + offset).toISOString().slice(0, 10);
}

/** The Shanghai clock time of this instant, to the minute. */
export function clockTimeOf(at: Instant): ClockTime {
  return new Date(at + offset).toISOString().slice(11, 16);
}

/** The instant at which the Shanghai clock shows `time` on `day`. */
export function instantOf(day: Day, time: ClockTime): Instant {
  return Date.parse(`${day}T${time}:00.000Z`) - offset;
}

/** The instant written as ISO 8601 with the offset of Shanghai, e.g. `2026-12-05T09:00:00+08:00`. */
export function isoOf(at: Instant): string {
  return `${new Date(at + offset).toISOString().slice(0, 19)}+08:00`;
}

/** `day` moved by `count` days (negative = earlier). */
export function addDays(day: Day, count: number): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * dayLength).toISOString().slice(0, 10);
}

/** How many days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayLength);
}

/** Monday = 1 … Sunday = 7. */
export function weekdayOf(day: Day): number {
  return new Date(`${day}T00:00:00Z`).getUTCDay() || 7;
}

/** The Monday of the week that holds `day`; weeks begin on Monday. */
export function weekStartOf(day: Day): Day {
  return addDays(day, 1 - weekdayOf(day));
}

/** The ISO week, e.g. `2026-W49`; the year is the week's year: the one its Thursday lies in. */
export function isoWeekOf(day: Day): string {
  const thursday = addDays(weekStartOf(day), 3);
  const year = thursday.slice(0, 4);
  const week = Math.floor(daysBetween(`${year}-01-01`, thursday) / 7) + 1;
  return `${year}-W${String(week).padStart(2, '0')}`;
}

/** The Monday of an ISO week written `2026-W49`; undefined when there is no such week. */
export function mondayOfIsoWeek(week: string): Day | undefined {
  const parts = /^(\d{4})-W(\d{2})$/.exec(week);
  if (!parts) return undefined;
  const monday = addDays(weekStartOf(`${parts[1]}-01-04`), (Number(parts[2]) - 1) * 7);
  return isoWeekOf(monday) === week ? monday : undefined;
}

/** The month of a day. */
export function monthOf(day: Day): Month {
  return day.slice(0, 7);
}

/** `month` moved by `count` months. */
export function addMonths(month: Month, count: number): Month {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1 + count;
  return `${Math.floor(index / 12)}-${String((index % 12) + 1).padStart(2, '0')}`;
}

/** First and last day of a month. */
export function daysOfMonth(month: Month): { first: Day; last: Day } {
  const first = `${month}-01`;
  return { first, last: addDays(`${addMonths(month, 1)}-01`, -1) };
}

/** The same day so many months earlier (negative = later), or the last of a shorter month. */
export function monthsBefore(day: Day, months: number): Day {
  const month = addMonths(monthOf(day), -months);
  const { first, last } = daysOfMonth(month);
  const same = addDays(first, Number(day.slice(8)) - 1);
  return same > last ? last : same;
}

/** True when the text is a day that exists. */
export function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && addDays(text, 0) === text;
}

/** A day for people: `12月5日`; with the year when it is not that of `today`: `2027年1月3日`. */
export function sayDay(day: Day, today?: Day): string {
  const [year, month, date] = day.split('-').map(Number);
  const short = `${month}月${date}日`;
  return today !== undefined && !today.startsWith(`${year}-`) ? `${year}年${short}` : short;
}

/** `周一` … `周日`. */
export function sayWeekday(day: Day): string {
  return `周${'一二三四五六日'[weekdayOf(day) - 1]}`;
}

/** A month for people: `12月`; with the year when it is not that of `today`: `2027年1月`. */
export function sayMonth(month: Month, today?: Day): string {
  const short = `${Number(month.slice(5, 7))}月`;
  return today !== undefined && !today.startsWith(month.slice(0, 4)) ? `${month.slice(0, 4)}年${short}` : short;
}

/** Hours for people: `2小时`, `3.5小时`; at most two decimals, no trailing zeros. */
export function sayHours(hours: number): string {
  return `${Number(hours.toFixed(2))}小时`;
}
