// Puts a material or a notice into the groups of the units it is for: once, for everybody who sits there, and without anybody's name.

import type { BroadcastRecord } from '../domain/broadcast.ts';
import { broadcastDraft, isRunning, targetOf } from '../domain/broadcast.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Unit } from '../domain/organisation.ts';
import { quietFrom } from '../domain/quiet.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf, instantOf } from '../domain/time.ts';
import { groupsTold, lockBroadcast } from '../store/broadcasts.ts';
import { namesIn } from '../store/members.ts';
import type { DoorList } from '../store/outbox-rows.ts';
import { inTransaction } from '../store/transaction.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { JobParts } from './parts.ts';

/**
 * Plans one message for each unit whose group was set (`zhibu group`, a code said in the room, the organisation file); how many. What is for some
 * people only, and what names a member of the unit, stays private (domain notes §2D: nothing about a person in a group).
 */
export async function tellGroups(
  { pool, doors, units: cache }: JobParts,
  known: BroadcastRecord,
  now: Instant,
): Promise<number> {
  if (known.body.audience.length > 0) return 0;
  const units = await cache.newest(pool);
  const meant = units
    .below(targetOf(known))
    .filter((unit) => hasGroup(unit, doors) && !units.settings(unit.id).off.includes('broadcast'));
  if (meant.length === 0) return 0;
  return inTransaction(pool, async (client) => {
    const current = await lockBroadcast(client, known.id);
    if (!current || !isRunning(current) || (await groupsTold(client, known.id))) return 0;
    const draft = broadcastDraft(current.body);
    const said = JSON.stringify(draft);
    const names = groupBy(
      await namesIn(
        client,
        meant.flatMap(({ id }) => units.partsOf(id)),
      ),
      ({ unit }) => units.branchOf(unit).id,
    );
    const unnamed = meant.filter(
      ({ id }) => !(names.get(units.branchOf(id).id) ?? []).some(({ name }) => said.includes(name)),
    );
    const messages = unnamed.map(({ id }) => ({
      change: 'message' as const,
      to: { group: id },
      kind: 'broadcast' as const,
      draft,
      dueAt: now,
      expiresAt: instantOf(dayOf(now), quietFrom),
      record: known.id,
    }));
    await writeChanges(client, messages, { now, doors, units });
    return messages.length;
  });
}

/** Only a group that somebody set: in our own page and terminal every unit has one by itself. */
function hasGroup({ groups }: Unit, { doors }: DoorList): boolean {
  return doors.some((door) => door.groups && groups[door.name] !== undefined);
}
