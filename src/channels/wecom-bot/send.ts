// Sends to people and groups through WeCom's AI bot. Sends stored bodies as they are; whether to try again is for the outbox.

import { z } from 'zod';
import { type Instant, minute } from '../../domain/time.ts';
import type { Channel, Draft, Outcome, Recipient } from '../channel.ts';
import { splitText } from '../split-text.ts';
import { reactionTo } from '../wecom/reactions.ts';
import type { BotChat, BotChats } from './chats.ts';
import type { BotAnswer } from './connection.ts';
import { contentLimit, draftAsMarkdown } from './reply.ts';

/** A message of ours on its way: the body of `aibot_send_msg`. */
export interface BotMessage {
  readonly chatid: string;
  /** 1 = with one person, 2 = a group. Without it WeCom guesses, groups first. */
  readonly chat_type: 1 | 2;
  readonly msgtype: 'markdown';
  readonly markdown: { readonly content: string };
}

/** Carries one message out; `nowhere` = this way of connecting has no means to write in that chat now. */
export type BotPush = (
  message: BotMessage,
) => Promise<BotAnswer | { readonly kind: 'nowhere'; readonly detail: string }>;

export interface WecomBotParts {
  readonly push: BotPush;
  readonly chats: BotChats;
  readonly now: () => Instant;
}

/** The door of one AI bot. It writes only where somebody wrote before, one message a call, and takes nothing back. */
export function wecomBotChannel({ push, chats, now }: WecomBotParts): Channel {
  return {
    name: 'wecom-bot',
    batch: 1,
    groups: true,

    compose: (draft, to) => compose(draft, to),

    async send(body) {
      const message = read(body);
      if (!message) return { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };
      const chatid = await chats.find(chatOf(message));
      if (chatid === undefined) return { kind: 'rejected', reason: 'never-wrote', detail: 'nobody wrote here yet' };
      const answer = await push({ ...message, chatid });
      if (answer.kind === 'nowhere') return { kind: 'rejected', reason: 'never-wrote', detail: answer.detail };
      return outcomeOf(answer, now());
    },

    async recall() {
      return { kind: 'rejected', reason: 'bad-request', detail: 'the AI bot cannot take a message back' };
    },
  };
}

function compose(draft: Draft, to: Recipient): string[] {
  const texts = splitText(draftAsMarkdown(draft), contentLimit);
  const chats: [string, 1 | 2][] =
    to.kind === 'group' ? [[to.group, 2]] : to.accounts.map((account): [string, 1] => [account, 1]);
  return chats.flatMap(([chatid, chat_type]) =>
    texts.map((content) =>
      JSON.stringify({ chatid, chat_type, msgtype: 'markdown', markdown: { content } } satisfies BotMessage),
    ),
  );
}

const stored = z.object({
  chatid: z.string().min(1),
  chat_type: z.union([z.literal(1), z.literal(2)]),
  msgtype: z.literal('markdown'),
  markdown: z.object({ content: z.string().min(1) }),
});

function read(body: string): BotMessage | undefined {
  try {
    return stored.parse(JSON.parse(body));
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
