// What the fake AI bot knows: who wrote where, what was delivered, and which limits are used up.

import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { hour, type Instant, minute } from '../../domain/time.ts';
import type { BotSwitches } from './bot-switches.ts';
import type { SealKeys } from './seal.ts';
import { opaqueId, recent } from './world.ts';

/** What the console of one AI bot shows; a real one has either the secret or token and key. */
export interface BotCredentials {
  readonly botId: string;
  readonly secret: string;
  readonly token: string;
  readonly encodingAesKey: string;
}

/** Lives of things in milliseconds (W101031, W101138, W100719, W101463). */
export const life = { stream: 6 * minute, event: 5000, answerUrl: hour, media: 5 * minute, upload: 30 * minute };

/** Most bytes of a text. */
export const contentLimit = 20_480;

/** One message as it stands in a chat. A stream changes its text until it is finished. */
export interface BotSaid {
  readonly at: Instant;
  /** The chat: a group's id or a person's account, as WeCom writes it. */
  readonly chat: string;
  readonly how: 'stream' | 'push' | 'welcome' | 'late' | 'card-update';
  readonly msgtype: string;
  text: string;
  finished: boolean;
  readonly raw: unknown;
  readonly stream?: string;
}

export interface BotMedia {
  readonly sealed: Buffer;
  readonly name: string;
  readonly at: Instant;
}

export interface BotUpload {
  readonly at: Instant;
  readonly type: string;
  readonly name: string;
  readonly size: number;
  readonly md5: string | undefined;
  readonly chunks: (Buffer | undefined)[];
}

export interface BotWorld {
  readonly credentials: BotCredentials;
  readonly keys: SealKeys;
  switches: BotSwitches;
  readonly now: () => Instant;
  /** Lets time pass between two polls; tests move their clock. */
  readonly pass: (milliseconds: number) => Promise<void>;
  readonly name: string;
  callback: string | undefined;
  readonly inbox: BotSaid[];
  /** Chats in which somebody wrote, by their exact id. */
  readonly written: Set<string>;
  readonly sentAt: Map<string, Instant[]>;
  readonly media: Map<string, BotMedia>;
  readonly uploads: Map<string, BotUpload>;
  readonly uploaded: Map<
    string,
    { readonly type: string; readonly name: string; readonly bytes: Buffer; readonly at: Instant }
  >;
  /** task_ids that were used. */
  readonly tasks: Set<string>;
  /** Late answers that are still possible: response_code → chat and end. */
  readonly answerCodes: Map<string, { readonly chat: string; readonly until: Instant }>;
  /** People's messages that are not answered yet, by account. */
  readonly inFlight: Map<string, number>;
  /** Account and day of a first opening of the chat. */
  readonly entered: Set<string>;
}

/** Counts one message to a chat; true when 30 a minute or 1,000 an hour are used up. */
export function overLimit(world: BotWorld, chat: string): boolean {
  const sent = world.sentAt.get(chat) ?? [];
  world.sentAt.set(chat, sent);
  const now = world.now();
  const inHour = recent(sent, now, hour);
  const inMinute = sent.filter((at) => at > now - minute).length;
  if (inMinute >= 30 || inHour >= 1000) return true;
  sent.push(now);
  return false;
}

/** Keeps a file that a person sends: its address below `/media/` and, for the long connection, its own key. */
export function keepMedia(
  world: BotWorld,
  bytes: Buffer,
  name: string,
  ownKey: boolean,
): { id: string; aeskey?: string } {
  const key = ownKey ? randomBytes(32) : Buffer.from(`${world.keys.encodingAesKey}=`, 'base64');
  const fill = 32 - (bytes.length % 32);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const sealed = Buffer.concat([cipher.update(bytes), cipher.update(Buffer.alloc(fill, fill)), cipher.final()]);
  const id = opaqueId();
  world.media.set(id, { sealed, name, at: world.now() });
  return ownKey ? { id, aeskey: key.toString('base64') } : { id };
}

/** What there is to read in a body of ours; undefined = WeCom would not take it. */
export function textIn(body: unknown): string | undefined {
  const fields = (body ?? {}) as Readonly<Record<string, unknown>>;
  const kind = fields.response_type === 'update_template_card' ? 'template_card' : String(fields.msgtype);
  const inner = fields[kind];
  if (inner === null || typeof inner !== 'object') return undefined;
  const { content } = inner as { content?: unknown };
  if (['text', 'markdown', 'stream'].includes(kind)) return typeof content === 'string' ? content : undefined;
  if (kind === 'template_card') return cardText(inner);
  return ['file', 'image', 'voice', 'video'].includes(kind) ? `[${kind}]` : undefined;
}

interface Card {
  readonly main_title?: { readonly title?: string; readonly desc?: string };
  readonly sub_title_text?: string;
  readonly button_list?: readonly { readonly text: string }[];
  readonly checkbox?: { readonly option_list?: readonly { readonly text: string; readonly is_checked?: boolean }[] };
  readonly submit_button?: { readonly text: string };
}

function cardText({ main_title, sub_title_text, button_list = [], checkbox, submit_button }: Card): string {
  const options = (checkbox?.option_list ?? []).map(({ text, is_checked }) => `${is_checked ? '●' : '○'}${text}`);
  const buttons = [...button_list, ...(submit_button ? [submit_button] : [])].map(({ text }) => `[${text}]`);
  const lines = [main_title?.title, main_title?.desc, sub_title_text, options.join(' '), buttons.join(' ')];
  return lines.filter(Boolean).join('\n');
}

/** The card in a body of ours. */
export function cardIn(body: unknown): { readonly task_id?: string } | undefined {
  const { template_card } = (body ?? {}) as { template_card?: unknown };
  return template_card !== null && typeof template_card === 'object' ? template_card : undefined;
}

export function md5Of(bytes: Buffer): string {
  return createHash('md5').update(bytes).digest('hex');
}
