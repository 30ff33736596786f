// Good members put forward: what the one concerned may see and answer, and what the branch reads after a yes. An open question is seen by nobody else.

import { nominationDays } from '../../domain/nomination.ts';
import { dayLength } from '../../domain/time.ts';
import type { View } from './view.ts';

const columns = `r.id, r.unit, r.member, r.state, r.body->>'story' as story, r.body->>'consent' as consent`;

/** What others wrote of this member: `{asked, agreed}`, the oldest open question first. */
export const nominatedMe: View = async ({ client, member, now }) => {
  const { rows } = await client.query({
    text: `select ${columns} from record r where r.kind = 'nomination' and r.member = $1 and (r.state <> 'asked' or r.created_at > $2)
      order by r.created_at limit 20`,
    values: [member.id, new Date(now - nominationDays * dayLength)],
  });
  return {
    asked: rows.find(({ state }) => state === 'asked') ?? null,
    agreed: rows.filter(({ state }) => state !== 'asked'),
  };
};

/** Ids of members of the branch who are being asked; for the effect only, no flow shows it. */
export const nominationsOpen: View = async ({ client, units, unit, now }) => {
  const { rows } = await client.query<{ member: string }>({
    text: `select member from record where kind = 'nomination' and unit = any($1::text[]) and state = 'asked' and created_at > $2`,
    values: [units.partsOf(unit.id), new Date(now - nominationDays * dayLength)],
  });
  return rows.map(({ member }) => member);
};

/** What the nominated themselves agreed to, newest first: in a branch its own, above what was recommended. `fileable` = may go upward. */
export const nominations: View = async ({ client, units, unit }) => {
  const { rows } = await client.query<{ id: string; unit: string; state: string; consent: string; name: string }>({
    text: `select ${columns}, m.name from record r join member m on m.id = r.member and m.left_at is null
      where r.kind = 'nomination' and (r.unit = $1 and r.state in ('agreed', 'filed') or r.unit = any($2::text[]) and r.state = 'filed')
      order by r.updated_at desc limit 30`,
    values: [unit.id, units.below(unit.id).map(({ id }) => id)],
  });
  const all = rows.map((row) => ({
    ...row,
    stateWord:
      row.state === 'filed'
        ? '已推荐给上级'
        : row.consent === 'upward'
          ? '本人同意，可以向上推荐'
          : '本人同意，只在支部',
    from: row.unit === unit.id ? null : (units.byId.get(row.unit)?.name ?? null),
  }));
  return {
    all,
    fileable: all.filter(
      ({ unit: from, state, consent }) => from === unit.id && state === 'agreed' && consent === 'upward',
    ),
  };
};
