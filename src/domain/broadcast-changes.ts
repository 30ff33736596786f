// What proposing, approving, stopping and recalling a broadcast change: the same in chat and at the command line. Checks nothing.

import type { BroadcastBody, BroadcastRecord, BroadcastState } from './broadcast.ts';
import { proposalMessage } from './broadcast.ts';
import type { Change } from './change.ts';
import type { Member, MemberId, UnitId } from './organisation.ts';
import type { Instant } from './time.ts';
import { addDays, instantOf } from './time.ts';

export interface Proposal {
  readonly body: BroadcastBody;
  readonly proposer: Pick<Member, 'id' | 'name'>;
  /** The proposer's unit: it answers for the material. */
  readonly unit: UnitId;
  /** Who is asked to look at it. */
  readonly approvers: readonly MemberId[];
  /** Unique among the unit's materials. */
  readonly key: string;
}

/** The id of a material in the records. */
export function broadcastId(unit: UnitId, key: string): string {
  return `broadcast/${unit}/${key}`;
}

/** Keeps the material as proposed and asks the approvers to look at it. */
export function proposalChanges({ body, proposer, unit, approvers, key }: Proposal): Change[] {
  const id = broadcastId(unit, key);
  const by = { ...body, by: proposer.id };
  const ask: Change = {
    change: 'message',
    to: { members: approvers },
    kind: 'notice',
    draft: proposalMessage(id, by, proposer.name),
    record: id,
  };
  return [
    { change: 'record', record: { id, kind: 'broadcast', unit, state: 'proposed', title: body.title, body: by } },
    { change: 'audit', actor: proposer.id, action: 'broadcast-proposed', unit, detail: { broadcast: id } },
    ...keptFile(body),
    ...(approvers.length > 0 ? [ask] : []),
  ];
}

/** Releases the material; a task carries it out. */
export function approvalChanges(known: BroadcastRecord, actor: MemberId, now: Instant): Change[] {
  return [
    moved(known, 'approved', { approvedBy: actor, approvedAt: now }),
    { change: 'task', kind: 'broadcast', key: `broadcast/${known.id}`, body: { record: known.id } },
    logged(known, actor, 'broadcast-approved'),
    ...keptFile(known.body),
  ];
}

/** Ends the material; what was sent stays. `actor` null = an operator. */
export function cancelChanges(known: BroadcastRecord, actor: MemberId | null): Change[] {
  return [moved(known, 'cancelled'), logged(known, actor, 'broadcast-cancelled')];
}

/** Takes back what was sent, as far as the platforms can (WeCom: 24 hours); the task does it and counts. */
export function recallChanges(known: BroadcastRecord, actor: MemberId | null): Change[] {
  return [
    moved(known, 'recalling'),
    logged(known, actor, 'broadcast-recalling'),
    { change: 'task', kind: 'broadcast', key: `recall/${known.id}`, body: { record: known.id, recall: true } },
  ];
}

/** What is to be sent stays until nobody may get it any more, and a while longer for those who open it late. It is its sender's own no more. */
function keptFile({ file, expires }: BroadcastBody): Change[] {
  return file && expires
    ? [{ change: 'file-kept', id: file.id, until: instantOf(addDays(expires, fileGrace), '00:00'), own: false }]
    : [];
}

/** Days. */
const fileGrace = 30;

function moved(known: BroadcastRecord, state: BroadcastState, more: Partial<BroadcastBody> = {}): Change {
  const { id, unit, title, body } = known;
  return { change: 'record', record: { id, kind: 'broadcast', unit, state, title, body: { ...body, ...more } } };
}

function logged({ id, unit }: BroadcastRecord, actor: MemberId | null, action: string): Change {
  return { change: 'audit', actor, action, unit, detail: { broadcast: id } };
}
