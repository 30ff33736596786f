// Opens and seals WeCom callbacks: the official library plus the checks it leaves out. Never throws for what a stranger may send.

import { timingSafeEqual } from 'node:crypto';
import { decrypt, encrypt, getSignature } from '@wecom/crypto';
import { Fault } from '../../domain/fault.ts';
import { type Instant, minute } from '../../domain/time.ts';

/** What the console shows beside the callback address. `receiveId` is the corp id for an app and empty for an AI bot. */
export interface CallbackKeys {
  readonly token: string;
  readonly encodingAesKey: string;
  readonly receiveId: string;
}

/** What the query of a callback says about its body, URL-decoded once. */
export interface SignedQuery {
  readonly signature: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly nonce: string;
}

export type Opened =
  | { readonly kind: 'opened'; readonly text: string }
  /** `why` is for the log, never for the caller. */
  | { readonly kind: 'refused'; readonly status: 400 | 403; readonly why: string };

export interface Sealed extends SignedQuery {
  readonly encrypted: string;
}

export interface CallbackCrypto {
  /** Checks signature, freshness, padding, length and receive id, in this order, and gives the text inside. */
  open(encrypted: string, signed: SignedQuery, now: Instant): Opened;
  /** Encrypts a text of ours and signs it under a time stamp (Unix seconds) and nonce of ours. */
  seal(text: string, timestamp: string, nonce: string): Sealed;
}

/** How far the time stamp of a callback may be from our clock. WeCom's repeats may carry their first time stamp, so not less than 10 minutes. */
export const freshness = 10 * minute;

/** The crypto of one app or bot. Throws a Fault `config` when the key is not what the console gives out. */
export function callbackCrypto(keys: CallbackKeys): CallbackCrypto {
  if (!/^[A-Za-z0-9]{43}$/.test(keys.encodingAesKey)) {
    throw new Fault('config', 'EncodingAESKey 应是43位字母或数字，请从企业微信后台重新复制');
  }
  if (!keys.token) throw new Fault('config', '回调的 Token 没有填写，请从企业微信后台复制');
  return {
    open: (encrypted, signed, now) => open(keys, encrypted, signed, now),
    seal(text, timestamp, nonce) {
      const encrypted = encrypt(keys.encodingAesKey, text, keys.receiveId);
      return { encrypted, timestamp, nonce, signature: getSignature(keys.token, timestamp, nonce, encrypted) };
    },
  };
}

function open(keys: CallbackKeys, encrypted: string, signed: SignedQuery, now: Instant): Opened {
  const { signature, timestamp, nonce } = signed;
  if (!sameSignature(getSignature(keys.token, timestamp, nonce, encrypted), signature))
    return refused(403, 'signature');
  if (!isFresh(timestamp, now)) return refused(403, 'timestamp');
  const found = decipher(keys.encodingAesKey, encrypted);
  if (!found) return refused(400, 'cipher');
  if (found.id !== keys.receiveId) return refused(403, 'receive id');
  return { kind: 'opened', text: found.message };
}

function sameSignature(wanted: string, given: string): boolean {
  const a = Buffer.from(wanted);
  const b = Buffer.from(given);
  return a.length === b.length && timingSafeEqual(a, b);
}

function isFresh(timestamp: string, now: Instant): boolean {
  return /^\d{1,12}$/.test(timestamp) && Math.abs(Number(timestamp) * 1000 - now) <= freshness;
}

/**
 * The library accepts any padding, a length past the end, loose base64 and broken UTF-8. All of it is found at once by sealing
 * what came out again: with the same salt a sound message gives the same cipher text to the last character (5 µs).
 */
function decipher(key: string, encrypted: string): { message: string; id: string } | undefined {
  try {
    const { message, id, random } = decrypt(key, encrypted);
    return encrypt(key, message, id, random) === encrypted ? { message, id } : undefined;
  } catch {
    return undefined;
  }
}

function refused(status: 400 | 403, why: string): Opened {
  return { kind: 'refused', status, why };
}
