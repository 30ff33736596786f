// Fetches what a person sent in (picture, voice as AMR, file) while WeCom keeps it. Stores nothing: the bytes live as long as the caller holds them.

import type { Channel } from '../channel.ts';
import { tokenCodes } from './reactions.ts';
import type { AccessTokens } from './token.ts';

export type Downloaded =
  | { readonly kind: 'file'; readonly bytes: Buffer; readonly name: string | undefined; readonly type: string }
  /** `gone` = older than three days or never there; ask the person to send it again. */
  | {
      readonly kind: 'failed';
      readonly why: 'gone' | 'too-large' | 'refused' | 'unreachable';
      readonly detail: string;
    };

export interface DownloadOptions {
  /** The address of WeCom's API. */
  readonly base: string;
  readonly tokens: AccessTokens;
  /** Most bytes; WeCom gives more than 20 MB only in pieces (830002). */
  readonly largest?: number;
  /** Milliseconds for each of at most `tries` requests. */
  readonly timeout?: number;
}

/** How often a download is taken up again where it broke off. */
const tries = 3;

/** Downloads by `media_id`; never throws for what a network may do. */
export function mediaDownload(options: DownloadOptions): (mediaId: string) => Promise<Downloaded> {
  const { base, tokens, largest = 20 * 1024 * 1024, timeout = 30_000 } = options;
  const root = `${base.replace(/\/+$/, '')}/cgi-bin/media/get`;

  return async (mediaId) => {
    const parts: Buffer[] = [];
    let size = 0;
    let detail = '';
    let renewed = false;
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const got = await tokens.get();
      if ('failed' in got) return failed('unreachable', 'no token');
      try {
        const query = new URLSearchParams({ access_token: got.token, media_id: mediaId });
        const headers: Record<string, string> = size > 0 ? { range: `bytes=${size}-` } : {};
        const response = await fetch(`${root}?${query}`, {
          headers,
          signal: AbortSignal.timeout(timeout),
          redirect: 'error',
        });
        const type = response.headers.get('content-type') ?? '';
        // A refusal is JSON with HTTP 200; a file of that type would be given with a name.
        if (type.includes('json') && !response.headers.has('content-disposition')) {
          const code = codeIn(await response.text());
          if (code === undefined || !tokenCodes.has(code) || renewed) return refused(code);
          renewed = true;
          await tokens.drop(got.token);
          continue;
        }
        if (response.status !== 200 && response.status !== 206) {
          detail = `HTTP ${response.status}`;
          continue;
        }
        if (response.status === 200) {
          parts.length = 0;
          size = 0;
        }
        if (size + Number(response.headers.get('content-length') ?? 0) > largest)
          return failed('too-large', 'content-length');
        for await (const chunk of response.body ?? []) {
          parts.push(Buffer.from(chunk));
          size += chunk.length;
          if (size > largest) return failed('too-large', 'more bytes than allowed');
        }
        return { kind: 'file', bytes: Buffer.concat(parts), name: nameIn(response.headers), type };
      } catch (error) {
        // Messages of fetch may hold the address and with it the token.
        detail = error instanceof Error ? error.name : 'unknown';
      }
    }
    return failed('unreachable', detail);
  };
}

/** The door's way to what members sent in. A refusal may be mended by an operator, so it counts as not reachable. */
export function wecomFetch(options: Omit<DownloadOptions, 'largest'>): NonNullable<Channel['fetch']> {
  return async (ref, largest) => {
    const got = await mediaDownload({ ...options, largest })(ref);
    if (got.kind === 'file') return { kind: 'fetched', bytes: got.bytes, name: got.name, type: got.type || undefined };
    if (got.why === 'too-large') return { kind: 'too-large' };
    return { kind: got.why === 'gone' ? 'gone' : 'unreachable', detail: got.detail };
  };
}

function refused(code: number | undefined): Downloaded {
  if (code === undefined) return failed('unreachable', 'answer has no errcode');
  return failed(code === 40007 ? 'gone' : code === 830002 ? 'too-large' : 'refused', String(code));
}

function failed(why: 'gone' | 'too-large' | 'refused' | 'unreachable', detail: string): Downloaded {
  return { kind: 'failed', why, detail };
}

function codeIn(text: string): number | undefined {
  try {
    const code: unknown = JSON.parse(text)?.errcode;
    return typeof code === 'number' ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Headers come as Latin-1; the name is UTF-8, percent-encoded or as it is. */
function nameIn(headers: Headers): string | undefined {
  const given = /filename\*?=(?:UTF-8'')?"?([^";]+)"?/i.exec(headers.get('content-disposition') ?? '')?.[1];
  if (given === undefined) return undefined;
  const name = Buffer.from(given, 'latin1').toString('utf8');
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
