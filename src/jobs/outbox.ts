// Delivers rows of the outbox through the doors. The only place that decides whether to try again; composes nothing itself and keeps no order of its own.

import type pg from 'pg';
import type { Logger } from 'pino';
import type { Channel, Outcome, Recipient } from '../channels/channel.ts';
import { type FailureReason, isPush } from '../domain/message.ts';
import { quietFrom, quietUntil } from '../domain/quiet.ts';
import { addDays, clockTimeOf, dayLength, dayOf, hour, type Instant, instantOf } from '../domain/time.ts';
import { troubleCode } from '../domain/trouble-code.ts';
import { keepTrouble } from '../store/door-trouble.ts';
import {
  claimOutbox,
  type Doors,
  type HeldRow,
  handToNextDoor,
  holdOutbox,
  type Mark,
  mark,
  nextOutboxAt,
  outboxStatus,
  releaseOutbox,
  storeWire,
  wakeOutbox,
} from '../store/outbox.ts';
import { lanes } from '../store/outbox-rows.ts';
import { forgetCounts, type Grant, pauseChannel, reserve } from '../store/platform-limits.ts';
import type { Line } from './dispatcher.ts';
import { mostAttempts, rampAttempts, waitAfter } from './retry.ts';
import { limitsFor, limitsOfAllGroups } from './send-limits.ts';

export interface OutboxParts {
  readonly pool: pg.Pool;
  /** The doors that are open here, by name. A row for another one fails. */
  readonly channels: ReadonlyMap<string, Channel>;
  readonly clock: () => Instant;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly leases?: Leases;
}

/** Milliseconds after which a row that nobody finished comes back. */
export interface Leases {
  /** Between hand-over and the handler. */
  readonly handOver: number;
  /** For one call to a platform: longer than three exchanges of 10 s (the call, a new token, the repeat). */
  readonly sending: number;
}

const usualLeases: Leases = { handOver: 30_000, sending: 45_000 };

/** How many rows one process sends at a time. */
const concurrency = { reply: 16, push: 8, bulk: 2 } as const;

/** What happened in this process since it started, for the metrics page. `people` counts each account of each part that went out. */
export const outboxCounters = {
  held: 0,
  skipped: 0,
  parts: 0,
  people: 0,
  sent: 0,
  failed: 0,
  expired: 0,
  throttled: 0,
  postponed: 0,
  unreachable: 0,
  lost: 0,
  nextDoor: 0,
};

/** A reply that could not be said for so long is not said any more; other kinds carry their own expiry. */
const oldestReply = dayLength;

/** How long a door rests whose settings the platform refuses (untrusted IP, disabled app), in milliseconds. */
const mendingTime = 5 * 60_000;

/** Milliseconds between two writings of a door's trouble by one process: in an outage every row would write the same. */
const troubleEvery = 10_000;

/** So many calls in a row without any answer: it is the door that is silent, not these rows. */
const silenceOfDoor = 3;

/**
 * The three lines of the outbox: `shared` for the doors through which every process can send, `own` for those which only one process at a time
 * holds (see `isHere`). Own lines take nothing while this process does not hold the door, so its rows wait, untouched, for the one that does.
 */
