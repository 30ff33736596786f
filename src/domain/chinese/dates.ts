// Reads days and times of day as people write them in Chinese, as a whole answer or inside a sentence. Never picks one of two days that were named.

import type { ClockTime, Day } from '../time.ts';
import { weekdayOf } from '../time.ts';
import type { DayPhrase, Lean } from './day-phrases.ts';
import { dayPhrases } from './day-phrases.ts';
import { readNumber } from './numbers.ts';
import { plain, plainAnswer } from './plain.ts';

/**
 * The day that the whole answer is (`昨天`, `就是上周六下午吧`, `12.5`), seen from `today` in Asia/Shanghai. `lean` decides where a day without a year,
 * month or week is looked for. Undefined for days that do not exist (2月30日) and for anything that is more than a day.
 */
export function readDay(text: string, today: Day, lean: Lean): Day | undefined {
  const bare = plainAnswer(text)
    .replace(/^(?:(?:应该|好像|大概|可能|就|我)*是|我|就|在|于)(?=.)/u, '')
    .replace(/(?:那一?天|当天|的时候|的|吧|啊|呢|呀)+$/u, '');
  const found = findDay(bare, today, lean);
  return found && found.from === 0 && found.to === bare.length ? found.day : undefined;
}

/** The one day named in a sentence and where it stands, together with a part of the day or a clock time right behind it (`昨天下午3点`). */
export function findDay(text: string, today: Day, lean: Lean): { day: Day; from: number; to: number } | undefined {
  const [first, ...others] = phrasesIn(plain(text), today, lean);
  if (first?.day === undefined || others.some(({ day }) => day !== first.day)) return undefined;
  return { day: first.day, from: first.from, to: first.to };
}

/** The clock time that the whole answer is: `9点`, `上午九点半`, `下午3点一刻`, `19:30`. `3点` alone may be night or afternoon: undefined. */
export function readClockTime(text: string): ClockTime | undefined {
  const bare = plainAnswer(text).replace(/(?:吧|开始|左右|钟)+$/u, '');
  const match = new RegExp(`^${clockTime}$`, 'u').exec(bare);
  return match ? clockOf(match.groups!) : undefined;
}

/** The one clock time in a sentence; of a range (`9点到11点`) its beginning. Undefined when there is none, or two. */
export function findClockTime(text: string): { time: ClockTime; from: number; to: number } | undefined {
  const line = plain(text);
  const matches = [...line.matchAll(clockTimes)].filter(
    (match) => !/(?:到|至|-|~|—) *$/u.test(line.slice(0, match.index)) || match.index === 0,
  );
  const [match, ...others] = matches;
  const time = match && clockOf(match.groups!);
  if (!match || time === undefined || others.some(({ groups }) => clockOf(groups!) !== time)) return undefined;
  return { time, from: match.index, to: match.index + match[0].length };
}

const parts = '凌晨|清晨|清早|早上|早晨|上午|中午|下午|午后|傍晚|晚上|夜里|夜间|半夜|晚间';
const digits = '零〇一二两三四五六七八九十';
/** 第一点, 三点意见 and 早一点 are no times. */
const clockTime =
  `(?<part>${parts}|早|晚)? *(?<![第0-9.:${digits}])` +
  `(?:(?<hour>[0-9]{1,2}):(?<minute>[0-9]{2})(?![0-9:])` +
  `|(?!(?<=[早晚快慢有])一点(?![钟半]))(?<spoken>[0-9]{1,2}|[${digits}]{1,3})[点时](?![意建要希体想心])` +
  `(?:(?<half>半)|(?<quarter>[一三1-3])刻|(?<after>[0-9]{1,2}|[${digits}]{1,3})分?(?![0-9])|整|钟)?)`;
const clockTimes = new RegExp(clockTime, 'gu');
const unnamed = clockTime.replaceAll(/\?<[a-z]+>/g, '?:');

