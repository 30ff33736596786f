// Effects about whom something is for: which units see warning material, when a member wants pushes, large type, and who may report for an elder.

import type { Change } from '../change.ts';
import type { Reminders } from '../organisation.ts';
import type { Effect, EffectInput, NamedPeople } from './effect.ts';
import { audited } from './effect.ts';

/** Units that a unit above lets see the warning material, from now on or no more. */
export const warningOpened: Effect = (input) => select(input, (now) => [...new Set([...now, 'warning'])]);
export const warningClosed: Effect = (input) => select(input, (now) => now.filter((one) => one !== 'warning'));

function select(input: EffectInput, change: (now: readonly string[]) => string[]): Change[] {
  const below = input.views.unitsBelow as readonly { id: string; selected: readonly string[] }[];
  const { ids } = input.values.units as NamedPeople;
  return below
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ id, selected }): Change[] => [
      { change: 'unit-settings', unit: id, patch: { selected: change(selected) } },
      { change: 'audit', actor: input.member.id, action: 'selected', unit: id, detail: { selected: change(selected) } },
    ]);
}

/** The time of day for pushes that can wait; null = as the unit has it. */
export const pushTimeSet: Effect = ({ values, member }) => [
  {
    change: 'reminders',
    member: member.id,
    reminders: { ...member.reminders, pushTime: values.time === 'unit' ? null : (values.time as string) },
  },
];

/** The time of day of the branch's pushes. */
export const branchPushTime: Effect = ({ values, unit, member }) => [
  { change: 'unit-settings', unit: unit.id, patch: { push_time: values.time as string } },
  { change: 'audit', actor: member.id, action: 'set-push-time', unit: unit.id, detail: { time: values.time } },
];

/** Short texts in large type for oneself, on or off. */
export const largeType: Effect = ({ values, member }) => [
  { change: 'reminders', member: member.id, reminders: { ...member.reminders, large: values.large as boolean } },
];

/** The same for another member of the branch, by the secretary; the member can see who did it and turn it back. */
export const largeTypeFor: Effect = (input) => {
  const { ids } = input.values.people as NamedPeople;
  const readers = input.views.readers as readonly { readonly id: string; readonly reminders: Reminders }[];
  return [
    ...readers
      .filter(({ id }) => ids.includes(id))
      .map(
        ({ id, reminders }): Change => ({ change: 'reminders', member: id, reminders: { ...reminders, large: true } }),
      ),
    ...audited(input, 'set-large-type', ids),
  ];
};
