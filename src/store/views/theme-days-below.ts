// The theme days of all branches below a unit: which rule each has, and what is raised already. Branch matters, no persons.

import { themeDayOf } from '../../domain/theme-day.ts';
import { allRules, ruleKey, sayRule } from '../../domain/theme-day-plan.ts';
import { addMonths, dayOf, monthOf, sayDay, sayWeekday } from '../../domain/time.ts';
import type { View } from './view.ts';

/** `{rule, uniform, branches: [{id, name, line, own}], months, events, today}`. */
export const themeDaysBelow: View = async ({ client, library, units, unit, now }) => {
  const today = dayOf(now);
  const settings = units.settings(unit.id);
  const branches = units.below(unit.id).filter(({ id, kind }) => id !== unit.id && kind === 'branch');
  const { rows } = await client.query<{ id: string; unit: string; day: string; start: string }>({
    text: `select id, unit, to_char(due_on, 'YYYY-MM-DD') as day, to_char(starts_at at time zone 'Asia/Shanghai', 'HH24:MI') as start
      from duty where unit = any($1::text[]) and programme = 'theme-day' and member is null and starts_at > $2 order by due_on`,
    values: [branches.map(({ id }) => id), new Date(now)],
  });
  const months = [0, 1, 2].map((count) => {
    const month = addMonths(monthOf(today), count);
    const days = allRules.map((rule) => [
      ruleKey(rule),
      themeDayOf(rule, month, library.calendar, { onWeekends: settings.on_weekends }).day,
    ]);
    return { month, days: Object.fromEntries(days) };
  });
  return {
    today,
    rule: settings.theme_day,
    uniform: unit.settings.theme_day_uniform !== undefined,
    ruleText: sayRule(settings.theme_day),
    branches: branches.map(({ id, name, settings: own }) => {
      const holds = units.settings(id);
      const next = rows.find((row) => row.unit === id)?.day;
      const coming = next ? `，下次${sayDay(next, today)}（${sayWeekday(next)}）` : '';
      return {
        id,
        name,
        own: own.theme_day ?? null,
        start: own.start ?? settings.start,
        line: `${name}：${sayRule(holds.theme_day)}${holds.start}${coming}`,
      };
    }),
    months,
    events: rows,
  };
};
