// Effects of broadcasters: propose, approve by a second person, cancel, recall, release the month's study content.

import type { BroadcastBody } from '../broadcast.ts';
import { proposalMessage } from '../broadcast.ts';
import type { Change } from '../change.ts';
import type { Effect } from './effect.ts';

interface Known {
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly state: string;
  readonly body: BroadcastBody;
}

/** Keeps the material as proposed and asks the other broadcasters of the unit to look at it. */
export const proposeBroadcast: Effect = (input) => {
  const body = { ...(input.values.broadcast as BroadcastBody), by: input.member.id };
  const id = `broadcast/${input.unit.id}/${input.key}`;
  const approvers = (input.views.approvers as readonly string[] | undefined) ?? [];
  const changes: Change[] = [
    {
      change: 'record',
      record: { id, kind: 'broadcast', unit: input.unit.id, state: 'proposed', title: body.title, body: { ...body } },
    },
    {
      change: 'audit',
      actor: input.member.id,
      action: 'broadcast-proposed',
      unit: input.unit.id,
      detail: { broadcast: id },
    },
  ];
  if (approvers.length > 0) {
    changes.push({
      change: 'message',
      to: { members: approvers },
      kind: 'reply',
      draft: proposalMessage(id, body, input.member.name),
      record: id,
    });
  }
  return changes;
};

export const approveBroadcast: Effect = (input) => {
  const known = input.values.broadcast as Known;
  if (known.body.by === input.member.id || known.state !== 'proposed') return [];
  return [
    state(known, 'approved', { approvedBy: input.member.id, approvedAt: input.now }),
    { change: 'task', kind: 'broadcast', key: `broadcast/${known.id}`, body: { record: known.id } },
    {
      change: 'audit',
      actor: input.member.id,
      action: 'broadcast-approved',
      unit: known.unit,
      detail: { broadcast: known.id },
    },
  ];
};

export const cancelBroadcast: Effect = (input) => stop(input.values.broadcast as Known, input.member.id, 'cancelled');

/** Takes back what was sent, as far as the platforms can (WeCom: 24 hours); the task does it and counts. */
export const recallBroadcast: Effect = (input) => {
  const known = input.values.broadcast as Known;
  return [
    ...stop(known, input.member.id, 'recalling'),
    { change: 'task', kind: 'broadcast', key: `recall/${known.id}`, body: { record: known.id, recall: true } },
  ];
};

/** The first broadcaster proposes the month, a second one agrees; only then study cards go out in a real tenant. */
export const releaseContent: Effect = ({ values, member }) => [
  { change: 'content-released', month: values.month as string, by: member.id },
  { change: 'audit', actor: member.id, action: 'content-released', unit: member.unit, detail: { month: values.month } },
];

function stop(known: Known, actor: string, to: string): Change[] {
  return [
    state(known, to, {}),
    { change: 'audit', actor, action: `broadcast-${to}`, unit: known.unit, detail: { broadcast: known.id } },
  ];
}

function state(known: Known, to: string, more: Record<string, unknown>): Change {
  return {
    change: 'record',
    record: {
      id: known.id,
      kind: 'broadcast',
      unit: known.unit,
      state: to,
      title: known.title,
      body: { ...known.body, ...more },
    },
  };
}
