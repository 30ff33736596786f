// What people do with the AI bot by hand: speak, press, send files, open the chat, and see what stands where. Over whichever way the bot is connected.

import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { isoOf } from '../../domain/time.ts';
import type { BotHeard } from './bot-callback.ts';
import type { FakeBot } from './bot-fake.ts';
import type { BotSay } from './bot-speech.ts';
import { botSwitchForms } from './bot-switches.ts';
import type { BotSaid } from './bot-world.ts';

/** What came of it: over the long connection only that it was delivered, the answer stands in the chat a moment later. */
export type BotDone = BotHeard | { readonly delivered: true };

/** Somebody does something with the bot. Throws a Fault when WeCom would tell the bot nothing of it, or cannot. */
export async function actOnBot(bot: FakeBot | undefined, say: BotSay): Promise<BotDone> {
  if (!bot) throw noBot(say.group);
  if (bot.isSubscribed()) {
    if (bot.say(say)) return { delivered: true };
    throw new Fault('not-allowed', '这样的事企业微信不会告诉机器人（群里的语音和文件，或者今天已经打开过会话）');
  }
  if (!bot.hasCallback())
    throw new Fault(
      'config',
      `机器人还没有连上来：服务用 WECOM_BOT_WS=${bot.ws} 建长连接，或者启动时给 --bot-callback`,
    );
  return bot.sayByCallback(say);
}

/** The newest button with this label or key on a card that stands in the chat, pressed. Undefined = there is none. */
export function pressOnBot(
  bot: FakeBot,
  {
    user,
    group,
    label,
    key,
    task_id,
  }: { user: string; group?: string; label?: string; key?: string; task_id?: string },
): Promise<BotDone> | undefined {
  for (const said of bot.inbox(group ?? user).toReversed()) {
    const card = (said.raw as { template_card?: Card }).template_card;
    if (!card || (task_id !== undefined && card.task_id !== task_id)) continue;
    const button = card.button_list?.find(
      (one) =>
        one.key !== undefined && (label === undefined || one.text === label) && (key === undefined || one.key === key),
    );
    if (!button) continue;
    const { card_type, task_id: task } = card;
    const event = { card_type, event_key: button.key, task_id: task };
    const say = { from: user, event: { eventtype: 'template_card_event', template_card_event: event } };
    return actOnBot(bot, group === undefined ? say : { ...say, group });
  }
  return undefined;
}

/** A message of the bot as `/__inbox` shows it. */
export function shownOfBot({ at, chat, how, msgtype, text, finished, raw }: BotSaid) {
  return { at: isoOf(at), touser: chat, msgtype, text, raw: JSON.stringify(raw), door: 'bot', how, finished };
}

/** Troubles and switches of the bot for `/__fault`. */
export const botFaultRequest = z.strictObject({
  silentSubscribes: z.int().min(0).optional(),
  droppedAcks: z.int().min(0).optional(),
  lostFrames: z.int().min(0).optional(),
  chunkRefusals: z.int().min(0).optional(),
  refusals: z.array(z.int()).optional(),
  deaf: z.boolean().optional(),
  do: z.enum(['kick', 'drop', 'forget']).optional(),
  switches: botSwitchForms.partial().optional(),
});
export type BotFaultRequest = z.output<typeof botFaultRequest>;

/** Orders them. */
export function orderOnBot(bot: FakeBot | undefined, request: BotFaultRequest): void {
  if (!bot) throw noBot();
  const { do: act, switches, ...faults } = request;
  Object.assign(bot.faults, present(faults));
  if (switches) bot.setSwitches(present(switches));
  if (act) bot[act]();
}

/** Without what is named but undefined. */
export function present<T extends object>(given: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as never;
}

function noBot(group?: string): Fault {
  const why = group === undefined ? '' : '自建应用听不到群里的话，';
  return new Fault('config', `${why}没有开智能机器人：启动时加 --bot，或设置 WECOM_BOT_ID 等环境变量`);
}

interface Card {
  readonly card_type?: string;
  readonly task_id?: string;
  readonly button_list?: readonly { readonly text: string; readonly key?: string }[];
}
