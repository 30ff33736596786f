import { expect, test } from 'vitest';
import type { Answer, WecomHttp } from '../../../src/channels/wecom/http.ts';
import { accessTokens, memoryTokenStore, type TokenStore } from '../../../src/channels/wecom/token.ts';
import { defineTokenStoreContract } from '../../contracts/token-store.ts';

defineTokenStoreContract('memory', async () => {
  const store = memoryTokenStore();
  return { stores: [store, store], close: async () => {} };
});

const app = { corpId: 'ww0123456789abcdef', secret: 's' };

/** A `gettoken` that gives t1, t2 … */
function issuer() {
  let calls = 0;
  const http: WecomHttp = async () => {
    calls += 1;
    const body = { access_token: `t${calls}`, expires_in: 7200 };
    return { kind: 'answer', code: 0, message: 'ok', body };
  };
  return { http, calls: () => calls };
}

test('two processes that share a store fetch one token between them', async () => {
  const { http, calls } = issuer();
  const store = memoryTokenStore();
  const processes = [1, 2].map(() => accessTokens(app, { http, store, now: () => 0 }));
  const tokens = await Promise.all([...processes, ...processes].map((tokens) => tokens.get()));
  expect(tokens).toEqual(Array(4).fill({ token: 't1' }));
  expect(calls()).toBe(1);
});

test('however many ask in one process, one of them takes the lock', async () => {
  const { http } = issuer();
  const memory = memoryTokenStore();
  let locks = 0;
  const store: TokenStore = {
    ...memory,
    locked(work) {
      locks += 1;
      return memory.locked(work);
    },
  };
  const tokens = accessTokens(app, { http, store, now: () => 0 });
  await Promise.all(Array.from({ length: 1000 }, () => tokens.get()));
  expect(locks).toBe(1);
});

test('when both find the token dead, it is replaced once', async () => {
  const { http, calls } = issuer();
  const store = memoryTokenStore();
  const processes = [1, 2].map(() => accessTokens(app, { http, store, now: () => 0 }));
  for (const tokens of processes) await tokens.get();
  for (const tokens of processes) {
    await tokens.drop('t1');
    expect(await tokens.get()).toEqual({ token: 't2' });
  }
  expect(calls()).toBe(2);
});

test('a dead token that still lies in a slow store is not taken again', async () => {
  const { http } = issuer();
  const memory = memoryTokenStore();
  let release: () => void = () => {};
  const slow: TokenStore = {
    ...memory,
    drop: (token) => new Promise<void>((resolve) => (release = resolve)).then(() => memory.drop(token)),
  };
  const tokens = accessTokens(app, { http, store: slow, now: () => 0 });
  await tokens.get();
  const dropping = tokens.drop('t1');
  expect(await tokens.get()).toEqual({ token: 't2' });
  release();
  await dropping;
  expect(await tokens.get()).toEqual({ token: 't2' });
});

test.each<[string, Answer]>([
  ['without a token', { kind: 'answer', code: 0, message: 'ok', body: { expires_in: 7200 } }],
  [
    'with an endless one',
    { kind: 'answer', code: 0, message: 'ok', body: { access_token: 'x'.repeat(513), expires_in: 7200 } },
  ],
])('an answer %s is silence', async (_name, answer) => {
  const tokens = accessTokens(app, { http: async () => answer, store: memoryTokenStore(), now: () => 0 });
  expect(await tokens.get()).toMatchObject({ failed: { kind: 'silence' } });
});

test('a store that fails for one fails for all who wait, and then works again', async () => {
  const { http } = issuer();
  let broken = true;
  const memory = memoryTokenStore();
  const store: TokenStore = {
    ...memory,
    read: async () => (broken ? Promise.reject(new Error('database away')) : memory.read()),
  };
  const tokens = accessTokens(app, { http, store, now: () => 0 });
  const results = await Promise.allSettled([tokens.get(), tokens.get()]);
  expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  broken = false;
  expect(await tokens.get()).toEqual({ token: 't1' });
});
