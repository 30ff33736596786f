// What WeCom makes of the answer to a callback: a message, a changed card, or nothing. As strict as the real one may be.

import { XMLParser } from 'fast-xml-parser';
import { changeByReply } from './cards.ts';
import { cut } from './payload.ts';
import { openText, sign } from './seal.ts';
import type { World } from './world.ts';

/** What the answer came to. */
export interface ReadReply {
  /** The passive reply, as the member reads it. */
  readonly reply?: string;
  /** What the pressed card shows instead of its buttons. */
  readonly updated?: string;
  /** Why an answer did not count as a reply. */
  readonly broken?: string;
}

const parser = new XMLParser({ parseTagValue: false, trimValues: false });

/** W90241: events whose answer may carry a message. */
const answerable = new Set([
  'subscribe',
  'enter_agent',
  'LOCATION',
  'click',
  'view',
  'view_miniprogram',
  'scancode_waitmsg',
  'template_card_menu_event',
]);

/** Reads a passive reply as strictly as WeCom may and puts it into the inbox. What cannot be read counts as no reply. */
export function readReply(world: World, body: string, asked: Readonly<Record<string, string>>): ReadReply {
  if (body === '' || body === 'success') return {};
  const envelope = parser.parse(body)?.xml ?? {};
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = envelope as Record<string, string | undefined>;
  if (!Encrypt || !TimeStamp || !Nonce) return { broken: 'envelope' };
  if (sign(world.keys.token, TimeStamp, Nonce, Encrypt) !== MsgSignature) return { broken: 'signature' };
  let raw: string;
  try {
    raw = openText(world.keys, Encrypt);
  } catch (error) {
    return { broken: (error as Error).message };
  }
  const message: Record<string, unknown> = parser.parse(raw)?.xml ?? {};
  if (message.FromUserName !== world.credentials.corpId || message.ToUserName !== asked.FromUserName)
    return { broken: 'parties' };
  if (message.MsgType === 'update_button' || message.MsgType === 'update_template_card')
    return changeByReply(world, message, asked);
  if (asked.MsgType === 'event' && !answerable.has(asked.Event ?? '')) return { broken: 'this event takes no answer' };
  if (message.MsgType !== 'text') return { broken: 'message type' };
  const reply = cut(typeof message.Content === 'string' ? message.Content : '', 2048);
  const { agentId } = world.credentials;
  world.inbox.push({
    at: world.now(),
    user: asked.FromUserName!.toLowerCase(),
    msgtype: 'text',
    text: reply,
    raw,
    msgid: undefined,
    agentId,
  });
  return { reply };
}
