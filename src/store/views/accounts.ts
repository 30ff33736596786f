// Whether the platform reaches all members: in the own branch by name for its leaders, above only as counts by branch. And whom nobody can write to at all.

import { unreached } from '../unreached.ts';
import type { View } from './view.ts';

interface Reached {
  readonly unit: string;
  readonly name: string;
  readonly reached: boolean;
}

/** `{total, reached, missing: [names] , below: [{name, total, without}]}`; `missing` holds the own branch's people only. */
export const accounts: View = async ({ client, units, unit, channels }) => {
  const scope = units.below(unit.id);
  const { rows } = await client.query<Reached>({
    name: 'view-accounts',
    text: `select m.unit, m.name, exists (select 1 from account a where a.member = m.id and a.channel = any($2::text[])) as reached
      from member m where m.unit = any($1::text[]) and m.left_at is null order by m.name collate "zh-x-icu"`,
    values: [scope.map(({ id }) => id), channels],
  });
  const isBranch = unit.kind === 'branch';
  const below = scope
    .filter(({ id, kind }) => id !== unit.id && kind === 'branch')
    .map(({ id, name }) => {
      const own = rows.filter((row) => units.branchOf(row.unit).id === id);
      return { name, total: own.length, without: own.filter(({ reached }) => !reached).length };
    });
  return {
    total: rows.length,
    reached: rows.filter(({ reached }) => reached).length,
    missing: isBranch ? rows.filter(({ reached }) => !reached).map(({ name }) => name) : [],
    below: isBranch ? [] : below,
    all: rows.every(({ reached }) => reached),
  };
};

/** `[{id, name, helpedBy: [names]}]`: members of the branch whom no door reaches, with who helps them. */
export const byPhone: View = ({ client, units, unit, channels }) => unreached(client, units.partsOf(unit.id), channels);
