// A wait that ran out, as a turn without a message: the conversation acts by itself, and what it says keeps to the hours of pushes.

import type pg from 'pg';
import type { Event } from '../dialogue/session.ts';
import { expiresAt, wakesAt } from '../dialogue/session.ts';
import type { Change } from '../domain/change.ts';
import { mayPush, nextPushTime } from '../domain/quiet.ts';
import { lockSession } from '../store/sessions.ts';
import { writeTurns } from '../store/unit-of-work.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { TurnParts } from '../turn.ts';
import { readSession, takeStep } from './answer-one.ts';
import { merge } from './reply.ts';

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
  const { calendar } = parts.library;
  const dueAt = mayPush(now, calendar, { morningOfEvent: false })
    ? now
    : nextPushTime(now, units.settings(member.unit).push_time, calendar);
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
  });
}
