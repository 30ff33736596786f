// An event as calendars show it: what of it matters, and how it changes. Pure; no person stands in it.

import { createHash } from 'node:crypto';
import type { Instant } from './time.ts';

/** What a calendar shows of an event. */
export interface ShownEvent {
  readonly title: string;
  readonly place: string | null;
  readonly startsAt: Instant;
  readonly cancelled: boolean;
}

/** An event with the number of changes it has been through. */
export interface CalendarEntry {
  /** The unit's duty of the event. */
  readonly duty: string;
  readonly shown: ShownEvent;
  readonly sequence: number;
  readonly changedAt: Instant;
}

/** The same in every feed and for ever; says nothing about branch or day. */
export function uidOf(duty: string): string {
  return `${createHash('sha256').update(duty).digest('hex').slice(0, 32)}@zhibu`;
}

/**
 * What the feed shows now, from what it showed before: a change counts up, what is gone is cancelled and stays so. Entries that did not change come
 * back as they were.
 */
export function nextEntries(
  before: readonly CalendarEntry[],
  events: readonly { readonly duty: string; readonly shown: ShownEvent }[],
  now: Instant,
): CalendarEntry[] {
  const known = new Map(before.map((entry) => [entry.duty, entry]));
  const current = events.map(({ duty, shown }): CalendarEntry => {
    const old = known.get(duty);
    if (!old) return { duty, shown, sequence: 0, changedAt: now };
    return isSame(old.shown, shown) ? old : { duty, shown, sequence: old.sequence + 1, changedAt: now };
  });
  const here = new Set(events.map(({ duty }) => duty));
  const gone = before
    .filter(({ duty }) => !here.has(duty))
    .map(
      (old): CalendarEntry =>
        old.shown.cancelled
          ? old
          : { ...old, shown: { ...old.shown, cancelled: true }, sequence: old.sequence + 1, changedAt: now },
    );
  return [...current, ...gone].sort((a, b) => a.shown.startsAt - b.shown.startsAt || (a.duty < b.duty ? -1 : 1));
}

function isSame(a: ShownEvent, b: ShownEvent): boolean {
  return a.title === b.title && a.place === b.place && a.startsAt === b.startsAt && a.cancelled === b.cancelled;
}