/** What may stand right behind a day and belongs to it: its weekday, the part of the day, a time or a range of times. */
const tail =
  `(?: *\\(? *(?:周|星期|礼拜)(?<tailWeekday>[一二三四五六日天]) *\\)?)?` +
  `(?: *的? *(?:${parts}))?(?: *${unnamed}(?: *(?:到|至|-|~|—) *${unnamed})?)?`;

const patterns = dayPhrases.map((phrase) => ({
  phrase,
  pattern: new RegExp(`${phrase.pattern.replaceAll(' ', ' *')}${tail}`, 'gu'),
}));

/** Every phrase has one of these; most messages name no day, and are not searched for each of them. */
const mayNameDay = /[天日号周期拜月昨今明刚旦庆党]|[0-9] *[-/.] *[0-9]|[0-9]{8}/u;

interface Found {
  readonly day: Day | undefined;
  readonly from: number;
  readonly to: number;
}

/** All days named in a line, from left to right; where readings overlap the one that begins first, then the longest. */
function phrasesIn(line: string, today: Day, lean: Lean): Found[] {
  if (!mayNameDay.test(line)) return [];
  const candidates = patterns
    .flatMap(({ phrase, pattern }) => matchesOf(pattern, line).map((match) => foundBy(phrase, match, today, lean)))
    .sort((one, other) => one.from - other.from || other.to - one.to);
  const kept: Found[] = [];
  for (const candidate of candidates) {
    if (candidate.from >= (kept.at(-1)?.to ?? 0)) kept.push(candidate);
  }
  return kept;
}

/** As `matchAll`, which makes a copy of its pattern at every call: of these patterns that costs more than the search. */
function matchesOf(pattern: RegExp, line: string): RegExpExecArray[] {
  const found: RegExpExecArray[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) found.push(match);
  return found;
}

/** A weekday behind the date must be right: 12月5日（周日） was a slip of the pen, and nobody can say in which half. */
function foundBy(phrase: DayPhrase, match: RegExpExecArray, today: Day, lean: Lean): Found {
  const { tailWeekday, ...groups } = match.groups!;
  const day = phrase.read(groups, today, lean);
  const weekday = tailWeekday && ('一二三四五六日'.indexOf(tailWeekday) + 1 || 7);
  const agrees = day === undefined || !weekday || weekdayOf(day) === weekday;
  return { day: agrees ? day : undefined, from: match.index, to: match.index + match[0].length };
}

function clockOf(groups: Readonly<Record<string, string | undefined>>): ClockTime | undefined {
  const said = readNumber(groups.hour ?? groups.spoken ?? '');
  const minutes = minutesOf(groups);
  if (said === undefined || minutes === undefined || said > 23 || minutes > 59) return undefined;
  const exact = groups.hour !== undefined && groups.hour.length === 2;
  const hour = hourIn(groups.part, said, exact);
  return hour === undefined ? undefined : `${String(hour).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}

function minutesOf(groups: Readonly<Record<string, string | undefined>>): number | undefined {
  if (groups.minute) return Number(groups.minute);
  if (groups.half) return 30;
  if (groups.quarter) return (readNumber(groups.quarter) ?? 0) * 15;
  return groups.after ? readNumber(groups.after) : 0;
}

/** The hour of 24, or undefined where it contradicts the part of the day or leaves it open. `exact` = written 03:00. */
function hourIn(part: string | undefined, hour: number, exact: boolean): number | undefined {
  if (part === undefined) return exact || hour === 0 || hour >= 7 ? hour : undefined;
  if (/^(?:凌晨|清晨|清早|早|上午)/u.test(part)) return hour <= 12 && !(part === '凌晨' && hour > 6) ? hour : undefined;
  if (part === '中午') return hour >= 11 && hour <= 14 ? hour : hour <= 2 && hour > 0 ? hour + 12 : undefined;
  if (hour >= 13) return hour;
  return hour >= 1 && hour < 12 ? (/^[夜半]/u.test(part) && hour < 6 ? hour : hour + 12) : undefined;
}
