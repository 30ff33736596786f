// One's own points of this year by the unit's tariff. Never another member's, never a unit's.

import { dayOf } from '../../domain/time.ts';
import { pointsFor } from '../../library/tariffs.ts';
import { ownFacts } from './mine.ts';
import type { View } from './view.ts';

/** `{year, title, source, lines, sum}`; null where the unit has none. */
export const points: View = async ({ client, library, units, unit, member, now }) => {
  const tariff = library.tariffs.get(units.settings(unit.id).points ?? '');
  if (!tariff) return null;
  const year = dayOf(now).slice(0, 4);
  const facts = await ownFacts(client, member.id, `${year}-01-01`);
  return { year, title: tariff.title, source: tariff.source, ...pointsFor(tariff, facts) };
};
