// What a theme day is arranged from, and what is left to do after one. Counts only, no names.

import type { Agenda, Venue } from '../../domain/theme-day-agenda.ts';
import { dayLength, monthOf } from '../../domain/time.ts';
import { eventsOf } from '../events.ts';
import { membersOf } from '../members.ts';
import { heldMeetings } from '../minutes.ts';
import type { View, ViewContext } from './view.ts';

/** `{event, agenda, blocks, venues}`: the next theme day, how it is arranged so far, and what there is to choose from. */
export const themeAgenda: View = async (context) => {
  const { client, library, units, unit, now } = context;
  const events = await eventsOf(
    client,
    unit.id,
    units.settings(unit.id),
    { from: now, until: now + 62 * dayLength },
    now,
  );
  const event = events.find(({ programme }) => programme === 'theme-day');
  if (!event) return { event: null };
  const { rows } = await client.query<{ body: Agenda }>({
    text: 'select body from record where id = $1',
    values: [`theme-day-agenda/${event.id}`],
  });
  return {
    event,
    agenda: rows[0]?.body ?? null,
    blocks: library.themeDayBlocks,
    usual: library.themeDayBlocks.filter(({ usual }) => usual).map(({ name }) => name),
    venues: await venuesFor(context),
  };
};

/** Sites that the unit or one above it keeps a list of. */
async function venuesFor({ client, units, unit }: ViewContext): Promise<Venue[]> {
  const { rows } = await client.query<{ id: string; body: { name: string; place: string; booking?: string | null } }>({
    text: `select id, body from record where kind = 'venue' and state = 'open' and unit = any($1::text[]) order by created_at, id limit 20`,
    values: [units.above(unit.id).map(({ id }) => id)],
  });
  return rows.map(({ id, body }) => ({ id, name: body.name, place: body.place, booking: body.booking ?? null }));
}

/** The last theme day (up to 31 days back) and what it still lacks: `{day, expected, came, leave, minutes, dues: {done, open}}` or null. */
export const themeAfter: View = async ({ client, units, unit, now }) => {
  const members = await membersOf(client, units.partsOf(unit.id));
  const held = await heldMeetings(client, unit.id, members, { from: now - 31 * dayLength, until: now });
  const last = held.filter(({ kind }) => kind === 'theme-day').at(-1);
  if (!last) return null;
  const month = monthOf(last.day);
  const { rows } = await client.query<{ done: number; open: number }>({
    name: 'view-theme-after-dues',
    text: `select count(*) filter (where state = 'done')::int as done, count(*) filter (where state = 'open')::int as open
      from duty where unit = $1 and programme = 'dues' and period = $2 and member is not null`,
    values: [unit.id, month],
  });
  const served = await client.query<{ times: number }>({
    name: 'view-theme-after-service',
    text: `select count(*)::int as times from fact f where unit = any($1::text[]) and kind = 'volunteer_service' and on_day = $2::date
      and not exists (select 1 from fact c where c.corrects = f.id)`,
    values: [units.partsOf(unit.id), last.day],
  });
  return {
    day: last.day,
    month,
    expected: last.expected.length,
    came: last.came.length,
    leave: last.leave.length,
    absent: last.absent.length,
    minutes: {
      none: last.state === 'none',
      draft: last.state === 'draft',
      done: !['none', 'draft'].includes(last.state),
    },
    dues: rows[0]!,
    served: served.rows[0]!.times,
  };
};
