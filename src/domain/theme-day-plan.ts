// What a new theme-day rule would mean, worked out before anybody says yes: the next days and the events already raised that move. Pure.

import type { ThemeDayRule } from './organisation.ts';
import { weekdays } from './organisation.ts';
import type { ClockTime, Day, Instant } from './time.ts';
import { sayDay, sayWeekday } from './time.ts';

/** Every rule's day in the coming months, as the view prepared it: the calendar itself is not at hand in a conversation. */
export interface ThemeDayView {
  readonly start: ClockTime;
  /** What the branch would have without a rule of its own. */
  readonly above: { readonly rule: ThemeDayRule; readonly start: ClockTime };
  /** Coming months with all their workdays in order, and whether a day of the month is one. */
  readonly months: readonly {
    readonly month: string;
    /** Its theme day has begun or is over: a new rule holds from the next month on. */
    readonly held: boolean;
    readonly event: string | null;
    readonly days: Readonly<Record<string, Day>>;
  }[];
  readonly today: Day;
}

export interface ThemeDayAnswers {
  readonly way: 'date' | 'weekday' | 'above';
  readonly day?: number;
  readonly nth?: string;
  readonly weekday?: (typeof weekdays)[number];
  readonly start?: ClockTime | null;
  readonly view: ThemeDayView;
}

export interface ThemeDayPlan {
  readonly rule: string;
  readonly start: ClockTime;
  readonly next: readonly string[];
  /** What goes into the unit's settings; null = nothing of its own. */
  readonly setting: ThemeDayRule | null;
  readonly startSetting: ClockTime | null;
  readonly moves: readonly {
    readonly duty: string;
    readonly dueOn: Day;
    readonly startsAt: Instant;
    readonly moved: boolean;
  }[];
}

/** The key under which the view keeps the day of a rule: `day:7` or `friday:2`. */
export function ruleKey(rule: ThemeDayRule): string {
  return 'day' in rule ? `day:${rule.day}` : `${rule.weekday}:${rule.nth}`;
}

/** Every rule there is. */
export const allRules: readonly ThemeDayRule[] = [
  ...Array.from({ length: 31 }, (_, index) => ({ day: index + 1 })),
  ...weekdays.flatMap((weekday) => ([1, 2, 3, 4, -1] as const).map((nth) => ({ weekday, nth }))),
];

export function themeDayPlan({ way, day, nth, weekday, start, view }: ThemeDayAnswers): ThemeDayPlan {
  const own: ThemeDayRule | null =
    way === 'above'
      ? null
      : way === 'date'
        ? { day: day! }
        : { weekday: weekday!, nth: Number(nth) as 1 | 2 | 3 | 4 | -1 };
  const rule = own ?? view.above.rule;
  const at = way === 'above' ? view.above.start : (start ?? view.start);
  const days = view.months
    .map((entry) => ({ ...entry, on: entry.days[ruleKey(rule)]! }))
    .filter(({ on, held }) => on > view.today && !held);
  return {
    rule: sayRule(rule),
    start: at,
    next: days.map(({ on }) => `${sayDay(on, view.today)}（${sayWeekday(on)}）`),
    setting: own,
    startSetting: way === 'above' ? null : (start ?? null),
    moves: days.flatMap(({ event, on }) =>
      event === null ? [] : [{ duty: event, dueOn: on, startsAt: Date.parse(`${on}T${at}:00+08:00`), moved: false }],
    ),
  };
}

const names = {
  monday: '一',
  tuesday: '二',
  wednesday: '三',
  thursday: '四',
  friday: '五',
  saturday: '六',
  sunday: '日',
} as const;

/** A theme-day rule for people: 每月7日, 每月第二个周五, 每月最后一个周五. */
export function sayRule(rule: ThemeDayRule): string {
  if ('day' in rule) return `每月${rule.day}日`;
  return rule.nth === -1
    ? `每月最后一个周${names[rule.weekday]}`
    : `每月第${'一二三四'[rule.nth - 1]}个周${names[rule.weekday]}`;
}
