// Effects of registers: an entry is written, and moved on from state to state. What an entry means, its register's file says.

import type { Change } from '../change.ts';
import { reservedFields } from '../register.ts';
import type { Effect } from './effect.ts';
import { audited } from './effect.ts';

/** An entry as the view `entries` shows it and a conversation hands it back. */
export interface Entry {
  readonly id: string;
  readonly kind: string;
  readonly unit: string;
  readonly member: string | null;
  readonly state: string;
  readonly heading: string;
  readonly by: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

export const entry: Effect = ({ values, member, unit, key }) => {
  const { register, state, heading, about } = values as Readonly<Record<string, string>>;
  const fields = Object.entries(values).filter(([name]) => !reservedFields.includes(name));
  return [
    {
      change: 'record',
      record: {
        id: `${register}/${unit.id}/${key}`,
        kind: register!,
        unit: unit.id,
        member: about === 'member' ? member.id : null,
        state: state!,
        title: heading!,
        body: { ...Object.fromEntries(fields), by: member.id },
      },
    },
  ];
};

export const entryMoved: Effect = (input) => {
  const { entry: moved, to } = input.values as unknown as { entry: Entry; to: string };
  const record: Change = {
    change: 'record',
    record: {
      id: moved.id,
      kind: moved.kind,
      unit: moved.unit,
      member: moved.member,
      state: to,
      title: moved.heading,
      body: { ...moved.body, by: moved.by, moved: { by: input.member.id, on: input.today } },
    },
  };
  return [record, ...audited(input, `${moved.kind}-${to}`, moved.by ? [moved.by] : [])];
};
