// Rehearses the timetable of a period: the real jobs on a throw-away database with a simulated clock; nothing leaves the machine.

import path from 'node:path';
import { draftAsText } from '../channels/draft-text.ts';
import { Fault } from '../domain/fault.ts';
import type { Draft, MessageKind } from '../domain/message.ts';
import type { Day, Instant } from '../domain/time.ts';
import { addDays, instantOf, isoOf } from '../domain/time.ts';
import { holidayProblems } from '../library/holidays.ts';
import { home, loadLibrary } from '../library/library.ts';
import { openThrowaway } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';
import { rehearsedRows } from '../store/rehearsed-rows.ts';
import { viewNames } from '../store/views/index.ts';
import { simulatorDoor } from './doors.ts';
import { fillOrganisation } from './organisation.ts';
import { openWorld } from './world.ts';

/** One message as one recipient would get it. */
export interface Rehearsed {
  /** ISO 8601 with +08:00. */
  readonly at: string;
  /** A member id or `@unit`. */
  readonly to: string;
  readonly unit: string | null;
  readonly channel: string;
  readonly kind: MessageKind;
  readonly duty: string | null;
  readonly text: string;
}

export interface RehearseOptions {
  readonly from: Day;
  readonly days: number;
  /** Default: the sample organisation. */
  readonly org?: string | undefined;
  /** Folder of a district's own programmes. */
  readonly packs?: string | undefined;
}

/** Calls `tell` for each recipient of each message, in order of time; resolves to what operators should know (holidays not yet published). */
export async function rehearse(
  { from, days, org, packs }: RehearseOptions,
  tell: (message: Rehearsed) => void,
): Promise<string[]> {
  const library = loadLibrary(viewNames, { sample: true, packs });
  const db = await openThrowaway();
  try {
    await migrate(db, migrations);
    await fillOrganisation(db.pool, org ?? path.join(home, 'content/sample/organisation.yaml'));
    const world = await openWorld({
      db,
      library,
      at: instantOf(from, '00:00'),
      openDoor: simulatorDoor,
    });
    let told = 0;
    for (let day = from; day < addDays(from, days); day = addDays(day, 1)) {
      await world.moveTo(instantOf(addDays(day, 1), '00:00'));
      for (const row of await rehearsedRows(db.pool, told)) {
        told = row.id;
        tell({ ...row, at: isoOf(row.at as Instant), text: draftAsText(row.draft as Draft) });
      }
    }
    await world.close();
    if (world.faults.length > 0) throw new Fault('broken', world.faults.join(''));
    return holidayProblems(library.calendar, from);
  } finally {
    await db.close();
  }
}
