// The pace of a person at a phone: one message after another with pauses, so many an hour and a day. Counts; sends nothing.

import { dayLength, hour, type Instant } from '../../domain/time.ts';

/** Who asked comes first. */
export type Why = 'answer' | 'push';

/**
 * Accounts were locked for reading five contacts within a second and blocked for 500 cards in a day (wechaty #2040, python-wechaty #133): the
 * settings begin well below. The numbers are nobody's promise.
 */
export interface PaceLimits {
  /** Messages within any hour and any day. */
  readonly perHour: number;
  readonly perDay: number;
  /** Shortest pause between two messages in milliseconds; the longest is twice that. */
  readonly pause: number;
}

/** What nobody asked for may take this much of each limit; the rest is for answers. */
const shareOfPushes = 0.7;

/** Nobody waits longer for a turn here: the outbox keeps the message meanwhile (its hold is 45 s). */
const patience = 12_000;

export type Turn =
  | { readonly kind: 'go' }
  | { readonly kind: 'full'; readonly until: Instant; readonly detail: string };

export interface PaceParts {
  readonly limits: PaceLimits;
  readonly now: () => Instant;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
}

export interface Pace {
  /** What was sent within the last day, also by the process before. */
  remember(sentAt: readonly Instant[]): void;
  /** Resolves to `go` when a message may leave now, and counts it; to `full` at once when that is far off. */
  take(why: Why): Promise<Turn>;
}

export function humanPace({ limits, now, random, wait }: PaceParts): Pace {
  let sent: Instant[] = [];
  let free = Number.NEGATIVE_INFINITY;

  /** When `window` has room again; undefined = now. */
  function fullUntil(why: Why, window: number, most: number, at: Instant): Instant | undefined {
    const room = Math.max(1, Math.floor(why === 'answer' ? most : most * shareOfPushes));
    const within = sent.filter((one) => one > at - window);
    const leaving = within.at(-room);
    return leaving === undefined ? undefined : leaving + window;
  }

  return {
    remember(sentAt) {
      sent = [...sentAt].sort((a, b) => a - b);
    },
    async take(why) {
      const at = now();
      sent = sent.filter((one) => one > at - dayLength);
      const until = fullUntil(why, hour, limits.perHour, at) ?? fullUntil(why, dayLength, limits.perDay, at);
      if (until !== undefined) return { kind: 'full', until, detail: 'our own limit of messages is used up' };
      const begins = Math.max(at, free);
      if (begins - at > patience) return { kind: 'full', until: begins, detail: 'others are before it' };
      free = begins + limits.pause * (1 + random());
      sent.push(begins);
      if (begins > at) await wait(begins - at);
      return { kind: 'go' };
    },
  };
}
