// Effects of buddies: naming who may report for an elder, ending it, and the reports themselves, each marked with who made it. Refuses reports for anybody else.

import type { Change, FactKind } from '../change.ts';
import { monthOf } from '../time.ts';
import type { Effect, EffectInput, NamedPeople } from './effect.ts';
import { audited, memberDuty } from './effect.ts';

interface Link {
  readonly id: string;
  readonly member: string;
  readonly helper: string;
}

/** `elder` absent = the member names a buddy; else the secretary enters what the elder agreed to. */
export const buddyNamed: Effect = (input) => {
  const { elder, helper } = input.values as { elder?: NamedPeople | null; helper: NamedPeople };
  const elderId = elder?.ids[0] ?? input.member.id;
  return helper.ids
    .filter((id) => id !== elderId)
    .slice(0, 1)
    .flatMap((id): Change[] => [
      {
        change: 'record',
        record: {
          id: `buddy/${elderId}/${id}`,
          kind: 'buddy',
          unit: input.unit.id,
          member: elderId,
          state: 'active',
          title: '帮办',
          body: {
            helper: id,
            by: input.member.id,
            consent: elderId === input.member.id ? 'own' : 'told',
            on: input.today,
          },
        },
      },
      ...audited(input, 'buddy-named', [elderId]),
      ...(id === input.member.id ? [] : [told(input, id, elderId)]),
    ]);
};

function told(input: EffectInput, helper: string, elder: string): Change {
  const people = (input.views.colleagues as readonly { id: string; name: string }[] | undefined) ?? [];
  const name = people.find(({ id }) => id === elder)?.name ?? '';
  return {
    change: 'message',
    to: { members: [helper] },
    kind: 'notice',
    draft: {
      text: `${name}同志请您帮着办事。替他报的时候说“帮${name}报服务 …”“帮${name}签到”“帮${name}请假”“帮${name}党费已交”。不方便回“不用帮办”。`,
    },
    dueAt: input.pushAt,
  };
}

/** Either side ends it. */
export const buddyEnded: Effect = (input) => {
  const { links } = input.views.buddies as { links: readonly Link[] };
  const { ids } = input.values.links as NamedPeople;
  return links
    .filter(({ id }) => ids.includes(id))
    .flatMap(({ id, member, helper }): Change[] => [
      {
        change: 'record',
        record: {
          id,
          kind: 'buddy',
          unit: input.unit.id,
          member,
          state: 'ended',
          title: '帮办',
          body: { helper, by: input.member.id, ended: input.today },
        },
      },
      ...audited(input, 'buddy-ended', [member]),
    ]);
};

/** `deed`: signed_in, leave, dues_reported or volunteer_service, of the one elder in `person` whom this member helps. */
export const reportedFor: Effect = (input) => {
  const { person, deed, event, day, reason, on, what, hours } = input.values as unknown as {
    person: NamedPeople;
    deed: FactKind;
    event?: string;
    day?: string;
    reason?: string;
    on?: string;
    what?: string;
    hours?: number;
  };
  const { helping } = input.views.buddies as { helping: readonly { id: string }[] };
  const member = person.ids[0];
  if (member === undefined || !helping.some(({ id }) => id === member)) return [];
  const fact = { kind: deed, unit: input.unit.id, member, recordedBy: input.member.id } as const;
  const changes: Record<string, Change[]> = {
    signed_in: [
      { change: 'fact', fact: { ...fact, duty: event ?? null, onDay: day ?? null } },
      { change: 'duty-state', duty: memberDuty(event ?? '', member), state: 'done' },
    ],
    leave: [
      { change: 'fact', fact: { ...fact, duty: event ?? null, onDay: day ?? null, data: { reason } } },
      { change: 'duty-state', duty: memberDuty(event ?? '', member), state: 'excused' },
    ],
    dues_reported: [
      {
        change: 'fact',
        fact: { ...fact, month: monthOf(input.today), duty: `dues/${input.unit.id}/${monthOf(input.today)}` },
      },
    ],
    volunteer_service: [{ change: 'fact', fact: { ...fact, onDay: on ?? null, data: { hours, what } } }],
  };
  return [...(changes[deed] ?? []), ...audited(input, `reported-${deed}`, [member])];
};

/** Pages in large type for members without a phone, by the next message. */
export const phoneSheet: Effect = ({ unit, member, key, now }) => [
  {
    change: 'task',
    kind: 'phone-sheet',
    key: `phone-sheet/${unit.id}/${key}`,
    body: { unit: unit.id, member: member.id },
    dueAt: now,
  },
];
