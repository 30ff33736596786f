// How ordered trouble plays on a call: refused, cut, slow, half, mangled, or done without a word. Decides only the form, never what is done.

import type { FastifyReply } from 'fastify';
import { type FakeAnswer, refusal } from './answers.ts';
import type { Fault } from './faults.ts';
import type { World } from './world.ts';

/** A file instead of JSON. */
export interface FileAnswer {
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly filename: string;
  /** Where `bytes` stand in the whole file, when a part was asked for. */
  readonly part?: { readonly first: number; readonly last: number; readonly of: number };
}

export type Answered = FakeAnswer | FileAnswer;

/** How long a slow body hangs in the middle unless something else was ordered. */
const slowBody = 30_000;

/** How long a silent server keeps the line open: longer than anybody waits. */
const silentFor = 10 * 60_000;

/** Does the call with the trouble that was ordered for it, if any. */
export async function meet(
  world: World,
  fault: Fault | undefined,
  reply: FastifyReply,
  work: () => Answered | Promise<Answered>,
): Promise<FastifyReply> {
  const wait = fault?.body === 'slow' ? world.latency : Math.max(world.latency, fault?.delayMs ?? 0);
  if (wait > 0) await world.clock.pass(wait);
  if (fault?.silence === 'before') return sayNothing(world, reply);
  if (fault && happensBefore(fault, reply)) return reply;
  const answer = await work();
  if (fault?.reset === 'after') return cut(reply);
  if (fault?.silence === 'after') return sayNothing(world, reply);
  const file = isFile(answer) ? answer : jsonFile(answer);
  if (fault?.body === 'tls') return cut(reply, tlsAlert);
  if (fault?.body === 'half') return isFile(answer) ? hangUpInTheMiddle(reply, file) : send(reply, halfOf(file));
  if (fault?.body === 'slow') return sendSlowly(world, reply, file, fault.delayMs ?? slowBody);
  return send(reply, file);
}

/** Trouble that keeps the call from being done; true when it has answered. */
function happensBefore(fault: Fault, reply: FastifyReply): boolean {
  if (fault.reset === 'before') cut(reply);
  else if (fault.status !== undefined)
    reply.code(fault.status).type('text/html').send('<html><body>gateway</body></html>');
  else if (fault.body === 'html') reply.type('text/html').send('<html><body>please log in</body></html>');
  else if (fault.code !== undefined) reply.send(refusal(fault.code, meanings[fault.code] ?? 'as ordered'));
  else return false;
  return true;
}

/** What WeCom writes beside the codes that people order most. */
const meanings: Readonly<Record<number, string>> = {
  [-1]: 'system busy',
  40001: 'invalid credential',
  40014: 'invalid access_token',
  42001: 'access_token expired',
  45009: 'api freq out of limit',
  45033: 'api concurrent out of limit',
  48006: 'api forbidden for inactive agent',
  50003: 'app is disabled',
  60020: 'not allow to access from your ip',
};

/** A fatal alert (handshake failure): what a client sees that meets another protocol than it speaks. */
const tlsAlert = Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x28]);

function cut(reply: FastifyReply, lastWords?: Buffer): FastifyReply {
  reply.hijack();
  const { socket } = reply.raw;
  if (lastWords) socket?.end(lastWords);
  else socket?.destroy();
  return reply;
}

async function sayNothing(world: World, reply: FastifyReply): Promise<FastifyReply> {
  reply.hijack();
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  await world.clock.pass(silentFor, gone.signal);
  reply.raw.socket?.destroy();
  return reply;
}

function isFile(answer: Answered): answer is FileAnswer {
  return 'bytes' in answer && Buffer.isBuffer(answer.bytes);
}

function jsonFile(answer: FakeAnswer): FileAnswer {
  return {
    bytes: Buffer.from(JSON.stringify(answer)),
    contentType: 'application/json; charset=UTF-8',
    filename: '',
  };
}

function halfOf(file: FileAnswer): FileAnswer {
  return { ...file, bytes: file.bytes.subarray(0, file.bytes.length / 2) };
}

function send(reply: FastifyReply, { bytes, contentType, filename, part }: FileAnswer): FastifyReply {
  reply.type(contentType);
  if (filename) reply.header('content-disposition', `attachment; filename="${encodeURIComponent(filename)}"`);
  if (part) reply.code(206).header('content-range', `bytes ${part.first}-${part.last}/${part.of}`);
  return reply.send(bytes);
}

/** Promises all of it and hangs up in the middle. */
function hangUpInTheMiddle(reply: FastifyReply, file: FileAnswer): FastifyReply {
  beginOf(reply, file, () => reply.raw.socket?.end());
  return reply;
}

async function sendSlowly(
  world: World,
  reply: FastifyReply,
  file: FileAnswer,
  milliseconds: number,
): Promise<FastifyReply> {
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  beginOf(reply, file);
  await world.clock.pass(milliseconds, gone.signal);
  reply.raw.end(file.bytes.subarray(file.bytes.length / 2));
  return reply;
}

/** The head and the first half, past fastify. */
function beginOf(reply: FastifyReply, { bytes, contentType }: FileAnswer, then?: () => void): void {
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': contentType,
    'content-length': bytes.length,
    'content-disposition': 'attachment',
  });
  reply.raw.write(bytes.subarray(0, bytes.length / 2), then);
}
