// WeCom's side of the callback cipher, written by hand from its documents and apart from our door, so that one mistake cannot hide in both.

import { createCipheriv, createDecipheriv, createHash, randomBytes, randomInt } from 'node:crypto';

/** Token, key and receiver as the console shows them; the receiver is the corp id for an app, empty for an AI bot. */
export interface SealKeys {
  readonly token: string;
  readonly encodingAesKey: string;
  readonly receiveId: string;
}

export interface CallbackParts {
  /** The text inside. */
  readonly xml: string;
  /** Unix seconds. */
  readonly timestamp: string;
  readonly nonce?: string;
  /** 16 bytes; random when absent. */
  readonly salt?: Buffer;
  readonly agentId?: string;
}

/** A signed callback ready to be posted. */
export interface SignedCallback {
  /** `msg_signature=…&timestamp=…&nonce=…` */
  readonly query: string;
  readonly body: string;
  readonly encrypted: string;
  readonly signature: string;
}

/** Encrypts and signs a message as WeCom does: what the fake, the bench and outside checks send to `/wecom/callback`. */
export function encryptCallback(keys: SealKeys, parts: CallbackParts): SignedCallback {
  const nonce = parts.nonce ?? String(randomInt(1e8, 1e9));
  const encrypted = sealText(keys, parts.xml, parts.salt);
  const signature = sign(keys.token, parts.timestamp, nonce, encrypted);
  const agent = parts.agentId === undefined ? '' : `<AgentID><![CDATA[${parts.agentId}]]></AgentID>`;
  return {
    encrypted,
    signature,
    query: `msg_signature=${signature}&timestamp=${parts.timestamp}&nonce=${nonce}`,
    body: `<xml><ToUserName><![CDATA[${keys.receiveId}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt>${agent}</xml>`,
  };
}

/** sha1 over the four values in byte order, lower-case hex. */
export function sign(token: string, timestamp: string, nonce: string, encrypted: string): string {
  return createHash('sha1').update([token, timestamp, nonce, encrypted].sort().join('')).digest('hex');
}

/** 16 random bytes, the length, the text and the receiver, filled up to a multiple of 32, AES-256-CBC, base64. */
export function sealText(keys: SealKeys, text: string, salt: Buffer = randomBytes(16)): string {
  const body = Buffer.from(text, 'utf8');
  const size = Buffer.alloc(4);
  size.writeUInt32BE(body.length);
  const head = Buffer.concat([salt, size, body, Buffer.from(keys.receiveId)]);
  const fill = 32 - (head.length % 32);
  return sealBytes(keys, Buffer.concat([head, Buffer.alloc(fill, fill)]));
}

/** Encrypts bytes as they are, for messages that are wrong inside (their length must be a multiple of 16). */
export function sealBytes(keys: SealKeys, bytes: Buffer): string {
  const key = keyBytes(keys);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([cipher.update(bytes), cipher.final()]).toString('base64');
}

/** The text inside, as strictly as WeCom's own samples read it. Throws an Error that says what is wrong. */
export function openText(keys: SealKeys, encrypted: string): string {
  const all = openBytes(keys, encrypted);
  const fill = all.at(-1) ?? 0;
  if (fill < 1 || fill > 32) throw new Error('bad padding');
  const plain = all.subarray(0, all.length - fill);
  if (plain.length < 20) throw new Error('too short');
  const end = 20 + plain.readUInt32BE(16);
  if (end > plain.length) throw new Error('the length runs past the end');
  if (plain.toString('utf8', end) !== keys.receiveId) throw new Error('meant for another receiver');
  return plain.toString('utf8', 20, end);
}

/** The byte that fills the sealed text up, 1 to 32 in a sound one. */
export function fillByteOf(keys: SealKeys, encrypted: string): number {
  return openBytes(keys, encrypted).at(-1) ?? 0;
}

function openBytes(keys: SealKeys, encrypted: string): Buffer {
  const raw = Buffer.from(encrypted, 'base64');
  if (raw.length === 0 || raw.length % 32) throw new Error('cipher text is not a multiple of 32 bytes');
  const key = keyBytes(keys);
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  return Buffer.concat([decipher.update(raw), decipher.final()]);
}

function keyBytes(keys: SealKeys): Buffer {
  return Buffer.from(`${keys.encodingAesKey}=`, 'base64');
}
