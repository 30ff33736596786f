// The branch's theme day as it is set, and what every other rule would make of the coming months.

import { themeDayOf } from '../../domain/theme-day.ts';
import { allRules, ruleKey, sayRule } from '../../domain/theme-day-plan.ts';
import { addMonths, dayLength, dayOf, instantOf, monthOf } from '../../domain/time.ts';
import { eventsOf } from '../events.ts';
import type { View } from './view.ts';

export const themeDay: View = async ({ client, library, units, unit, now }) => {
  const settings = units.settings(unit.id);
  const above = unit.parent === null ? settings : units.settings(unit.parent);
  const month = monthOf(dayOf(now));
  const from = instantOf(`${month}-01`, '00:00');
  const events = await eventsOf(client, unit.id, settings, { from, until: now + 70 * dayLength }, now);
  const months = [0, 1, 2].map((count) => {
    const one = addMonths(month, count);
    const event = events.find(({ programme, day }) => programme === 'theme-day' && monthOf(day) === one);
    const days = allRules.map((rule) => [
      ruleKey(rule),
      themeDayOf(rule, one, library.calendar, { onWeekends: settings.on_weekends }).day,
    ]);
    const held = event !== undefined && event.startsAt <= now;
    return { month: one, held, event: event?.id ?? null, days: Object.fromEntries(days) };
  });
  return {
    own: unit.settings.theme_day !== undefined,
    rule: sayRule(settings.theme_day),
    start: settings.start,
    /** Whoever above sets one day for all; null = the branch may choose. */
    by: settings.theme_day_by === null ? null : (units.byId.get(settings.theme_day_by)?.name ?? null),
    above: { rule: above.theme_day, start: above.start },
    months,
    today: dayOf(now),
  };
};
