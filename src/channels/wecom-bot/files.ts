// Files that go out through the AI bot: uploaded over its connection in chunks, then known by the media_id that WeCom keeps for three days. Sends no message.

import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { dayLength, hour, type Instant } from '../../domain/time.ts';
import type { Outcome } from '../channel.ts';
import type { MediaCache, OutgoingFile } from '../wecom/media.ts';
import type { BotAnswer, BotConnection } from './connection.ts';

export type BotMediaType = 'image' | 'voice' | 'video' | 'file';

export interface BotFileParts {
  readonly upload: BotConnection['upload'];
  readonly cache: MediaCache;
  /** A file of ours by its id; undefined = unknown or expired. */
  readonly attachments: (id: string) => Promise<OutgoingFile | undefined>;
  /** Counts one upload of this bot; otherwise when to ask again. WeCom takes 30 a minute and 1,000 an hour (W101463). */
  readonly mayUpload?: () => Promise<true | { readonly until: Instant }>;
  readonly now: () => Instant;
  /** Milliseconds before each new try of a chunk: a repeat of one that had arrived is ignored. */
  readonly tryAgainAfter?: readonly number[];
}

export type BotFile =
  | { readonly type: BotMediaType; readonly mediaId: string }
  /** WeCom did not take it. */
  | { readonly refused: BotAnswer }
  /** It cannot be sent at all, or not now. */
  | { readonly failed: Outcome };

export interface BotFiles {
  /** The media_id of a file of ours, uploaded if need be. However many ask at a time, one upload is under way. */
  find(file: string): Promise<BotFile>;
  /** WeCom does not know this media_id any more (40007). */
  forget(file: string, found: { readonly type: BotMediaType; readonly mediaId: string }): Promise<void>;
}

/** W101463: bytes of a chunk before base64, and how many chunks a file may have. */
const chunkSize = 512 * 1024;

/** W101463: a file has at least 5 bytes; most bytes by kind. What is too large for its kind goes as a file. */
const smallest = 5;
const largest: Readonly<Record<BotMediaType, number>> = {
  image: 2 * 1024 * 1024,
  voice: 2 * 1024 * 1024,
  video: 10 * 1024 * 1024,
  file: 20 * 1024 * 1024,
};

/** Media types that WeCom shows instead of offering for download. */
const shown: ReadonlyMap<string, BotMediaType> = new Map([
  ['image/png', 'image'],
  ['image/jpeg', 'image'],
  ['image/gif', 'image'],
  ['audio/amr', 'voice'],
  ['video/mp4', 'video'],
]);

/** Many chunks at once get "system error" (aibot SDK 1.0.7). */
const atOnce = 2;

/** Milliseconds for a whole upload: with the message it must stay below the outbox's lease of 45 s. */
const patience = 30_000;

/** A media_id lives three days; it is used an hour less, so that none dies on its way. */
const mediaLife = 3 * dayLength - hour;

/** Files for sending. */
export function botFiles(parts: BotFileParts): BotFiles {
  const { cache, attachments, mayUpload, now } = parts;
  const pending = new Map<string, Promise<BotFile>>();

  async function look(id: string): Promise<BotFile> {
    const kept = read(await cache.read(id));
    if (kept) return kept;
    const file = await attachments(id);
    if (!file) return failed('expired', 'the file is not kept any more');
    const type = typeOf(file);
    const { length } = file.bytes;
    if (length < smallest || length > largest[type]) return failed('bad-request', `a file of ${length} bytes`);
    const may = (await mayUpload?.()) ?? true;
    if (may !== true) return { failed: { kind: 'throttled', until: may.until, detail: 'uploads of this bot' } };
    const uploaded = await uploadInChunks(parts, file, type);
    if (typeof uploaded !== 'string') return { refused: uploaded };
    const mediaId = await cache.keep(id, `${type}:${uploaded}`, now() + mediaLife);
    return read(mediaId) ?? { type, mediaId: uploaded };
  }

  return {
    find(id) {
      const under = pending.get(id) ?? look(id).finally(() => pending.delete(id));
      pending.set(id, under);
      return under;
    },
    forget: (id, { type, mediaId }) => cache.drop(id, `${type}:${mediaId}`),
  };
}

const began = z.object({ upload_id: z.string().min(1) });
const ended = z.object({ media_id: z.string().min(1) });

/** The media_id, or why there is none. */
async function uploadInChunks(
  { upload, now, tryAgainAfter = [500, 1000] }: BotFileParts,
  { name, bytes }: OutgoingFile,
  type: BotMediaType,
): Promise<string | BotAnswer> {
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = Math.ceil(whole.length / chunkSize);
  const until = now() + patience;
  const opened = await upload('aibot_upload_media_init', {
    type,
    filename: shortName(name),
    total_size: whole.length,
    total_chunks: count,
    md5: createHash('md5').update(whole).digest('hex'),
  });
  const session = began.safeParse(bodyOf(opened));
  if (!session.success) return isDone(opened) ? silent('an upload without an id') : opened;
  const { upload_id } = session.data;
  let next = 0;
  let trouble: BotAnswer | undefined;

  async function worker(): Promise<void> {
    while (next < count && !trouble) {
      const index = next;
      next += 1;
      const part = whole.subarray(index * chunkSize, (index + 1) * chunkSize);
      const body = { upload_id, chunk_index: index, base64_data: part.toString('base64') };
      const answer = now() < until ? await chunk(body) : silent('the upload took too long');
      if (!isDone(answer)) trouble ??= answer;
    }
  }

  async function chunk(body: unknown): Promise<BotAnswer> {
    for (const wait of tryAgainAfter) {
      const answer = await upload('aibot_upload_media_chunk', body);
      if (isDone(answer)) return answer;
      await pause(wait, undefined, { ref: false });
    }
    return upload('aibot_upload_media_chunk', body);
  }

  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  if (trouble) return trouble;
  const closed = await upload('aibot_upload_media_finish', { upload_id });
  const found = ended.safeParse(bodyOf(closed));
  if (found.success) return found.data.media_id;
  return isDone(closed) ? silent('an upload without a media_id') : closed;
}

function typeOf({ type, bytes }: OutgoingFile): BotMediaType {
  const kind = shown.get(type.toLowerCase().split(';')[0]!.trim()) ?? 'file';
  return bytes.length <= largest[kind] ? kind : 'file';
}

/** W101463: at most 256 bytes; the ending stays. */
function shortName(name: string): string {
  const most = 256;
  if (Buffer.byteLength(name) <= most) return name;
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
  let stem = [...name.slice(0, name.length - ending.length)];
  while (Buffer.byteLength(stem.join('') + ending) > most) stem = stem.slice(0, -1);
  return stem.join('') + ending;
}

function read(kept: string | undefined): { type: BotMediaType; mediaId: string } | undefined {
  const found = /^(image|voice|video|file):(.+)$/.exec(kept ?? '');
  return found ? { type: found[1] as BotMediaType, mediaId: found[2]! } : undefined;
}

function bodyOf(answer: BotAnswer): unknown {
  return answer.kind === 'answer' && answer.code === 0 ? answer.body : undefined;
}

function isDone(answer: BotAnswer): boolean {
  return answer.kind === 'answer' && answer.code === 0;
}

function silent(detail: string): BotAnswer {
  return { kind: 'silence', detail };
}

function failed(reason: 'expired' | 'bad-request', detail: string): BotFile {
  return { failed: { kind: 'rejected', reason, detail } };
}
