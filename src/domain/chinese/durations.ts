// Reads lengths of time as people say them: 两个半小时, 一小时四十分钟, 半天. Never chooses between two meanings: 两三个小时 is not understood.

import { readNumber } from './numbers.ts';
import { plain, plainAnswer } from './plain.ts';

/** A length of time; `approximate` when the words were (半天, 大概两小时). */
export interface Duration {
  readonly hours: number;
  readonly approximate: boolean;
}

/** Hours that stand for 一天, 半天, 一上午 or 一下午: a working day of eight hours. */
export const hoursOfDay = 8;
export const hoursOfHalfDay = 4;

/** The duration that the whole answer is, with or without 大概, 左右, 吧. A bare number is none: it names no unit. */
export function readDuration(text: string): Duration | undefined {
  const bare = plainAnswer(text)
    .replace(fillerBefore, '')
    .replace(fillerBehind, '')
    .replace(/^([^时]+分)$/u, '$1钟');
  const found = findDuration(bare);
  if (found?.from !== 0 || found.to !== bare.length) return undefined;
  const approximate = found.approximate || /大概|大约|差不多|约|近|左右|上下/u.test(text);
  return { hours: found.hours, approximate };
}

/** The one duration inside a sentence and where it stands; undefined when there is none, more than one, or one that is not exact (两个多小时). */
export function findDuration(text: string): (Duration & { readonly from: number; readonly to: number }) | undefined {
  const line = plain(text);
  const found = [...line.matchAll(duration)].filter((match) => lasts(line, match));
  const [match, ...more] = found;
  if (!match || more.length > 0) return undefined;
  const from = match.index;
  const to = from + match[0].length;
  const groups = match.groups!;
  const hours = isVague(line.slice(0, from), line.slice(to)) ? undefined : hoursIn(groups);
  if (hours === undefined || hours <= 0) return undefined;
  const byDay = Boolean(groups.half || groups.days || groups.part);
  return {
    hours,
    approximate: byDay || around.test(line.slice(0, from)) || /^ *(?:左右|上下)/u.test(line.slice(to)),
    from,
    to,
  };
}

const around = /(?:大概|大约|差不多|约|近|快) *$/u;
const fillerBefore = /^(?:我|是|一共|总共|共|用了?|花了?|干了?|做了?|忙了?|有|就|大概|大约|差不多|约|将近|近)*/u;
const fillerBehind = /(?:左右|上下|吧|呢|啊|了|的?样子|的?时间)*$/u;

const number = String.raw`\d+(?:\.\d+)?|[零〇一二两三四五六七八九十百廿]+(?:点[零〇一二三四五六七八九]+)?`;
const hourWord = '(?:个?(?:小时|钟头)|个钟(?!头)|h(?:ours?|rs?)?)';
const minuteWord = '(?:分钟|min(?:ute)?s?)';

const duration = new RegExp(
  [
    `(?<hours>${number}) *(?:个(?<plus>半)(?:小时|钟头|钟)|${hourWord}(?<tail>半(?!天))?(?: *(?:零|又|,)? *(?:${[
      `(?<minutes>${number}) *(?:${minuteWord}|m|分)`,
      `(?<quarters>[一二两三123])刻钟?`,
      `(?<=h)(?<bare>\\d\\d)(?!\\d)`,
    ].join('|')}))?)`,
    `(?<halfHour>半)个?(?:小时|钟头|钟)`,
    `(?<onlyMinutes>${number}) *${minuteWord}`,
    `(?<onlyQuarters>[一二两三123])刻钟`,
    `(?:(?<halves>${number})个)?(?<half>半)[天日]`,
    `(?<days>${number}) *整?天(?<dayPlus>半)?`,
    `(?:一个?|整个?|一整个?)(?<part>上午|下午)`,
  ].join('|'),
  'gu',
);

/** False for words that count or date instead: 第一天, 这两天, 每天, 周一天气, 三天前, 半小时后, 一小时内, 一天两次. */
function lasts(line: string, match: RegExpExecArray): boolean {
  const before = line.slice(0, match.index);
  const after = line.slice(match.index + match[0].length);
  if (/(?:之?前|以前|之?后|以后|之?内|以内|里|来|到晚|[一二两三四五六七八九十\d]+[次趟回])/uy.test(after.trimStart()))
    return false;
  if (match.groups!.days || match.groups!.half) {
    return !/[第这那前后上下过每有某头近老大期周拜] *$/u.test(before) && !/^[气津安]/u.test(after);
  }
  return true;
}

/** 每天两小时 is a rate, 2到3小时 a range, 两个多小时 and 不到两小时 a bound. */
function isVague(before: string, after: string): boolean {
  return (
    /(?:每[天周月次人]?|不到|不足|超过|至少|最多|最少|几|好几) *$/u.test(before) ||
    /[\d一二两三四五六七八九十](?:个?小时|个?钟头|分钟|天)? *(?:到|至|或者?|-|~|—|、) *$/u.test(before) ||
    /^ *(?:多|以上|以下|不到)/u.test(after)
  );
}

function hoursIn(groups: Readonly<Record<string, string | undefined>>): number | undefined {
  if (groups.halfHour) return 0.5;
  if (groups.part) return hoursOfHalfDay;
  if (groups.half) return scaled(groups.halves ?? '1', hoursOfHalfDay);
  if (groups.days) return add(scaled(groups.days, hoursOfDay), groups.dayPlus ? hoursOfHalfDay : 0);
  if (groups.onlyQuarters) return scaled(groups.onlyQuarters, 1 / 4);
  if (groups.onlyMinutes) return scaled(groups.onlyMinutes, 1 / 60);
  const half = groups.plus || groups.tail ? 0.5 : 0;
  const minutes = groups.minutes ?? groups.bare;
  if (minutes === undefined && groups.quarters === undefined) return add(scaled(groups.hours!, 1), half);
  const rest = minutes ? scaled(minutes, 1 / 60) : scaled(groups.quarters!, 1 / 4);
  return half || (rest !== undefined && rest >= 1) ? undefined : add(scaled(groups.hours!, 1), rest);
}

function scaled(count: string, factor: number): number | undefined {
  const value = readNumber(count);
  return value === undefined ? undefined : value * factor;
}

function add(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one + other;
}
