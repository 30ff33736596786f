// Who one can be in the simulator: units with their members, and what they are called in words. Reads only.

import type { Member, Unit } from '../../domain/organisation.ts';
import type { Labels } from '../../library/labels.ts';
import type { Units } from '../../store/units.ts';

export interface Person {
  readonly id: string;
  readonly name: string;
  /** Roles and categories in words, the most telling first. */
  readonly words: readonly string[];
  readonly roles: Member['roles'];
  readonly tags: Member['tags'];
  /** The unit whose group this person sits in; null where there is none. */
  readonly group: { readonly id: string; readonly name: string } | null;
}

export interface UnitOfPeople {
  readonly id: string;
  readonly name: string;
  readonly members: readonly Person[];
}

/** Units that have members, from the top down; in each those with an office first. */
export function peopleOf(units: Units, members: readonly Member[], labels: Labels): UnitOfPeople[] {
  const path = (unit: Unit) =>
    units
      .above(unit.id)
      .map(({ id }) => id)
      .reverse()
      .join('/');
  return [...units.byId.values()]
    .sort((a, b) => (path(a) < path(b) ? -1 : 1))
    .map((unit) => ({
      id: unit.id,
      name: unit.name,
      members: members
        .filter((member) => member.unit === unit.id)
        .sort((a, b) => rank(a) - rank(b))
        .map((member) => personOf(member, units, labels)),
    }))
    .filter((unit) => unit.members.length > 0);
}

/** The branch whose group a member sits in: their own unit or, from a Party group, the branch above. Committees have no group here. */
export function groupOf(member: Member, units: Units): Unit | undefined {
  return units.above(member.unit).find(({ kind }) => kind === 'branch');
}

/** The branch whose theme day is meant: the member's own, or the first one below their unit. */
export function branchNear(member: Member, units: Units): Unit | undefined {
  return groupOf(member, units) ?? units.below(member.unit).find(({ kind }) => kind === 'branch');
}

function personOf(member: Member, units: Units, labels: Labels): Person {
  const group = groupOf(member, units);
  const { id, name, roles, tags } = member;
  return {
    id,
    name,
    words: wordsFor(member, labels),
    roles,
    tags,
    group: group ? { id: group.id, name: group.name } : null,
  };
}

function wordsFor({ roles, tags, status }: Member, labels: Labels): string[] {
  // Nobody is called frail where "retired" already says why they are spared.
  const telling = tags.filter((tag) => tag !== 'ordinary' && !(tag === 'elderly' && tags.includes('retired')));
  const words = [
    ...roles.filter((role) => role !== 'member').map((role) => labels.role(role)),
    ...(status === 'probationary' ? [labels.memberStatus(status)] : []),
    ...telling.map((tag) => labels.tag(tag)),
  ];
  return words.length > 0 ? words : [labels.role('member')];
}

const offices: readonly Member['roles'][number][] = [
  'secretary',
  'deputy',
  'commissioner-organisation',
  'commissioner-publicity',
  'commissioner-discipline',
  'group-leader',
  'broadcaster',
];

/** Place in the list: the highest office, then all others. */
function rank({ roles }: Member): number {
  const places = roles.map((role) => offices.indexOf(role)).filter((place) => place >= 0);
  return places.length > 0 ? Math.min(...places) : offices.length;
}
