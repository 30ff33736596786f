// Who has not come to organisational life for long, so that somebody may ask how to help (条例: criticism and help first). A notice, never a conclusion.

import { isExempt } from './audience.ts';
import type { Member, MemberId } from './organisation.ts';
import type { Day } from './time.ts';
import { monthsBefore } from './time.ts';

/** A member at an event that was recorded (somebody signed in), oldest first. */
export interface Attended {
  readonly member: MemberId;
  readonly day: Day;
  /** null = neither signed in nor on leave. */
  readonly kind: 'signed_in' | 'leave' | null;
}

/** So many recorded events in a row without a word. */
export const inARow = 3;
/** So long without having come, on leave or not, where there was something to come to all the while. */
export const monthsAway = 4;

/** Ids of those who were away three times in a row without leave, or have not come for four months. Those of whom nothing is expected are never among them. */
export function longAbsent(members: readonly Member[], attended: readonly Attended[], today: Day): MemberId[] {
  return members
    .filter((member) => !isExempt(member))
    .filter(({ id }) =>
      isLong(
        attended.filter(({ member }) => member === id),
        today,
      ),
    )
    .map(({ id }) => id);
}

function isLong(own: readonly Attended[], today: Day): boolean {
  const lastHere = own.findLastIndex(({ kind }) => kind === 'signed_in');
  const since = own.slice(lastHere + 1);
  const silent = since.length >= inARow && since.slice(-inARow).every(({ kind }) => kind === null);
  const first = since[0]?.day;
  return silent || (since.length >= inARow && first !== undefined && first <= monthsBefore(today, monthsAway));
}
