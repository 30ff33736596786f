// What a secretary, deputy or commissioner may know of the own branch: who came, who is on leave, whose dues are in. Never for anybody else.

import { isExempt } from '../../domain/audience.ts';
import { addMonths, dayLength, dayOf, monthOf } from '../../domain/time.ts';
import { attendanceOf, eventsOf } from '../events.ts';
import { membersOf } from '../members.ts';
import type { View, ViewContext } from './view.ts';

/** The people of the branch: `[{id, name}]`. */
export const colleagues: View = async ({ client, unit }) =>
  (await membersOf(client, [unit.id])).map(({ id, name }) => ({ id, name }));

/** Who should come, came, is on leave, is missing at the event that is on, was last (14 days), or comes next. Exempt members are never missing. */
export const roster: View = async (context) => {
  const event = await eventInQuestion(context);
  const all = await membersOf(context.client, [context.unit.id]);
  const named = all.map(({ id, name }) => ({ id, name }));
  if (!event) return { event: null, people: named };
  const attendance = await attendanceOf(context.client, event.id);
  const names = (kind: 'signed_in' | 'leave') => all.filter(({ id }) => attendance.get(id)?.kind === kind);
  const rest = all.filter(({ id }) => !attendance.has(id));
  return {
    event,
    people: named,
    expected: all.filter((member) => !isExempt(member)).length,
    came: names('signed_in').map(({ name }) => name),
    leave: names('leave').map(({ id, name }) => ({
      name,
      reasonWord: context.library.labels.leaveReason(attendance.get(id)!.reason),
    })),
    missing: rest.filter((member) => !isExempt(member)).map(({ name }) => name),
    started: event.startsAt <= context.now,
  };
};

async function eventInQuestion({ client, unit, units, now }: ViewContext) {
  const settings = units.settings(unit.id);
  const events = await eventsOf(
    client,
    unit.id,
    settings,
    { from: now - 14 * dayLength, until: now + 45 * dayLength },
    now,
  );
  const open = events.find(({ window }) => window === 'open');
  const past = events.filter(({ window }) => window === 'closed').at(-1);
  return open ?? past ?? events[0];
}

/** Dues of the present month (or of the last one, in its first days): who confirmed, who reported and waits, who is open. */
export const duesList: View = async ({ client, unit, now }) => {
  const month = monthOf(dayOf(now));
  const { rows } = await client.query<{ id: string; name: string; state: string; reported: boolean; period: string }>({
    name: 'view-dues-list',
    text: `select m.id, m.name, d.state, d.period, exists (select 1 from fact f where f.member = m.id and f.kind = 'dues_reported'
        and f.month = d.period and not exists (select 1 from fact c where c.corrects = f.id)) as reported
      from duty d join member m on m.id = d.member
      where d.unit = $1 and d.programme = 'dues' and d.period between $2 and $3 and m.left_at is null
      order by d.period, m.name collate "zh-x-icu"`,
    values: [unit.id, addMonths(month, -6), month],
  });
  const present = rows.filter((row) => row.period === month);
  const waiting = rows.filter((row) => row.state !== 'done' && row.reported);
  const names = (list: readonly { id: string; name: string }[]) => list.map(({ id, name }) => ({ id, name }));
  const inMonth = waiting.filter((row) => row.period === month);
  return {
    month,
    people: names(present),
    done: names(present.filter((row) => row.state === 'done')),
    reported: { ids: inMonth.map((row) => row.id), names: inMonth.map((row) => row.name) },
    open: names(present.filter((row) => row.state !== 'done' && !row.reported)),
  };
};

/** Ids of the branch's secretaries and deputies, for a member who wants to be called back. */
export const secretaries: View = async ({ client, unit }) =>
  (await membersOf(client, [unit.id]))
    .filter(({ roles }) => roles.includes('secretary') || roles.includes('deputy'))
    .map(({ id }) => id);
