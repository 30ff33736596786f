// The fake AI bot in callback mode: sealed JSON to our address, streams polled until they are finished, one late answer for each message.

import { randomInt } from 'node:crypto';
import { Fault } from '../../domain/fault.ts';
import type { Instant } from '../../domain/time.ts';
import { type BotSay, speech } from './bot-speech.ts';
import { type BotSaid, type BotWorld, cardIn, contentLimit, life, textIn } from './bot-world.ts';
import { openText, sealText, sign } from './seal.ts';
import { opaqueId } from './world.ts';

export interface BotHeard {
  /** HTTP status of the last delivery; 0 = no answer. Undefined = WeCom did not deliver it. */
  readonly status: number | undefined;
  readonly deliveries: number;
  readonly polls: number;
  /** What the person reads in the end. */
  readonly reply?: string;
  /** Why an answer did not count. */
  readonly broken?: string;
}

/** A person does something; WeCom calls us, and polls an unfinished stream until it is finished or six minutes are over. */
export async function sayByCallback(world: BotWorld, say: BotSay, base: string): Promise<BotHeard> {
  const undelivered = { status: undefined, deliveries: 0, polls: 0 };
  const waiting = world.inFlight.get(say.from) ?? 0;
  if (waiting >= 3 && !say.event)
    return { ...undelivered, broken: 'three messages of this person are not answered yet' };
  const json = speech(world, say, base, false);
  if (!json) return undelivered;
  const chat = say.group ?? say.from;
  if (!say.event) world.written.add(chat);
  world.inFlight.set(say.from, waiting + 1);
  try {
    const code = opaqueId();
    world.answerCodes.set(code, { chat, until: world.now() + life.answerUrl });
    const answer_url = { response_url: `${base}/cgi-bin/aibot/response?response_code=${code}` };
    return await converse(world, chat, { ...answer_url, ...json }, say);
  } finally {
    world.inFlight.set(say.from, (world.inFlight.get(say.from) ?? 1) - 1);
  }
}

async function converse(world: BotWorld, chat: string, json: object, say: BotSay): Promise<BotHeard> {
  const startedAt = world.now();
  const times = say.event ? 1 : world.switches.deliveries;
  let answer: Posted = { status: 0, text: '', nonce: '' };
  let deliveries = 0;
  while (deliveries < times && answer.status !== 200) {
    if (deliveries > 0) await world.pass(world.switches.patience);
    answer = await post(world, json);
    deliveries += 1;
  }
  const heard = { status: answer.status, deliveries, polls: 0 };
  if (answer.status !== 200 || answer.text === '') return heard;
  const read = readAnswer(world, answer);
  if ('broken' in read) return { ...heard, ...read };
  return deliver(world, chat, read.body, say, heard, startedAt);
}

async function deliver(
  world: BotWorld,
  chat: string,
  body: Record<string, unknown>,
  say: BotSay,
  heard: BotHeard,
  startedAt: Instant,
): Promise<BotHeard> {
  const wrong = misfit(body, say);
  if (wrong) return { ...heard, broken: wrong };
  if (body.msgtype !== 'stream') {
    const how = body.response_type ? 'card-update' : say.event ? 'welcome' : 'stream';
    const entry = put(world, chat, body, how);
    return { ...heard, reply: entry.text };
  }
  const { id } = body.stream as { id: string };
  const entry = put(world, chat, body, 'stream', id);
  let polls = 0;
  while (!entry.finished) {
    await world.pass(world.switches.pollEvery);
    if (world.now() - startedAt > life.stream) return { ...heard, polls, broken: 'not finished after six minutes' };
    const state = await poll(world, id, { from: { userid: say.from } });
    polls += 1;
    if (typeof state === 'string') return { ...heard, polls, broken: state };
    entry.text = state.content;
    entry.finished = state.finish;
  }
  return { ...heard, polls, reply: entry.text };
}

/** Asks how a stream stands, as after a restart of ours; a string says why the answer does not count. */
export async function poll(
  world: BotWorld,
  stream: string,
  fields: object = {},
): Promise<{ readonly content: string; readonly finish: boolean } | string> {
  const answer = await post(world, { msgid: opaqueId(), msgtype: 'stream', stream: { id: stream }, ...fields });
  if (answer.status !== 200 || answer.text === '') return `HTTP ${answer.status} to a poll`;
  const read = readAnswer(world, answer);
  if ('broken' in read) return read.broken;
  const state = read.body.stream as { id?: unknown; content?: unknown; finish?: unknown } | undefined;
  if (read.body.msgtype !== 'stream' || state?.id !== stream) return 'a poll takes a stream with the same id only';
  return { content: String(state.content ?? ''), finish: state.finish === true };
}

