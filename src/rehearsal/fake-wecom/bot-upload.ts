// Files for the fake AI bot: taken in chunks over the long connection, kept for three days. Sends nothing.

import { dayLength } from '../../domain/time.ts';
import { type BotWorld, life, md5Of, overLimit } from './bot-world.ts';
import { opaqueId } from './world.ts';

/** What is answered to a frame. */
export interface Ack {
  readonly errcode: number;
  readonly errmsg: string;
  readonly body?: object;
}

export const ok: Ack = { errcode: 0, errmsg: 'ok' };
export const no = (errcode: number, errmsg: string): Ack => ({ errcode, errmsg });

/** W101463: most bytes by kind, of a name, of a chunk; most chunks; a media_id lives three days. */
const largest: Readonly<Record<string, number>> = { image: 2, voice: 2, video: 10, file: 20 };
const longestName = 256;
const chunkSize = 512 * 1024;
const mostChunks = 100;
const mediaLife = 3 * dayLength;

/** Chunks in any order, repeats ignored, half an hour for all of them; 30 uploads a minute and 1,000 an hour for the whole bot. */
export function upload(world: BotWorld, cmd: string, body: Record<string, unknown>): Ack {
  if (cmd === 'aibot_upload_media_init') return begin(world, body);
  const id = String(body.upload_id);
  const session = world.uploads.get(id);
  if (!session || world.now() - session.at > life.upload) return no(40058, 'invalid upload_id');
  if (cmd === 'aibot_upload_media_chunk') {
    const index = Number(body.chunk_index);
    const bytes = Buffer.from(String(body.base64_data), 'base64');
    if (!(index in session.chunks) || bytes.length > chunkSize) return no(40058, 'invalid chunk');
    session.chunks[index] ??= bytes;
    return ok;
  }
  const bytes = Buffer.concat(session.chunks.filter((chunk) => chunk !== undefined));
  if (session.chunks.includes(undefined) || bytes.length !== session.size)
    return no(world.switches.missingChunk, 'chunk missing');
  if (session.md5 !== undefined && session.md5 !== md5Of(bytes)) return no(301019, 'md5 mismatch');
  world.uploads.delete(id);
  const media_id = opaqueId();
  world.uploaded.set(media_id, { type: session.type, name: session.name, bytes, at: world.now() });
  return { ...ok, body: { type: session.type, media_id, created_at: Math.floor(world.now() / 1000) } };
}

function begin(world: BotWorld, body: Record<string, unknown>): Ack {
  const [size, chunks, type, name] = [
    Number(body.total_size),
    Number(body.total_chunks),
    String(body.type),
    String(body.filename ?? ''),
  ];
  const most = largest[type];
  if (most === undefined) return no(40004, 'invalid media type');
  if (!(size >= 5) || !(chunks >= 1 && chunks <= mostChunks)) return no(40058, 'invalid size');
  if (size > most * 1024 * 1024) return no(45001, 'media size out of limit');
  if (name === '' || Buffer.byteLength(name) > longestName) return no(40058, 'invalid filename');
  if (overLimit(world, ' uploads')) return no(world.switches.limit, 'api freq out of limit');
  const upload_id = opaqueId();
  const md5 = typeof body.md5 === 'string' ? body.md5 : undefined;
  const parts = Array<Buffer | undefined>(chunks).fill(undefined);
  world.uploads.set(upload_id, { at: world.now(), type, name, size, md5, chunks: parts });
  return { ...ok, body: { upload_id } };
}

/** Why this file cannot be sent; undefined = it can. */
export function mediaTrouble(world: BotWorld, type: string, body: Record<string, unknown>): Ack | undefined {
  if (!(type in largest)) return undefined;
  const { media_id } = (body[type] ?? {}) as { media_id?: unknown };
  const media = world.uploaded.get(String(media_id));
  const isGood = media?.type === type && world.now() - media.at <= mediaLife;
  return isGood ? undefined : no(40007, 'invalid media_id');
}
