// Reads a message of WeChat as wechaty gives it. Says what it is; answers nothing.

import type { Message, Room } from 'wechaty';
import type { Instant } from '../../domain/time.ts';
import type { Content, Inbound } from '../channel.ts';
import { cleanText } from '../channel.ts';

/** wechaty's `types.Message` of what carries a file, and of what we only name. All others are nobody's words (notices, recalls, transfers). */
export const uploadTypes: Readonly<Record<number, 'file' | 'voice' | 'image' | 'video'>> = {
  1: 'file',
  2: 'voice',
  6: 'image',
  15: 'video',
};
export const otherTypes: Readonly<Record<number, string>> = {
  3: 'contact',
  4: 'chat-history',
  5: 'emotion',
  8: 'location',
  9: 'mini-program',
  14: 'link',
  16: 'post',
};
export const textType = 7;

/** wechaty's `types.Contact.Individual`; Unknown counts too: not every puppet says. */
const people = [0, 1];

/** WeChat's own accounts, which are no people. */
const notPeople = new Set(['weixin', 'filehelper', 'fmessage', 'medianote', 'newsapp', 'qqmail', 'floatbottle']);

export interface Hearing {
  /** What was said before is not answered: it was said to the person whose phone this is, or before the service came to life. */
  readonly since: Instant;
  /** When it counts as said: no two messages get the same instant. */
  readonly saidAt: (stated: Instant) => Instant;
  /** Keeps the bytes of what was sent in; undefined = they could not be had or are not wanted. */
  readonly keep: (message: Message) => Promise<string | undefined>;
}

export type WechatHeard =
  | { readonly kind: 'inbound'; readonly inbound: Inbound }
  /** Our own account said it, here or on its phone. */
  | { readonly kind: 'own'; readonly place: string; readonly what: string }
  | { readonly kind: 'nothing'; readonly why: string };

/** In rooms only what mentions us is heard, and only words: a picture cannot mention anybody. */
export async function understandWechat(message: Message, { since, saidAt, keep }: Hearing): Promise<WechatHeard> {
  const type = message.type();
  const talker = message.talker();
  const room = message.room();
  if (message.self())
    return { kind: 'own', place: room?.id ?? message.listener()?.id ?? '', what: echoOf(type, message.text()) };
  const stated = message.date().getTime();
  if (stated < since) return { kind: 'nothing', why: 'old' };
  if (!people.includes(talker.type()) || notPeople.has(talker.id)) return { kind: 'nothing', why: 'no person' };
  let text = cleanText(message.text());
  if (room) {
    if (type !== textType) return { kind: 'nothing', why: 'no words in a room' };
    const words = await wordsToUs(message, room, text);
    if (words === undefined) return { kind: 'nothing', why: 'not to us' };
    text = words;
  }
  const content = await contentOf(message, type, text, keep);
  if (!content) return { kind: 'nothing', why: `type ${type}` };
  const place: Inbound['place'] = room
    ? { kind: 'group', group: room.id, ...(talker.friend() === false ? { noPrivate: true } : {}) }
    : { kind: 'private' };
  return {
    kind: 'inbound',
    inbound: { channel: 'wechaty', messageId: message.id, account: talker.id, at: saidAt(stated), place, content },
  };
}

/** What an echo of ours is compared by: a text itself, else that it was some file. */
export function echoOf(type: number, text: string): string {
  return type === textType ? text : 'file';
}

async function contentOf(
  message: Message,
  type: number,
  text: string,
  keep: Hearing['keep'],
): Promise<Content | undefined> {
  if (type === textType) return { kind: 'text', text };
  const media = uploadTypes[type];
  if (media) return { kind: 'upload', media, ref: (await keep(message)) ?? '' };
  const other = otherTypes[type];
  return other === undefined ? undefined : { kind: 'other', type: other };
}

/**
 * The text without our name, if it is to us; undefined when it is not. Where the puppet does not say who is mentioned, or somebody typed the name
 * by hand, the name must end where a mention ends: "@支部" is not a mention in "@支部书记 您好".
 */
async function wordsToUs(message: Message, room: Room, text: string): Promise<string | undefined> {
  // Reading many members quickly is what accounts are locked for (wechaty #2040): most of what is said in a room needs no look at all.
  if (!text.includes('@')) return undefined;
  const self = message.wechaty.currentUser;
  const alias = await room.alias(self).catch(() => undefined);
  const names = [...new Set([alias, self.name()])].filter((name): name is string => Boolean(name));
  let rest = text;
  for (const name of names.sort((a, b) => b.length - a.length)) rest = withoutName(rest, name);
  const isNamed = rest !== text;
  if (!isNamed && !(await message.mentionSelf())) return undefined;
  // Mentioned by an id under a name we do not know: what stands in front as a mention is ours.
  return (isNamed ? rest : rest.replace(/^\s*@[^\u2005]*?(?:\u2005|\s|$)/u, '')).trim();
}

function withoutName(text: string, name: string): string {
  let rest = text;
  for (let at = rest.indexOf(`@${name}`); at !== -1; at = rest.indexOf(`@${name}`, at)) {
    const end = at + 1 + name.length;
    if (end < rest.length && !/[\u2005\s]/u.test(rest[end]!)) at = end;
    else rest = `${rest.slice(0, at)}${rest.slice(end + 1)}`;
  }
  return rest;
}