export function outboxLines(parts: OutboxParts, which: 'shared' | 'own' = 'shared'): Line[] {
  const { pool, channels, clock, leases = usualLeases } = parts;
  const single = [...channels.values()].filter(({ isHere }) => isHere !== undefined);
  /** Undefined = nothing can be sent from here now. */
  const doors = (): Doors | undefined => {
    if (which === 'shared') return { not: single.map(({ name }) => name) };
    const here = single.filter(({ isHere }) => isHere?.()).map(({ name }) => name);
    return here.length === 0 ? undefined : { only: here };
  };
  const delivery = deliveryThrough(parts);
  let tidiedAt = Number.NEGATIVE_INFINITY;
  return (['reply', 'push', 'bulk'] as const).map((name): Line => {
    const lane = lanes[name];
    return {
      name,
      concurrency: concurrency[name],
      async claim(limit) {
        const now = clock();
        const from = doors();
        if (!from) return [];
        if (now - tidiedAt >= hour) {
          tidiedAt = now;
          await forgetCounts(pool, now);
        }
        return claimOutbox(pool, lane, limit, now, now + leases.handOver, from);
      },
      async handle(id) {
        const now = clock();
        const row = await holdOutbox(pool, id, now, now + leases.sending);
        if (!row) {
          outboxCounters.skipped += 1;
          return;
        }
        outboxCounters.held += 1;
        await delivery(row, now);
      },
      release: (ids) => releaseOutbox(pool, ids, clock()),
      async nextAt() {
        const from = doors();
        return from ? nextOutboxAt(pool, lane, clock(), from) : null;
      },
    };
  });
}

