// Files that go out through WeCom: uploaded once, then known by the media_id that WeCom keeps for three days. Sends no message.

import { z } from 'zod';
import { dayLength, hour, type Instant } from '../../domain/time.ts';
import type { Outcome } from '../channel.ts';
import type { WecomClient } from './client.ts';
import type { Answer } from './http.ts';

/** Milliseconds for one upload: with a new token and the message itself it must stay below the outbox's lease of 45 s. */
export const uploadTime = 20_000;

/** A media_id lives three days (W90253); it is used an hour less, so that none dies on its way. */
const mediaLife = 3 * dayLength - hour;

/** W90253: a file has more than 5 bytes and at most 20 MB. */
const smallest = 6;
const largest = 20 * 1024 * 1024;

/** Where media_ids lie between calls, for all processes together. Keys are ids of our own files. */
export interface MediaCache {
  /** The media_id of a file that is still good. */
  read(file: string): Promise<string | undefined>;
  /** Keeps a media_id unless there is a good one already; resolves to the one that is kept. */
  keep(file: string, mediaId: string, expiresAt: Instant): Promise<string>;
  /** Forgets a media_id if it is still this one. */
  drop(file: string, mediaId: string): Promise<void>;
}

export interface OutgoingFile {
  readonly name: string;
  /** Media type. */
  readonly type: string;
  readonly bytes: Uint8Array;
}

export interface OutgoingFileParts {
  readonly client: WecomClient;
  readonly cache: MediaCache;
  /** A file of ours by its id; undefined = unknown or expired. */
  readonly attachments: (id: string) => Promise<OutgoingFile | undefined>;
  readonly now: () => Instant;
}

export type MediaId =
  | { readonly mediaId: string }
  /** WeCom did not take it. */
  | { readonly refused: Answer }
  /** It cannot be uploaded at all. */
  | { readonly failed: Outcome };

export interface OutgoingFiles {
  /** The media_id of a file of ours, uploaded if need be. However many ask at a time, one upload is under way. */
  mediaIdOf(file: string): Promise<MediaId>;
  /** WeCom does not know this media_id any more (40007). */
  forget(file: string, mediaId: string): Promise<void>;
}

const uploaded = z.object({ media_id: z.string().min(1) });

/** Files for sending. */
export function outgoingFiles({ client, cache, attachments, now }: OutgoingFileParts): OutgoingFiles {
  const pending = new Map<string, Promise<MediaId>>();

  async function upload(file: string): Promise<MediaId> {
    const kept = await cache.read(file);
    if (kept !== undefined) return { mediaId: kept };
    const found = await attachments(file);
    if (!found) return { failed: rejected('expired', 'the file is not kept any more') };
    const { length } = found.bytes;
    if (length < smallest || length > largest) return { failed: rejected('bad-request', `a file of ${length} bytes`) };
    const answer = await client('media/upload', formOf(found), { type: 'file' });
    if (answer.kind === 'silence' || answer.code !== 0) return { refused: answer };
    const parsed = uploaded.safeParse(answer.body);
    if (!parsed.success) return { refused: { kind: 'silence', detail: 'upload without a media_id' } };
    return { mediaId: await cache.keep(file, parsed.data.media_id, now() + mediaLife) };
  }

  return {
    mediaIdOf(file) {
      const under = pending.get(file) ?? upload(file).finally(() => pending.delete(file));
      pending.set(file, under);
      return under;
    },
    forget: (file, mediaId) => cache.drop(file, mediaId),
  };
}

/** The name stands in the form as UTF-8, as WeCom reads it. */
function formOf({ name, type, bytes }: OutgoingFile): FormData {
  const form = new FormData();
  form.append('media', new File([new Uint8Array(bytes)], name, { type }));
  return form;
}

function rejected(reason: 'expired' | 'bad-request', detail: string): Outcome {
  return { kind: 'rejected', reason, detail };
}

/** A cache for one process: tests and simulated worlds. */
export function memoryMediaCache(now: () => Instant): MediaCache {
  const kept = new Map<string, { readonly mediaId: string; readonly expiresAt: Instant }>();
  const good = (file: string) => {
    const one = kept.get(file);
    return one && one.expiresAt > now() ? one.mediaId : undefined;
  };
  return {
    read: async (file) => good(file),
    async keep(file, mediaId, expiresAt) {
      const earlier = good(file);
      if (earlier !== undefined) return earlier;
      kept.set(file, { mediaId, expiresAt });
      return mediaId;
    },
    async drop(file, mediaId) {
      if (kept.get(file)?.mediaId === mediaId) kept.delete(file);
    },
  };
}
