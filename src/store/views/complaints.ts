// What an auditor reads: complaints of the units below, without who wrote them. Never for anybody of the branch itself.

import { dayLength, dayOf } from '../../domain/time.ts';
import type { View } from './view.ts';

/** For so long a complaint is shown. */
const shownFor = 90 * dayLength;

/** `{list: [{on, unitName, text}], count}`, newest first. */
export const complaints: View = async ({ client, units, unit, now, cipher }) => {
  const { rows } = await client.query<{ at: number; unit: string; data: { text?: unknown } }>({
    text: `select f.at, f.unit, f.data from fact f where f.kind = 'complaint' and f.unit = any($1::text[]) and f.at > $2
        and not exists (select 1 from fact c where c.corrects = f.id) order by f.at desc limit 30`,
    values: [units.below(unit.id).map(({ id }) => id), new Date(now - shownFor)],
  });
  return {
    list: rows.map((row) => ({
      on: dayOf(row.at),
      unitName: units.byId.get(row.unit)?.name ?? row.unit,
      text: cipher.open(row.data.text),
    })),
    count: rows.length,
  };
};
