// A message as a WeCom card: a notice, buttons, or a list to choose or tick from. Pure; sends nothing.

import type { Checklist } from '../../domain/message.ts';
import type { Button, Draft } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import {
  appShows,
  asking,
  type CardRow,
  type CardShows,
  cardRows,
  type Layout,
  layout,
  lengthOf,
} from './card-layout.ts';

/** A card with up to six buttons, without its task_id (W90236). */
export interface ButtonCard {
  readonly card_type: 'button_interaction';
  readonly main_title: { readonly title: string; readonly desc?: string };
  readonly sub_title_text?: string;
  readonly horizontal_content_list?: readonly CardRow[];
  readonly button_list: readonly CardButton[];
}

/** A card with up to twenty options: one of them (`mode` 0) or any number (`mode` 1). It shows a title and its explanation, no longer text. */
export interface VoteCard {
  readonly card_type: 'vote_interaction';
  readonly main_title: { readonly title: string; readonly desc?: string };
  readonly checkbox: {
    readonly question_key: 'o';
    readonly mode: 0 | 1;
    readonly option_list: readonly { readonly id: string; readonly text: string; readonly is_checked: false }[];
  };
  readonly submit_button: { readonly text: string; readonly key: string };
}

/** A card that asks nothing and leads to an address. */
export interface NoticeCard {
  readonly card_type: 'text_notice';
  readonly main_title: { readonly title: string; readonly desc?: string };
  readonly sub_title_text?: string;
  readonly horizontal_content_list: readonly CardRow[];
  readonly jump_list: readonly { readonly type: 1; readonly title: string; readonly url: string }[];
  readonly card_action: { readonly type: 1; readonly url: string };
}

/** A card that answers: it needs a task_id, and what is pressed on it comes back. */
export type TapCard = ButtonCard | VoteCard;

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

/** W90236: characters that are shown without being cut, and bytes that must not be exceeded. */
const limits = {
  buttons: 6,
  label: 10,
  keyBytes: 1024,
  options: 20,
  option: 17,
  optionBytes: 128,
  jump: 18,
  linkLabel: 4,
  addressBytes: 512,
} as const;

/** A card is also kept as words, for where cards are refused: so many bytes are one text (W90236). */
const oneText = 2048;

/** What hands in a list from which one is chosen; what comes back for the choice is the option itself, behind this. */
const choiceKey = 'v';

/** On the button below such a list. */
const choiceLabel = '选好了';

/**
 * The card of a draft that may be answered. Undefined = it is said in words: nothing to tap, or more than a card shows. A text and a card for it would be
 * two messages where one was meant.
 */
export function tapCard(draft: Draft, shows: CardShows = appShows): TapCard | undefined {
  const card = draft.checklist
    ? checkCard(draft, draft.checklist, shows)
    : (buttonCard(draft, shows) ?? choiceCard(draft, shows));
  return card && Buffer.byteLength(cardAsText(card)) <= oneText ? card : undefined;
}

/** The card of a draft with one to six buttons. */
export function buttonCard(draft: Draft, shows: CardShows = appShows): ButtonCard | undefined {
  const answers = (draft.buttons ?? []).map(({ label, data }): CardButton => ({ type: 0, text: label, key: data }));
  const link = linkButton(draft);
  const buttons = link && answers.length < limits.buttons ? [...answers, link] : answers;
  if (answers.length === 0 || answers.length > limits.buttons || !answers.every(isShown)) return undefined;
  if (!areDifferent(draft.buttons ?? [])) return undefined;
  const { title = '', text, file, rows = [] } = draft;
  const cells = cardRows(rows);
  const said = {
    text,
    ...(cells ? {} : { rows }),
    ...(file ? { file } : {}),
    ...(draft.link && buttons === answers ? { link: draft.link } : {}),
  };
  const shown = layout(title.trim(), draftAsText(said), shows);
  return (
    shown && {
      card_type: 'button_interaction',
      main_title: titleOf(shown),
      ...(shown.text ? { sub_title_text: shown.text } : {}),
      ...(cells?.length ? { horizontal_content_list: cells } : {}),
      button_list: buttons,
    }
  );
}

/** The card of a draft with rows that leads to an address and asks nothing. */
export function noticeCard({ title, text, link, rows, buttons, checklist, file }: Draft): NoticeCard | undefined {
  if (!title?.trim() || !link || !rows?.length || buttons?.length || checklist || file) return undefined;
  const cells = cardRows(rows);
  const shown = layout(title.trim(), text.trim(), appShows);
  if (!cells || shown?.title !== title.trim() || !isAddress(link.url, limits.addressBytes)) return undefined;
  if (link.label.trim() === '' || lengthOf(link.label) > limits.jump) return undefined;
  return {
    card_type: 'text_notice',
    main_title: titleOf(shown),
    ...(shown.text ? { sub_title_text: shown.text } : {}),
    horizontal_content_list: cells,
    jump_list: [{ type: 1, title: link.label, url: link.url }],
    card_action: { type: 1, url: link.url },
  };
}

