// A member presses something on a card or hands a list in: the event goes out with a response code of its own, and the answer may change the card. Decides nothing.

import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { newCode, optionsOf, pressableOn } from './cards.ts';
import { deliver, type Said, seconds } from './deliver.ts';
import { xmlOf } from './speak.ts';
import type { SentCard, World } from './world.ts';

/** What is pressed is the newest that fits all that is given; at least one of `label`, `key` and `options`. */
export const tapRequest = z
  .strictObject({
    user: z.string().min(1),
    task_id: z.string().optional(),
    label: z.string().optional(),
    key: z.string().optional(),
    /** On a card with a list: what is ticked, by id or text, before it is handed in. */
    options: z.array(z.string()).readonly().optional(),
    /** Pressed twice within a tenth of a second. */
    twice: z.boolean().optional(),
  })
  .refine(
    ({ label, key, options }) => label !== undefined || key !== undefined || options !== undefined,
    '要有 label、key 或 options',
  );
export type TapRequest = z.infer<typeof tapRequest>;

/** Presses it. Throws a Fault `not-found` when the member was sent nothing of the kind, or can press it no more. */
export async function tap(world: World, request: TapRequest): Promise<Said> {
  const found = findOn(world, request);
  if (!found) throw new Fault('not-found', `${request.user} 没有收到这样的按钮`);
  const { card } = found;
  if (card.changed.has(request.user.toLowerCase()) && world.switches.replacedCard === 'nothing')
    throw new Fault('not-found', '按钮已经不能按了');
  const presses = request.twice ? [found, found] : [found];
  const said = await Promise.all(presses.map((one) => press(world, request.user, one)));
  return said[0]!;
}

interface Pressed {
  readonly card: SentCard;
  readonly event: string;
  readonly key: string;
  /** Ids ticked, by the question they answer. */
  readonly ticked: readonly (readonly [question: string, ids: readonly string[]])[];
}

async function press(world: World, user: string, { card, event, key, ticked }: Pressed): Promise<Said> {
  const fields = {
    ToUserName: world.credentials.corpId,
    FromUserName: user,
    CreateTime: seconds(world),
    MsgType: 'event',
    Event: event,
    EventKey: key,
    TaskId: card.taskId,
    CardType: String(card.card.card_type),
    ResponseCode: newCode(world, card),
    AgentID: String(card.agentId),
  };
  const xml = xmlOf(fields).replace('</xml>', () => `${selectedItems(ticked)}</xml>`);
  return deliver(world, xml, fields, { unheard: 0, again: 0 });
}

/** W90240: a list of one is one element, an empty one none. */
function selectedItems(ticked: Pressed['ticked']): string {
  if (ticked.length === 0) return '';
  const items = ticked.map(([question, ids]) => {
    const options = ids.map((id) => `<OptionId>${cdata(id)}</OptionId>`).join('');
    return `<SelectedItem><QuestionKey>${cdata(question)}</QuestionKey><OptionIds>${options}</OptionIds></SelectedItem>`;
  });
  return `<SelectedItems>${items.join('')}</SelectedItems>`;
}

function cdata(text: string): string {
  return `<![CDATA[${text.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}

function findOn(world: World, { user, task_id, label, key, options }: TapRequest): Pressed | undefined {
  for (const card of [...world.cards.values()].reverse()) {
    if (!card.users.includes(user.toLowerCase()) || world.sent.get(card.msgid)?.recalled) continue;
    if (task_id !== undefined && task_id !== card.taskId) continue;
    const lists = optionsOf(card.card);
    if (options !== undefined && lists.length === 0) continue;
    const part = pressableOn(card.card).find(
      (one) => (label === undefined || one.text === label) && (key === undefined || one.key === key),
    );
    if (!part) continue;
    const ticked = lists.map(({ question, options: all, many }) => {
      const wanted = all.filter(({ id, text }) => options?.includes(id) || options?.includes(text)).map(({ id }) => id);
      return [question, many ? wanted : wanted.slice(0, 1)] as const;
    });
    const known = lists.flatMap((one) => one.options);
    if (options?.some((one) => !known.some(({ id, text }) => id === one || text === one))) continue;
    return { card, event: part.event, key: part.key, ticked };
  }
  return undefined;
}
