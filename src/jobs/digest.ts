// Builds a unit's weekly digest and puts it into the outbox for the secretary; on request the same as a table. Sends nothing itself.

import { z } from 'zod';
import type { Calendar } from '../domain/calendar.ts';
import { digestReaders, digestTimeFor } from '../domain/digest-readers.ts';
import { digestDueAt, digestTimes, periodOfWeek, weeksCovered } from '../domain/digest-schedule.ts';
import { digestSheets } from '../domain/digest-sheets.ts';
import type { Digest } from '../domain/digest-text.ts';
import { digestText, titleOf } from '../domain/digest-text.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Unit, UnitId } from '../domain/organisation.ts';
import type { Day, Instant } from '../domain/time.ts';
import { addDays, dayLength, dayOf, isoWeekOf, mondayOfIsoWeek } from '../domain/time.ts';
import { writeWorkbook } from '../library/spreadsheet.ts';
import { keepAttachment } from '../store/attachments.ts';
import { readDigest } from '../store/digest.ts';
import { membersOf } from '../store/members.ts';
import { takePushes } from '../store/pushes.ts';
import { hasSpoken } from '../store/task-messages.ts';
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
  const to = asked.member ? new Map([[now, [asked.member]]]) : await readersByTime(parts, units, unit, asked.week, now);
  if (to.size === 0) return { kind: 'done', detail: 'nobody to tell' };
  const digest = await digestOf(parts, units, unit, asked.week, dayOf(now));
  if (!digest) return { kind: 'failed', detail: `no such week ${asked.week}` };
  const bytes = asked.file ? await writeWorkbook(digestSheets(digest)) : undefined;
  await inTransaction(parts.pool, async (client) => {
    if (await hasSpoken(client, task)) return;
    const name = `${titleOf(digest)}.xlsx`;
    if (bytes) await keepAttachment(client, { id: task.key, name, type: spreadsheet, bytes }, now, now + fileLife);
    const draft = bytes ? { text: titleOf(digest), file: { id: task.key, name } } : { text: digestText(digest) };
    const messages = [...to].map(([dueAt, members]) => ({
      change: 'message' as const,
      to: { members },
      kind: asked.member ? ('reply' as const) : ('digest' as const),
      draft,
      dueAt,
      record: task.key,
    }));
    for (const [dueAt, members] of to) {
      if (!asked.member) await takePushes(client, members, dayOf(dueAt), 'digest', null);
    }
    await writeChanges(client, messages, { now, doors: parts.doors, units });
  });
  return { kind: 'done' };
};

/** Who gets the weekly message at which moment; nobody once the next one is due: after a long pause only the newest digest is worth a push. */
async function readersByTime(
  { pool, library }: JobParts,
  units: Units,
  unit: Unit,
  week: string | undefined,
  now: Instant,
): Promise<Map<Instant, string[]>> {
  const { digest } = units.settings(unit.id);
  const monday = mondayOfIsoWeek(week ?? '');
  const next = monday === undefined ? undefined : digestDueAt(isoWeekOf(addDays(monday, 7)), digest, library.calendar);
  if (next !== undefined && now >= next) return new Map();
  const readers = digestReaders(unit, await membersOf(pool, units.partsOf(unit.id)));
  const planned = readers.flatMap(({ id, reminders }) => {
    const at = digestTimeFor(reminders, now, digest.time, library.calendar);
    return at === undefined ? [] : [{ id, at }];
  });
  const byTime = groupBy(planned, ({ at }) => at);
  return new Map([...byTime].map(([at, list]) => [at, list.map(({ id }) => id)]));
}

/** The digest of a finished week, or of the last one; undefined when there is no such week. */
export async function digestOf(
  parts: Pick<JobParts, 'pool' | 'library' | 'clock' | 'cipher'>,
  units: Units,
  unit: Unit,
  week: string | undefined,
  today: Day,
): Promise<Digest | undefined> {
  const { calendar } = parts.library;
  const asked = week ?? isoWeekOf(addDays(today, -7));
  const weeks = weeksCovered(asked, units.settings(unit.id).digest, calendar);
  const period = periodOfWeek(asked, today, weeks);
  return period && readDigest(parts.pool, parts.library, units, unit, period, parts.clock(), parts.cipher);
}
