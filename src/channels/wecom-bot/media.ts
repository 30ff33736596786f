// Pictures and files that people send to the AI bot: fetched and decrypted while WeCom keeps them. Stores nothing.

import { createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import type { Channel } from '../channel.ts';

/** How long the address of a file lives, in milliseconds (W100719). */
export const mediaLife = 5 * 60_000;

/** Most bytes of a file that is fetched, if nobody says otherwise; WeCom's own limit (W101463). */
const usualLargest = 20 * 1024 * 1024;

export type Opened =
  | { readonly kind: 'opened'; readonly bytes: Buffer; readonly name: string | undefined }
  /** `expired` = the address is dead, ask the person to send it again. */
  | { readonly kind: 'failed'; readonly why: 'expired' | 'too-large' | 'unreadable' | 'unreachable' };

export interface MediaOptions {
  /** The bot's EncodingAESKey (callback mode); files of the long connection bring their own key. */
  readonly encodingAesKey?: string | undefined;
  /** Whether an address may be fetched; default: https only. */
  readonly allowed?: (url: URL) => boolean;
  /** Milliseconds for the whole download. */
  readonly timeout?: number;
  /** Most bytes. */
  readonly largest?: number;
}

/** The `ref` of an upload: the address and, where the file has one of its own, its key. Good for five minutes. */
export function mediaRef({ url, aeskey }: { readonly url: string; readonly aeskey?: string | undefined }): string {
  return JSON.stringify(aeskey === undefined ? { url } : { url, aeskey });
}

/** The bytes behind a `ref`; never throws for what a platform may do. */
export async function openMedia(ref: string, options: MediaOptions = {}): Promise<Opened> {
  const { encodingAesKey, timeout = 30_000, largest = usualLargest } = options;
  const { allowed = ({ protocol }: URL) => protocol === 'https:' } = options;
  const found = readRef(ref);
  if (!found || !allowed(found.url)) return { kind: 'failed', why: 'unreadable' };
  const key = Buffer.from(found.aeskey ?? `${encodingAesKey ?? ''}=`, 'base64');
  if (key.length !== 32) return { kind: 'failed', why: 'unreadable' };
  const got = await download(found.url, timeout, largest);
  if (got.kind === 'failed') return got;
  const bytes = decipher(key, got.bytes);
  return bytes ? { kind: 'opened', bytes, name: got.name } : { kind: 'failed', why: 'unreadable' };
}

/** The door's way to what members sent in. What cannot be read will not be readable later either. */
export function botFetch(options: Omit<MediaOptions, 'largest'> = {}): NonNullable<Channel['fetch']> {
  return async (ref, largest) => {
    const opened = await openMedia(ref, { ...options, largest });
    if (opened.kind === 'opened') return { kind: 'fetched', bytes: opened.bytes, name: opened.name, type: undefined };
    if (opened.why === 'too-large') return { kind: 'too-large' };
    return { kind: opened.why === 'unreachable' ? 'unreachable' : 'gone', detail: opened.why };
  };
}

const stored = z.object({ url: z.url(), aeskey: z.string().optional() });

function readRef(ref: string): { url: URL; aeskey: string | undefined } | undefined {
  try {
    const { url, aeskey } = stored.parse(JSON.parse(ref));
    return { url: new URL(url), aeskey };
  } catch {
    return undefined;
  }
}

async function download(url: URL, timeout: number, largest: number): Promise<Opened> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeout), redirect: 'error' });
    if (response.status >= 400 && response.status < 500) return { kind: 'failed', why: 'expired' };
    if (response.status !== 200 || !response.body) return { kind: 'failed', why: 'unreachable' };
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body) {
      size += part.length;
      if (size > largest + 32) return { kind: 'failed', why: 'too-large' };
      parts.push(part);
    }
    return { kind: 'opened', bytes: Buffer.concat(parts), name: nameIn(response.headers.get('content-disposition')) };
  } catch {
    return { kind: 'failed', why: 'unreachable' };
  }
}

function nameIn(disposition: string | null): string | undefined {
  const found =
    /filename\*=UTF-8''([^;\s]+)/i.exec(disposition ?? '') ?? /filename="?([^";]+)"?/i.exec(disposition ?? '');
  try {
    return found ? decodeURIComponent(found[1]!).toWellFormed().slice(0, 200) : undefined;
  } catch {
    return undefined;
  }
}

/** AES-256-CBC, filled up to a multiple of 32: Node's own unpadding knows 16 only. */
function decipher(key: Buffer, sealed: Buffer): Buffer | undefined {
  try {
    const open = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const all = Buffer.concat([open.update(sealed), open.final()]);
    const fill = all.at(-1) ?? 0;
    const body = all.subarray(0, all.length - fill);
    return fill >= 1 && fill <= 32 && all.subarray(body.length).every((byte) => byte === fill) ? body : undefined;
  } catch {
    return undefined;
  }
}