/** The card of a draft that leads to an address and asks nothing; undefined = it is said in words. */
export function linkCard({ title, text, rows, link, buttons, checklist, file }: Draft): LinkCard | undefined {
  const words = draftAsText({ text: text.trim(), ...(rows ? { rows } : {}) });
  if (!title?.trim() || !words || !link || buttons?.length || checklist || file) return undefined;
  if (!isAddress(link.url, 2048) || link.label === '' || lengthOf(link.label) > limits.linkLabel) return undefined;
  // The description is read as markup (`<br>`, `<div>`), where a person's `<` would disappear.
  if (/[<>]/.test(words) || /https?:\/\//.test(words)) return undefined;
  const description = words.replaceAll('\n', '<br>');
  if (Buffer.byteLength(title) > 128 || Buffer.byteLength(description) > 512) return undefined;
  return { title, description, url: link.url, btntxt: link.label };
}

/** What stands on a card, as `draftAsText` would have written it; at most 2,048 bytes for a card made here. */
export function cardAsText(card: TapCard | NoticeCard): string {
  const { title: shown, desc = '' } = card.main_title;
  const title = shown === asking ? {} : { title: shown };
  if (card.card_type === 'vote_interaction') {
    const { option_list, mode } = card.checkbox;
    const text = desc;
    if (mode === 0)
      return draftAsText({ ...title, text, buttons: option_list.map(({ id, text: label }) => ({ label, data: id })) });
    const submit = { label: card.submit_button.text, data: card.submit_button.key };
    const options = option_list.map(({ id, text: label }) => ({ id, label }));
    return draftAsText({ ...title, text, checklist: { options, submit } });
  }
  const rows = (card.horizontal_content_list ?? []).map(({ keyname, value }) => ({ label: keyname, value }));
  const said = { ...title, text: [desc, card.sub_title_text ?? ''].filter((part) => part !== '').join('\n'), rows };
  if (card.card_type === 'text_notice') {
    const [jump] = card.jump_list;
    return draftAsText({ ...said, ...(jump ? { link: { label: jump.title, url: jump.url } } : {}) });
  }
  const link = card.button_list.find((button) => button.type === 1);
  const buttons = card.button_list.flatMap(({ text: label, ...button }) =>
    button.type === 0 ? [{ label, data: button.key }] : [],
  );
  return draftAsText({ ...said, ...(link ? { link: { label: link.text, url: link.url } } : {}), buttons });
}

/** One of many: more buttons than a card has, or longer ones. */
function choiceCard(draft: Draft, shows: CardShows): VoteCard | undefined {
  const { buttons = [] } = draft;
  if (!areDifferent(buttons)) return undefined;
  const options = buttons.map(({ label, data }) => ({ id: data, label }));
  return listCard(draft, options, 0, { text: choiceLabel, key: choiceKey }, shows);
}

function checkCard(draft: Draft, { options, submit }: Checklist, shows: CardShows): VoteCard | undefined {
  return listCard(draft, options, 1, { text: submit.label, key: submit.data }, shows);
}

function listCard(
  { title = '', text, rows = [], file, link }: Draft,
  options: Checklist['options'],
  mode: 0 | 1,
  submit: { readonly text: string; readonly key: string },
  shows: CardShows,
): VoteCard | undefined {
  if (options.length === 0 || options.length > limits.options || file || link) return undefined;
  const fits = ({ id, label }: { id: string; label: string }) =>
    label.trim() !== '' &&
    !label.includes('\n') &&
    lengthOf(label) <= limits.option &&
    id !== '' &&
    Buffer.byteLength(id) <= limits.optionBytes;
  if (!options.every(fits) || new Set(options.map(({ id }) => id)).size < options.length) return undefined;
  if (!isShown({ type: 0, ...submit })) return undefined;
  const shown = layout(title.trim(), draftAsText({ text, rows }), { title: shows.title, text: shows.desc, desc: 0 });
  return (
    shown && {
      card_type: 'vote_interaction',
      main_title: { title: shown.title, ...(shown.text ? { desc: shown.text } : {}) },
      checkbox: {
        question_key: 'o',
        mode,
        option_list: options.map(({ id, label }) => ({ id, text: label, is_checked: false })),
      },
      submit_button: submit,
    }
  );
}

function titleOf({ title, desc }: Layout): { title: string; desc?: string } {
  return { title, ...(desc ? { desc } : {}) };
}

function areDifferent(buttons: readonly Button[]): boolean {
  return new Set(buttons.map(({ data }) => data)).size === buttons.length;
}

function isShown(button: CardButton): boolean {
  if (button.text.trim() === '' || button.text.includes('\n') || lengthOf(button.text) > limits.label) return false;
  return button.type === 1 || (button.key !== '' && Buffer.byteLength(button.key) <= limits.keyBytes);
}

function linkButton({ link }: Draft): CardButton | undefined {
  if (!link || !isAddress(link.url, limits.addressBytes)) return undefined;
  const button: CardButton = { type: 1, text: link.label, url: link.url };
  return isShown(button) ? button : undefined;
}

function isAddress(url: string, bytes: number): boolean {
  return /^https?:\/\//.test(url) && Buffer.byteLength(url) <= bytes;
}
