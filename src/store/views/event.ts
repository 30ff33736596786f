// The event a member is likely to mean: the one whose sign-in is open, else the nearest that is not over.

import { addDays, dayLength, dayOf, daysBetween } from '../../domain/time.ts';
import { all } from '../all.ts';
import type { EventOfUnit } from '../events.ts';
import { attendanceOfMember, eventsOf, ownDuty } from '../events.ts';
import type { View, ViewContext } from './view.ts';

/** How far ahead an event can be meant. */
const ahead = 45 * dayLength;

/** From how many days before it a 收到 can only mean this event. */
const nearDays = 7;

/**
 * `{id, title, day, start, place, window, opens, mine: signed_in|leave|null, state, acknowledged, near, told}` or null. `near`: it is so soon, or the
 * member was reminded of it, that 收到 means it; `told`: the member was just reminded and has reported nothing since, so that even 好的 means it.
 */
export const event: View = async (context) => {
  const found = await nearestEvent(context);
  if (!found) return null;
  const [mine, duty, { reminded, told }] = await all([
    attendanceOfMember(context.client, found.id, context.member.id),
    ownDuty(context.client, found.id, context.member.id),
    remindedOf(context),
  ]);
  const days = daysBetween(dayOf(context.now), found.day);
  return {
    ...found,
    mine: mine?.kind ?? null,
    // The entry behind `mine`, so that it can be taken back.
    own: mine ? { id: mine.id, kind: mine.kind, duty: found.id } : null,
    at: mine?.at ?? null,
    state: duty?.state ?? null,
    acknowledged: duty?.acknowledged ?? false,
    near: days <= nearDays || reminded,
    told,
  };
};

/** `{title}` of what ended today without the member being written down for it, or null: who comes late to sign in learns how it is put right. */
export const eventOver: View = async ({ client, unit, units, member, now }) => {
  const events = await eventsOf(client, unit.id, units.settings(unit.id), { from: now - dayLength, until: now }, now);
  const over = events.findLast(({ window, day }) => window === 'closed' && day === dayOf(now));
  if (!over || !(await ownDuty(client, over.id, member.id))) return null;
  return (await attendanceOfMember(client, over.id, member.id)) ? null : { title: over.title };
};

/** Of those to which the member was called, the first that is not over: a committee meeting is no business of whom it does not concern. */
export async function nearestEvent({
  client,
  unit,
  units,
  member,
  now,
}: ViewContext): Promise<EventOfUnit | undefined> {
  const settings = units.settings(unit.id);
  const events = await eventsOf(client, unit.id, settings, { from: now - dayLength, until: now + ahead }, now);
  const left = events.filter(({ window }) => window !== 'closed');
  if (left.length < 2) return left[0];
  const { rows } = await client.query<{ event: string }>({
    name: 'events-called-to',
    text: 'select id as event from duty where id = any($1::text[])',
    values: [left.map(({ id }) => `${id}/${member.id}`)],
  });
  const called = new Set(rows.map(({ event: id }) => id));
  // Who was called to none (a member away from the branch) may come to any.
  return left.find(({ id }) => called.has(`${id}/${member.id}`)) ?? left[0];
}

/** A notice or reminder of the last fortnight, and whether the newest is of the last three days with nothing reported since. */
async function remindedOf({ client, member, now }: ViewContext): Promise<{ reminded: boolean; told: boolean }> {
  const today = dayOf(now);
  const { rows } = await client.query<{ reminded: boolean; told: boolean }>({
    name: 'view-reminded',
    text: `select count(*) > 0 as reminded, coalesce(max(on_day) >= $3::date and not exists (
        select 1 from fact where member = $1 and at >= max(p.on_day)::timestamp at time zone 'Asia/Shanghai'), false) as told
      from push p where member = $1 and kind in ('notice', 'reminder') and on_day >= $2::date`,
    values: [member.id, addDays(today, -14), addDays(today, -3)],
  });
  return rows[0]!;
}
