// What hands due rows to their handlers. The rows are the truth: a dispatcher may hand one over twice or lose one, and nothing is sent twice or lost.

import type { Logger } from 'pino';
import type { Instant } from '../domain/time.ts';
import type { Claimed } from '../store/outbox.ts';

/** The lines in which work waits; each moves on by itself, so that a broadcast never slows a conversation. */
export type LineName = 'reply' | 'push' | 'bulk' | 'task';

/** One line of work. All of it is safe to call from many processes at a time. */
export interface Line {
  readonly name: LineName;
  /** How many rows one process handles at a time. */
  readonly concurrency: number;
  /** Takes at most so many due rows for a while; a row comes back when it was not handled by then. */
  claim(limit: number): Promise<Claimed[]>;
  /** Handles one claimed row behind its fence; throws only when the database fails or somebody's code is wrong, and then the row comes back. */
  handle(id: number): Promise<void>;
  /** Gives claimed rows back that will not be handled here. */
  release(ids: readonly number[]): Promise<void>;
  /** When the next row falls due or comes back. */
  nextAt(): Promise<Instant | null>;
}

export interface DispatcherParts {
  readonly lines: readonly Line[];
  readonly clock: () => Instant;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
}

export interface Dispatcher {
  readonly name: 'direct' | 'bullmq';
  /** Works by itself from now on. Rows of other processes are noticed within a second. */
  start(): void;
  /** Something was committed: look now. */
  kick(line?: LineName): void;
  /** Hands over and handles everything that is due now, and what falls due by it; also without `start`. True when there was anything. */
  drain(): Promise<boolean>;
  /** Takes nothing new, finishes what is in work, at most for so many milliseconds, and gives the rest back. */
  stop(limit?: number): Promise<void>;
}

/** Two that work side by side as one; a row may go from the lines of one to those of the other. */
export function together(first: Dispatcher, second: Dispatcher): Dispatcher {
  return {
    name: first.name,
    start() {
      first.start();
      second.start();
    },
    kick(line) {
      first.kick(line);
      second.kick(line);
    },
    async drain() {
      let found = await first.drain();
      // What the one did may have put something into the lines of the other.
      while (await second.drain()) {
        found = true;
        if (!(await first.drain())) break;
      }
      return found;
    },
    async stop(limit) {
      await Promise.all([first.stop(limit), second.stop(limit)]);
    },
  };
}

/** How long a line rests at most before it looks again, in milliseconds. */
export const longestRest = 1000;

/** How long `stop` waits by default, in milliseconds: longer than a call to a platform may take. */
export const stopLimit = 15_000;

/** A bell that is not missed: rung while nobody waits, the next wait ends at once. */
export function bell() {
  let rung = false;
  let wake: (() => void) | undefined;
  return {
    ring(): void {
      rung = true;
      wake?.();
    },
    /** Resolves when it rings, or after so many milliseconds. */
    async wait(longest?: number): Promise<void> {
      if (!rung) {
        let timer: NodeJS.Timeout | undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (longest !== undefined) timer = setTimeout(resolve, longest);
        });
        clearTimeout(timer);
        wake = undefined;
      }
      rung = false;
    },
  };
}

/** How long the line may rest now: until its next row, at most `longestRest`. */
export async function restOf(line: Line, clock: () => Instant): Promise<number> {
  const next = await line.nextAt();
  return next === null ? longestRest : Math.min(Math.max(next - clock(), 10), longestRest);
}

/** Resolves when the work is done or after so many milliseconds; true when it was done. */
export async function within(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, milliseconds, false);
  });
  const done = await Promise.race([work.then(() => true), late]);
  clearTimeout(timer);
  return done;
}
