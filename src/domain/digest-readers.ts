// Who gets a unit's weekly digest, and when. For them it is the one push of its day.

import type { Calendar } from './calendar.ts';
import type { Member, Reminders, Unit } from './organisation.ts';
import { acceptsPush, mayPush, nextPushTime } from './quiet.ts';
import type { ClockTime, Instant } from './time.ts';
import { addDays, dayLength, dayOf, instantOf } from './time.ts';

/**
 * The secretaries; the deputies where there is none. Above branches those who may see counts. Who wants no reminders gets none and can ask (周报); the others do
 * not get it instead. `members` are those of the unit and its Party groups.
 */
export function digestReaders(unit: Pick<Unit, 'kind'>, members: readonly Member[]): Member[] {
  const having = (role: Member['roles'][number]) => members.filter(({ roles }) => roles.includes(role));
  const secretaries = having('secretary');
  const deputies = having('deputy');
  const others = unit.kind === 'branch' ? [] : having('higher-viewer');
  const readers = [secretaries, deputies, others].find((list) => list.length > 0) ?? [];
  return readers.filter(({ reminders }) => reminders.level !== 'none');
}

/** When a digest that is ready now goes out to a reader: now, or at `time` of the first workday that the reader has not asked to keep quiet; undefined after six days. */
export function digestTimeFor(
  reminders: Reminders,
  now: Instant,
  time: ClockTime,
  calendar: Calendar,
): Instant | undefined {
  let at = mayPush(now, calendar, { morningOfEvent: false }) ? now : nextPushTime(now, time, calendar);
  while (!acceptsPush({ ...reminders, level: 'all' }, 'digest', dayOf(at))) {
    at = nextPushTime(instantOf(addDays(dayOf(at), 1), '00:00'), time, calendar);
    if (at >= now + 7 * dayLength) return undefined;
  }
  return at;
}
