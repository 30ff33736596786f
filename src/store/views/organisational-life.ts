// Organisational life beside meetings: heart-to-heart talks that are still to come, the committee's term, and whom a kind word may reach. For the committee only.

import { isCommittee } from '../../domain/meeting.ts';
import { termEnd } from '../../domain/term.ts';
import { addDays, dayOf } from '../../domain/time.ts';
import { membersOf } from '../members.ts';
import type { View } from './view.ts';

/** `{pairs, members, done}`: pairs of committee members, and members, without a talk this year (条例: a year at least one each); who talked with whom, never what. */
export const heartTalks: View = async ({ client, unit, units, now }) => {
  const year = dayOf(now).slice(0, 4);
  const [all, { rows }] = await Promise.all([
    membersOf(client, units.partsOf(unit.id)),
    client.query<{ by: string; people: string[] }>({
      text: `select created_by as by, array(select jsonb_array_elements_text(body->'people'->'ids')) as people from record
        where kind = 'heart-talk' and unit = $1 and body->>'on' like $2 || '-%'`,
      values: [unit.id, year],
    }),
  ]);
  const committee = all.filter(isCommittee);
  const talked = (one: string, other: string) =>
    rows.some(({ by, people }) => (by === one && people.includes(other)) || (by === other && people.includes(one)));
  const pairs = committee.flatMap((one, index) =>
    committee.slice(index + 1).flatMap((other) => (talked(one.id, other.id) ? [] : [`${one.name}和${other.name}`])),
  );
  const members = all.filter((one) => !isCommittee(one) && !committee.some(({ id }) => talked(id, one.id)));
  return {
    year,
    pairs,
    members: members.map(({ name }) => name),
    done: pairs.length + members.length === 0,
  };
};

/** `{electedOn, years, end}` or null: the term as the unit has set it. */
export const term: View = async ({ unit }) => {
  const kept = unit.settings.term;
  return kept ? { electedOn: kept.elected_on, years: kept.years, end: termEnd(kept) } : null;
};

/** `{on, asked}`: the day on which a kind word would go out, and who had one within three months. */
export const care: View = async ({ client, unit, library, now }) => {
  const today = dayOf(now);
  const { rows } = await client.query<{ member: string }>({
    text: `select distinct member from duty where unit = $1 and programme = 'care' and due_on > $2::date`,
    values: [unit.id, addDays(today, -90)],
  });
  return { on: library.calendar.nextWorkday(today), asked: rows.map(({ member }) => member) };
};
