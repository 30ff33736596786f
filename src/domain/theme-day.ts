// On which day of a month a branch holds its theme day. Decides the day only; when it begins is a setting.

import type { Calendar } from './calendar.ts';
import type { ThemeDayRule } from './organisation.ts';
import { weekdays } from './organisation.ts';
import type { Day, Month } from './time.ts';
import { addDays, daysOfMonth, monthOf, weekdayOf } from './time.ts';

export interface ThemeDay {
  readonly day: Day;
  /** True when the rule named another day, `from`, on which nobody works. */
  readonly moved: boolean;
  readonly from: Day;
}

/**
 * The theme day of a month. A day off gives way to the next workday of the same month, else to the last workday before it; make-up workdays are
 * workdays. With `onWeekends` a plain weekend is kept, a holiday is not. The 31st of a short month is its last day.
 */
export function themeDayOf(
  rule: ThemeDayRule,
  month: Month,
  calendar: Calendar,
  options: { onWeekends: boolean },
): ThemeDay {
  const from = ruledDay(rule, month);
  if (calendar.isWorkday(from) || (options.onWeekends && calendar.kindOf(from) === 'weekend')) {
    return { day: from, moved: false, from };
  }
  const next = calendar.nextWorkday(from);
  return { day: monthOf(next) === month ? next : calendar.previousWorkday(from), moved: true, from };
}

function ruledDay(rule: ThemeDayRule, month: Month): Day {
  const { first, last } = daysOfMonth(month);
  if ('day' in rule) return addDays(first, Math.min(rule.day, Number(last.slice(8))) - 1);
  const weekday = weekdays.indexOf(rule.weekday) + 1;
  if (rule.nth === -1) return addDays(last, -((weekdayOf(last) - weekday + 7) % 7));
  return addDays(first, ((weekday - weekdayOf(first) + 7) % 7) + 7 * (rule.nth - 1));
}
