// What happens to a frame of the long connection: it becomes a turn, and the turn's answer goes back in the same exchange or into the outbox.

import { setTimeout as pause } from 'node:timers/promises';
import { type Instant, minute } from '../../domain/time.ts';
import type { Draft, Exchange, Inbound, Receive, Reply } from '../channel.ts';
import type { BotChats } from './chats.ts';
import type { BotAnswer, BotConnection, BotFrame, BotLog, RespondCommand } from './connection.ts';
import { type Heard, understandBot } from './message.ts';
import { type BotReply, replyRoom, streamOf, streamReply, welcomeLimit, welcomeReply } from './reply.ts';

export interface ListenParts {
  readonly connection: Pick<BotConnection, 'respond'>;
  readonly receive: Receive;
  /** Takes what the exchange could not carry, so that the outbox says it; a repeat is to be said once. */
  readonly later: (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;
  readonly chats: BotChats;
  readonly now: () => Instant;
  readonly log: BotLog;
  readonly botName?: string | undefined;
  /** Milliseconds before each new try of a turn that failed: WeCom does not repeat a frame. */
  readonly tryAgainAfter?: readonly number[];
}

type Spoken = Heard & { readonly kind: 'inbound' };

/** WeCom takes a welcome for 5 s (W101463); the rest is for the way. */
const welcomePatience = 4000;

/** An answer is taken for 24 hours (W101463), but nobody waits that long in silence. */
const answerPatience = 5 * minute;

/** Makes the listener for `botConnection`. The promise is for tests: it never rejects and nobody needs to wait for it. */
export function botListener(parts: ListenParts): (frame: BotFrame) => Promise<void> {
  const { connection, chats, now, log, tryAgainAfter = [1000, 5000, 25_000] } = parts;
  let last = Number.NEGATIVE_INFINITY;

  /** Frames come in order and carry no time: no two get the same, so that the turn keeps their order. */
  function arrival(): Instant {
    last = Math.max(now(), last + 1);
    return last;
  }

  async function take(frame: BotFrame): Promise<void> {
    const heard = understandBot(frame.body, { arrivedAt: arrival(), botName: parts.botName });
    if (heard.kind === 'refused') return log.warn({ why: heard.why }, 'a frame of the AI bot cannot be read');
    if (heard.kind !== 'inbound') return log.info({ kind: heard.kind }, 'a frame of the AI bot is nobody’s words');
    const { inbound } = heard;
    // Before the turn: what it puts into the outbox may be sent at once.
    if (heard.wrote)
      await chats.heard(chatOf(heard), heard.chat).catch((err: unknown) => log.warn({ err }, 'a chat was not kept'));
    const { drafts } = await received(inbound, exchangeOf(heard));
    if (drafts.length === 0) return;
    const { body, rest } = replyTo(heard, drafts);
    const unsaid = body === undefined || (await respond(frame.reqId, heard, body)) ? rest : drafts;
    if (unsaid.length > 0) await parts.later(inbound, unsaid);
  }

  function exchangeOf({ answer, inbound }: Spoken): Exchange {
    if (answer === 'stream') return { bytes: replyRoom, answerBy: now() + answerPatience };
    if (answer === 'welcome') return { bytes: welcomeLimit, answerBy: now() + welcomePatience };
    return { bytes: 0, answerBy: inbound.at };
  }

  /** The turn takes a message once, so trying again is safe. */
  async function received(inbound: Inbound, exchange: Exchange): Promise<Reply> {
    for (const wait of tryAgainAfter) {
      try {
        return await parts.receive(inbound, exchange);
      } catch (err) {
        log.error({ err, messageId: inbound.messageId }, 'a message to the AI bot failed');
      }
      await pause(wait, undefined, { ref: false });
    }
    return parts.receive(inbound, exchange);
  }

  /** True when the person sees it. The state of a stream may be said again: it replaces itself. */
  async function respond(reqId: string, { answer }: Spoken, body: unknown): Promise<boolean> {
    const command: RespondCommand = answer === 'welcome' ? 'aibot_respond_welcome_msg' : 'aibot_respond_msg';
    let answered = await connection.respond(reqId, command, body);
    if (answered.kind === 'silence' && answer === 'stream') answered = await connection.respond(reqId, command, body);
    if (isDone(answered)) return true;
    // 846605: the connection is a newer one than the question's. 846608: too late. Either way the outbox pushes it.
    log.info({ answered }, 'an answer of the AI bot goes through the outbox');
    return false;
  }

  return (frame) => take(frame).catch((err: unknown) => log.error({ err }, 'a frame of the AI bot was lost'));
}

function chatOf({ inbound, chat }: Spoken) {
  return { kind: inbound.place.kind === 'group' ? ('group' as const) : ('single' as const), id: chat };
}

function replyTo({ answer, inbound }: Spoken, drafts: readonly Draft[]): BotReply {
  if (answer === 'stream') return streamReply(drafts, streamOf(inbound.messageId));
  if (answer === 'welcome') return welcomeReply(drafts, inbound.messageId);
  return { body: undefined, rest: drafts };
}

function isDone(answer: BotAnswer): boolean {
  return answer.kind === 'answer' && answer.code === 0;
}
