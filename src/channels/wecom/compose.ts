// The request bodies of a message for `message/send`. Pure: the same message is the same to the last byte. Sends nothing.

import { createHash } from 'node:crypto';
import { Fault } from '../../domain/fault.ts';
import type { Draft } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import { splitText } from '../split-text.ts';
import { linkCard, noticeCard, tapCard } from './card.ts';
import { withoutControls } from './xml.ts';

/** Most accounts of one call (errcode 40032). */
export const batch = 1000;

/** Most bytes (UTF-8) of a text (W90236). */
const textLimit = 2048;

/** One message as its `msgtype` and the part named after it. */
type Part = { readonly msgtype: string } & Readonly<Record<string, unknown>>;

export interface ComposeFor {
  readonly agentId: number;
  /** Whether files can be uploaded; else a message only names its file. */
  readonly files: boolean;
}

/** What stands in a body where the media_id will stand: the file has none before it is sent. */
const ownFile = 'file:';

/** The bodies for all accounts: texts first, then a file, a card last, a thousand accounts at a time. */
export function composeForMembers(
  { agentId, files }: ComposeFor,
  draft: Draft,
  accounts: readonly string[],
  serial: number,
): string[] {
  if (!accounts.every(isAccount)) throw new Fault('broken', '收件人里有不能用的企业微信账号');
  const parts = partsOf(draft, files);
  const bodies: string[] = [];
  for (let first = 0; first < accounts.length; first += batch) {
    const touser = accounts.slice(first, first + batch).join('|');
    parts.forEach((part, index) => {
      const named = isTapped(part) ? withTask(part, touser, `z${serial}-${bodies.length + 1}`) : part;
      const { msgtype, ...content } = named;
      bodies.push(
        JSON.stringify({
          touser,
          msgtype,
          agentid: agentId,
          ...content,
          enable_duplicate_check: 1,
          duplicate_check_interval: interval(serial, index),
        }),
      );
    });
  }
  return bodies;
}

/** A text message in parts of at most what WeCom takes. */
function texts(text: string): Part[] {
  return splitText(text, textLimit).map((content) => ({ msgtype: 'text', text: { content } }));
}

function partsOf(given: Draft, files: boolean): Part[] {
  const { file: named, ...unnamed } = clean(given);
  const draft = named && !files ? { ...unnamed, file: named } : unnamed;
  const file: Part[] = named && files ? [{ msgtype: 'file', file: { media_id: ownFile + named.id } }] : [];
  const card = tapCard(draft) ?? noticeCard(draft);
  if (card) return [...file, { msgtype: 'template_card', template_card: card }];
  const link = linkCard(draft);
  return link ? [{ msgtype: 'textcard', textcard: link }, ...file] : [...texts(draftAsText(draft)), ...file];
}

/** Only a card that answers has a task_id. */
function isTapped({ template_card }: Part): boolean {
  return template_card !== undefined && (template_card as { card_type: string }).card_type !== 'text_notice';
}

/**
 * A task_id may be used once for ever. The row's serial and the part tell apart what one installation sends; the fingerprint of recipients and
 * card does so for a later installation of the same app, whose serials begin again. Where even that is equal the door says it in words.
 */
function withTask(part: Part, touser: string, name: string): Part {
  const print = createHash('sha256')
    .update(JSON.stringify([touser, part]))
    .digest('hex')
    .slice(0, 16);
  return { ...part, template_card: { ...(part.template_card as object), task_id: `${name}-${print}` } };
}

/** The outbox row behind a task_id of ours. */
export function serialOf(taskId: string): number | undefined {
  const found = /^z(\d{1,15})-\d+-[0-9a-f]{16}$/.exec(taskId);
  return found ? Number(found[1]) : undefined;
}

/** The file of ours that a media_id in a body stands for. */
export function ownFileIn(mediaId: string): string | undefined {
  return mediaId.startsWith(ownFile) ? mediaId.slice(ownFile.length) : undefined;
}

function clean(draft: Draft): Draft {
  return JSON.parse(
    JSON.stringify(draft, (_key, value) => (typeof value === 'string' ? withoutControls(value) : value)),
  ) as Draft;
}

/** `@all` and `|` would reach people nobody meant. */
function isAccount(account: string): boolean {
  return /^[A-Za-z0-9_.@-]{1,64}$/.test(account) && account.toLowerCase() !== '@all';
}

/**
 * How long WeCom keeps an equal message back, in seconds: three hours to the four that it allows, so that a message that was taken although nobody
 * said so is not shown again when the repeat comes after an outage or a used-up limit (measured: with ten minutes a day of trouble showed some five
 * times). It differs between messages and between the parts of one, so that an equal text that is wanted is not kept back.
 */
function interval(serial: number, part: number): number {
  return 14_400 - ((serial * 23 + part) % 3600);
}
