// Builds a unit's weekly digest and puts it into the outbox for the secretary; on request the same as a table. Sends nothing itself.

import { z } from 'zod';
import type { Calendar } from '../domain/calendar.ts';
import { digestReaders } from '../domain/digest-readers.ts';
import { digestTimes, periodOfWeek, weeksCovered } from '../domain/digest-schedule.ts';
import { digestSheets } from '../domain/digest-sheets.ts';
import type { Digest } from '../domain/digest-text.ts';
import { digestText, titleOf } from '../domain/digest-text.ts';
import type { Unit, UnitId } from '../domain/organisation.ts';
import type { Day, Instant } from '../domain/time.ts';
import { addDays, dayLength, dayOf, isoWeekOf } from '../domain/time.ts';
import { writeWorkbook } from '../library/spreadsheet.ts';
import { keepAttachment } from '../store/attachments.ts';
import { readDigest } from '../store/digest.ts';
import { membersOf } from '../store/members.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Units } from '../store/units.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { JobParts } from './parts.ts';
import type { TaskHandler } from './tasks.ts';

const body = z.object({
  unit: z.string(),
  /** Absent = the last finished week. */
  week: z.string().optional(),
  /** Who asked for the table; absent = the weekly message to the secretary. */
  member: z.string().optional(),
  file: z.boolean().default(false),
});

/** How long a table can be fetched. */
const fileLife = 14 * dayLength;
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

export interface DueDigest {
  readonly unit: UnitId;
  readonly week: string;
  readonly at: Instant;
}

/** The digests of all units that fall due after `from` up to and including `to`. Party groups have none of their own. */
export function digestsDue(units: Units, calendar: Calendar, from: Instant, to: Instant): DueDigest[] {
  return [...units.byId.values()]
    .filter(({ kind, id }) => kind !== 'group' && !units.settings(id).off.includes('digest'))
    .flatMap(({ id }) =>
      digestTimes(units.settings(id).digest, calendar, from, to).map((due) => ({ unit: id, ...due })),
    );
}

/** Task `digest`. What it writes is keyed by the task, so running it twice sends once. */
export const buildDigestTask: TaskHandler<JobParts> = async (task, parts) => {
  const asked = body.parse(task.body);
  const now = parts.clock();
  const units = await parts.units.newest(parts.pool);
  const unit = units.byId.get(asked.unit);
  if (!unit) return { kind: 'failed', detail: 'unknown unit' };
  const digest = await digestOf(parts, units, unit, asked.week, dayOf(now));
  if (!digest) return { kind: 'failed', detail: `no such week ${asked.week}` };
  const to = asked.member
    ? [asked.member]
    : digestReaders(unit, await membersOf(parts.pool, units.partsOf(unit.id))).map(({ id }) => id);
  if (to.length === 0) return { kind: 'done', detail: 'nobody to tell' };
  const bytes = asked.file ? await writeWorkbook(digestSheets(digest)) : undefined;
  await inTransaction(parts.pool, async (client) => {
    const done = await client.query('select 1 from outbox where record = $1 limit 1', [task.key]);
    if (done.rowCount) return;
    const name = `${titleOf(digest)}.xlsx`;
    if (bytes) await keepAttachment(client, { id: task.key, name, type: spreadsheet, bytes }, now, now + fileLife);
    const draft = bytes ? { text: titleOf(digest), file: { id: task.key, name } } : { text: digestText(digest) };
    const message = {
      change: 'message' as const,
      to: { members: to },
      kind: asked.file ? ('reply' as const) : ('digest' as const),
      draft,
      record: task.key,
    };
    await writeChanges(client, [message], { now, doors: parts.doors, units });
  });
  return { kind: 'done' };
};

/** The digest of a finished week, or of the last one; undefined when there is no such week. */
export async function digestOf(
  parts: Pick<JobParts, 'pool' | 'library' | 'clock'>,
  units: Units,
  unit: Unit,
  week: string | undefined,
  today: Day,
): Promise<Digest | undefined> {
  const { calendar } = parts.library;
  const asked = week ?? isoWeekOf(addDays(today, -7));
  const weeks = weeksCovered(asked, units.settings(unit.id).digest, calendar);
  const period = periodOfWeek(asked, today, weeks);
  return period && readDigest(parts.pool, parts.library, units, unit, period, parts.clock());
}
