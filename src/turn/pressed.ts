// A press on a card: what became of it, and that pressing twice in a row is one press. Decides nothing of what the press means.

import type { Inbound, Press } from '../channels/channel.ts';
import type { Session } from '../dialogue/session.ts';
import type { Change } from '../domain/change.ts';
import type { Outcome } from '../turn.ts';
import type { TakenStep } from './answer-one.ts';

/** A finger that trembles, or a client that shows the change late: milliseconds in which the same press is the same one. */
const oneFinger = 5000;

/** What became of the press before, if this is the same one again: on the same card, and nothing was done in between. */
export function pressedBefore({ pressed }: Session, { content, at }: Inbound): Press | undefined {
  if (content.kind !== 'tap' || !pressed || pressed.card !== content.card || pressed.data !== content.data)
    return undefined;
  return at - pressed.at <= oneFinger ? pressed.became : undefined;
}

/** The outcome of a press that was made already: nothing changes and nothing is said. */
export function pressedAgain(inbound: Inbound, member: string, became: Press): Outcome {
  return {
    reply: { drafts: [], pressed: became },
    inbound: {
      channel: inbound.channel,
      messageId: inbound.messageId,
      member,
      saidAt: inbound.at,
      intent: 'pressed-again',
      reply: [],
    },
    session: null,
    ends: [],
    changes: [],
    outbox: [],
    noticed: null,
  };
}

/** What became of a press, as its card shows it; undefined where nothing was pressed. */
export function becameOf({ content }: Inbound, { intent, changes, session }: TakenStep): Press | undefined {
  if (content.kind !== 'tap') return undefined;
  if (intent === 'too-late') return 'outdated';
  const goesOn = session.stack.at(-1)?.waiting === true;
  return goesOn || changes.some(isWritten) ? 'done' : 'plain';
}

/** The session with the press in it, where the card can be told from others. */
export function withPress(session: Session, { content, at }: Inbound, became: Press | undefined): Session {
  if (content.kind !== 'tap' || content.card === undefined || became === undefined) return session;
  return { ...session, pressed: { card: content.card, data: content.data, at, became } };
}

function isWritten({ change }: Change): boolean {
  return change !== 'audit';
}
