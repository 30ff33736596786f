// What people do in the fake AI bot's chats, in WeCom's JSON. Delivers nothing.

import { dayOf } from '../../domain/time.ts';
import { type BotWorld, keepMedia } from './bot-world.ts';
import { opaqueId } from './world.ts';

/** Somebody speaks, sends something, presses something or opens the chat. */
export interface BotSay {
  readonly from: string;
  /** The group's id; absent = in private. */
  readonly group?: string;
  readonly text?: string;
  readonly voice?: string;
  readonly file?: { readonly kind: 'image' | 'file' | 'video'; readonly bytes: Buffer; readonly name?: string };
  /** Text and pictures in one message. */
  readonly mixed?: readonly (string | Buffer)[];
  readonly quote?: string;
  readonly event?: Readonly<Record<string, unknown>> & { readonly eventtype: string };
  /** Repeats an earlier message when it is the id of one. */
  readonly msgid?: string;
  /** More or other fields, for what no kind above covers. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** The JSON of it; undefined where WeCom tells the bot nothing (a second opening on one day, files in groups). */
export function speech(
  world: BotWorld,
  say: BotSay,
  mediaBase: string,
  ownKeys: boolean,
): Readonly<Record<string, unknown>> | undefined {
  const { from, group } = say;
  if (group !== undefined && (say.voice !== undefined || say.file)) return undefined;
  if (say.event?.eventtype === 'enter_chat' && !firstToday(world, from)) return undefined;
  const file = (bytes: Buffer, name: string) => {
    const { id, aeskey } = keepMedia(world, bytes, name, ownKeys);
    return { url: `${mediaBase}/media/${id}`, ...(aeskey ? { aeskey } : {}) };
  };
  const mention = group === undefined ? '' : `@${world.name}${world.switches.mentionGap}`;
  return {
    msgid: say.msgid ?? opaqueId(),
    aibotid: world.credentials.botId,
    ...(group === undefined ? { chattype: 'single' } : { chattype: 'group', chatid: group }),
    from: { userid: from },
    ...content(say, mention, file),
    ...(say.quote === undefined ? {} : { quote: { msgtype: 'text', text: { content: say.quote } } }),
    ...(say.event ? { create_time: Math.floor(world.now() / 1000) } : {}),
    ...say.fields,
  };
}

function content(say: BotSay, mention: string, file: (bytes: Buffer, name: string) => object): object {
  if (say.event) return { msgtype: 'event', event: say.event };
  if (say.voice !== undefined) return { msgtype: 'voice', voice: { content: say.voice } };
  if (say.file) {
    const { kind, bytes, name = 'file' } = say.file;
    return { msgtype: kind, [kind]: file(bytes, name) };
  }
  if (say.mixed) {
    const items = say.mixed.map((part, index) =>
      typeof part === 'string'
        ? { msgtype: 'text', text: { content: index === 0 ? mention + part : part } }
        : { msgtype: 'image', image: file(part, 'picture.png') },
    );
    return { msgtype: 'mixed', mixed: { msg_item: items } };
  }
  return { msgtype: 'text', text: { content: mention + (say.text ?? '') } };
}

function firstToday(world: BotWorld, from: string): boolean {
  const key = `${from} ${dayOf(world.now())}`;
  if (world.entered.has(key)) return false;
  world.entered.add(key);
  return true;
}
