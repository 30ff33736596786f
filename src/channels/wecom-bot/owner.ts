// Decides which of several processes holds the bot's one connection, or another door's one login: whoever has the lease. Knows nothing of frames.

import type { Instant } from '../../domain/time.ts';
import type { BotConnection, BotLog } from './connection.ts';

/** A lease of one name, kept where all processes see it and measured by one clock there. */
export interface Lease {
  /** Takes or prolongs it for `length` milliseconds from now; false = another holder has it. */
  take(holder: string, length: number): Promise<boolean>;
  /** Gives it back, if this holder has it. */
  release(holder: string): Promise<void>;
}

export interface OwnerParts {
  readonly lease: Lease;
  /** Unique among all processes. */
  readonly holder: string;
  readonly connection: Pick<BotConnection, 'start' | 'stop'>;
  /** A clock that never goes backwards. */
  readonly monotonic: () => Instant;
  readonly log: BotLog;
  /** What is held, for the log; default the AI bot. */
  readonly what?: string;
}

/**
 * A dead owner's lease ends after 15 s at the latest, and each process asks every 5 s: another one holds the connection within 20 s and
 * what subscribing takes.
 */
export const leaseLength = 15_000;
export const beatEvery = 5000;

export interface BotOwner {
  start(): void;
  /** Lets go of the connection and of the lease, so that another process need not wait. */
  stop(): Promise<void>;
}

/** Asks for the lease again and again; connects while it holds, lets go when it is lost or can no longer be proved. */
export function botOwner({ lease, holder, connection, monotonic, log, what = 'the AI bot' }: OwnerParts): BotOwner {
  let heldUntil = Number.NEGATIVE_INFINITY;
  let holds = false;
  let asking: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function letGo(why: string): void {
    if (!holds) return;
    holds = false;
    log.warn({ why }, `this process gives up ${what}`);
    connection.stop();
  }

  async function ask(): Promise<void> {
    // Counted from before the question: the lease cannot end sooner than we believe.
    const askedAt = monotonic();
    try {
      if (!(await lease.take(holder, leaseLength))) return letGo('another process holds it');
      heldUntil = askedAt + leaseLength;
      if (holds || timer === undefined || monotonic() >= heldUntil) return;
      holds = true;
      log.info({}, `this process holds ${what}`);
      connection.start();
    } catch (err) {
      log.warn({ err }, `the lease of ${what} could not be asked for`);
    }
  }

  function beat(): void {
    if (monotonic() >= heldUntil) letGo('the lease ran out');
    asking ??= ask().finally(() => {
      asking = undefined;
    });
  }

  return {
    start() {
      timer ??= setInterval(beat, beatEvery);
      beat();
    },
    async stop() {
      clearInterval(timer);
      timer = undefined;
      letGo('stopping');
      // A question under way might take the lease again after it was given back; a database that hangs must not hold up the end.
      await Promise.race([asking, new Promise((resolve) => setTimeout(resolve, 2000).unref())]);
      await lease.release(holder).catch(() => {});
    },
  };
}

/** For one process: tests, and a service that is alone. */
export function memoryLease(now: () => Instant): Lease {
  let held: { readonly holder: string; readonly until: Instant } | undefined;
  return {
    async take(holder, length) {
      if (held && held.holder !== holder && held.until > now()) return false;
      held = { holder, until: now() + length };
      return true;
    },
    async release(holder) {
      if (held?.holder === holder) held = undefined;
    },
  };
}
