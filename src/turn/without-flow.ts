// Answers where no conversation can be had: to people nobody knows, and when the turn itself failed. One calm sentence each.

import type { Inbound } from '../channels/channel.ts';
import { fill } from '../dialogue/template.ts';
import type { Library } from '../library/library.ts';
import type { Outcome, TurnParts } from '../turn.ts';
import type { Asked } from './answer-one.ts';

/** Names nobody and gives nothing away: the sender may be anyone. */
export function answerStranger(library: Library, inbound: Inbound): Outcome {
  return said(library, 'stranger', inbound, null);
}

/** The message is kept as taken, the fault goes to the operator; the audit row counts it. */
export async function apologise(parts: TurnParts, { pending, member }: Asked): Promise<Outcome> {
  const outcome = said(parts.library, 'broken', pending.inbound, member.id);
  return {
    ...outcome,
    changes: [{ change: 'audit', actor: null, action: 'turn-failed', subject: member.id, unit: member.unit }],
  };
}

function said(library: Library, flow: string, inbound: Inbound, member: string | null): Outcome {
  const step = library.flows.newest.get(flow)?.steps[0];
  // Events nobody said (opening the chat, changes of contacts) get no words.
  const speaks = ['text', 'tap', 'upload'].includes(inbound.content.kind) && inbound.place.kind === 'private';
  const drafts = step?.kind === 'say' && speaks ? [{ text: fill(step.say, {}) }] : [];
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