function deliveryThrough({ pool, channels, clock, log, leases = usualLeases }: OutboxParts) {
  /** Calls since a door last answered to calls of this kind, seen from this process. */
  const silence = new Map<string, number>();
  const toldAt = new Map<string, Instant>();

  /** For the operator; that it is not kept is no reason to stop. */
  async function tell({ channel, group }: HeldRow, detail: string): Promise<void> {
    const now = clock();
    // The app's groups have troubles of their own, which say nothing of its members.
    const door = channel === 'wecom' && group !== null ? 'appchat' : channel;
    if (now - (toldAt.get(door) ?? Number.NEGATIVE_INFINITY) < troubleEvery) return;
    toldAt.set(door, now);
    await keepTrouble(pool, door, troubleCode(detail), now).catch((err: unknown) =>
      log.warn({ err, door }, 'the trouble of a door was not kept'),
    );
  }

  async function write(row: HeldRow, change: Mark): Promise<boolean> {
    const kept = await mark(pool, row, change, clock());
    if (!kept) {
      outboxCounters.lost += 1;
      log.warn({ id: row.id }, 'an outbox row was taken over or cancelled while it was in work');
    }
    return kept;
  }

  async function fail(row: HeldRow, reason: FailureReason, detail: string): Promise<void> {
    log.warn({ id: row.id, channel: row.channel, reason, detail }, 'a message failed');
    outboxCounters.failed += 1;
    await write(row, ended(row, outboxStatus.failed, reason));
  }

  async function expire(row: HeldRow): Promise<void> {
    outboxCounters.expired += 1;
    await write(row, ended(row, outboxStatus.expired, 'expired'));
  }

  /** Back into the line. What would wait beyond its expiry expires now. */
  async function wait(row: HeldRow, until: Instant, outcome: string, attempts: number): Promise<void> {
    if (row.expiresAt !== null && row.expiresAt <= until) return expire(row);
    await write(row, { status: outboxStatus.waiting, dueAt: until, attempts, outcome });
  }

  /** An attempt in which nothing was called does not count. */
  function postpone(row: HeldRow, until: Instant, why: string): Promise<void> {
    outboxCounters.postponed += 1;
    return wait(row, until, why, row.attempts - 1);
  }

  /** This door may not write to this person, another one may. */
  async function toNextDoor(row: HeldRow): Promise<boolean> {
    const next = await handToNextDoor(pool, row, [...channels.keys()], clock());
    if (next === undefined) return false;
    outboxCounters.nextDoor += 1;
    log.info({ id: row.id, channel: row.channel, next }, 'a message goes through another door');
    return true;
  }

  async function throttled(row: HeldRow, until: Instant, detail: string, scope?: 'recipient'): Promise<void> {
    outboxCounters.throttled += 1;
    log.warn({ id: row.id, channel: row.channel, until, detail }, 'a platform asks to wait');
    await tell(row, detail);
    // At least a moment: an `until` that is over by now would bring the row back at once, again and again.
    const then = Math.max(until, clock() + 100);
    if (scope !== 'recipient') await pauseChannel(pool, row.channel, then);
    await wait(row, then, 'throttled', row.attempts - 1);
  }

  /** While a door answers nobody, attempts stay below the last ones: a long outage gives nobody up. */
  async function unreachable(row: HeldRow, detail: string): Promise<void> {
    outboxCounters.unreachable += 1;
    const silent = (silence.get(callOf(row)) ?? 0) + 1;
    silence.set(callOf(row), silent);
    await tell(row, detail);
    if (silent === silenceOfDoor) log.warn({ channel: row.channel, detail }, 'a door does not answer');
    const now = clock();
    const attempts = silent >= silenceOfDoor ? Math.min(row.attempts, rampAttempts + 1) : row.attempts;
    const tooOld = row.lane === lanes.reply && now - row.createdAt >= oldestReply;
    if (tooOld || attempts >= mostAttempts) return fail(row, 'gave-up', detail);
    await wait(row, now + waitAfter(attempts), 'unreachable', attempts);
  }

  async function answered(row: HeldRow): Promise<void> {
    const { channel } = row;
    const silent = silence.get(callOf(row)) ?? 0;
    if (silent === 0) return;
    silence.delete(callOf(row));
    if (silent < silenceOfDoor) return;
    log.info({ channel }, 'a door answers again');
    await wakeOutbox(pool, channel, 'unreachable', clock() + 1000);
  }

  /** The bodies of all parts, the same at every attempt. Undefined when they cannot be made, or when the row is somebody else's by now. */
  async function bodiesOf(row: HeldRow, door: Channel): Promise<readonly string[] | undefined> {
    if (row.wire) return row.wire;
    let wire: string[];
    try {
      wire = door.compose(row.draft, recipientOf(row), row.id);
    } catch (err) {
      log.error({ err, id: row.id }, 'a message could not be composed');
      await fail(row, 'bad-request', 'not composed');
      return undefined;
    }
    if (wire.length === 0) {
      await fail(row, 'bad-request', 'empty');
      return undefined;
    }
    return (await storeWire(pool, row, wire)) ? wire : undefined;
  }

  /** Only a message to one person or group waits for its limit: a row to many is one of at most a few a day. */
  async function grantFor(row: HeldRow, parts: number, now: Instant): Promise<Grant> {
    const { channel, lane, group, accounts } = row;
    const limits = limitsFor(channel, lane);
    const wish = (place: string) => ({ to: `${channel}/${place.toLowerCase()}`, messages: parts, limits });
    if (group === null) return reserve(pool, accounts.map(wish), now, { bounded: accounts.length === 1 });
    const together = { to: `${channel}/*groups`, messages: parts, limits: limitsOfAllGroups(channel, lane) };
    return reserve(pool, [wish(group), together], now, { bounded: true });
  }

  async function sendOne(door: Channel, body: string, { lane }: HeldRow): Promise<Outcome> {
    try {
      return await door.send(body, lane === lanes.reply ? 'answer' : 'push');
    } catch (err) {
      log.error({ err, channel: door.name }, 'a door threw');
      return { kind: 'unreachable', detail: 'the door threw' };
    }
  }

  /** Sends the parts that are left. Each is marked before the next, so that a repeat begins where this one ended. */
  async function sendParts(held: HeldRow, door: Channel, wire: readonly string[]): Promise<void> {
    let row = held;
    for (let part = row.partsSent; part < wire.length; part += 1) {
      const outcome = await sendOne(door, wire[part]!, row);
      if (outcome.kind === 'unreachable') return unreachable(row, outcome.detail);
      await answered(row);
      if (outcome.kind === 'throttled') return throttled(row, outcome.until, outcome.detail, outcome.scope);
      if (outcome.kind === 'rejected') {
        // Nothing is wrong with the message: it waits until somebody has mended the door (doctor says how).
        if (outcome.reason === 'door-misconfigured') return throttled(row, clock() + mendingTime, outcome.detail);
        if (outcome.reason === 'never-wrote' && (await toNextDoor(row))) return;
        await tell(row, outcome.detail);
        return fail(row, outcome.reason, outcome.detail);
      }
      const failed = outcome.failed ?? [];
      outboxCounters.parts += 1;
      outboxCounters.people += Math.max(row.accounts.length, 1) - failed.length;
      const missed = missedBy(row, failed);
      if (row.accounts.length > 0 && missed.length >= row.accounts.length) {
        outboxCounters.failed += 1;
        await write(row, { ...ended(row, outboxStatus.failed, failed[0]!.reason), parts: 1, missed });
        return;
      }
      const now = clock();
      const progress = { parts: 1, references: outcome.reference === undefined ? [] : [outcome.reference], missed };
      const { dueAt, attempts } = row;
      if (part === wire.length - 1) {
        outboxCounters.sent += 1;
        await write(row, { status: outboxStatus.sent, dueAt, attempts, outcome: 'sent', sentAt: now, ...progress });
        return;
      }
      const heldUntil = now + leases.sending;
      const held = { status: outboxStatus.handedOver, dueAt: heldUntil, leaseUntil: heldUntil, attempts };
      if (!(await write(row, { ...held, outcome: null, ...progress }))) return;
      row = { ...row, heldUntil };
    }
  }

  return async function deliver(row: HeldRow, now: Instant): Promise<void> {
    if (row.expiresAt !== null && row.expiresAt <= now) return expire(row);
    const door = channels.get(row.channel);
    if (!door) return fail(row, 'door-misconfigured', 'no such door is open');
    // It was held here when the row was taken; its new holder takes it at once.
    if (door.isHere?.() === false) return postpone(row, now, 'elsewhere');
    // Only a row whose holders died can come here: each of them counted an attempt and wrote nothing.
    if (row.attempts > mostAttempts) return fail(row, 'gave-up', 'too many attempts without an end');
    const morning = isPush(row.kind) ? endOfQuietHours(now) : undefined;
    if (morning !== undefined) return postpone(row, morning, 'quiet-hours');
    if (row.pausedUntil !== null && row.lane !== lanes.reply) return postpone(row, row.pausedUntil, 'paused');
    const wire = await bodiesOf(row, door);
    if (!wire) return;
    const grant = await grantFor(row, wire.length - row.partsSent, now);
    if (grant.kind === 'full') return postpone(row, grant.until, 'limit');
    await sendParts(row, door, wire);
  };
}

