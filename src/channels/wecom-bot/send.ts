// Sends to people and groups through WeCom's AI bot. Sends stored bodies as they are; whether to try again is for the outbox.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Instant, minute } from '../../domain/time.ts';
import type { Channel, Draft, Outcome, Recipient } from '../channel.ts';
import { splitText } from '../split-text.ts';
import { cardAsText, type TapCard } from '../wecom/card.ts';
import { reactionTo, refusesCards } from '../wecom/reactions.ts';
import type { BotChat, BotChats } from './chats.ts';
import type { BotAnswer } from './connection.ts';
import { botCard, contentLimit, draftAsMarkdown, withoutThoughts } from './reply.ts';

/** A message of ours on its way: the body of `aibot_send_msg`. */
export interface BotMessage {
  readonly chatid: string;
  /** 1 = with one person, 2 = a group. Without it WeCom guesses, groups first. */
  readonly chat_type: 1 | 2;
  readonly msgtype: 'markdown' | 'template_card';
  readonly markdown?: { readonly content: string } | undefined;
  readonly template_card?: (TapCard & { readonly task_id: string }) | undefined;
}

/** Carries one message out; `nowhere` = this way of connecting has no means to write in that chat now. */
export type BotPush = (
  message: BotMessage,
) => Promise<BotAnswer | { readonly kind: 'nowhere'; readonly detail: string }>;

export interface WecomBotParts {
  readonly push: BotPush;
  readonly chats: BotChats;
  readonly now: () => Instant;
  /** Whether this process can write now (long connection); absent = every process can. */
  readonly isHere?: () => boolean;
}

/** The door of one AI bot. It writes only where somebody wrote before, one message a call, and takes nothing back. */
export function wecomBotChannel({ push, chats, now, isHere }: WecomBotParts): Channel {
  return {
    name: 'wecom-bot',
    batch: 1,
    groups: true,
    ...(isHere ? { isHere } : {}),

    compose,

    async send(body) {
      const message = read(body);
      if (!message) return { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };
      const chatid = await chats.find(chatOf(message));
      if (chatid === undefined) return { kind: 'rejected', reason: 'never-wrote', detail: 'nobody wrote here yet' };
      let answer = await push({ ...message, chatid });
      if (message.template_card && answer.kind === 'answer' && refusesCards(answer.code))
        answer = await push({ ...inWords(message, message.template_card), chatid });
      if (answer.kind === 'nowhere') return { kind: 'rejected', reason: 'never-wrote', detail: answer.detail };
      return outcomeOf(answer, now());
    },

    async recall() {
      return { kind: 'rejected', reason: 'bad-request', detail: 'the AI bot cannot take a message back' };
    },
  };
}

/** Buttons become a card in private; in groups, where WeCom takes no cards of ours, they are said in words. */
function compose(draft: Draft, to: Recipient, serial: number): string[] {
  if (to.kind === 'group') return texts(draft).map((part) => bodyOf(to.group, 2, part));
  return to.accounts.flatMap((account) => {
    const carded = botCard(draft);
    if (!carded) return texts(draft).map((part) => bodyOf(account, 1, part));
    return [bodyOf(account, 1, cardPart(carded, account, serial))];
  });
}

type Part = Pick<BotMessage, 'msgtype' | 'markdown' | 'template_card'>;

function bodyOf(chatid: string, chat_type: 1 | 2, part: Part): string {
  return JSON.stringify({ chatid, chat_type, ...part } satisfies BotMessage);
}

function texts(draft: Draft): Part[] {
  return splitText(draftAsMarkdown(draft), contentLimit).map((content) => ({
    msgtype: 'markdown',
    markdown: { content },
  }));
}

/** A task_id may be used once for ever; serials of a later installation begin again, so the content goes in too. */
function cardPart(card: TapCard, account: string, serial: number): Part {
  const print = createHash('sha256')
    .update(JSON.stringify([account, card]))
    .digest('hex')
    .slice(0, 16);
  return { msgtype: 'template_card', template_card: { ...card, task_id: `z${serial}-${print}` } };
}

function inWords({ chatid, chat_type }: BotMessage, card: TapCard): BotMessage {
  return { chatid, chat_type, msgtype: 'markdown', markdown: { content: withoutThoughts(cardAsText(card)) } };
}

const stored = z.object({
  chatid: z.string().min(1),
  chat_type: z.union([z.literal(1), z.literal(2)]),
  msgtype: z.enum(['markdown', 'template_card']),
  markdown: z.object({ content: z.string().min(1) }).optional(),
  // Written by `compose` itself.
  template_card: z
    .custom<TapCard & { task_id: string }>(
      (card) => typeof (card as { task_id?: unknown } | null)?.task_id === 'string',
    )
    .optional(),
});

function read(body: string): BotMessage | undefined {
  try {
    const message = stored.parse(JSON.parse(body));
    return message[message.msgtype] === undefined ? undefined : message;
  } catch {
    return undefined;
  }
}

function chatOf({ chatid, chat_type }: BotMessage): BotChat {
  return { kind: chat_type === 2 ? 'group' : 'single', id: chatid };
}

/** 846601 and 846602: passing trouble. 846609: this connection is not subscribed; it is being made anew. */
const passing = new Set([-1, 846601, 846602, 846609]);

function outcomeOf(answer: BotAnswer, now: Instant): Outcome {
  if (answer.kind === 'silence') return { kind: 'unreachable', detail: answer.detail };
  if (answer.code === 0) return { kind: 'sent' };
  const detail = `${answer.code} ${answer.message}`;
  if (passing.has(answer.code)) return { kind: 'unreachable', detail };
  const { action, reason } = reactionTo(answer.code);
  switch (action) {
    case 'retry':
      return { kind: 'unreachable', detail };
    case 'slow-down':
    case 'wait':
      // The limits are per chat and minute or hour: a minute is the shortest time after which there may be room.
      return { kind: 'throttled', until: now + minute, detail };
    default:
      return { kind: 'rejected', reason, detail };
  }
}
