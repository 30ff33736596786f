// The fake WeCom's one clock and its waits. It can be put forward while it runs; nothing here sleeps when a test brings a clock of its own.

import { setTimeout as pause } from 'node:timers/promises';
import type { Instant } from '../../domain/time.ts';

/** Lets `milliseconds` pass; resolves early, without an error, when `signal` is given up. */
export type Pass = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export interface FakeClock {
  /** The fake's time: everything that runs out is measured by it. */
  now(): Instant;
  /** The time as everybody else has it, never put forward: what is signed for others carries it. */
  outside(): Instant;
  readonly pass: Pass;
  /** Puts the clock forward; whoever waits for a moment before then goes on. */
  forward(milliseconds: number): void;
  /** The waits that are under way: milliseconds still to go. */
  waits(): number[];
}

/** A clock over the given one; `pass` lets time go by as it really does unless a test brings another. */
export function fakeClock(outside: () => Instant, pass: Pass = reallyPass): FakeClock {
  let ahead = 0;
  const waiting = new Set<{ readonly until: Instant; readonly wake: () => void }>();
  const now = () => outside() + ahead;
  return {
    now,
    outside,
    async pass(milliseconds, signal) {
      if (milliseconds <= 0) return;
      const woken = new AbortController();
      const entry = { until: now() + milliseconds, wake: () => woken.abort() };
      waiting.add(entry);
      await pass(milliseconds, signal ? AbortSignal.any([signal, woken.signal]) : woken.signal);
      waiting.delete(entry);
    },
    forward(milliseconds) {
      ahead += milliseconds;
      for (const entry of waiting) {
        if (entry.until > now()) continue;
        waiting.delete(entry);
        entry.wake();
      }
    },
    waits: () => [...waiting].map(({ until }) => until - now()),
  };
}

/** Real time, which keeps no process alive. */
async function reallyPass(milliseconds: number, signal?: AbortSignal): Promise<void> {
  try {
    await pause(milliseconds, undefined, { ref: false, ...(signal ? { signal } : {}) });
  } catch {
    // Given up early, as announced.
  }
}
