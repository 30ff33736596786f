// Effects around one event: signing in, leave, having read the notice, and what a secretary records for people without a phone.

import type { Change } from '../change.ts';
import type { MemberId } from '../organisation.ts';
import type { Effect, EffectInput, NamedPeople } from './effect.ts';
import { audited, memberDuty } from './effect.ts';

/** Why somebody is not there: a category only, never text (health reasons are sensitive, domain notes §5A). */
export const leaveReasons = ['illness', 'duty', 'family', 'travel', 'other'] as const;

export const signIn: Effect = (input) => came(input, input.values.event as string, [input.member.id], null);

export const takeLeave: Effect = (input) => onLeave(input, [input.member.id], null);

export const acknowledge: Effect = ({ values, member }) => [
  { change: 'acknowledged', duty: memberDuty(values.event as string, member.id) },
];

/** `到了 孙波 钱多`: recorded by the secretary, marked as such. */
export const recordCame: Effect = (input) => {
  const there = (input.views.roster as { cameIds?: readonly string[] } | undefined)?.cameIds ?? [];
  const ids = (input.values.people as NamedPeople).ids.filter((id) => !there.includes(id));
  return [
    ...came(input, input.values.event as string, ids, input.member.id),
    ...audited(input, 'recorded-sign-in', ids),
  ];
};

export const recordLeave: Effect = (input) => {
  const { ids } = input.values.people as NamedPeople;
  return [...onLeave(input, ids, input.member.id), ...audited(input, 'recorded-leave', ids)];
};

function came(input: EffectInput, event: string, members: readonly MemberId[], recordedBy: MemberId | null): Change[] {
  return members.flatMap((member): Change[] => [
    {
      change: 'fact',
      fact: {
        kind: 'signed_in',
        unit: input.unit.id,
        member,
        duty: event,
        onDay: input.values.day as string,
        recordedBy,
      },
    },
    { change: 'duty-state', duty: memberDuty(event, member), state: 'done' },
  ]);
}

function onLeave(input: EffectInput, members: readonly MemberId[], recordedBy: MemberId | null): Change[] {
  const event = input.values.event as string;
  return members.flatMap((member): Change[] => [
    {
      change: 'fact',
      fact: {
        kind: 'leave',
        unit: input.unit.id,
        member,
        duty: event,
        onDay: input.values.day as string,
        data: { reason: input.values.reason },
        recordedBy,
      },
    },
    { change: 'duty-state', duty: memberDuty(event, member), state: 'excused' },
  ]);
}
