// Effects of offered programmes: a unit takes one up or puts it down, and an item is ticked as done. Duties follow by a task.

import type { Change } from '../change.ts';
import type { Effect, EffectInput } from './effect.ts';

/** A unit's duty or a member's own as the view `programmeItems` shows it and a conversation hands it back. */
export interface ShownItem {
  /** Id of the duty. */
  readonly id: string;
  readonly programme: string;
  readonly item: string;
  readonly title: string;
  /** True = the member's own, not the unit's. */
  readonly own: boolean;
}

export const programmeTaken: Effect = (input) => settle(input, 'took-up', (ids, id) => [...new Set([...ids, id])]);

export const programmeDropped: Effect = (input) =>
  settle(input, 'put-down', (ids, id) => ids.filter((one) => one !== id));

function settle(
  input: EffectInput,
  action: string,
  change: (ids: readonly string[], id: string) => string[],
): Change[] {
  const { unit, member, key, now } = input;
  const programme = String(input.values.programme);
  return [
    {
      change: 'unit-settings',
      unit: unit.id,
      patch: { programmes: change(unit.settings.programmes ?? [], programme) },
    },
    { change: 'audit', actor: member.id, action, unit: unit.id, detail: { programme } },
    {
      change: 'task',
      kind: 'programme',
      key: `programme/${unit.id}/${programme}/${key}`,
      body: { unit: unit.id, programme },
      dueAt: now,
    },
  ];
}

/** An item is done, with one line about it. A unit's item is the unit's fact, not that of the person who ticks it. */
export const itemDone: Effect = (input) => {
  const { item, on, what } = input.values as { item: ShownItem; on: string; what?: string | null };
  const data = { item: `${item.programme}/${item.item}`, title: item.title, ...(what ? { what } : {}) };
  const base = { kind: 'item_done', unit: input.unit.id, duty: item.id, onDay: on, data } as const;
  return [
    {
      change: 'fact',
      fact: item.own ? { ...base, member: input.member.id } : { ...base, member: null, recordedBy: input.member.id },
    },
    { change: 'duty-state', duty: item.id, state: 'done' },
  ];
};
