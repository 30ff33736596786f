// Volunteer projects of the branch and those above: what may be claimed, what this member claimed, what of it is over. Places as counts, no names.

import { addDays, dayOf, sayDay } from '../../domain/time.ts';
import type { View } from './view.ts';

/** So long after the day a claimed project may be reported with one word. */
const reportable = 60;

interface ProjectRow {
  readonly id: string;
  readonly body: { readonly name: string; readonly on: string; readonly place: string; readonly places: number };
  readonly claimed: number;
  readonly mine: string | null;
}

/** `{open, mine, done}`: each `{id, name, what, on, place, left}`; `done` = claimed, the day is here or over, not reported yet. */
export const projects: View = async ({ client, units, unit, member, now }) => {
  const today = dayOf(now);
  const { rows } = await client.query<ProjectRow>({
    text: `select r.id, r.body,
        (select count(*)::int from record c where c.kind = 'project-claim' and c.state in ('claimed', 'reported') and c.body->>'project' = r.id) as claimed,
        (select c.state from record c where c.kind = 'project-claim' and c.member = $2 and c.body->>'project' = r.id) as mine
      from record r where r.kind = 'project' and r.state = 'open' and r.unit = any($1::text[]) and r.body->>'on' >= $3
      order by r.body->>'on', r.id limit 60`,
    values: [units.above(unit.id).map(({ id }) => id), member.id, addDays(today, -reportable)],
  });
  const all = rows.map(({ id, body, claimed, mine }) => {
    const left = Math.max(0, body.places - claimed);
    const word = left === 0 ? '已满' : `还差${left}人`;
    const { name: what, on, place } = body;
    return { id, name: `${sayDay(on, today)} ${what}`, what, on, place, left, word, mine };
  });
  return {
    open: all.filter(({ on, mine, left }) => on >= today && mine !== 'claimed' && mine !== 'reported' && left > 0),
    full: all.filter(({ on, mine, left }) => on >= today && mine !== 'claimed' && mine !== 'reported' && left === 0),
    mine: all.filter(({ on, mine }) => on >= today && mine === 'claimed'),
    done: all.filter(({ on, mine }) => on <= today && mine === 'claimed'),
  };
};
