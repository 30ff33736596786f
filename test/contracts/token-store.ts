// What a store of the access token must do, run on the one in memory and the one in the database.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TokenStore } from '../../src/channels/wecom/token.ts';

/** Runs the contract on the stores that `factory` makes: two views of the same place, as two processes would have. */
export function defineTokenStoreContract(
  name: string,
  factory: () => Promise<{ readonly stores: readonly [TokenStore, TokenStore]; close(): Promise<void> }>,
): void {
  describe(`the contract of a token store: ${name}`, () => {
    let one: TokenStore;
    let two: TokenStore;
    let close: () => Promise<void>;
    beforeEach(async () => {
      const made = await factory();
      [one, two] = made.stores;
      close = () => made.close();
    });
    afterEach(() => close());

    test('what one writes the other reads', async () => {
      expect(await one.read()).toBeUndefined();
      await one.write('t1', 1_764_900_000_000);
      expect(await two.read()).toEqual({ token: 't1', expiresAt: 1_764_900_000_000 });
      await two.write('t2', 1_764_900_000_001);
      expect(await one.read()).toEqual({ token: 't2', expiresAt: 1_764_900_000_001 });
    });

    test('only the token that was refused is dropped, not a newer one', async () => {
      await one.write('t1', 1);
      await two.write('t2', 2);
      await one.drop('t1');
      expect(await two.read()).toEqual({ token: 't2', expiresAt: 2 });
      await one.drop('t2');
      expect(await two.read()).toBeUndefined();
    });

    test('one works while the other waits, also after a failure', async () => {
      let working = 0;
      const work = (fails: boolean) => async () => {
        working += 1;
        expect(working).toBe(1);
        await one.read();
        working -= 1;
        if (fails) throw new Error('as planned');
        return 'done';
      };
      const results = await Promise.allSettled([one, two, one, two].map((store, n) => store.locked(work(n % 2 === 0))));
      expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
    });
  });
}
