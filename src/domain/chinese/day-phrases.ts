// The ways in which people name a day, one rule each: a pattern and what it means seen from today. Never rolls an impossible day over into the next month.

import type { Day, Month } from '../time.ts';
import { addDays, addMonths, daysBetween, daysOfMonth, isDay, monthOf, weekdayOf, weekStartOf } from '../time.ts';
import { readNumber } from './numbers.ts';

/** Where a day without a year, month or week is looked for: a report leans to the past, a plan to the future. */
export type Lean = 'past' | 'future' | 'near';

/** One way of naming a day. In `pattern` a blank stands for any blanks; `read` is given its named groups and answers undefined for a day that does not exist. */
export interface DayPhrase {
  readonly pattern: string;
  read(groups: Readonly<Record<string, string | undefined>>, today: Day, lean: Lean): Day | undefined;
}

const chinese = '零〇一二三四五六七八九十廿卅';
const small = `[0-9]{1,2}|[${chinese}]{1,3}`;
const count = `[0-9]{1,3}|[两${chinese}]{1,3}`;
const year = `(?:(?<relativeYear>今年|去年|前年|明年|本年)的? |(?<year>(?:19|20)?[0-9]{2}|[零〇一二三四五六七八九]{4}) 年 )`;
/** A numeral before the first is part of it, but not one of the other writing: 张三12月10日. */
const notNumber = `(?<![0-9.]|[${chinese}](?![0-9]))`;
const weekday = `(?:周|星期|礼拜)(?<weekday>[一二三四五六日天])(?<!日(?=[报刊]))(?![次趟场个份名]|天(?!气)|小时|人(?!民))`;
/** What follows a number with 号 or 日 when no day of the month is meant: 5号楼, 3号线, 7日游, 5日内. */
const notADate =
  '(?![楼线门院栋桌车厅馆文机坑店口床房室井桥泵库仓桩站台岛路码信灶炉板球令内均报游本常刊间子程用捐]|会议室|[社小]区)';
/** Compact dates stand alone in a sentence: 12.5小时 and 2-3人 are none. */
const alone = '[日号]?(?=$|[\\s,。;、()]|去|在|到|上午|下午|中午|早|晚|参加|我|周|星期)';
const start = '(?<=^|[\\s,。;、()于在是])';

export const dayPhrases: readonly DayPhrase[] = [
  {
    pattern:
      '(?<word>大前天|大后天|(?<![目之以先])前[天日](?!气)|昨[天日儿晚夜早]|今[天日儿早晨晚夜]|明[天日儿早晚]|(?<![今以之先])后天|刚才|刚刚)',
    read: ({ word }, today) => addDays(today, relative(word!)),
  },
  {
    pattern: `(?<![0-9.第这那${chinese}])(?<count>${count}) (?:天|日)(?<direction>之?前|以前|之?后|以后)`,
    read: ({ count, direction }, today) => shift(today, count!, direction!, 1),
  },
  {
    pattern: `(?<![0-9.第这那${chinese}])(?<count>${count}) 个?(?:周|星期|礼拜)(?<direction>之?前|以前|之?后|以后)`,
    read: ({ count, direction }, today) => shift(today, count!, direction!, 7),
  },
  {
    pattern: `(?<![早晚线])(?<week>上+|下+|本|这)个?${weekday}`,
    read: ({ week, weekday }, today) => {
      const weeks = week!.startsWith('上') ? -week!.length : week!.startsWith('下') ? week!.length : 0;
      return addDays(weekStartOf(today), weeks * 7 + weekdayNumber(weekday!) - 1);
    },
  },
  {
    pattern: `(?<![每逐隔上下本这个一二两三四五六七几0-9])${weekday}`,
    read: ({ weekday }, today, lean) => nearestWeekday(weekdayNumber(weekday!), today, lean),
  },
  {
    pattern: `(?<![0-9.])(?<year>(?:19|20)[0-9]{2}) (?<sign>[-/.]) (?<month>[0-9]{1,2}) \\k<sign> (?<date>[0-9]{1,2})(?![0-9]|[-/.][0-9])`,
    read: ({ year, month, date }) => dayFrom(Number(year), Number(month), Number(date)),
  },
  {
    pattern: '(?<![0-9])(?<year>20[0-9]{2})(?<month>[01][0-9])(?<date>[0-3][0-9])(?![0-9])',
    read: ({ year, month, date }) => dayFrom(Number(year), Number(month), Number(date)),
  },
  {
    pattern: `${year}(?<month>${small}) 月(?:份的?)? (?:(?<date>${small}) [日号]|(?<end>底|末))`,
    read: ({ relativeYear, year, month, date, end }, today) => {
      const full = relativeYear ? Number(today.slice(0, 4)) + yearShift[relativeYear]! : fullYear(year!);
      return end ? lastDay(full, readNumber(month!)) : dayFrom(full, readNumber(month!), readNumber(date!));
    },
  },
  {
    pattern: `${notNumber}(?<month>${small}) 月(?:份的?)? (?:(?<date>${small}) [日号]|(?<end>底|末)(?!尾))`,
    read: ({ month, date, end }, today, lean) =>
      inSomeYear(today, lean, (full) =>
        end ? lastDay(full, readNumber(month!)) : dayFrom(full, readNumber(month!), readNumber(date!)),
      ),
  },
  {
    pattern: `(?<which>本|这个?|当|上个?|下个?)月的? (?:(?<date>${small}) [日号]${notADate}|(?<end>底|末))`,
    read: ({ which, date, end }, today) => {
      const month = addMonths(monthOf(today), which!.startsWith('上') ? -1 : which!.startsWith('下') ? 1 : 0);
      return end ? daysOfMonth(month).last : dayInMonth(month, readNumber(date!));
    },
  },
  {
    pattern: `(?<![0-9.第月年${chinese}])(?<date>${small}) [日号]${notADate}`,
    read: ({ date }, today, lean) => inSomeMonth(today, lean, (month) => dayInMonth(month, readNumber(date!))),
  },
  {
    pattern: '(?<![0-9一二三四五六七八九十本这当上下个年])月[底末]',
    read: (_, today, lean) => inSomeMonth(today, lean, (month) => daysOfMonth(month).last),
  },
  {
    pattern: `${start}(?<month>1[0-2]|0?[1-9])(?<sign>[-/.])(?<date>[0-3]?[0-9])${alone}`,
    read: ({ month, date }, today, lean) =>
      inSomeYear(today, lean, (full) => dayFrom(full, Number(month), Number(date))),
  },
  {
    pattern: '(?<name>元旦(?!假|期间|节前|前|后)|国庆节(?!前|后|期间|假)|国庆当天|建党节(?!前|后))(?:节|当天)?',
    read: ({ name }, today, lean) => {
      const day = inSomeYear(today, lean, (full) => `${full}-${fixedFeasts[name!.slice(0, 2)]}`);
      return day && Math.abs(daysBetween(today, day)) <= 92 ? day : undefined;
    },
  },
];

