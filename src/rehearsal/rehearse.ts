// Rehearses the timetable of a period: the real jobs on a throw-away database with a simulated clock; nothing leaves the machine.

import path from 'node:path';
import { draftAsText } from '../channels/draft-text.ts';
import { Fault } from '../domain/fault.ts';
import type { MessageKind } from '../domain/message.ts';
import type { Day } from '../domain/time.ts';
import { addDays, instantOf, isoOf, weekdayOf } from '../domain/time.ts';
import { holidayProblems } from '../library/holidays.ts';
import { home, loadLibrary } from '../library/library.ts';
import { openThrowaway } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';
import type { RehearsedRow } from '../store/rehearsed-rows.ts';
import { keepPlansFresh, rehearsedRows } from '../store/rehearsed-rows.ts';
import { viewNames } from '../store/views/index.ts';
import { simulatorDoor } from './doors.ts';
import type { Answered } from './lively.ts';
import { beginLife } from './lively.ts';
import { fillOrganisation } from './organisation.ts';
import type { World } from './world.ts';
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
  /** What it answers, in a lively rehearsal. */
  readonly said?: string;
}

export interface RehearseOptions {
  readonly from: Day;
  readonly days: number;
  /** Default: the sample organisation. */
  readonly org?: string | undefined;
  /** Folder of a district's own programmes. */
  readonly packs?: string | undefined;
  /** People answer, late, wrongly or never, as this number has it; absent = nobody says anything. */
  readonly lively?: number | undefined;
  /** Looks at the world as it is at the end, before it is gone. */
  readonly look?: (world: World) => Promise<void>;
}

/** Calls `tell` for each recipient of each message, in order of time; resolves to what operators should know (holidays not yet published). */
export async function rehearse(
  { from, days, org, packs, lively, look }: RehearseOptions,
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
    const life = lively === undefined ? undefined : await beginLife(world, lively);
    for (let day = from; day < addDays(from, days); day = addDays(day, 1)) {
      const [begin, end] = [instantOf(day, '00:00'), instantOf(addDays(day, 1), '00:00')];
      const answers = (await life?.live(day)) ?? [];
      await world.moveTo(end);
      if (weekdayOf(day) === 7 && day.slice(8) <= '07') await keepPlansFresh(db.pool);
      for (const message of inOrder(await rehearsedRows(db.pool, begin, end), answers)) tell(message);
    }
    await look?.(world);
    await world.close();
    if (world.faults.length > 0) throw new Fault('broken', world.faults.join(''));
    return holidayProblems(library.calendar, from);
  } finally {
    await db.close();
  }
}

/** One for each recipient, in order of time. */
function inOrder(rows: readonly RehearsedRow[], answers: readonly Answered[]): Rehearsed[] {
  const sent = rows.flatMap(({ at, to, channel, kind, duty, draft }) => {
    const message = { channel, kind, duty, text: draftAsText(draft) };
    return to.map(({ id, unit }) => ({ at: isoOf(at), to: id, unit, ...message }));
  });
  const said = answers.map(({ at, to, unit, channel, draft, said }): Rehearsed => {
    return { at: isoOf(at), to, unit, channel, kind: 'reply', duty: null, text: draftAsText(draft), said };
  });
  return said.length === 0 ? sent : [...sent, ...said].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}
