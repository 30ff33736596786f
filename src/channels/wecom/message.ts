// Turns a decrypted WeCom callback into what the person did. Knows nothing of members and answers nothing.

import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ContactNews } from '../../domain/contact-change.ts';
import { type Content, cleanText, type Inbound } from '../channel.ts';
import { contactNews } from './contacts-event.ts';
import { readXml } from './xml.ts';

export type Understood =
  | {
      readonly kind: 'inbound';
      readonly inbound: Inbound;
      /** Whether WeCom shows a text given in the answer to this callback. */
      readonly answerable: boolean;
      /** The card whose button was pressed, where the answer to this callback may change it. */
      readonly pressed?: { readonly card: string; readonly data: string };
      /** Somebody came into the app's range: that is known before they are greeted. */
      readonly news?: ContactNews;
    }
  /** Told about contacts or the app; nobody said it and nobody waits for words. */
  | { readonly kind: 'news'; readonly news: ContactNews }
  | { readonly kind: 'refused'; readonly status: 400 | 403; readonly why: string };

/**
 * Reads the XML inside a callback. `agentId` is our app: a message for another one is refused with 403, one without an agent
 * (contact changes) is taken. Types nobody answers come as `other` with WeCom's own name (`location`, `LOCATION`, `view` …).
 */
export function understand(xml: string, agentId: number): Understood {
  const fields = readXml(xml);
  if (!fields) return { kind: 'refused', status: 400, why: 'inner xml' };
  const parsed = callback.safeParse(fields);
  if (!parsed.success) return { kind: 'refused', status: 400, why: 'inner fields' };
  const message = parsed.data;
  const agent = message.AgentID ?? message.AgentId;
  if (agent && agent !== String(agentId)) return { kind: 'refused', status: 403, why: 'agent id' };
  const news = message.MsgType === 'event' ? contactNews(fields) : undefined;
  if (news && message.Event !== 'subscribe') return { kind: 'news', news };
  return {
    kind: 'inbound',
    inbound: {
      channel: 'wecom',
      messageId: cleanText(message.MsgId ?? '') || eventId(message),
      account: message.FromUserName,
      at: Number(message.CreateTime) * 1000,
      place: { kind: 'private' },
      content: message.MsgType === 'event' ? eventContent(message) : messageContent(message),
    },
    answerable: message.MsgType !== 'event' || answerableEvents.has(message.Event ?? ''),
    ...pressed(message),
    ...(news ? { news } : {}),
  };
}

/** Without a response code the card cannot be changed any more. */
function pressed(m: Callback): { pressed?: { card: string; data: string } } {
  if (m.MsgType !== 'event' || m.Event !== 'template_card_event' || !m.TaskId || !m.EventKey || !m.ResponseCode)
    return {};
  return { pressed: { card: m.TaskId, data: cleanText(m.EventKey) + selection(m) } };
}

const word = z.string().trim();
const nothing = z.literal('').transform(() => undefined);

const selectedItems = z.object({
  SelectedItem: z
    .array(
      z.object({
        QuestionKey: word,
        OptionIds: z.union([nothing, z.object({ OptionId: z.array(word) })]).optional(),
      }),
    )
    .default([]),
});

const callback = z.object({
  FromUserName: word.min(1).max(128).transform(cleanText),
  CreateTime: word.regex(/^\d{1,12}$/),
  MsgType: word.min(1).max(64),
  MsgId: word.max(128).optional(),
  AgentID: word.max(32).optional(),
  AgentId: word.max(32).optional(),
  Content: z.string().optional(),
  MediaId: word.max(1024).optional(),
  FileName: z.string().max(512).optional(),
  Recognition: z.string().optional(),
  Event: word.max(64).optional(),
  EventKey: word.max(4096).optional(),
  TaskId: word.max(1024).optional(),
  ResponseCode: word.max(1024).optional(),
  SelectedItems: z.union([nothing, selectedItems]).optional(),
});
type Callback = z.infer<typeof callback>;

/** W90241: the events whose answer may carry a text; that to `template_card_event` may only change the card. */
const answerableEvents = new Set([
  'subscribe',
  'enter_agent',
  'LOCATION',
  'click',
  'view',
  'view_miniprogram',
  'scancode_waitmsg',
  'template_card_menu_event',
]);

/** Events have no MsgId, and two events of one person may share a second: everything that tells them apart goes in. */
function eventId(m: Callback): string {
  const parts = [
    m.FromUserName,
    m.CreateTime,
    m.MsgType,
    m.Event,
    m.EventKey,
    m.AgentID ?? m.AgentId,
    m.TaskId,
    m.ResponseCode,
  ];
  return `event-${createHash('sha256').update(JSON.stringify(parts)).digest('base64url')}`;
}

function messageContent(m: Callback): Content {
  switch (m.MsgType) {
    case 'text':
      return { kind: 'text', text: cleanText(m.Content ?? '') };
    case 'image':
    case 'voice':
    case 'video':
    case 'file':
      if (!m.MediaId) break;
      return {
        kind: 'upload',
        media: m.MsgType,
        ref: cleanText(m.MediaId),
        ...(m.FileName ? { name: cleanText(m.FileName) } : {}),
        ...(m.Recognition ? { says: cleanText(m.Recognition) } : {}),
      };
  }
  return { kind: 'other', type: cleanText(m.MsgType) };
}

function eventContent(m: Callback): Content {
  const key = cleanText(m.EventKey ?? '');
  switch (m.Event) {
    case 'enter_agent':
    case 'subscribe':
      return { kind: 'enter' };
    case 'click':
      // A menu entry says its key, so that the menu needs no flow of its own.
      if (key) return { kind: 'text', text: key };
      break;
    case 'template_card_event':
    case 'template_card_menu_event':
      if (!key) break;
      return {
        kind: 'tap',
        data: key + selection(m),
        ...(m.TaskId ? { card: cleanText(m.TaskId) } : {}),
        ...(m.ResponseCode ? { update: cleanText(m.ResponseCode) } : {}),
      };
  }
  return { kind: 'other', type: cleanText(m.Event ?? '') || 'event' };
}

/** What was ticked on the card, behind the key: `rsvp:submit?day=sat&meal=rice&meal=soup` (URL-encoded; nothing ticked = no `?`). */
function selection(m: Callback): string {
  const ticked = (m.SelectedItems?.SelectedItem ?? []).flatMap((item) =>
    (item.OptionIds?.OptionId ?? []).map((option): [string, string] => [
      cleanText(item.QuestionKey),
      cleanText(option),
    ]),
  );
  return ticked.length ? `?${new URLSearchParams(ticked)}` : '';
}