/** The safety net below the planner, which also knows days off: in quiet hours no push leaves, whoever planned it (`mayPush`). */
function endOfQuietHours(now: Instant): Instant | undefined {
  const time = clockTimeOf(now);
  const day = dayOf(now);
  if (time < quietUntil) return instantOf(day, quietUntil);
  return time >= quietFrom ? instantOf(addDays(day, 1), quietUntil) : undefined;
}

/** What is called for a row: groups have a call of their own, which may answer while that for people does not. */
function callOf({ channel, group }: HeldRow): string {
  return group === null ? channel : `${channel}/groups`;
}

function recipientOf({ accounts, group }: HeldRow): Recipient {
  return group === null ? { kind: 'accounts', accounts } : { kind: 'group', group };
}

function ended({ members, dueAt, attempts }: HeldRow, status: number, reason: FailureReason): Mark {
  return { status, dueAt, attempts, outcome: reason, missed: members.map((member) => ({ member, reason })) };
}

/** Platforms write accounts in a case of their own. */
function missedBy(
  { members, accounts }: HeldRow,
  failed: readonly { readonly account: string; readonly reason: FailureReason }[],
): { member: string; reason: FailureReason }[] {
  const reasons = new Map(failed.map(({ account, reason }) => [account.toLowerCase(), reason]));
  return accounts.flatMap((account, index) => {
    const reason = reasons.get(account.toLowerCase());
    const member = members[index];
    return reason && member !== undefined ? [{ member, reason }] : [];
  });
}
