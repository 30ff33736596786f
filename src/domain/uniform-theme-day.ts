// One theme day for all branches below a unit, or each its own again: what it would mean, worked out before anybody says yes. Pure.

import type { ThemeDayRule, UnitId } from './organisation.ts';
import { weekdays } from './organisation.ts';
import { ruleKey, sayRule } from './theme-day-plan.ts';
import type { ClockTime, Day, Month } from './time.ts';
import { sayDay, sayWeekday } from './time.ts';

/** The branches below and their coming theme days, as the view prepared it. */
export interface ThemeDaysBelow {
  readonly today: Day;
  readonly rule: ThemeDayRule;
  readonly branches: readonly {
    readonly id: UnitId;
    readonly name: string;
    readonly own: ThemeDayRule | null;
    readonly start: ClockTime;
  }[];
  /** Of the coming months every rule's day. */
  readonly months: readonly { readonly month: Month; readonly days: Readonly<Record<string, Day>> }[];
  /** Theme days that are raised and have not begun. */
  readonly events: readonly {
    readonly id: string;
    readonly unit: UnitId;
    readonly day: Day;
    readonly start: ClockTime;
  }[];
}

export interface UniformAnswers {
  readonly way: 'date' | 'weekday' | 'free';
  readonly day?: number;
  readonly nth?: string;
  readonly weekday?: (typeof weekdays)[number];
  readonly start?: ClockTime | null;
  readonly view: ThemeDaysBelow;
}

export interface UniformPlan {
  readonly rule: string;
  readonly start: ClockTime | null;
  readonly branches: number;
  readonly next: readonly string[];
  readonly setting: ThemeDayRule | null;
  readonly uniform: 'day' | 'day-and-start' | null;
  readonly moves: readonly {
    readonly duty: string;
    readonly dueOn: Day;
    readonly startsAt: number;
    readonly moved: boolean;
  }[];
}

export function uniformPlan({ way, day, nth, weekday, start: said, view }: UniformAnswers): UniformPlan {
  const rule: ThemeDayRule | null =
    way === 'free'
      ? null
      : way === 'date'
        ? { day: day! }
        : { weekday: weekday ?? weekdays[0], nth: Number(nth) as 1 | 2 | 3 | 4 | -1 };
  const start = rule ? (said ?? null) : null;
  const moves = view.events.flatMap((event) => {
    const branch = view.branches.find(({ id }) => id === event.unit);
    const days = view.months.find(({ month }) => event.day.startsWith(month))?.days;
    const on = days?.[ruleKey(rule ?? branch?.own ?? view.rule)];
    const at = start ?? (rule ? event.start : (branch?.start ?? event.start));
    if (on === undefined || on <= view.today || (on === event.day && at === event.start)) return [];
    return [{ duty: event.id, dueOn: on, startsAt: Date.parse(`${on}T${at}:00+08:00`), moved: false }];
  });
  const next = rule ? view.months.map(({ days }) => days[ruleKey(rule)]!).filter((on) => on > view.today) : [];
  return {
    rule: rule ? sayRule(rule) : '',
    start,
    branches: view.branches.length,
    next: next.map((on) => `${sayDay(on, view.today)}（${sayWeekday(on)}）`),
    setting: rule,
    uniform: rule ? (start ? 'day-and-start' : 'day') : null,
    moves,
  };
}
