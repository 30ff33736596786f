// The shapes in which the AI bot answers: a stream, a welcome. Decides nothing: drafts in, body and leftovers out.

import { createHash } from 'node:crypto';
import type { Draft } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import { splitText } from '../split-text.ts';
import { type TapCard, tapCard } from '../wecom/card.ts';
import { botShows } from '../wecom/card-layout.ts';
import { withoutControls } from '../without-controls.ts';
import { answerCardId } from './card-id.ts';

/** Most bytes (UTF-8) of a stream or a pushed text (W101031). */
export const contentLimit = 20_480;

/** Bytes that the turn may count on; the rest is room for blank lines and the marks of titles and links. */
export const replyRoom = contentLimit - 1024;

/** Most bytes of a welcome, as for the app's own texts; no other limit is documented. */
export const welcomeLimit = 2048;

export interface BotReply {
  /** Undefined = nothing to say here. */
  readonly body: Readonly<Record<string, unknown>> | undefined;
  /** What did not fit, in order, for the outbox. */
  readonly rest: readonly Draft[];
}

/** A message in the markdown of WeCom: bold title, link with its label. Everything else as in plain text. */
export function draftAsMarkdown(draft: Draft): string {
  const { title, link, ...rest } = withoutControls(draft);
  const plain = draftAsText({
    ...rest,
    text: [title?.trim() ? `**${title.trim()}**` : '', rest.text, link ? `[${link.label}](${link.url})` : '']
      .filter((line) => line.trim() !== '')
      .join('\n'),
  });
  return withoutThoughts(plain);
}

/** Between these marks clients show text as the thoughts of a model, folded away. */
export function withoutThoughts(text: string): string {
  return text.replace(/<(?=\/?think>)/gi, '＜');
}

/** All drafts as the final state of one stream, a blank line between them. The same message always gets the same stream. */
export function streamReply(drafts: readonly Draft[], stream: string): BotReply {
  const { said, rest } = fill(drafts, contentLimit, draftAsMarkdown);
  return { body: said ? streamState(stream, said, true) : undefined, rest };
}

/** One state of a stream; each replaces the whole text before it. */
export function streamState(id: string, content: string, finish: boolean): Readonly<Record<string, unknown>> {
  return { msgtype: 'stream', stream: { id, finish, content } };
}

/** The stream that answers this message. One whose id is short enough tells it again (`messageOf`). */
export function streamOf(messageId: string): string {
  const id = `s-${Buffer.from(messageId).toString('base64url')}`;
  return id.length <= longestStream ? id : `x-${digest(messageId)}`;
}

/** Characters of a stream's id; no limit is documented. */
const longestStream = 128;

/** The message that a stream of ours answers; undefined = it cannot be told. */
export function messageOf(stream: string): string | undefined {
  const found = /^s-([\w-]+)$/.exec(stream);
  return found ? Buffer.from(found[1]!, 'base64url').toString() : undefined;
}

/** The card of a draft that may be answered, as far as a bot's card shows it; undefined = it is said in words. */
export function botCard(draft: Draft): TapCard | undefined {
  return tapCard(withoutControls(draft), botShows);
}

/** The greeting of whoever opened the chat: a card when there is something short with buttons, else a text. */
export function welcomeReply(drafts: readonly Draft[], messageId: string): BotReply {
  const card = cardReply(drafts, messageId);
  if (card) return { body: card, rest: [] };
  const { said, rest } = fill(drafts, welcomeLimit, (draft) => draftAsText(withoutControls(draft)));
  return { body: said ? { msgtype: 'text', text: { content: said } } : undefined, rest };
}

/** The answer to a message as a card: one draft that may be tapped and fits. Undefined = it is said in words. */
export function cardReply(drafts: readonly Draft[], messageId: string): Readonly<Record<string, unknown>> | undefined {
  const [first] = drafts;
  const carded = drafts.length === 1 && first ? botCard(first) : undefined;
  return carded && cardBody(carded, messageId);
}

function cardBody(card: TapCard, messageId: string): Readonly<Record<string, unknown>> {
  return { msgtype: 'template_card', template_card: { ...card, task_id: answerCardId(messageId) } };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** As many whole drafts as one message takes; only a first one that is too long by itself is cut. */
function fill(
  drafts: readonly Draft[],
  limit: number,
  write: (draft: Draft) => string,
): { said: string; rest: readonly Draft[] } {
  const texts = drafts.map(write);
  const joined = (count: number) =>
    texts
      .slice(0, count)
      .filter((text) => text.trim() !== '')
      .join('\n\n');
  let count = texts.length;
  while (count > 1 && Buffer.byteLength(joined(count)) > limit) count -= 1;
  const [said = '', ...cut] = splitText(joined(count), limit);
  return { said, rest: [...cut.map((text) => ({ text })), ...drafts.slice(count)] };
}
