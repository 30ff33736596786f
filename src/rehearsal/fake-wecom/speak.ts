// WeCom's calls to us: the address check, and members who say something, with the real one's patience and repeats.

import { randomInt } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { changeByReply } from './cards.ts';
import { cut } from './payload.ts';
import { encryptCallback, openText, sealText, sign } from './seal.ts';
import type { World } from './world.ts';

export const sayRequest = z.strictObject({
  from: z.string().min(1),
  text: z.string().optional(),
  /** Repeats an earlier message when it is the id of one. */
  msgid: z.string().optional(),
  /** A group hears nothing of an app; kept for the AI bot. */
  group: z.string().optional(),
  /** Any other message or event: its fields, for example `{MsgType: 'event', Event: 'enter_agent'}`. */
  fields: z.record(z.string(), z.string()).optional(),
});
export type SayRequest = z.infer<typeof sayRequest>;

export interface Said {
  /** HTTP status of the last delivery; 0 = no answer. */
  readonly status: number;
  /** The passive reply, as the member reads it. */
  readonly reply?: string;
  /** What the pressed card shows instead of its buttons. */
  readonly updated?: string;
  /** How often it was delivered until somebody answered 200, or nobody did. */
  readonly deliveries: number;
  /** Why an answer did not count as a reply. */
  readonly broken?: string;
}

/** A member says or does something; WeCom tells us, repeats when it gets no 200, and delivers the passive reply. */
export async function say(world: World, request: SayRequest): Promise<Said> {
  if (request.group !== undefined) throw new Fault('not-allowed', '自建应用听不到群里的话');
  const seconds = String(Math.floor(world.clock.outside() / 1000));
  const fields: Record<string, string> = {
    ToUserName: world.credentials.corpId,
    FromUserName: request.from,
    CreateTime: seconds,
    ...(request.fields ?? { MsgType: 'text', Content: request.text ?? '' }),
  };
  if (fields.MsgType !== 'event') fields.MsgId ??= request.msgid ?? String(world.nextMessageId++);
  fields.AgentID ??= String(world.credentials.agentId);
  const inner = Object.entries(fields).map(([name, value]) =>
    /^\d+$/.test(value)
      ? `<${name}>${value}</${name}>`
      : `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`,
  );
  return deliver(world, `<xml>${inner.join('')}</xml>`, fields);
}

async function deliver(world: World, xml: string, fields: Readonly<Record<string, string>>): Promise<Said> {
  const agentId = String(world.credentials.agentId);
  const seal = () =>
    encryptCallback(world.keys, { xml, agentId, timestamp: String(Math.floor(world.clock.outside() / 1000)) });
  let callback = seal();
  let status = 0;
  for (let deliveries = 1; deliveries <= world.switches.deliveries; deliveries += 1) {
    if (deliveries > 1) {
      await world.clock.pass(world.switches.spacing);
      if (world.switches.freshSeal) callback = seal();
    }
    const answer = await request(world, address(world, callback.query), world.switches.patience, callback.body);
    status = answer?.status ?? 0;
    if (!answer || status !== 200) continue;
    const read = readReply(world, answer.bytes.toString('utf8'), fields);
    const isFailure = read.broken !== undefined && world.switches.brokenReply === 'failure';
    if (!isFailure || deliveries === world.switches.deliveries) return { status, deliveries, ...read };
  }
  return { status, deliveries: world.switches.deliveries };
}

/** The check that the console makes when an address is saved: right answer, right body to the byte, within a second. */
export async function checkUrl(world: World): Promise<{ readonly ok: boolean; readonly why?: string }> {
  const text = String(BigInt(randomInt(1, 2 ** 31)) * 4_294_967_296n + BigInt(randomInt(2 ** 31)));
  const timestamp = String(Math.floor(world.clock.outside() / 1000));
  const nonce = String(randomInt(1e8, 1e9));
  const echo = sealText(world.keys, text);
  const signature = sign(world.keys.token, timestamp, nonce, echo);
  const query = `msg_signature=${signature}&timestamp=${timestamp}&nonce=${nonce}&echostr=${encodeURIComponent(echo)}`;
  const answer = await request(world, address(world, query), world.switches.checkPatience);
  if (!answer) return { ok: false, why: 'no answer in time' };
  if (answer.status !== 200) return { ok: false, why: `HTTP ${answer.status}` };
  return answer.bytes.equals(Buffer.from(text))
    ? { ok: true }
    : { ok: false, why: 'the body is not exactly the decrypted text' };
}

function address(world: World, query: string): string {
  if (!world.callback) throw new Fault('config', '没有回调地址，请用 --callback 指定');
  return `${world.callback}${world.callback.includes('?') ? '&' : '?'}${query}`;
}

/** One call of ours; undefined when nobody answers within `patience` milliseconds and we hang up. */
async function request(
  { clock }: World,
  url: string,
  patience: number,
  body?: string,
): Promise<{ status: number; bytes: Buffer } | undefined> {
  const headers = { 'content-type': 'text/xml' };
  const hungUp = new AbortController();
  const answered = new AbortController();
  void clock.pass(patience, answered.signal).then(() => hungUp.abort());
  try {
    const response = await fetch(url, {
      signal: hungUp.signal,
      redirect: 'manual',
      ...(body === undefined ? {} : { method: 'POST', body, headers }),
    });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  } catch {
    return undefined;
  } finally {
    answered.abort();
  }
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
function readReply(
  world: World,
  body: string,
  asked: Readonly<Record<string, string>>,
): Pick<Said, 'reply' | 'updated' | 'broken'> {
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
