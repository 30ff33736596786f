// What a secretary, deputy or commissioner may know of the own branch: who came, who is on leave, whose dues are in. Never for anybody else.

import { isExempt } from '../../domain/audience.ts';
import { groupBy } from '../../domain/group-by.ts';
import { isCommittee } from '../../domain/meeting.ts';
import type { Member } from '../../domain/organisation.ts';
import { addMonths, dayLength, dayOf, monthOf } from '../../domain/time.ts';
import type { EventOfUnit } from '../events.ts';
import { askedTo, attendanceOf, eventsOf } from '../events.ts';
import { membersOf } from '../members.ts';
import type { View, ViewContext } from './view.ts';

/** The people of the branch: `[{id, name}]`. */
export const colleagues: View = async ({ client, unit, units }) =>
  (await membersOf(client, units.partsOf(unit.id))).map(({ id, name }) => ({ id, name }));

/** How each member of the branch wants to be written to: `[{id, reminders}]`, for who changes one of it for somebody. */
export const readers: View = async ({ client, unit, units }) =>
  (await membersOf(client, units.partsOf(unit.id))).map(({ id, reminders }) => ({ id, reminders }));

/** Who should come, came, is on leave, is missing at the event that is on, was last (14 days), or comes next. Exempt members, and who was not asked, are never missing. */
export const roster: View = async (context) => {
  const { event, leaveEvent } = await eventsInQuestion(context);
  const all = await membersOf(context.client, context.units.partsOf(context.unit.id));
  const named = all.map(({ id, name }) => ({ id, name }));
  if (!event) return { event: null, leaveEvent: null, people: named };
  const attendance = await attendanceOf(context.client, event.id);
  const asked = (await askedTo(context.client, [event.id])).get(event.id);
  const isExpected = (member: Member) => !isExempt(member) && (asked?.has(member.id) ?? true);
  const names = (kind: 'signed_in' | 'leave') => all.filter(({ id }) => attendance.get(id)?.kind === kind);
  const guests = names('signed_in').filter((member) => !isExpected(member)).length;
  const rest = all.filter(({ id }) => !attendance.has(id));
  return {
    event,
    leaveEvent,
    people: named,
    // Whom the secretary may have seen come: the expected first, then those of whom nobody expects it.
    absent: [...rest.filter(isExpected), ...rest.filter((member) => !isExpected(member))].map(({ id, name }) => ({
      id,
      name,
    })),
    expected: all.filter(isExpected).length,
    came: names('signed_in').map(({ name }) => name),
    cameIds: names('signed_in').map(({ id }) => id),
    guests: guests === 0 ? null : { count: guests },
    leave: names('leave').map(
      ({ id, name }) => `${name}（${context.library.labels.leaveReason(attendance.get(id)!.reason)}）`,
    ),
    missing: rest.filter(isExpected).map(({ name }) => name),
  };
};

/** Who came is asked of the event that is on, was last, or comes next; leave is taken afterwards for two days only, then for the next one. */
async function eventsInQuestion({ client, unit, units, member, now }: ViewContext) {
  const settings = units.settings(unit.id);
  const events = await eventsOf(
    client,
    unit.id,
    settings,
    { from: now - 14 * dayLength, until: now + 45 * dayLength },
    now,
  );
  // What another Party group holds is the committee's business at most, and meant only where nothing else is.
  const own = events.filter(({ group }) => group === null || group === member.partyGroup);
  const others = isCommittee(member) ? events : [];
  const first = (wanted: EventOfUnit['window']) => [...own, ...others].find((event) => event.window === wanted);
  const open = first('open');
  const past =
    own.findLast(({ window }) => window === 'closed') ?? others.findLast(({ window }) => window === 'closed');
  const next = first('early');
  const recent = past && past.closesAt > now - 2 * dayLength ? past : undefined;
  return { event: open ?? past ?? next, leaveEvent: open ?? recent ?? next ?? past };
}

/** Dues of the present month: who is confirmed, who reported, who is open; and by month, back to half a year, all who reported and wait. */
export const duesList: View = async ({ client, unit, now }) => {
  const month = monthOf(dayOf(now));
  const { rows } = await client.query<{ id: string; name: string; state: string; reported: boolean; period: string }>({
    name: 'view-dues-list',
    text: `select m.id, m.name, d.state, d.period, exists (select 1 from fact f where f.member = m.id and f.kind = 'dues_reported'
        and f.month = d.period and not exists (select 1 from fact c where c.corrects = f.id)) as reported
      from duty d join member m on m.id = d.member
      where d.unit = $1 and d.programme = 'dues' and d.period between $2 and $3 and m.left_at is null
      order by d.period desc, m.name collate "zh-x-icu"`,
    values: [unit.id, addMonths(month, -6), month],
  });
  const present = rows.filter((row) => row.period === month);
  const isWaiting = (row: (typeof rows)[number]) => row.state !== 'done' && row.reported;
  const named = (list: readonly { id: string; name: string }[]) => ({
    ids: list.map(({ id }) => id),
    names: list.map(({ name }) => name),
  });
  return {
    month,
    people: present.map(({ id, name }) => ({ id, name })),
    done: named(present.filter((row) => row.state === 'done')),
    reported: named(present.filter(isWaiting)),
    open: named(present.filter((row) => row.state !== 'done' && !row.reported)),
    unpaid: present.filter((row) => row.state !== 'done').map(({ id, name }) => ({ id, name })),
    waiting: [...groupBy(rows.filter(isWaiting), (row) => row.period)].map(([period, list]) => ({
      month: period,
      ...named(list),
    })),
  };
};

/** Ids of the branch's secretaries and deputies, for a member who wants to be called back. */
export const secretaries: View = async ({ client, unit, units }) =>
  (await membersOf(client, units.partsOf(unit.id)))
    .filter(({ roles }) => roles.includes('secretary') || roles.includes('deputy'))
    .map(({ id }) => id);
