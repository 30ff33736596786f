// What an answer of WeCom that is not "done" means for the outbox, and how long a used-up limit keeps a door quiet. Calls nothing.

import { hour, type Instant, minute } from '../../domain/time.ts';
import type { Outcome } from '../channel.ts';
import type { Answer } from './http.ts';
import { reactionTo } from './reactions.ts';

export interface FailureParts {
  readonly now: () => Instant;
  /** 0 ≤ x < 1; spreads calls that were too many at a time. */
  readonly random: () => number;
}

/** The failures of one limit: an app's messages, an app's groups, one robot. */
export interface Failures {
  /** The outcome while a used-up limit blocks: nothing is to be called. */
  blocked(): Outcome | undefined;
  /** The outcome of an answer that is not "done". */
  of(answer: Answer): Outcome;
  /** A message went through. */
  passed(): void;
}

/** Keeps count of one limit of WeCom's. */
export function failures({ now, random }: FailureParts): Failures {
  const block = usedUpLimit(now);
  return {
    blocked() {
      const until = block.until();
      return until === undefined ? undefined : { kind: 'throttled', until, detail: '45009 still blocked' };
    },
    of(answer) {
      if (answer.kind === 'silence') return { kind: 'unreachable', detail: answer.detail };
      const detail = `${answer.code} ${answer.message}`;
      const { action, reason } = reactionTo(answer.code);
      switch (action) {
        case 'refresh-token':
        case 'retry':
          return { kind: 'unreachable', detail };
        case 'slow-down':
          return { kind: 'throttled', until: now() + 1000 + Math.floor(random() * 1000), detail };
        case 'wait':
          return { kind: 'throttled', until: block.begin(), detail };
        default:
          return { kind: 'rejected', reason, detail };
      }
    },
    passed: () => block.end(),
  };
}

/** How long a used-up limit (45009) keeps us quiet: a minute, doubled each time it is still used up afterwards, at most an hour. */
function usedUpLimit(now: () => Instant) {
  let length = 0;
  let end: Instant = Number.NEGATIVE_INFINITY;
  return {
    /** The end of the running block. */
    until: (): Instant | undefined => (now() < end ? end : undefined),
    /** Begins a block, unless one is running: many calls that were under way find the same limit. */
    begin(): Instant {
      if (now() >= end) {
        length = Math.min(Math.max(length * 2, minute), hour);
        end = now() + length;
      }
      return end;
    },
    /** A message went through. */
    end(): void {
      if (now() >= end) length = 0;
    },
  };
}