/** Which answers WeCom takes to what (W101031, W101027). */
function misfit(body: Record<string, unknown>, say: BotSay): string | undefined {
  const kind = say.event?.eventtype;
  if (kind === 'template_card_event') {
    if (body.response_type !== 'update_template_card') return 'a card event takes a card update only';
    const pressed = (say.event?.template_card_event as { task_id?: string } | undefined)?.task_id;
    return pressed === cardIn(body)?.task_id ? undefined : 'a changed card keeps its task_id';
  }
  if (kind === 'enter_chat')
    return body.msgtype === 'text' || body.msgtype === 'template_card' ? undefined : 'a welcome is a text or a card';
  if (kind !== undefined) return 'this event takes no answer';
  if (body.msgtype !== 'stream' && body.msgtype !== 'template_card') return 'a message takes a stream or a card';
  return Buffer.byteLength(textIn(body) ?? '') > contentLimit ? 'content over 20480 bytes' : undefined;
}

function put(
  world: BotWorld,
  chat: string,
  body: Record<string, unknown>,
  how: BotSaid['how'],
  stream?: string,
): BotSaid {
  const finished = body.msgtype !== 'stream' || (body.stream as { finish?: unknown }).finish === true;
  const at = world.now();
  const msgtype = String(body.msgtype ?? body.response_type);
  const entry = {
    at,
    chat,
    how,
    msgtype,
    text: textIn(body) ?? '',
    finished,
    raw: body,
    ...(stream ? { stream } : {}),
  };
  world.inbox.push(entry);
  return entry;
}

/** `POST /cgi-bin/aibot/response?response_code=`: one late answer within an hour. */
export function answerLate(world: BotWorld, code: string, body: unknown): { errcode: number; errmsg: string } {
  const known = world.answerCodes.get(code);
  if (!known || known.until <= world.now()) return { errcode: 40014, errmsg: 'invalid response_code' };
  const text = textIn(body);
  const { msgtype } = (body ?? {}) as { msgtype?: unknown };
  if (text === undefined || (msgtype !== 'markdown' && msgtype !== 'template_card'))
    return { errcode: 40008, errmsg: 'invalid msgtype' };
  if (Buffer.byteLength(text) > contentLimit)
    return { errcode: world.switches.longContent, errmsg: 'content too long' };
  world.answerCodes.delete(code);
  world.inbox.push({
    at: world.now(),
    chat: known.chat,
    how: 'late',
    msgtype,
    text,
    finished: true,
    raw: body,
  });
  return { errcode: 0, errmsg: 'ok' };
}

interface Posted {
  readonly status: number;
  readonly text: string;
  readonly nonce: string;
}

async function post(world: BotWorld, json: unknown): Promise<Posted> {
  if (!world.callback) throw new Fault('config', '没有回调地址，请用 --callback 指定');
  const encrypt = sealText(world.keys, JSON.stringify(json));
  const timestamp = String(Math.floor(world.now() / 1000));
  const nonce = String(randomInt(1e8, 1e9));
  const query = `msg_signature=${sign(world.keys.token, timestamp, nonce, encrypt)}&timestamp=${timestamp}&nonce=${nonce}`;
  try {
    const response = await fetch(`${world.callback}?${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ encrypt }),
      signal: AbortSignal.timeout(world.switches.patience),
      redirect: 'manual',
    });
    return { status: response.status, text: await response.text(), nonce };
  } catch {
    return { status: 0, text: '', nonce };
  }
}

/** Reads an answer as strictly as WeCom may: signature, the nonce of the question, a time stamp that is a number. */
function readAnswer(world: BotWorld, { text, nonce }: Posted): { body: Record<string, unknown> } | { broken: string } {
  try {
    const answer = JSON.parse(text) as Record<string, unknown>;
    const { encrypt, msgsignature, timestamp } = answer;
    if (typeof encrypt !== 'string' || typeof timestamp !== 'number' || answer.nonce !== nonce)
      return { broken: 'envelope' };
    if (sign(world.keys.token, String(timestamp), nonce, encrypt) !== msgsignature) return { broken: 'signature' };
    return { body: JSON.parse(openText(world.keys, encrypt)) as Record<string, unknown> };
  } catch (error) {
    return { broken: (error as Error).message };
  }
}
