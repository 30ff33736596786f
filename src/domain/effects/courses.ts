// Effects of signing up for a course: the record for those who give it, and a duty of one's own that is reminded of once, the day before.

import type { Change } from '../change.ts';
import type { Effect, EffectInput } from './effect.ts';

interface ShownCourse {
  readonly id: string;
  readonly title: string;
  readonly on: string;
  readonly place: string;
}

export const courseJoined: Effect = (input) => [
  signUp(input, 'signed'),
  {
    change: 'duties',
    duties: [
      {
        id: dutyOf(input),
        programme: 'course',
        item: 'course',
        unit: input.unit.id,
        member: input.member.id,
        period: course(input).on,
        dueOn: course(input).on,
        startsAt: null,
        details: { title: course(input).title, place: course(input).place, closes: 1 },
      },
    ],
  },
  // Who had left and comes back is expected again.
  { change: 'duty-state', duty: dutyOf(input), state: 'open' },
];

export const courseLeft: Effect = (input) => [
  signUp(input, 'left'),
  { change: 'duty-state', duty: dutyOf(input), state: 'excused' },
];

function signUp(input: EffectInput, state: string): Change {
  const { id, title, on } = course(input);
  return {
    change: 'record',
    record: {
      id: `course-sign-up/${id}/${input.member.id}`,
      kind: 'course-sign-up',
      unit: input.unit.id,
      member: input.member.id,
      state,
      title,
      body: { course: id, on, by: input.member.id },
    },
  };
}

function course({ values }: EffectInput): ShownCourse {
  return values.course as ShownCourse;
}

/** Ids of courses hold slashes; a duty's id is programme, unit, period, member and what tells two courses of a day apart. */
function dutyOf(input: EffectInput): string {
  const { id, on } = course(input);
  return `course/${input.unit.id}/${on}/${input.member.id}/${id.split('/').at(-1)}`;
}
