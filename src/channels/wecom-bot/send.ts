// Sends to people and groups through WeCom's AI bot. Sends stored bodies as they are; whether to try again is for the outbox.

import { z } from 'zod';
import { type Instant, minute } from '../../domain/time.ts';
import type { Channel, Draft, Outcome, Recipient } from '../channel.ts';
import { splitText } from '../split-text.ts';
import { cardAsText, type TapCard } from '../wecom/card.ts';
import { reactionTo, refusesCards } from '../wecom/reactions.ts';
import { rowCardId } from './card-id.ts';
import type { BotChat, BotChats } from './chats.ts';
import type { BotAnswer } from './connection.ts';
import type { BotFile, BotFiles, BotMediaType } from './files.ts';
import { botCard, contentLimit, draftAsMarkdown, withoutThoughts } from './reply.ts';

/** A message of ours on its way: the body of `aibot_send_msg`. */
export interface BotMessage {
  readonly chatid: string;
  /** 1 = with one person, 2 = a group. Without it WeCom guesses, groups first. */
  readonly chat_type: 1 | 2;
  readonly msgtype: 'markdown' | 'template_card' | BotMediaType;
  readonly markdown?: { readonly content: string } | undefined;
  readonly template_card?: (TapCard & { readonly task_id: string }) | undefined;
  /** Before it is sent: a file of ours. */
  readonly file?: { readonly media_id: string } | undefined;
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
  /** Files of ours; absent (callback mode) = a message only names its file and says where to get it. */
  readonly files?: BotFiles;
}

/** Cards whose acknowledgement was lost and that are remembered, at most. */
const mostUnanswered = 1000;

/**
 * The door of one AI bot. It writes only where somebody wrote before, one message a call, and takes nothing back. WeCom has no duplicate check
 * here: where an acknowledgement is lost the repeat of a text may stand there twice; that of a card cannot, for its number is good once.
 */
export function wecomBotChannel({ push, chats, now, isHere, files }: WecomBotParts): Channel {
  /** task_ids of cards that may stand there although nobody said so. */
  const unanswered = new Set<string>();

  type Pushed = Awaited<ReturnType<BotPush>>;

  /** A task_id is good for once: the repeat of a card that had arrived is refused, and so known to stand there. */
  async function pushCard(message: BotMessage, card: NonNullable<BotMessage['template_card']>): Promise<Pushed> {
    const answer = await push(message);
    if (answer.kind === 'silence' && unanswered.size < mostUnanswered) unanswered.add(card.task_id);
    if (answer.kind !== 'answer') return answer;
    const arrived = unanswered.delete(card.task_id);
    if (answer.code === 42014 && arrived) return { ...answer, code: 0 };
    return refusesCards(answer.code) ? push(inWords(message, card)) : answer;
  }

  async function pushFile(message: BotMessage, id: string): Promise<Pushed | Outcome> {
    if (!files) return { kind: 'rejected', reason: 'bad-request', detail: 'files need the long connection' };
    for (let again = false; ; again = true) {
      const found: BotFile = await files.find(id);
      if ('failed' in found) return found.failed;
      if ('refused' in found) return found.refused;
      const { type, mediaId } = found;
      const { file, ...chat } = message;
      const answer = await push({ ...chat, msgtype: type, [type]: { media_id: mediaId } });
      if (answer.kind !== 'answer' || answer.code !== 40007 || again) return answer;
      await files.forget(id, found);
    }
  }

  return {
    name: 'wecom-bot',
    batch: 1,
    groups: true,
    ...(isHere ? { isHere } : {}),

    compose: (draft, to, serial) => compose(draft, to, serial, files !== undefined),

    async send(body) {
      const message = read(body);
      if (!message) return { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };
      const chatid = await chats.find(chatOf(message));
      if (chatid === undefined) return { kind: 'rejected', reason: 'never-wrote', detail: 'nobody wrote here yet' };
      const exact = { ...message, chatid };
      const answer = message.template_card
        ? await pushCard(exact, message.template_card)
        : message.file
          ? await pushFile(exact, message.file.media_id.slice(ownFile.length))
          : await push(exact);
      if (answer.kind === 'nowhere') return { kind: 'rejected', reason: 'never-wrote', detail: answer.detail };
      return answer.kind === 'answer' || answer.kind === 'silence' ? outcomeOf(answer, now()) : answer;
    },

    async recall() {
      return { kind: 'rejected', reason: 'bad-request', detail: 'the AI bot cannot take a message back' };
    },
  };
}

/** What stands in a body where the media_id will stand: the file has none before it is sent. */
const ownFile = 'file:';

/** Where a file is to be had that cannot be sent here. */
const noFiles = '（机器人在这里发不了文件，请到企业微信的应用里再要一次）';

/** Buttons become a card in private; in groups, where WeCom takes no cards of ours, they are said in words. A file comes before what asks for an answer. */
function compose(given: Draft, to: Recipient, serial: number, sendsFiles: boolean): string[] {
  const { file, ...unnamed } = given;
  const named = file && { ...unnamed, file: { ...file, name: `${file.name}${noFiles}` } };
  const draft = named && !sendsFiles ? named : unnamed;
  const own: Part[] = file && sendsFiles ? [{ msgtype: 'file', file: { media_id: ownFile + file.id } }] : [];
  if (to.kind === 'group') return [...texts(draft), ...own].map((part) => bodyOf(to.group, 2, part));
  return to.accounts.flatMap((account) => {
    const card = botCard(draft);
    const parts = card ? [...own, cardPart(card, account, serial)] : [...texts(draft), ...own];
    return parts.map((part) => bodyOf(account, 1, part));
  });
}

type Part = Pick<BotMessage, 'msgtype' | 'markdown' | 'template_card' | 'file'>;

function bodyOf(chatid: string, chat_type: 1 | 2, part: Part): string {
  return JSON.stringify({ chatid, chat_type, ...part } satisfies BotMessage);
}

function texts(draft: Draft): Part[] {
  return splitText(draftAsMarkdown(draft), contentLimit).map((content) => ({
    msgtype: 'markdown',
    markdown: { content },
  }));
}

function cardPart(card: TapCard, account: string, serial: number): Part {
  return { msgtype: 'template_card', template_card: { ...card, task_id: rowCardId(serial, account, card) } };
}

function inWords({ chatid, chat_type }: BotMessage, card: TapCard): BotMessage {
  return { chatid, chat_type, msgtype: 'markdown', markdown: { content: withoutThoughts(cardAsText(card)) } };
}

const stored = z.object({
  chatid: z.string().min(1),
  chat_type: z.union([z.literal(1), z.literal(2)]),
  msgtype: z.enum(['markdown', 'template_card', 'file']),
  markdown: z.object({ content: z.string().min(1) }).optional(),
  // Written by `compose` itself.
  template_card: z
    .custom<TapCard & { task_id: string }>(
      (card) => typeof (card as { task_id?: unknown } | null)?.task_id === 'string',
    )
    .optional(),
  file: z.object({ media_id: z.string().startsWith(ownFile) }).optional(),
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
      return { kind: 'throttled', until: now + minute, detail, scope: 'recipient' };
    default:
      return { kind: 'rejected', reason, detail };
  }
}
