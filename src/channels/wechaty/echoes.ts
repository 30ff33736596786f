// Finds out from the account's own echo whether a message left after all: WeChat has no check for duplicates, so nothing else can tell.

import { minute } from '../../domain/time.ts';
import { type After, within } from './within.ts';

export interface Echoes {
  /** Our own account said this there (to a contact or a room). */
  heard(place: string, what: string): void;
  /** Resolves to true when the echo comes within `patience`, or came since `expect`. */
  came(key: string, patience: number): Promise<boolean>;
  /** A message is about to be sent; `key` is its own. True = an earlier attempt of it has been heard since. */
  expect(key: string, place: string, what: string): boolean;
  /** It was answered: nobody needs its echo. */
  done(key: string): void;
}

interface Expected {
  readonly place: string;
  readonly what: string;
  readonly since: number;
  heard: boolean;
  onHeard?: () => void;
}

/** How long an attempt without an answer is remembered: longer than the outbox waits between attempts. */
const memory = 30 * minute;

export function echoesOf({ now, after }: { now: () => number; after: After }): Echoes {
  const expected = new Map<string, Expected>();
  return {
    heard(place, what) {
      for (const one of expected.values()) {
        if (one.heard || one.place !== place || one.what !== what) continue;
        one.heard = true;
        one.onHeard?.();
        return;
      }
    },
    expect(key, place, what) {
      for (const [old, { since }] of expected) if (since < now() - memory) expected.delete(old);
      const before = expected.get(key);
      if (before?.heard) {
        expected.delete(key);
        return true;
      }
      expected.set(key, { place, what, since: now(), heard: false });
      return false;
    },
    async came(key, patience) {
      const one = expected.get(key);
      if (!one) return false;
      const echo = new Promise<void>((resolve) => {
        one.onHeard = resolve;
      });
      if (!one.heard) await within(echo, patience, after);
      return one.heard;
    },
    done: (key) => void expected.delete(key),
  };
}
