// The access token of one app: fetched once for everybody who needs it, kept, replaced when it dies. Never logs it.

import { z } from 'zod';
import { type Instant, minute } from '../../domain/time.ts';
import type { Answer, WecomHttp } from './http.ts';
import { reactionTo } from './reactions.ts';

/** Where the token lies between calls, for all processes together. One store holds the token of one corp and one secret. */
export interface TokenStore {
  read(): Promise<StoredToken | undefined>;
  write(token: string, expiresAt: Instant): Promise<void>;
  /** Forgets the token if it is still this one; a newer one stays. */
  drop(token: string): Promise<void>;
  /** Runs `work` while nobody else does, in this process or another. */
  locked<T>(work: () => Promise<T>): Promise<T>;
}

export interface StoredToken {
  readonly token: string;
  readonly expiresAt: Instant;
}

export interface AccessTokens {
  /** A token that is valid for at least another minute, or why there is none. */
  get(): Promise<{ readonly token: string } | { readonly failed: Answer }>;
  /** Says that WeCom refused this token. The next `get` brings another one. */
  drop(token: string): Promise<void>;
}

/** A token is replaced this long before it dies, so that none dies on its way. */
const early = minute;

/** After WeCom refused our secret it is not asked again for this long: many wrong secrets close our address for an hour (errcode 45009). */
const holdAfterRefusal = minute;

const tokenBody = z.object({ access_token: z.string().min(1).max(512), expires_in: z.number().positive() });

/** Tokens for one app. However many ask at a time, one `gettoken` is under way. */
export function accessTokens(
  app: { readonly corpId: string; readonly secret: string },
  { http, store, now }: { readonly http: WecomHttp; readonly store: TokenStore; readonly now: () => Instant },
): AccessTokens {
  let current: StoredToken | undefined;
  let pending: Promise<{ token: string } | { failed: Answer }> | undefined;
  let refused: { readonly answer: Answer; readonly until: Instant } | undefined;

  /** The last token that WeCom refused: it may still lie in the store for a moment. */
  let dead: string | undefined;

  const isGood = (stored: StoredToken | undefined): stored is StoredToken =>
    stored !== undefined && stored.token !== dead && stored.expiresAt - early > now();

  async function renew(): Promise<{ token: string } | { failed: Answer }> {
    return store.locked(async () => {
      // Another process may have renewed it while we waited for the lock.
      const stored = await store.read();
      if (isGood(stored)) return keep(stored);
      const answer = await http('gettoken', { corpid: app.corpId, corpsecret: app.secret });
      const parsed = answer.kind === 'answer' && answer.code === 0 ? tokenBody.safeParse(answer.body) : undefined;
      if (!parsed?.success) {
        if (answer.kind === 'answer' && reactionTo(answer.code).action !== 'retry') {
          refused = { answer, until: now() + holdAfterRefusal };
        }
        return { failed: parsed ? { kind: 'silence', detail: 'gettoken without a token' } : answer };
      }
      const fresh = { token: parsed.data.access_token, expiresAt: now() + parsed.data.expires_in * 1000 };
      dead = undefined;
      await store.write(fresh.token, fresh.expiresAt);
      return keep(fresh);
    });
  }

  function keep(stored: StoredToken): { token: string } {
    current = stored;
    refused = undefined;
    return { token: stored.token };
  }

  return {
    async get() {
      if (isGood(current)) return { token: current.token };
      if (refused && refused.until > now()) return { failed: refused.answer };
      pending ??= renew().finally(() => {
        pending = undefined;
      });
      return pending;
    },
    async drop(token) {
      dead = token;
      if (current?.token === token) current = undefined;
      await store.drop(token);
    },
  };
}

/** A store for one process: tests, and commands without a database. */
export function memoryTokenStore(): TokenStore {
  let stored: StoredToken | undefined;
  let last: Promise<unknown> = Promise.resolve();
  return {
    read: async () => stored,
    async write(token, expiresAt) {
      stored = { token, expiresAt };
    },
    async drop(token) {
      if (stored?.token === token) stored = undefined;
    },
    locked(work) {
      const result = last.then(work);
      last = result.catch(() => undefined);
      return result;
    },
  };
}
