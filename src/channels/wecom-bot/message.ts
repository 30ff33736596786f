// Turns what WeCom's AI bot hears (a frame of the long connection or a decrypted callback) into what the person did. Answers nothing.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Instant } from '../../domain/time.ts';
import { type Content, cleanText, type Inbound } from '../channel.ts';
import { mediaRef } from './media.ts';
import { doneKey } from './pressed.ts';

export type Heard =
  | {
      readonly kind: 'inbound';
      readonly inbound: Inbound;
      /** The id of the chat exactly as WeCom wrote it: its case matters when writing there. */
      readonly chat: string;
      /** What the exchange can carry: text as a stream, a welcome, or nothing (a pressed card). */
      readonly answer: 'stream' | 'welcome' | 'nothing';
      /** Whether somebody wrote here, so that the bot may write here from now on. */
      readonly wrote: boolean;
      /** Where one late answer may be posted (callback mode). */
      readonly answerUrl?: string;
    }
  /** WeCom asks how a stream of ours stands (callback mode). */
  | { readonly kind: 'poll'; readonly stream: string }
  /** Nothing that anybody said: ratings, changes of the connection, events to come. */
  | { readonly kind: 'nothing'; readonly what: string }
  | { readonly kind: 'refused'; readonly why: string };

export interface Hearing {
  /** Messages carry no time of their own; they are ordered by when they came. */
  readonly arrivedAt: Instant;
  /** Takes the mention of the bot out of what is said in a group (mention.ts). */
  readonly withoutMention: (text: string) => string;
}

/** Reads one message or event. Quoted messages are left out: what counts is what the person says. */
export function understandBot(json: unknown, { arrivedAt, withoutMention }: Hearing): Heard {
  const parsed = heard.safeParse(json);
  if (!parsed.success) return { kind: 'refused', why: parsed.error.issues[0]?.path.join('.') || 'not an object' };
  const message = parsed.data;
  if (message.msgtype === 'stream') {
    return message.stream
      ? { kind: 'poll', stream: message.stream.id }
      : { kind: 'refused', why: 'a poll without a stream' };
  }
  const event = message.msgtype === 'event' ? eventContent(message.event) : undefined;
  if (message.msgtype === 'event' && !event) return { kind: 'nothing', what: message.event?.eventtype ?? 'event' };
  if (!message.from) return { kind: 'refused', why: 'from' };
  const group = message.chattype === 'group' ? message.chatid : undefined;
  if (message.chattype === 'group' && !group) return { kind: 'refused', why: 'chatid' };
  const account = message.from.userid;
  return {
    kind: 'inbound',
    inbound: {
      channel: 'wecom-bot',
      messageId: message.msgid || composedId(message, arrivedAt),
      account,
      at: message.create_time === undefined ? arrivedAt : message.create_time * 1000,
      place: group === undefined ? { kind: 'private' } : { kind: 'group', group },
      content: event ?? messageContent(message, group === undefined ? (text) => text : withoutMention),
    },
    chat: group ?? account,
    answer: !event ? 'stream' : event.kind === 'enter' ? 'welcome' : 'nothing',
    wrote: !event,
    ...(message.response_url ? { answerUrl: message.response_url } : {}),
  };
}

const word = z.string().trim();
/** An id as it can be stored. */
const id = z.string().transform((value) => cleanText(value).trim());
const media = z.object({ url: word.min(1).max(4096), aeskey: word.max(256).optional() });
const said = z.object({ content: z.string() });

/** Lists of one come as the one itself from some gateways. */
const listOf = <T extends z.ZodType>(item: T) =>
  z.union([z.array(item), item.transform((one) => [one])]).catch([] as never);

const pressed = z.object({
  event_key: word.max(4096).optional(),
  task_id: word.max(1024).optional(),
  selected_items: z
    .object({
      selected_item: listOf(
        z.object({ question_key: word, option_ids: z.object({ option_id: listOf(word) }).optional() }),
      ),
    })
    .optional()
    .catch(undefined),
});

/** The documents put a card's fields under `template_card_event`, the SDK's types beside it. */
const event = pressed.extend({ eventtype: word.min(1).max(64), template_card_event: pressed.optional() });

const heard = z.object({
  msgid: id.pipe(z.string().max(256)).optional(),
  create_time: z.int().positive().optional().catch(undefined),
  chatid: id.pipe(z.string().max(256)).optional(),
  chattype: word.max(32).optional(),
  from: z
    .object({ userid: id.pipe(z.string().min(1).max(128)) })
    .optional()
    .catch(undefined),
  response_url: z.url().max(2048).optional().catch(undefined),
  msgtype: word.min(1).max(64),
  text: said.optional(),
  voice: said.optional(),
  image: media.optional(),
  file: media.optional(),
  video: media.optional(),
  mixed: z
    .object({
      msg_item: z.array(z.object({ msgtype: word, text: said.optional(), image: media.optional() })).max(100),
    })
    .optional(),
  stream: z.object({ id: word.min(1).max(256) }).optional(),
  event: event.optional(),
});
type Message = z.infer<typeof heard>;
type Event = z.infer<typeof event>;

/** For what comes without an id: everything that tells two of one person apart, and when it came if it does not say itself. */
function composedId(message: Message, arrivedAt: Instant): string {
  const parts = [message, message.create_time ?? arrivedAt];
  return `event-${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`;
}

function messageContent(message: Message, clean: (text: string) => string): Content {
  const text = (content: string): Content => ({ kind: 'text', text: clean(cleanText(content)) });
  const { msgtype, voice, mixed } = message;
  if (msgtype === 'text' && message.text) return text(message.text.content);
  // Only the words come, never the sound.
  if (msgtype === 'voice' && voice) return { kind: 'upload', media: 'voice', ref: '', says: cleanText(voice.content) };
  if (msgtype === 'mixed' && mixed) {
    const words = mixed.msg_item.flatMap((item) => (item.text ? [item.text.content] : [])).join('\n');
    const picture = mixed.msg_item.find((item) => item.image)?.image;
    const says = clean(cleanText(words));
    if (!picture) return { kind: 'text', text: says };
    return { kind: 'upload', media: 'image', ref: mediaRef(picture), ...(says.trim() ? { says } : {}) };
  }
  if (msgtype === 'image' || msgtype === 'file' || msgtype === 'video') {
    const file = message[msgtype];
    if (file) return { kind: 'upload', media: msgtype, ref: mediaRef(file) };
  }
  return { kind: 'other', type: msgtype };
}

/** Undefined = an event that is nobody's words. */
function eventContent(event: Event | undefined): Content | undefined {
  if (event?.eventtype === 'enter_chat') return { kind: 'enter' };
  if (event?.eventtype !== 'template_card_event') return undefined;
  const card = event.template_card_event ?? event;
  if (card.event_key === doneKey) return undefined;
  if (!card.event_key) return undefined;
  const data = cleanText(card.event_key) + ticked(card);
  return { kind: 'tap', data, ...(card.task_id ? { card: cleanText(card.task_id) } : {}) };
}

/** What was ticked on the card, behind the key, as at the app's door: `rsvp:submit?day=sat&meal=rice` (URL-encoded; nothing ticked = no `?`). */
function ticked(card: z.infer<typeof pressed>): string {
  const pairs = (card.selected_items?.selected_item ?? []).flatMap((item) =>
    (item.option_ids?.option_id ?? []).map((option): [string, string] => [
      cleanText(item.question_key),
      cleanText(option),
    ]),
  );
  return pairs.length ? `?${new URLSearchParams(pairs)}` : '';
}
