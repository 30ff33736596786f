// The menu of the coming theme day, as a branch chooses from it.

import { addMonths, dayLength, dayOf, monthOf, sayMonth } from '../../domain/time.ts';
import { eventsOf } from '../events.ts';
import { menuRows } from '../theme-menus.ts';
import type { View } from './view.ts';

/** `{month, name, required, optional: [{id, name}], chosen, set, below}`: this month's until its theme day is over, then the next one's. */
export const themeMenu: View = async ({ client, units, unit, now }) => {
  const thisMonth = monthOf(dayOf(now));
  const chain = units.above(unit.id).map(({ id }) => id);
  const months = [thisMonth, addMonths(thisMonth, 1), addMonths(thisMonth, 2)];
  const [rows, events] = await Promise.all([
    menuRows(client, chain, months),
    eventsOf(client, unit.id, units.settings(unit.id), { from: now - 31 * dayLength, until: now }, now),
  ]);
  const isOver = events.some(({ programme, day }) => programme === 'theme-day' && monthOf(day) === thisMonth);
  const open = isOver ? months.slice(1) : months;
  const month = open.find((one) => rows.some(({ kind, body }) => kind === 'menu' && body.month === one)) ?? open[0]!;
  const menus = chain
    .toReversed()
    .flatMap((id) => rows.filter((row) => row.unit === id && row.kind === 'menu' && row.body.month === month));
  const choice = rows.find((row) => row.unit === unit.id && row.kind === 'menu-choice' && row.body.month === month);
  const optional = [...new Set(menus.flatMap(({ body }) => body.optional))];
  return {
    month,
    name: sayMonth(month, dayOf(now)),
    required: menus.flatMap(({ body }) => body.required),
    optional: optional.map((name, index) => ({ id: String(index + 1), name })),
    chosen: choice ? [...choice.body.chosen, ...choice.body.own] : [],
    set: menus.length > 0,
    below: units.below(unit.id).filter(({ id, kind }) => id !== unit.id && kind === 'branch').length,
  };
};
