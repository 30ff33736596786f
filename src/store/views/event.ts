// The event a member is likely to mean: the one whose sign-in is open, else the nearest that is not over.

import { dayLength } from '../../domain/time.ts';
import type { EventOfUnit } from '../events.ts';
import { attendanceOf, eventsOf, ownDuty } from '../events.ts';
import type { View, ViewContext } from './view.ts';

/** How far ahead an event can be meant. */
const ahead = 45 * dayLength;

/** `{id, title, day, start, place, window, opens, mine: signed_in|leave|null, state, acknowledged}` or null. */
export const event: View = async (context) => {
  const found = await nearestEvent(context);
  if (!found) return null;
  const [attendance, duty] = await Promise.all([
    attendanceOf(context.client, found.id),
    ownDuty(context.client, found.id, context.member.id),
  ]);
  const mine = attendance.get(context.member.id);
  return {
    ...found,
    mine: mine?.kind ?? null,
    at: mine?.at ?? null,
    state: duty?.state ?? null,
    acknowledged: duty?.acknowledged ?? false,
  };
};

export async function nearestEvent({ client, unit, units, now }: ViewContext): Promise<EventOfUnit | undefined> {
  const settings = units.settings(unit.id);
  const events = await eventsOf(client, unit.id, settings, { from: now - dayLength, until: now + ahead }, now);
  return events.find(({ window }) => window !== 'closed');
}
