// WeCom's calls to our address, with the real one's patience and repeats, and the check of the address. Knows nothing of what is said.

import { randomInt } from 'node:crypto';
import { Fault } from '../../domain/fault.ts';
import { type ReadReply, readReply } from './passive-reply.ts';
import { encryptCallback, type SignedCallback, sealText, sign } from './seal.ts';
import type { World } from './world.ts';

export interface Said extends ReadReply {
  /** HTTP status of the last delivery; 0 = no answer. */
  readonly status: number;
  /** How often it was delivered until somebody answered 200, or nobody did. */
  readonly deliveries: number;
}

/** What goes wrong on the way of one message. */
export interface Mishaps {
  /** Answers to so many deliveries are lost; the repeat comes at once, while they are still worked on. */
  readonly unheard?: number;
  /** So many deliveries more after the one that was answered. */
  readonly again?: number;
}

/** Hands a message over until somebody answers 200, and reads the answer. */
export async function deliver(
  world: World,
  xml: string,
  fields: Readonly<Record<string, string>>,
  { unheard = 0, again = 0 }: Mishaps = {},
): Promise<Said> {
  const agentId = String(world.credentials.agentId);
  const seal = () => encryptCallback(world.keys, { xml, agentId, timestamp: seconds(world) });
  const lost: Promise<unknown>[] = [];
  let callback = seal();
  let said: Said = { status: 0, deliveries: world.switches.deliveries };
  for (let deliveries = 1; deliveries <= world.switches.deliveries; deliveries += 1) {
    if (deliveries > 1) {
      if (lost.length < deliveries - 1) await world.clock.pass(world.switches.spacing);
      if (world.switches.freshSeal) callback = seal();
    }
    const exchange = call(world, callback);
    if (deliveries <= unheard) {
      lost.push(exchange);
      continue;
    }
    const answer = await exchange;
    said = { status: answer?.status ?? 0, deliveries };
    if (answer?.status !== 200) continue;
    const read = readReply(world, answer.bytes.toString('utf8'), fields);
    said = { ...said, ...read };
    if (read.broken === undefined || world.switches.brokenReply === 'no-reply') break;
  }
  for (let more = 0; more < again; more += 1) await call(world, world.switches.freshSeal ? seal() : callback);
  await Promise.all(lost);
  return said;
}

/** One delivery, and only one; undefined = no answer in time. */
export async function call(
  world: World,
  callback: Pick<SignedCallback, 'query' | 'body'>,
): Promise<Answer | undefined> {
  world.lastCallback = callback;
  return request(world, address(world, callback.query), world.switches.patience, callback.body);
}

/** The check that the console makes when an address is saved: right answer, right body to the byte, within a second. */
export async function checkUrl(world: World): Promise<{ readonly ok: boolean; readonly why?: string }> {
  const text = String(BigInt(randomInt(1, 2 ** 31)) * 4_294_967_296n + BigInt(randomInt(2 ** 31)));
  const timestamp = seconds(world);
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

/** Unix seconds for what others check. */
export function seconds(world: World): string {
  return String(Math.floor(world.clock.outside() / 1000));
}

function address(world: World, query: string): string {
  if (!world.callback) throw new Fault('config', '没有回调地址，请用 --callback 指定');
  return `${world.callback}${world.callback.includes('?') ? '&' : '?'}${query}`;
}

interface Answer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** One call of ours; undefined when nobody answers within `patience` milliseconds and we hang up. */
async function request({ clock }: World, url: string, patience: number, body?: string): Promise<Answer | undefined> {
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
