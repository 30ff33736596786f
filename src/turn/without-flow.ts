// Answers where no conversation can be had: to people nobody knows, and when the turn itself failed. One calm sentence each.

import type { Inbound } from '../channels/channel.ts';
import { fill } from '../dialogue/template.ts';
import type { Outcome, TurnParts } from '../turn.ts';
import { type Asked, readSession, sessionRow } from './answer-one.ts';

/** Names nobody and gives nothing away: the sender may be anyone. */
export function answerStranger(parts: TurnParts, inbound: Inbound): Outcome {
  return said(parts, 'stranger', inbound, null);
}

/**
 * The message is kept as taken, the fault goes to the operator; the audit row counts it. Where the conversation itself came to grief and not
 * the database, it is given up: it would fail again at every word.
 */
export function apologise(cause: Error): (parts: TurnParts, asked: Asked) => Promise<Outcome> {
  return async (parts, { pending, member, session }) => {
    const open = readSession(session);
    const given = 'severity' in cause ? [] : open.stack;
    return {
      ...said(parts, 'broken', pending.inbound, member.id),
      session: given.length === 0 ? null : sessionRow(member.id, open, { ...open, stack: [] }),
      ends: given.map(({ flow, revision }) => ({ member: member.id, flow, revision, reason: 'flow-gone' })),
      changes: [{ change: 'audit', actor: null, action: 'turn-failed', subject: member.id, unit: member.unit }],
    };
  };
}

/** The words of a flow that only says something. */
export function wordsOf(
  library: TurnParts['library'],
  flow: string,
  values: Readonly<Record<string, string>> = {},
  onWalked?: TurnParts['onWalked'],
): string {
  const step = library.flows.newest.get(flow)?.steps[0];
  if (step?.kind !== 'say') return '';
  onWalked?.([`${flow}:${step.id}`]);
  return fill(step.say, values);
}

function said({ library, onWalked }: TurnParts, flow: string, inbound: Inbound, member: string | null): Outcome {
  const text = wordsOf(library, flow, {}, onWalked);
  // Events nobody said (opening the chat, changes of contacts) get no words.
  const speaks = ['text', 'tap', 'upload'].includes(inbound.content.kind) && inbound.place.kind === 'private';
  const drafts = text && speaks ? [{ text }] : [];
  return {
    reply: { drafts },
    inbound: {
      channel: inbound.channel,
      messageId: inbound.messageId,
      member,
      saidAt: inbound.at,
      intent: flow,
      reply: drafts,
    },
    session: null,
    ends: [],
    changes: [],
    outbox: [],
    noticed: null,
  };
}
