// A member presses a button of a card: the event goes out with a response code of its own, and the answer may change the card. Decides nothing.

import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { buttonsOf, newCode } from './cards.ts';
import { type Said, say } from './speak.ts';
import type { SentCard, World } from './world.ts';

/** The button is the newest one that fits all that is given; at least one of `label` and `key`. */
export const tapRequest = z
  .strictObject({
    user: z.string().min(1),
    task_id: z.string().optional(),
    label: z.string().optional(),
    key: z.string().optional(),
  })
  .refine(({ label, key }) => label !== undefined || key !== undefined, '要有 label 或 key');
export type TapRequest = z.infer<typeof tapRequest>;

/** Presses it. Throws a Fault `not-found` when the member was sent no such button, or can press it no more. */
export async function tap(world: World, request: TapRequest): Promise<Said> {
  const found = findButton(world, request);
  if (!found) throw new Fault('not-found', `${request.user} 没有收到这样的按钮`);
  const { card, key } = found;
  if (card.changed.has(request.user.toLowerCase()) && world.switches.replacedCard === 'nothing')
    throw new Fault('not-found', '按钮已经不能按了');
  return say(world, {
    from: request.user,
    fields: {
      MsgType: 'event',
      Event: 'template_card_event',
      EventKey: key,
      TaskId: card.taskId,
      CardType: String(card.card.card_type),
      ResponseCode: newCode(world, card),
      AgentID: String(card.agentId),
    },
  });
}

function findButton(
  world: World,
  { user, task_id, label, key }: TapRequest,
): { readonly card: SentCard; readonly key: string } | undefined {
  for (const card of [...world.cards.values()].reverse()) {
    if (!card.users.includes(user.toLowerCase()) || world.sent.get(card.msgid)?.recalled) continue;
    if (task_id !== undefined && task_id !== card.taskId) continue;
    const button = buttonsOf(card.card).find(
      (one) => one.type !== 1 && (label === undefined || one.text === label) && (key === undefined || one.key === key),
    );
    if (button) return { card, key: String(button.key) };
  }
  return undefined;
}
