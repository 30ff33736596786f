// Takes what another process had acknowledged and not done when it died. The turn takes a message once, so that two that try do no harm.

import type { Logger } from 'pino';
import type { Draft, Inbound, Press, Receive } from '../channels/channel.ts';
import { dayLength, type Instant, minute } from '../domain/time.ts';
import type { InboundWaiting } from '../store/inbound-waiting.ts';
import { within } from './dispatcher.ts';

export interface TakeWaitingParts {
  readonly waiting: InboundWaiting<Inbound>;
  readonly receive: Receive;
  /** Says through the outbox what was answered in an exchange that is gone. */
  readonly later: (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;
  /** Notes what became of a press in an exchange that is gone, so that its card shows it. */
  readonly changeCard: (inbound: Inbound, became: Press) => Promise<void>;
  readonly clock: () => Instant;
  readonly log: Pick<Logger, 'info' | 'error'>;
}

/** The entrance for a platform that tells everything once: a message lies in the database from before its turn until after it. */
export function outliving({
  waiting,
  receive,
  log,
}: Pick<TakeWaitingParts, 'waiting' | 'receive'> & { readonly log: Pick<Logger, 'warn'> }): Receive {
  const orSay = (err: unknown) => log.warn({ err }, 'what waits for its turn was not written down');
  return async (inbound, exchange) => {
    await waiting.keep(inbound).catch(orSay);
    const reply = await receive(inbound, exchange);
    await waiting.drop(inbound).catch(orSay);
    return reply;
  };
}

/** A process tries its own messages again for about half a minute; what is older, nobody tries any more. */
const ownPatience = minute;

/** A message that nobody could take for so long is given up: what was said in it means something else by then. */
const worth = dayLength;

/** Milliseconds for one message: the others must not wait for a person whose turn is held up. */
const oneTurn = 10_000;

/** Resolves when all that waited were tried; returns how many there were. */
export async function takeWaiting({
  waiting,
  receive,
  later,
  changeCard,
  clock,
  log,
}: TakeWaitingParts): Promise<number> {
  const left = await waiting.left(clock() - ownPatience);
  for (const { inbound, keptAt } of left) {
    const { channel, messageId } = inbound;
    if (keptAt <= clock() - worth) {
      log.error({ channel, id: messageId }, 'a message that nobody could take for a day is given up');
      await waiting.drop(inbound);
      continue;
    }
    const taken = take(inbound).catch((err: unknown) =>
      log.error({ err, channel, id: messageId }, 'a message that was heard before cannot be taken yet'),
    );
    await within(taken, oneTurn);
  }
  return left.length;

  async function take(inbound: Inbound): Promise<void> {
    const { drafts, pressed } = await receive(inbound, { bytes: 0, answerBy: clock() });
    if (drafts.length > 0) await later(inbound, drafts);
    if (pressed) await changeCard(inbound, pressed);
    await waiting.drop(inbound);
  }
}
