// Effects of registers: an entry is written, and moved on from state to state. What an entry means, its register's file says.

import type { Change, FactKind } from '../change.ts';
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
  const { register, state, heading, about, each } = values as Readonly<Record<string, string>>;
  const fields = Object.fromEntries(Object.entries(values).filter(([name]) => !reservedFields.includes(name)));
  const written = (id: string, title: string, body: typeof fields): Change => ({
    change: 'record',
    record: {
      id: `${register}/${unit.id}/${id}`,
      kind: register!,
      unit: unit.id,
      member: about === 'member' ? member.id : null,
      state: state!,
      title,
      body: { ...body, by: member.id },
    },
  });
  if (each === undefined) return [written(key, heading!, fields)];
  const all = String(fields[each]);
  return linesOf(all).map((line, index) =>
    written(
      `${key}.${index + 1}`,
      heading!.replace(all, () => line),
      { ...fields, [each]: line },
    ),
  );
};

function linesOf(text: string): string[] {
  return text
    .split(/[\n；;]/u)
    .map((line) => line.trim())
    .filter(Boolean);
}

export const entryMoved: Effect = (input) => {
  const {
    entry: moved,
    to,
    fact,
    tell,
  } = input.values as unknown as { entry: Entry; to: string; fact?: FactKind; tell?: string };
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
  const deed: Change[] = fact
    ? [
        {
          change: 'fact',
          fact: {
            kind: fact,
            unit: moved.unit,
            member: moved.member,
            onDay: input.today,
            data: { what: moved.heading, record: moved.id },
            recordedBy: input.member.id,
          },
        },
      ]
    : [];
  const told: Change[] =
    tell && moved.by && moved.by !== input.member.id
      ? [{ change: 'message', to: { members: [moved.by] }, kind: 'notice', draft: { text: tell }, dueAt: input.pushAt }]
      : [];
  return [record, ...deed, ...told, ...audited(input, `${moved.kind}-${to}`, moved.by ? [moved.by] : [])];
};

/** A member's one real problem: with the deed at once where it is solved already. */
export const ownProblem: Effect = (input) => {
  const { what, stage } = input.values as { what: string; stage: 'open' | 'done' };
  const { unit, member } = input;
  const id = `problem/${unit.id}/${input.key}`;
  return [
    {
      change: 'record',
      record: {
        id,
        kind: 'problem',
        unit: unit.id,
        member: member.id,
        state: stage,
        title: what,
        body: { what, by: member.id },
      },
    },
    ...(stage === 'done' ? [solved(input, what, id)] : []),
  ];
};

export const ownProblemDone: Effect = (input) => {
  const moved = input.values.entry as unknown as Entry;
  return [
    {
      change: 'record',
      record: {
        id: moved.id,
        kind: 'problem',
        unit: moved.unit,
        member: input.member.id,
        state: 'done',
        title: moved.heading,
        body: { ...moved.body, by: input.member.id },
      },
    },
    solved(input, moved.heading, moved.id),
  ];
};

function solved({ unit, member, today }: Parameters<Effect>[0], what: string, record: string): Change {
  return {
    change: 'fact',
    fact: { kind: 'problem_solved', unit: unit.id, member: member.id, onDay: today, data: { what, record } },
  };
}
