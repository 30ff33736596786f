// What stands on a shelf of content/shelves/ for this reader: `shelf/<name>`. And the units below, for who selects some of them.

import { groupsFor } from '../../library/shelves.ts';
import type { View } from './view.ts';

/** `{title, groups: [{group, lines}]}`. */
export const shelf: View = async ({ library, units, unit, member }, argument) => {
  const found = library.shelves.get(argument)!;
  const sector = units.above(unit.id).find((one) => one.sector !== null)?.sector ?? null;
  const { selected } = units.settings(unit.id);
  return { title: found.title, groups: groupsFor(found, { member, unit, sector, selected }) };
};

/** `[{id, name, selected}]`, without the own unit and without Party groups. */
export const unitsBelow: View = async ({ units, unit }) =>
  units
    .below(unit.id)
    .filter(({ id, kind }) => id !== unit.id && kind !== 'group')
    .map(({ id, name, settings }) => ({ id, name, selected: settings.selected ?? [] }));
