// The shapes in which the AI bot answers: a stream, a welcome. Decides nothing: drafts in, body and leftovers out.

import { createHash } from 'node:crypto';
import type { Draft } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import { splitText } from '../split-text.ts';
import { withoutControls } from '../without-controls.ts';

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
  // Between these marks clients show text as the thoughts of a model, folded away.
  return plain.replace(/<(?=\/?think>)/gi, '＜');
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

/** The stream that answers this message. */
export function streamOf(messageId: string): string {
  return `s-${digest(messageId)}`;
}

/** The greeting of whoever opened the chat: a card when there is something short with buttons, else a text. */
export function welcomeReply(drafts: readonly Draft[], messageId: string): BotReply {
  const [first] = drafts;
  const card = drafts.length === 1 && first ? welcomeCard(withoutControls(first), messageId) : undefined;
  if (card) return { body: { msgtype: 'template_card', template_card: card }, rest: [] };
  const { said, rest } = fill(drafts, welcomeLimit, (draft) => draftAsText(withoutControls(draft)));
  return { body: said ? { msgtype: 'text', text: { content: said } } : undefined, rest };
}

/** Most characters that clients show of a card's title and text (W101032). */
const cardTitle = 26;
const cardText = 112;

/** Undefined where a card would cut something off or cannot hold it. */
function welcomeCard(draft: Draft, messageId: string): Readonly<Record<string, unknown>> | undefined {
  const { buttons = [], link, file } = draft;
  const [line = '', ...lines] = [draft.title ?? '', draft.text].join('\n').trim().split('\n');
  const text = lines.join('\n').trim();
  if (buttons.length === 0 || buttons.length > 6 || link || file) return undefined;
  if (!line || [...line].length > cardTitle || [...text].length > cardText) return undefined;
  if (buttons.some(({ data }) => Buffer.byteLength(data) > 1024)) return undefined;
  return {
    card_type: 'button_interaction',
    main_title: { title: line },
    ...(text ? { sub_title_text: text } : {}),
    button_list: buttons.map(({ label, data }) => ({ text: label, style: 1, key: data })),
    task_id: `welcome-${digest(messageId)}`,
  };
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
