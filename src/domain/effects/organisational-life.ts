// Effects of organisational life beside meetings: the committee's term is set, a kind word is sent to somebody who was away.

import type { Change } from '../change.ts';
import type { Effect, NamedPeople } from './effect.ts';
import { audited } from './effect.ts';

export const termSet: Effect = ({ values, unit, member }) => {
  const term = { elected_on: String(values.on), years: Number(values.years) === 5 ? (5 as const) : (3 as const) };
  return [
    { change: 'unit-settings', unit: unit.id, patch: { term } },
    { change: 'audit', actor: member.id, action: 'set-term', unit: unit.id, detail: term },
  ];
};

/** One private word to each, through the ladder `care` and so within the day's one push; nobody is asked twice within three months. */
export const cared: Effect = (input) => {
  const { people, on, asked } = input.values as { people: NamedPeople; on: string; asked: readonly string[] };
  const { unit } = input;
  const ids = people.ids.filter((id) => !asked.includes(id));
  const duties: Change = {
    change: 'duties',
    duties: ids.map((id) => ({
      id: `care/${unit.id}/${on}/${id}`,
      programme: 'care',
      item: 'care',
      unit: unit.id,
      member: id,
      period: on.slice(0, 7),
      dueOn: on,
      startsAt: null,
      details: { title: '问候', closes: 7 },
    })),
  };
  return ids.length === 0 ? [] : [duties, ...audited(input, 'cared', ids)];
};
