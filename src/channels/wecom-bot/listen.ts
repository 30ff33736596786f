// What happens to a frame of the long connection: it becomes a turn, and the turn's answer goes back in the same exchange or into the outbox.

import { setTimeout as pause } from 'node:timers/promises';
import { type Instant, minute } from '../../domain/time.ts';
import type { Draft, Exchange, Inbound, Receive, Reply } from '../channel.ts';
import { type CardSource, cardSource } from './card-id.ts';
import type { BotChat, BotChats } from './chats.ts';
import type { BotAnswer, BotConnection, BotFrame, BotLog, RespondCommand } from './connection.ts';
import { mentionReader } from './mention.ts';
import { type Heard, understandBot } from './message.ts';
import { answeredCard, type PressedWords } from './pressed.ts';
import { cardReply, replyRoom, streamOf, streamReply, welcomeLimit, welcomeReply } from './reply.ts';

export interface ListenParts {
  readonly connection: Pick<BotConnection, 'respond'>;
  readonly receive: Receive;
  /** Takes what the exchange could not carry, so that the outbox says it; a repeat is to be said once. */
  readonly later: (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;
  readonly chats: BotChats;
  readonly now: () => Instant;
  readonly log: BotLog;
  readonly botName?: string | undefined;
  /** What was said with a card of ours, and what it shows once it is answered; absent = an answered card stays as it is. */
  readonly cards?: BotCards | undefined;
  /** Absent = what a process had heard and not answered when it died is lost. */
  readonly inbox?: BotInbox | undefined;
  /** Counts one message to a chat; false = its limit is used up, and the outbox waits for room. Absent = nothing is counted. */
  readonly mayAnswer?: ((chat: BotChat) => Promise<boolean>) | undefined;
  /** Milliseconds before each new try of a turn that failed: WeCom does not repeat a frame. */
  readonly tryAgainAfter?: readonly number[];
}

export interface BotCards {
  drafts(source: CardSource): Promise<readonly Draft[]>;
  readonly words: PressedWords;
}

/** What was heard and is not answered yet, for all processes together: WeCom tells everything once. */
export interface BotInbox {
  keep(inbound: Inbound): Promise<void>;
  drop(messageId: string): Promise<void>;
  /** Everything that lies there, oldest first. */
  left(): Promise<readonly Inbound[]>;
}

export interface BotListener {
  /** Takes a frame. The promise is for tests and for the end: it never rejects. */
  (frame: BotFrame): Promise<void>;
  /** Answers, through the outbox, what a process before this one had heard and not answered. */
  catchUp(): Promise<void>;
}

type Spoken = Heard & { readonly kind: 'inbound' };

/** WeCom takes a welcome, and the change of a card, for 5 s (W101463); the rest is for the way. */
const eventPatience = 4000;

/** An answer is taken for 24 hours (W101463), but nobody waits that long in silence. */
const answerPatience = 5 * minute;

/** Makes the listener for `botConnection`. */
export function botListener(parts: ListenParts): BotListener {
  const { connection, chats, now, log, inbox, tryAgainAfter = [1000, 5000, 25_000, minute, 2 * minute] } = parts;
  const inWork = new Set<string>();
  const withoutMention = mentionReader(parts.botName);
  let last = Number.NEGATIVE_INFINITY;

  /** Frames come in order and carry no time: no two get the same, so that the turn keeps their order. */
  function arrival(): Instant {
    last = Math.max(now(), last + 1);
    return last;
  }

  async function take(frame: BotFrame): Promise<void> {
    const heard = understandBot(frame.body, { arrivedAt: arrival(), withoutMention });
    if (heard.kind === 'refused') return log.warn({ why: heard.why }, 'a frame of the AI bot cannot be read');
    if (heard.kind !== 'inbound') return log.info({ kind: heard.kind }, 'a frame of the AI bot is nobody’s words');
    const { messageId } = heard.inbound;
    inWork.add(messageId);
    await answer(frame.reqId, heard).finally(() => inWork.delete(messageId));
  }

  async function answer(reqId: string, heard: Spoken): Promise<void> {
    const { inbound } = heard;
    const heardAt = now();
    // A greeting that comes late is no greeting.
    const keeps = heard.answer === 'welcome' ? undefined : inbox;
    // Before the turn: what it puts into the outbox may be sent at once.
    await Promise.all([
      heard.wrote &&
        chats.heard(chatOf(heard), heard.chat).catch((err: unknown) => log.warn({ err }, 'a chat was not kept')),
      keeps?.keep(inbound).catch((err: unknown) => log.warn({ err }, 'a message was not kept before its turn')),
    ]);
    const turn = received(inbound, exchangeOf(heard));
    const changed = changeCard(reqId, heard, heardAt, turn);
    const { drafts } = await turn;
    const unsaid = drafts.length === 0 ? drafts : await respond(reqId, heard, drafts);
    if (unsaid.length > 0) await parts.later(inbound, unsaid);
    await keeps?.drop(inbound.messageId).catch((err: unknown) => log.warn({ err }, 'a message was kept for nothing'));
    await changed;
  }

  function exchangeOf({ answer, inbound }: Spoken): Exchange {
    if (answer === 'stream') return { bytes: replyRoom, answerBy: now() + answerPatience };
    if (answer === 'welcome') return { bytes: welcomeLimit, answerBy: now() + eventPatience };
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

  /** Answers in the exchange; what the person did not see of it comes back. */
  async function respond(reqId: string, heard: Spoken, drafts: readonly Draft[]): Promise<readonly Draft[]> {
    const { messageId, place } = heard.inbound;
    if (heard.answer === 'nothing' || !(await mayAnswer(chatOf(heard)))) return drafts;
    if (heard.answer === 'welcome') {
      const { body, rest } = welcomeReply(drafts, messageId);
      return isDone(await say(reqId, 'aibot_respond_welcome_msg', body)) ? rest : drafts;
    }
    // In a group everybody could press it.
    const card = place.kind === 'private' ? cardReply(drafts, messageId) : undefined;
    const carded = card && (await sayTwice(reqId, card));
    // 42014 after silence: the number of the card is used up, so the first one stands there.
    if (carded && (isDone(carded.answer) || (carded.wasSilent && isCode(carded.answer, 42014)))) return [];
    if (carded?.answer.kind === 'silence') return drafts;
    const { body, rest } = streamReply(drafts, streamOf(messageId));
    // The state of a stream may be said again: it replaces itself.
    if (body === undefined || isDone((await sayTwice(reqId, body)).answer)) return rest;
    // 846605: the connection is a newer one than the question's. 846608: too late. Either way the outbox pushes it.
    log.info({ messageId }, 'an answer of the AI bot goes through the outbox');
    return drafts;
  }

  async function sayTwice(reqId: string, body: unknown): Promise<{ answer: BotAnswer; wasSilent: boolean }> {
    const answer = await say(reqId, 'aibot_respond_msg', body);
    if (answer.kind !== 'silence') return { answer, wasSilent: false };
    return { answer: await say(reqId, 'aibot_respond_msg', body), wasSilent: true };
  }

  async function say(reqId: string, command: RespondCommand, body: unknown): Promise<BotAnswer> {
    const answer = await connection.respond(reqId, command, body);
    if (!isDone(answer)) log.info({ command, answer }, 'the AI bot was not answered "done"');
    return answer;
  }

  async function mayAnswer(chat: BotChat): Promise<boolean> {
    try {
      return (await parts.mayAnswer?.(chat)) ?? true;
    } catch (err) {
      log.warn({ err }, 'a message of the AI bot was not counted');
      return true;
    }
  }

  /**
   * The card shows what was chosen, beside the turn and once: WeCom takes one change for each press, within 5 s. Where that does not succeed the
   * buttons stay, and pressing one again changes nothing; what the turn says comes in words anyhow. Never rejects.
   */
  async function changeCard(
    reqId: string,
    { inbound: { content } }: Spoken,
    heardAt: Instant,
    turn: Promise<Reply>,
  ): Promise<void> {
    if (!parts.cards || content.kind !== 'tap' || content.card === undefined) return;
    const { cards } = parts;
    const source = cardSource(content.card);
    try {
      const became = await within(
        turn.then(
          ({ pressed }) => pressed,
          () => undefined,
        ),
        eventPatience - 1000,
      );
      const shown = source ? await cards.drafts(source) : [];
      const update = answeredCard(shown, content.card, content.data, (chosen) => cards.words(became, chosen));
      if (!update || now() - heardAt > eventPatience) return log.info({}, 'an answered card stays as it is');
      await say(reqId, 'aibot_respond_update_msg', update);
    } catch (err) {
      log.warn({ err }, 'an answered card was not changed');
    }
  }

  async function answerOld(inbound: Inbound): Promise<void> {
    if (inWork.has(inbound.messageId)) return;
    // Whatever was answered in an exchange that is gone is stored with the message, and so comes back.
    const { drafts } = await parts.receive(inbound, { bytes: 0, answerBy: now() });
    if (drafts.length > 0) await parts.later(inbound, drafts);
    await inbox?.drop(inbound.messageId);
  }

  const listener = (frame: BotFrame) =>
    take(frame).catch((err: unknown) => log.error({ err }, 'a frame of the AI bot was lost'));
  return Object.assign(listener, {
    async catchUp() {
      try {
        const left = (await inbox?.left()) ?? [];
        for (const inbound of left)
          await answerOld(inbound).catch((err: unknown) =>
            log.error({ err, messageId: inbound.messageId }, 'a message heard before could not be answered yet'),
          );
        if (left.length > 0) log.info({ messages: left.length }, 'what was heard before is answered');
      } catch (err) {
        log.error({ err }, 'what was heard before could not be read');
      }
    },
  });
}

/** Undefined when it takes longer. */
async function within<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

function chatOf({ inbound, chat }: Spoken): BotChat {
  return { kind: inbound.place.kind === 'group' ? 'group' : 'single', id: chat };
}

function isDone(answer: BotAnswer): boolean {
  return isCode(answer, 0);
}

function isCode(answer: BotAnswer, code: number): boolean {
  return answer.kind === 'answer' && answer.code === code;
}