const fixedFeasts: Readonly<Record<string, string>> = { 元旦: '01-01', 国庆: '10-01', 建党: '07-01' };
const yearShift: Readonly<Record<string, number>> = { 今年: 0, 本年: 0, 去年: -1, 前年: -2, 明年: 1 };

function relative(word: string): number {
  if (word.startsWith('大')) return word.startsWith('大前') ? -3 : 3;
  return { 前: -2, 昨: -1, 今: 0, 刚: 0, 明: 1, 后: 2 }[word[0]!]!;
}

function shift(today: Day, count: string, direction: string, length: number): Day | undefined {
  const value = readNumber(count);
  if (value === undefined) return undefined;
  return addDays(today, value * length * (direction.includes('前') ? -1 : 1));
}

function weekdayNumber(sign: string): number {
  return sign === '天' ? 7 : '一二三四五六日'.indexOf(sign) + 1;
}

function nearestWeekday(wanted: number, today: Day, lean: Lean): Day {
  const ahead = (wanted - weekdayOf(today) + 7) % 7;
  if (lean === 'future' || ahead === 0) return addDays(today, ahead);
  return addDays(today, lean === 'past' || ahead > 3 ? ahead - 7 : ahead);
}

/** A two-digit year is one of this century. */
function fullYear(text: string): number {
  const value = readNumber(text)!;
  return value < 100 ? 2000 + value : value;
}

function dayFrom(year: number, month: number | undefined, date: number | undefined): Day | undefined {
  if (month === undefined || date === undefined) return undefined;
  const day = `${year}-${String(month).padStart(2, '0')}-${String(date).padStart(2, '0')}`;
  return isDay(day) ? day : undefined;
}

function dayInMonth(month: Month, date: number | undefined): Day | undefined {
  return dayFrom(Number(month.slice(0, 4)), Number(month.slice(5, 7)), date);
}

function lastDay(year: number, month: number | undefined): Day | undefined {
  const first = dayFrom(year, month, 1);
  return first && daysOfMonth(monthOf(first)).last;
}

/** Half a year: beyond it a month and a date are taken to be of the other year. */
const halfYear = 183;

/**
 * A month and a date without a year. It is of this year, unless that is more than half a year off against the lean: in January 12月28日 leans back to
 * last December, while a report for the day after tomorrow stays in the future, so that it can be questioned. `near` takes the closest year.
 */
function inSomeYear(today: Day, lean: Lean, of: (year: number) => Day | undefined): Day | undefined {
  const year = Number(today.slice(0, 4));
  const here = of(year);
  const distance = here === undefined ? 0 : daysBetween(today, here);
  if (Math.abs(distance) <= halfYear) return here;
  if (distance > 0) return lean === 'future' ? here : of(year - 1);
  return lean === 'past' ? here : of(year + 1);
}

/** A date without a month: the last one up to today, the next one from today, or the nearer of both. */
function inSomeMonth(today: Day, lean: Lean, of: (month: Month) => Day | undefined): Day | undefined {
  const month = monthOf(today);
  const here = of(month);
  if (here === undefined || here === today) return here;
  const other = of(addMonths(month, here > today ? -1 : 1));
  if (lean === 'past') return here < today ? here : other;
  if (lean === 'future') return here > today ? here : other;
  if (other === undefined) return here;
  return Math.abs(daysBetween(today, here)) <= Math.abs(daysBetween(today, other)) ? here : other;
}
