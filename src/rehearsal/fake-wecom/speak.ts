// Members who say, send or do something, in WeCom's XML. Delivers nothing itself.

import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { deliver, type Said, seconds } from './deliver.ts';
import type { World } from './world.ts';

export type { Said } from './deliver.ts';

export const sayRequest = z.strictObject({
  from: z.string().min(1),
  text: z.string().optional(),
  /** Repeats an earlier message when it is the id of one. */
  msgid: z.string().optional(),
  /** A group hears nothing of an app; kept for the AI bot. */
  group: z.string().optional(),
  /** Any other message or event: its fields, for example `{MsgType: 'event', Event: 'enter_agent'}`. */
  fields: z.record(z.string(), z.string()).optional(),
  /** Seconds after now (before, when negative) at which WeCom says it was said: messages may come out of order. */
  at: z.int().optional(),
  /** Answers to so many deliveries are lost; the repeat comes at once, while they are still worked on. */
  unheard: z.int().min(0).max(9).optional(),
  /** So many deliveries more after the one that was answered. */
  again: z.int().min(0).max(20).optional(),
  /** How the XML is written: WeCom promises neither CDATA nor an order, and old events lack the AgentID. */
  form: z
    .strictObject({ cdata: z.boolean().optional(), reversed: z.boolean().optional(), agentId: z.boolean().optional() })
    .optional(),
});
export type SayRequest = z.infer<typeof sayRequest>;

/** A member says or does something; WeCom tells us, repeats when it gets no 200, and delivers the passive reply. */
export async function say(world: World, request: SayRequest): Promise<Said> {
  if (request.group !== undefined) throw new Fault('not-allowed', '自建应用听不到群里的话');
  const fields: Record<string, string> = {
    ToUserName: world.credentials.corpId,
    FromUserName: request.from,
    CreateTime: String(Number(seconds(world)) + (request.at ?? 0)),
    ...(request.fields ?? { MsgType: 'text', Content: request.text ?? '' }),
  };
  if (fields.MsgType !== 'event') fields.MsgId ??= request.msgid ?? String(world.nextMessageId++);
  if (request.form?.agentId !== false) fields.AgentID ??= String(world.credentials.agentId);
  const { unheard = 0, again = 0 } = request;
  return deliver(world, xmlOf(fields, request.form), fields, { unheard, again });
}

/** The message as WeCom writes it; a number stands bare, as it does there. */
export function xmlOf(fields: Readonly<Record<string, string>>, form: SayRequest['form'] = {}): string {
  const inner = Object.entries(fields).map(([name, value]) => `<${name}>${written(value, form.cdata)}</${name}>`);
  return `<xml>${(form.reversed ? inner.reverse() : inner).join('')}</xml>`;
}

function written(value: string, cdata: boolean | undefined): string {
  if (cdata === false) return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (cdata === undefined && /^\d+$/.test(value)) return value;
  return `<![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
