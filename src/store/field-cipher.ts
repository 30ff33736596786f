// Seals what members wrote in confidence, so that a copy of the database alone does not tell it. AES-256-GCM; decides nothing about who may read.

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { FactKind } from '../domain/change.ts';

export interface FieldCipher {
  seal(text: string): string;
  /** The text again; what was written before a key was set comes back as it is. Without the right key a sentence that says so. */
  open(stored: unknown): string;
}

/** Facts whose `data.text` is sealed: what is said in confidence and stays personal. */
export const sealedKinds: ReadonlySet<FactKind> = new Set(['suggestion', 'complaint', 'noted']);

const mark = 'sealed:1:';
const lost = '（用另一把 FIELD_KEY 加密过，现在看不到）';

/** With `FIELD_KEY` (base64, 32 bytes), else a cipher that leaves texts as they are. */
export function fieldCipher(key: string | undefined): FieldCipher {
  const secret = key === undefined ? undefined : Buffer.from(key, 'base64');
  return {
    seal(text) {
      if (!secret) return text;
      const iv = randomBytes(12);
      const cipher = createCipheriv('aes-256-gcm', secret, iv);
      const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return mark + Buffer.concat([iv, cipher.getAuthTag(), body]).toString('base64');
    },
    open(stored) {
      if (typeof stored !== 'string') return '';
      if (!stored.startsWith(mark)) return stored;
      if (!secret) return lost;
      try {
        const all = Buffer.from(stored.slice(mark.length), 'base64');
        const decipher = createDecipheriv('aes-256-gcm', secret, all.subarray(0, 12));
        decipher.setAuthTag(all.subarray(12, 28));
        return decipher.update(all.subarray(28), undefined, 'utf8') + decipher.final('utf8');
      } catch {
        return lost;
      }
    },
  };
}

/** A whole message as JSON for a json column: sealed it is one string, else itself. */
export function sealJson(cipher: FieldCipher, value: unknown): string {
  const text = JSON.stringify(value);
  const sealed = cipher.seal(text);
  return sealed === text ? text : JSON.stringify(sealed);
}

/** What `sealJson` wrote, as the driver gives it; undefined when it was sealed with another key. */
export function openJson<T>(cipher: FieldCipher, stored: unknown): T | undefined {
  if (typeof stored !== 'string') return stored as T;
  const text = cipher.open(stored);
  return text === lost ? undefined : (JSON.parse(text) as T);
}

/** The data of a fact as it is stored. */
export function sealData(
  cipher: FieldCipher | undefined,
  kind: FactKind,
  data: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (!cipher || !sealedKinds.has(kind) || typeof data.text !== 'string') return data;
  return { ...data, text: cipher.seal(data.text) };
}
