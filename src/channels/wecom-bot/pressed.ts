// A card of the bot after it was answered: what was chosen stands on it, and nothing is left to press. Pure; sends nothing.

import type { Draft, Press } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import type { ButtonCard, VoteCard } from '../wecom/card.ts';
import { lengthOf } from '../wecom/card-layout.ts';
import { withoutControls } from '../without-controls.ts';
import { botCard } from './reply.ts';

/** What a button carries that is there to be read only; pressing it means nothing. */
export const doneKey = 'z:done';

/** A button shows so many characters (W101032). */
const buttonShows = 10;

/** The body of `aibot_respond_update_msg`, and of the callback's answer to a card event. Without `userids` the card changes for all who see it. */
export interface CardUpdate {
  readonly response_type: 'update_template_card';
  readonly template_card: Readonly<Record<string, unknown>> & { readonly task_id: string };
}

/** What a card shows from now on; `chosen` are the labels of what was pressed or ticked. */
export type PressedWords = (became: Press | undefined, chosen: readonly string[]) => string;

/**
 * The answered card. `words` says what became of the labels that were chosen. `shown` are the drafts of the message it came with; undefined = none of them is a card on which `data` stands, so that nothing
 * is known of it and it is left as it is.
 */
export function answeredCard(
  shown: readonly Draft[],
  taskId: string,
  data: string,
  words: (chosen: readonly string[]) => string,
): CardUpdate | undefined {
  for (const draft of shown) {
    const card = botCard(draft);
    const answered =
      card && (card.card_type === 'vote_interaction' ? handedIn(card, data, words) : pressed(card, data, words));
    if (answered) return { response_type: 'update_template_card', template_card: { ...answered, task_id: taskId } };
  }
  return undefined;
}

/** Most characters of an answer that stands on the card that asked for it (W101032, C4). */
const answerShows = 112;

/**
 * The answered card with what is said to it, for where nothing else can be said: it stands in place of the question. Undefined = it is too long
 * for a card.
 */
export function cardWithAnswer(
  { template_card: card, ...update }: CardUpdate,
  drafts: readonly Draft[],
): CardUpdate | undefined {
  const text = drafts.map((draft) => draftAsText(withoutControls(draft))).join('\n');
  if (lengthOf(text) > answerShows) return undefined;
  if (text === '') return { ...update, template_card: card };
  const { main_title } = card as unknown as ButtonCard;
  if (card.card_type === 'vote_interaction')
    return { ...update, template_card: { ...card, main_title: { ...main_title, desc: text } } };
  return { ...update, template_card: { ...card, sub_title_text: text } };
}

function pressed(card: ButtonCard, data: string, words: (chosen: readonly string[]) => string): ButtonCard | undefined {
  const button = card.button_list.find((one) => one.type === 0 && one.key === data);
  if (!button) return undefined;
  const links = card.button_list.filter(({ type }) => type === 1);
  const chosen = words([button.text]);
  if (lengthOf(chosen) <= buttonShows) return { ...card, button_list: [done(chosen), ...links] };
  const text = [card.sub_title_text, chosen].filter(Boolean).join('\n');
  return { ...card, sub_title_text: text, button_list: [done('已选好'), ...links] };
}

/** `disable` counts in updates only (W94888). */
function handedIn(
  card: VoteCard,
  data: string,
  words: (chosen: readonly string[]) => string,
): Readonly<Record<string, unknown>> | undefined {
  const [key, query = ''] = data.split('?', 2);
  if (key !== card.submit_button.key) return undefined;
  const ids = new Set(new URLSearchParams(query).getAll(card.checkbox.question_key));
  const options = card.checkbox.option_list;
  if ([...ids].some((id) => !options.some((option) => option.id === id))) return undefined;
  const labels = options.filter(({ id }) => ids.has(id)).map(({ text }) => text);
  const checkbox = {
    ...card.checkbox,
    disable: true,
    option_list: options.map((option) => ({ ...option, is_checked: ids.has(option.id) })),
  };
  return { ...card, checkbox, submit_button: { text: words(labels), key: doneKey } };
}

function done(text: string): ButtonCard['button_list'][number] {
  return { type: 0, text, key: doneKey };
}
