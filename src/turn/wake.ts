// A wait that ran out, as a turn without a message: the conversation acts by itself, and what it says keeps to the hours of pushes.

import type pg from 'pg';
import type { Event } from '../dialogue/session.ts';
import { emptySession, expiresAt, wakesAt } from '../dialogue/session.ts';
import type { Change } from '../domain/change.ts';
import type { Member } from '../domain/organisation.ts';
import { mayPush, nextPushTime } from '../domain/quiet.ts';
import type { Instant } from '../domain/time.ts';
import { lockSession } from '../store/sessions.ts';
import { writeTurns } from '../store/unit-of-work.ts';
import type { Units } from '../store/units.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { TurnParts } from '../turn.ts';
import { readSession, takeStep } from './answer-one.ts';
import { merge } from './reply.ts';
import { wordsOf } from './without-flow.ts';

type Say = Event & { readonly kind: 'say' };

/** Lets the due conversations of one member act, inside the caller's transaction. */
export async function wakeMember(parts: TurnParts, client: pg.PoolClient, id: string): Promise<void> {
  const now = parts.clock();
  const locked = await lockSession(client, id);
  if (!locked) return;
  const units = await parts.units.newest(client);
  const { member } = locked;
  const result = await takeStep(
    parts,
    { client, units, now, member },
    readSession(locked.state),
    { kind: 'timer' },
    'private',
  );
  const dueAt = pushTime(parts, units, member, now);
  const said = merge(result.events.filter((event): event is Say => event.kind === 'say')).map(
    (draft): Change => ({ change: 'message', to: { members: [id] }, kind: 'notice', draft, dueAt }),
  );
  const session = {
    member: id,
    state: result.session,
    wakesAt: wakesAt(result.session),
    expiresAt: expiresAt(result.session),
  };
  await Promise.all(writeTurns(client, { inbound: [], sessions: [session], ends: result.ends, noticed: [] }, now));
  await writeChanges(client, [...result.changes, ...said], {
    now,
    doors: parts.doors,
    units,
    awaited: parts.library.awaited,
    cipher: parts.cipher,
  });
}

/**
 * Ends the conversations of a member in which a wait could not act, inside the caller's transaction. Whoever was to hear something hears that it
 * came to nothing; a conversation that was only to end ends quietly all the same.
 */
export async function giveUpWait(parts: TurnParts, client: pg.PoolClient, id: string): Promise<void> {
  const now = parts.clock();
  const locked = await lockSession(client, id);
  if (!locked) return;
  const units = await parts.units.newest(client);
  const { member } = locked;
  const { stack } = readSession(locked.state);
  const wasToAct = stack.some(({ wakesAt, expiresAt }) => wakesAt !== null && wakesAt <= now && expiresAt > now);
  const text = wasToAct ? wordsOf(parts.library, 'broken') : '';
  const said: Change[] = text
    ? [
        {
          change: 'message',
          to: { members: [id] },
          kind: 'notice',
          draft: { text },
          dueAt: pushTime(parts, units, member, now),
        },
      ]
    : [];
  const ends = stack.map(({ flow, revision }) => ({ member: id, flow, revision, reason: 'flow-gone' }));
  const session = { member: id, state: emptySession, wakesAt: null, expiresAt: null };
  await Promise.all(writeTurns(client, { inbound: [], sessions: [session], ends, noticed: [] }, now));
  const audit: Change = { change: 'audit', actor: null, action: 'turn-failed', subject: id, unit: member.unit };
  const { doors, library } = parts;
  await writeChanges(client, [audit, ...said], { now, doors, units, awaited: library.awaited });
}

/** Now, or when the hours of pushes begin. */
function pushTime({ library: { calendar } }: TurnParts, units: Units, { unit }: Member, now: Instant): Instant {
  return mayPush(now, calendar, { morningOfEvent: false })
    ? now
    : nextPushTime(now, units.settings(unit).push_time, calendar);
}
