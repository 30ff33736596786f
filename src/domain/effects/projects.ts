// Effects of claiming a volunteer project: a place is taken or given back; a reminder of one's own the day before; reported once it is done.

import type { Change } from '../change.ts';
import type { Effect, EffectInput } from './effect.ts';

interface ShownProject {
  readonly id: string;
  readonly what: string;
  readonly on: string;
  readonly place: string;
}

export const projectClaimed: Effect = (input) => {
  const { what, on, place } = project(input);
  return [
    claim(input, 'claimed'),
    {
      change: 'duties',
      duties: [
        {
          id: dutyOf(input),
          programme: 'project',
          item: 'project',
          unit: input.unit.id,
          member: input.member.id,
          period: on,
          dueOn: on,
          startsAt: null,
          details: { title: what, place, closes: 60 },
        },
      ],
    },
    // Who had given it back and claims it again is expected again.
    { change: 'duty-state', duty: dutyOf(input), state: 'open' },
  ];
};

export const projectDropped: Effect = (input) => [
  claim(input, 'dropped'),
  { change: 'duty-state', duty: dutyOf(input), state: 'excused' },
];

/** The service itself was reported in the conversation about it. */
export const projectReported: Effect = (input) => [
  claim(input, 'reported'),
  { change: 'duty-state', duty: dutyOf(input), state: 'done' },
];

function claim(input: EffectInput, state: 'claimed' | 'dropped' | 'reported'): Change {
  const { id, what, on } = project(input);
  return {
    change: 'record',
    record: {
      id: `project-claim/${id}/${input.member.id}`,
      kind: 'project-claim',
      unit: input.unit.id,
      member: input.member.id,
      state,
      title: what,
      body: { project: id, on, by: input.member.id },
    },
  };
}

function project({ values }: EffectInput): ShownProject {
  return values.project as ShownProject;
}

/** Ids of projects hold slashes; a duty's id is programme, unit, day, member and what tells two projects of a day apart. */
function dutyOf(input: EffectInput): string {
  const { id, on } = project(input);
  return `project/${input.unit.id}/${on}/${input.member.id}/${id.split('/').at(-1)}`;
}
