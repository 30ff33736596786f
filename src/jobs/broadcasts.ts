// Carries an approved broadcast out: those who have today's push left get it today, the others on the next workday, until it expires.

import { belongsTo } from '../domain/audience.ts';
import type { BroadcastRecord } from '../domain/broadcast.ts';
import {
  broadcastDraft,
  broadcastStart,
  isRunning,
  mayHaveOn,
  targetOf,
  wantsBroadcasts,
} from '../domain/broadcast.ts';
import { nextRound } from '../domain/broadcast-plan.ts';
import { quietFrom } from '../domain/quiet.ts';
import type { Instant } from '../domain/time.ts';
import { dayLength, dayOf, instantOf, minute, weekStartOf } from '../domain/time.ts';
import {
  broadcastById,
  cancelWaiting,
  lockBroadcast,
  sentSince,
  setBroadcastState,
  stillToReach,
} from '../store/broadcasts.ts';
import { chunks } from '../store/outbox-rows.ts';
import { pushedDays, takePushes } from '../store/pushes.ts';
import { inTransaction } from '../store/transaction.ts';
import { writeChanges } from '../store/write-changes.ts';
import { tellGroups } from './broadcast-groups.ts';
import type { JobParts } from './parts.ts';

/** People planned in one transaction: ten calls of 1,000. */
const peopleAtOnce = 10_000;
/** WeCom asks not to push exactly at the full and half hour; each further call waits a little. */
const spread = minute / 12;
/** WeCom takes messages back for 24 hours (reference C5). */
const recallable = dayLength;

/** When the task is to run again; undefined = it is done. */
export type Again = Instant | undefined;

/** One round of a broadcast. */
export async function carryBroadcast(parts: JobParts, id: string): Promise<Again> {
  const now = parts.clock();
  const known = await broadcastById(parts.pool, id);
  if (!known || !isRunning(known)) return undefined;
  const units = await parts.units.newest(parts.pool);
  const { push_time } = units.settings(known.unit);
  const { calendar } = parts.library;
  const start = broadcastStart(now, known.body.at, push_time, calendar);
  if (start > now) return start;
  const today = dayOf(now);
  if (known.body.expires !== null && today > known.body.expires) return finish(parts, known, now);
  await tellGroups(parts, known, now);
  const left = await planRound(parts, known, now);
  if (left === 0) return finish(parts, known, now);
  await setBroadcastState(parts.pool, id, 'sending', now);
  return nextRound(now, push_time, calendar);
}

/** Plans everybody whose push of today is still free; returns how many wait for another day. */
async function planRound(parts: JobParts, known: BroadcastRecord, now: Instant): Promise<number> {
  const { pool, doors } = parts;
  const { id, body } = known;
  const units = await parts.units.newest(pool);
  const day = dayOf(now);
  const target = units.below(targetOf(known)).filter((one) => !units.settings(one.id).off.includes('broadcast'));
  const open = (
    await stillToReach(
      pool,
      id,
      target.map((one) => one.id),
    )
  ).filter((member) => belongsTo(body.audience, member) && wantsBroadcasts(member, day));
  let waiting = 0;
  let calls = 0;
  for (const people of chunks(open, peopleAtOnce)) {
    waiting += await inTransaction(pool, async (client) => {
      // Whoever stops it meanwhile waits for this lock, and then finds every row that was planned.
      const current = await lockBroadcast(client, id);
      if (!current || !isRunning(current)) return 0;
      const pushed = await pushedDays(
        client,
        people.map((member) => member.id),
        weekStartOf(day),
      );
      const free = people.filter((member) => mayHaveOn(day, member, pushed.get(member.id) ?? []));
      const taken = await takePushes(
        client,
        free.map((member) => member.id),
        day,
        'broadcast',
        id,
      );
      const messages = chunks([...taken], 1000).map((members) => {
        calls += 1;
        return {
          change: 'message' as const,
          to: { members },
          kind: 'broadcast' as const,
          draft: broadcastDraft(body),
          dueAt: now + (calls - 1) * spread,
          expiresAt: instantOf(day, quietFrom),
          record: id,
        };
      });
      await writeChanges(client, messages, { now, doors, units });
      return people.length - taken.size;
    });
  }
  return waiting;
}

async function finish(parts: JobParts, known: BroadcastRecord, now: Instant): Promise<Again> {
  await setBroadcastState(parts.pool, known.id, 'sent', now);
  return undefined;
}

/** Stops what waits and takes back what was sent within the last 24 hours. */
export async function recallBroadcast(parts: JobParts, id: string): Promise<Again> {
  const now = parts.clock();
  await cancelWaiting(parts.pool, id);
  for (const row of await sentSince(parts.pool, id, now - recallable)) {
    const channel = parts.channels.get(row.channel);
    for (const reference of row.reference) {
      const outcome = await channel?.recall(reference);
      if (outcome && outcome.kind !== 'sent')
        parts.log.warn({ outbox: row.id, outcome: outcome.kind }, 'a message could not be recalled');
    }
  }
  await setBroadcastState(parts.pool, id, 'recalled', now);
  return undefined;
}
