// Cards: what WeCom checks in one, which task_ids are used up, and how a card changes. Sends nothing and presses nothing.

import { hour } from '../../domain/time.ts';
import { done, type FakeAnswer, refusal } from './answers.ts';
import { opaqueId, type SentCard, type World } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;
type Checked = { readonly text: string } | { readonly refused: FakeAnswer };

const cardTypes = ['text_notice', 'news_notice', 'button_interaction', 'vote_interaction', 'multiple_interaction'];

/** W94888: a response code works once, within 72 hours. */
const codeLife = 72 * hour;

/** Checks `template_card` in WeCom's order; `text` is what a member reads on it, buttons in brackets. Whether its task_id is used up is not looked at. */
export function checkCard(world: World, card: Fields): Checked {
  const type = text(card.card_type);
  if (!cardTypes.includes(type)) return no(42031, 'invalid card_type');
  if (callsBack(card) && !world.callback) return no(43012, 'callback url not set');
  if (callsBack(card) && !/^[0-9A-Za-z_\-@]{1,128}$/.test(text(card.task_id))) return no(42014, 'invalid task_id');
  const wrong = wrongList(card) ?? missing(type, card);
  if (wrong) return { refused: wrong };
  const lines = [text(part(card.main_title).title), text(part(card.main_title).desc), text(card.sub_title_text)];
  const rows = list(card.horizontal_content_list).map((row) => `${text(row.keyname)}：${text(row.value)}`);
  const options = optionsOf(card).flatMap((one) => one.options.map((option) => `□ ${option.text}`));
  const buttons = [...list(card.button_list), ...list(card.jump_list), part(card.submit_button)].flatMap((button) => {
    const label = text(button.text) || text(button.title);
    return label ? [`[${label}]`] : [];
  });
  return { text: [...lines, ...rows, ...options, buttons.join(' ')].filter((line) => line !== '').join('\n') };
}

/** What can be pressed on a card and is told of, in order: its buttons, what hands its list in, its corner menu. */
export function pressableOn(card: Fields): { readonly event: string; readonly text: string; readonly key: string }[] {
  const submit = part(card.submit_button);
  const asked = [
    ...list(card.button_list).filter((one) => one.type !== 1),
    // W90236: without a text of its own it says 提交.
    ...(submit.key === undefined ? [] : [{ key: submit.key, text: text(submit.text) || '提交' }]),
  ];
  const menu = list(part(card.action_menu).action_list);
  const told = (event: string) => (one: Fields) => ({ event, text: text(one.text), key: text(one.key) });
  return [...asked.map(told('template_card_event')), ...menu.map(told('template_card_menu_event'))];
}

/** The lists of a card from which something is chosen. */
export function optionsOf(
  card: Fields,
): { readonly question: string; readonly many: boolean; readonly options: readonly { id: string; text: string }[] }[] {
  const lists = [card.checkbox, card.button_selection, ...list(card.select_list)].filter((one) => one !== undefined);
  return lists.map(part).map((one) => ({
    question: text(one.question_key),
    many: one.mode === 1,
    options: list(one.option_list).map((option) => ({ id: text(option.id), text: text(option.text) })),
  }));
}

export function cardOf(message: Fields): Fields {
  return part(message.template_card);
}

/** Whether this app has used the card's task_id before. */
export function isTaken(world: World, agentId: number, card: Fields): boolean {
  return callsBack(card) && world.cards.has(`${agentId} ${text(card.task_id)}`);
}

/** Keeps a card that was sent; gives the response code that its sender gets, undefined for a card that cannot call back. */
export function keepCard(
  world: World,
  sent: { readonly agentId: number; readonly card: Fields; readonly msgid: string; readonly users: readonly string[] },
): string | undefined {
  if (!callsBack(sent.card)) return undefined;
  const taskId = text(sent.card.task_id);
  const kept: SentCard = { ...sent, taskId, changed: new Map() };
  world.cards.set(`${sent.agentId} ${taskId}`, kept);
  return newCode(world, kept);
}

/** A response code nobody has had before. */
export function newCode(world: World, card: SentCard): string {
  const code = opaqueId();
  world.codes.set(code, { card, at: world.now(), used: false });
  return code;
}

/** `POST message/update_template_card` */
export function updateCard(world: World, tokenAgent: number, request: Fields): FakeAnswer {
  const agentId = Number(request.agentid);
  if (request.agentid === undefined) return refusal(41011, 'agentid missing');
  if (agentId !== tokenAgent) return refusal(301002, 'not allow operate another agent with this accesstoken');
  const code = world.codes.get(text(request.response_code));
  if (code && code.card.agentId !== agentId) return refusal(42015, 'card was sent by another app');
  if (!code || code.used || world.now() > code.at + codeLife) return refusal(60140, 'invalid response_code');
  const userIds = Array.isArray(request.userids) ? request.userids.map((user) => text(user).toLowerCase()) : [];
  if (userIds.length > 1000) return refusal(40032, 'too many users');
  if (userIds.length === 0 && request.atall !== 1) return refusal(82001, 'no recipient');
  const { card } = code;
  const replacement = part(request.template_card);
  const words = text(part(request.button).replace_name);
  if (request.template_card === undefined) {
    if (!canReplaceButtons(card.card)) return refusal(40058, 'this card has no button');
    if (words === '') return refusal(42038, 'button text missing');
  } else {
    const checked = checkCard(world, replacement);
    if ('refused' in checked) return checked.refused;
  }
  code.used = true;
  const asked = request.atall === 1 ? card.users : userIds;
  for (const user of asked.filter((one) => card.users.includes(one)))
    card.changed.set(user, request.template_card === undefined ? { button: words } : { card: replacement });
  return done({ invaliduser: asked.filter((user) => !card.users.includes(user)) });
}

