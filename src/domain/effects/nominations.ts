// Effects of putting a good member forward: asked in private first, then agreed or gone without a trace, then perhaps recommended upward.

import type { Nomination } from '../nomination.ts';
import { askNominee, nominationRecord } from '../nomination.ts';
import type { Effect, NamedPeople } from './effect.ts';
import { audited } from './effect.ts';

/** One question at a time: who is being asked already is not asked again, and whoever puts forward cannot tell. */
export const nominated: Effect = ({ values, views, unit, key, now, pushAt }) => {
  const { people, story } = values as { people: NamedPeople; story: string };
  const known = (views.nominationsOpen ?? []) as readonly string[];
  return people.ids
    .filter((id) => !known.includes(id))
    .flatMap((id) => {
      const nomination: Nomination = {
        id: `nomination/${unit.id}/${key}/${id}`,
        unit: unit.id,
        member: id,
        state: 'asked',
        story,
        consent: null,
      };
      return [nominationRecord(nomination), askNominee(nomination, now, pushAt)];
    });
};

/** The one concerned answers: a no removes everything. */
export const nominationAnswered: Effect = ({ values, member }) => {
  const { nomination, consent } = values as unknown as { nomination: Nomination; consent: 'branch' | 'upward' | 'no' };
  if (nomination.member !== member.id) return [];
  if (consent === 'no') return [{ change: 'record-removed', id: nomination.id }];
  return [nominationRecord({ ...nomination, state: 'agreed', consent })];
};

/** Only what the one concerned lets go upward. */
export const nominationFiled: Effect = (input) => {
  const nomination = input.values.nomination as unknown as Nomination;
  if (nomination.state !== 'agreed' || nomination.consent !== 'upward') return [];
  return [
    nominationRecord({ ...nomination, state: 'filed' }),
    ...audited(input, 'nomination-filed', [nomination.member]),
  ];
};
