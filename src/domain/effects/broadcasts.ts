// Effects of broadcasters: propose, approve by a second person, cancel, recall, release the month's study content.

import type { BroadcastBody, BroadcastRecord } from '../broadcast.ts';
import { approvalChanges, cancelChanges, proposalChanges, recallChanges } from '../broadcast-changes.ts';
import type { Effect } from './effect.ts';

export const proposeBroadcast: Effect = ({ values, views, member, unit, key }) =>
  proposalChanges({
    body: values.broadcast as BroadcastBody,
    proposer: member,
    unit: unit.id,
    approvers: (views.approvers as readonly string[] | undefined) ?? [],
    key,
  });

export const approveBroadcast: Effect = ({ values, member, now }) => {
  const known = values.broadcast as BroadcastRecord;
  if (known.body.by === member.id || known.state !== 'proposed') return [];
  return approvalChanges(known, member.id, now);
};

export const cancelBroadcast: Effect = ({ values, member }) =>
  cancelChanges(values.broadcast as BroadcastRecord, member.id);

export const recallBroadcast: Effect = ({ values, member }) =>
  recallChanges(values.broadcast as BroadcastRecord, member.id);

/** The first broadcaster proposes the month, a second one agrees; only then study cards go out in a real tenant. */
export const releaseContent: Effect = ({ values, member }) => [
  { change: 'content-released', month: values.month as string, by: member.id },
  { change: 'audit', actor: member.id, action: 'content-released', unit: member.unit, detail: { month: values.month } },
];
