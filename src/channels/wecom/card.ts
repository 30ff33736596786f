// A message with buttons as a WeCom card, and that card again as text for where cards are refused. Pure; sends nothing.

import type { Draft } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';

/** A `button_interaction` card without its task_id (W90236). */
export interface ButtonCard {
  readonly card_type: 'button_interaction';
  readonly main_title: { readonly title: string };
  readonly sub_title_text?: string;
  readonly button_list: readonly CardButton[];
}

type CardButton =
  /** Comes back to us as an event with this key. */
  | { readonly type: 0; readonly text: string; readonly key: string }
  /** Opens an address. */
  | { readonly type: 1; readonly text: string; readonly url: string };

/** A `textcard`: a title and a few lines that lead to an address. */
export interface LinkCard {
  readonly title: string;
  readonly description: string;
  readonly url: string;
  readonly btntxt: string;
}

/** W90236: what a card shows without being cut (characters), and what it must not exceed (bytes). */
const limits = { title: 36, text: 160, buttons: 6, label: 10, keyBytes: 1024, linkLabel: 4 } as const;

/** Bytes of an address on a card of ours: so many that the card written as text is still one message. */
const longestAddress = 512;

/** Stands where a card must have a title and the message has none that is short enough. */
const asking = '请选择';

/**
 * The card of a draft with buttons. Undefined = it is said in words: no buttons, too many, or more text than a card shows. A text and a card for it
 * would be two messages where one was meant.
 */
export function buttonCard(draft: Draft): ButtonCard | undefined {
  const answers = (draft.buttons ?? []).map(({ label, data }): CardButton => ({ type: 0, text: label, key: data }));
  const link = linkButton(draft);
  const buttons = link && answers.length < limits.buttons ? [...answers, link] : answers;
  if (answers.length === 0 || answers.length > limits.buttons || !answers.every(isShown)) return undefined;
  if (new Set(answers.map((one) => 'key' in one && one.key)).size < answers.length) return undefined;
  const { title, text, file } = draft;
  const said = { text, ...(file ? { file } : {}), ...(draft.link && buttons === answers ? { link: draft.link } : {}) };
  const shown = layout(title?.trim() ?? '', draftAsText(said));
  return (
    shown && {
      card_type: 'button_interaction',
      main_title: { title: shown.head },
      ...(shown.body ? { sub_title_text: shown.body } : {}),
      button_list: buttons,
    }
  );
}

/** The card of a draft that leads to an address and asks nothing; undefined = it is said in words. */
export function linkCard({ title, text, link, buttons, file }: Draft): LinkCard | undefined {
  if (!title?.trim() || !text.trim() || !link || buttons?.length || file) return undefined;
  if (!/^https?:\/\//.test(link.url) || Buffer.byteLength(link.url) > 2048) return undefined;
  if (link.label === '' || [...link.label].length > limits.linkLabel) return undefined;
  // The description is read as markup (`<br>`, `<div>`), where a person's `<` would disappear.
  if (/[<>]/.test(text) || /https?:\/\//.test(text)) return undefined;
  const description = text.trim().replaceAll('\n', '<br>');
  if (Buffer.byteLength(title) > 128 || Buffer.byteLength(description) > 512) return undefined;
  return { title, description, url: link.url, btntxt: link.label };
}

/** What stands on a card, as `draftAsText` would have written it; at most 2,048 bytes for a card made here. */
export function cardAsText({ main_title: { title }, sub_title_text: text = '', button_list }: ButtonCard): string {
  const links = button_list.flatMap((button) => (button.type === 1 ? [`${button.text}：${button.url}`] : []));
  const buttons = button_list.flatMap((button) =>
    button.type === 0 ? [{ label: button.text, data: button.key }] : [],
  );
  return draftAsText({ ...(title === asking ? {} : { title }), text: [text, ...links].join('\n'), buttons });
}

/** Title and text as the card shows them; undefined where they do not fit. */
function layout(title: string, text: string): { head: string; body: string } | undefined {
  if (isTitle(title)) return fits(text) ? { head: title, body: text } : undefined;
  const whole = title ? `${title}\n${text}` : text;
  const [first = '', ...rest] = whole.split('\n');
  const others = rest.join('\n').trim();
  if (isTitle(first.trim()) && fits(others)) return { head: first.trim(), body: others };
  return fits(whole) ? { head: asking, body: whole } : undefined;
}

function isTitle(text: string): boolean {
  return text !== '' && [...text].length <= limits.title && !hasLink(text);
}

function fits(text: string): boolean {
  return [...text].length <= limits.text && !hasLink(text);
}

/** An address on a card cannot be tapped. */
function hasLink(text: string): boolean {
  return /https?:\/\/|<a\s/i.test(text);
}

function isShown(button: CardButton): boolean {
  if (button.text.trim() === '' || [...button.text].length > limits.label) return false;
  return button.type === 1 || (button.key !== '' && Buffer.byteLength(button.key) <= limits.keyBytes);
}

function linkButton({ link }: Draft): CardButton | undefined {
  if (!link || !/^https?:\/\//.test(link.url) || Buffer.byteLength(link.url) > longestAddress) return undefined;
  const button: CardButton = { type: 1, text: link.label, url: link.url };
  return isShown(button) ? button : undefined;
}