/** A passive `update_button` or `update_template_card`: changes the card of the presser, once for each press. */
export function changeByReply(
  world: World,
  message: Fields,
  asked: Readonly<Record<string, string>>,
): { readonly updated?: string; readonly broken?: string } {
  const code = world.codes.get(asked.ResponseCode ?? '');
  if (!code || code.used) return { broken: 'no card to change' };
  const user = asked.FromUserName!.toLowerCase();
  if (message.MsgType === 'update_button') {
    const words = text(part(message.Button).ReplaceName);
    if (words === '' || !canReplaceButtons(code.card.card)) return { broken: 'button' };
    code.used = true;
    code.card.changed.set(user, { button: words });
    return { updated: words };
  }
  const card = part(message.TemplateCard);
  const title = text(part(card.MainTitle).Title);
  if (text(card.CardType) === '' || title === '') return { broken: 'card' };
  code.used = true;
  code.card.changed.set(user, { card });
  return { updated: title };
}

/** Cards whose presses reach the app. */
function callsBack(card: Fields): boolean {
  return canReplaceButtons(card) || card.action_menu !== undefined;
}

function canReplaceButtons(card: Fields): boolean {
  return text(card.card_type).endsWith('_interaction');
}

/** W90236: how many entries each list may have, and the code when it has fewer or more. */
const lengths: readonly [name: string, least: number, most: number, code: number][] = [
  ['horizontal_content_list', 0, 6, 42035],
  ['vertical_content_list', 0, 4, 42036],
  ['jump_list', 0, 3, 42042],
  ['select_list', 0, 3, 42047],
  ['button_list', 0, 6, 42038],
];

function wrongList(card: Fields): FakeAnswer | undefined {
  for (const [name, least, most, code] of lengths) {
    const { length } = list(card[name]);
    if (length < least || length > most) return refusal(code, `invalid ${name} size`);
  }
  const optionLists = [
    { of: card.checkbox, most: 20 },
    { of: card.button_selection, most: 10 },
    ...list(card.select_list).map((of) => ({ of, most: 10 })),
  ];
  for (const { of, most } of optionLists) {
    const count = list(part(of).option_list).length;
    if (of === undefined) continue;
    if (count < 1 || count > most) return refusal(42037, 'invalid option_list size');
    const wrong = wrongOption(list(part(of).option_list));
    if (wrong) return wrong;
  }
  return undefined;
}

function missing(type: string, card: Fields): FakeAnswer | undefined {
  const title = text(part(card.main_title).title);
  if (title === '' && !(type === 'text_notice' && text(card.sub_title_text) !== ''))
    return refusal(42033, 'title missing');
  const menuKeys = list(part(card.action_menu).action_list).map((action) => text(action.key));
  if (new Set(menuKeys).size < menuKeys.length) return refusal(42051, 'duplicate action_list key');
  if (type.endsWith('_notice') && !/^[12]$/.test(String(part(card.card_action).type)))
    return refusal(42045, 'card_action missing');
  if (type === 'button_interaction') return wrongButton(card);
  if (type === 'vote_interaction' || type === 'multiple_interaction') {
    const asking = type === 'vote_interaction' ? [part(card.checkbox)] : list(card.select_list);
    if (asking.length === 0) return refusal(42047, 'invalid select_list size');
    if (asking.some((one) => !isKey(text(one.question_key)))) return refusal(42043, 'question_key missing');
    if (!isKey(text(part(card.submit_button).key))) return refusal(42046, 'submit_button key missing');
  }
  return undefined;
}

/** W90236: ids are unique and at most 128 bytes. */
function wrongOption(options: readonly Fields[]): FakeAnswer | undefined {
  const ids = options.map((option) => text(option.id));
  if (ids.some((id) => id === '' || Buffer.byteLength(id) > 128) || new Set(ids).size < ids.length)
    return refusal(42040, 'invalid option id');
  return options.some((option) => text(option.text) === '') ? refusal(42041, 'option text missing') : undefined;
}

function isKey(key: string): boolean {
  return key !== '' && Buffer.byteLength(key) <= 1024;
}

function wrongButton(card: Fields): FakeAnswer | undefined {
  const buttons = list(card.button_list);
  if (buttons.length === 0 || buttons.some((button) => text(button.text) === ''))
    return refusal(42038, 'button text missing');
  const keys: string[] = [];
  for (const button of buttons) {
    if (button.type === 1) {
      if (!/^https?:\/\//.test(text(button.url))) return refusal(42028, 'invalid url');
      continue;
    }
    const key = text(button.key);
    if (!isKey(key) || keys.includes(key)) return refusal(42039, 'invalid button key');
    keys.push(key);
  }
  return undefined;
}

function no(errcode: number, words: string): Checked {
  return { refused: refusal(errcode, words) };
}

function part(value: unknown): Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {};
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
