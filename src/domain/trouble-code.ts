// Shortens what a platform complained of to what may be kept: its code. Sentences may name people and are left out.

/**
 * `60020 not allow …, from ip: 203.0.113.9, more info …` → `60020 from ip: 203.0.113.9`; `HTTP 502`, `ECONNRESET` and the like stay as they
 * are, up to 40 characters of plain words.
 */
export function troubleCode(detail: string): string {
  const code = /^-?\d+\b/.exec(detail)?.[0];
  if (code === undefined) return /^[\w .:-]{1,40}$/.test(detail) ? detail : 'other';
  const ip = /from ip: ?([0-9a-f.:]{2,45})/i.exec(detail)?.[1];
  return ip === undefined ? code : `${code} from ip: ${ip}`;
}
