// Effects around bindings: giving out a code that binds a WeChat account or a group, and ending a binding. The codes themselves come from the view.

import type { ChannelName } from '../organisation.ts';
import type { Effect, NamedPeople } from './effect.ts';
import { audited } from './effect.ts';

const channel = 'wechaty';

/** A code for the member's own account. */
export const ownCode: Effect = ({ values, member }) => [
  { change: 'binding-code', code: values.code as string, channel, member: member.id, unit: null },
];

/** A code that a secretary hands to somebody who has no other door. */
export const codeForOther: Effect = (input) => {
  const [member] = (input.values.people as NamedPeople).ids;
  if (member === undefined) return [];
  return [
    { change: 'binding-code', code: input.values.code as string, channel, member, unit: null },
    ...audited(input, 'binding-code', [member]),
  ];
};

/** A code for the branch's group, in WeCom or in WeChat; in WeChat whoever got it binds their own account with it too. */
export const roomCode: Effect = ({ values, member, unit }) => [
  { change: 'binding-code', code: values.code as string, channel: 'any', member: member.id, unit: unit.id },
];

export const unbindAccount: Effect = ({ member, unit }) => [
  { change: 'account-unbound', channel, member: member.id },
  { change: 'audit', actor: member.id, action: 'account-unbound', subject: member.id, unit: unit.id },
];

/** `door` is the one whose group it is. The branch's secretaries hear of it, whoever did it. */
export const unbindRoom: Effect = ({ views, values, member, unit }) => {
  const others = (views.secretaries as readonly string[]).filter((id) => id !== member.id);
  return [
    { change: 'room-unbound', channel: values.door as ChannelName, unit: unit.id },
    { change: 'audit', actor: member.id, action: 'room-unbound', unit: unit.id, detail: { channel: values.door } },
    { change: 'message', to: { members: others }, kind: 'notice', draft: { text: values.text as string } },
  ];
};
