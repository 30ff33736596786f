// Courses that are to come and fit a member's branch, and who signed up for those a unit gives. Names only for the unit that gives the course.

import type { Member, Unit } from '../../domain/organisation.ts';
import type { Day } from '../../domain/time.ts';
import { dayOf, sayDay } from '../../domain/time.ts';
import type { View } from './view.ts';

interface CourseRow {
  readonly id: string;
  readonly unit: string;
  readonly body: { readonly name: string; readonly for: string; readonly on: Day; readonly place: string };
}

/** `{open, mine}` of coming courses: `{id, title, name, on, place, unit}`; `mine` are those signed up for, `open` the others that fit. */
export const courses: View = async ({ client, unit, units, member, now }) => {
  const today = dayOf(now);
  const { rows } = await client.query<CourseRow & { signed: boolean }>({
    text: `select r.id, r.unit, r.body, exists (select 1 from record s where s.kind = 'course-sign-up' and s.member = $2
          and s.state = 'signed' and s.body->>'course' = r.id) as signed
      from record r where r.kind = 'course' and r.unit = any($1::text[]) and r.body->>'on' >= $3 order by r.body->>'on', r.id limit 60`,
    values: [units.above(unit.id).map(({ id }) => id), member.id, today],
  });
  const shown = rows.map(({ id, unit: giver, body, signed }) => ({
    id,
    unit: giver,
    title: body.name,
    name: `${sayDay(body.on, today)} ${body.name}`,
    on: body.on,
    place: body.place,
    signed,
    fits: isFor(body.for, member, unit),
  }));
  return { open: shown.filter(({ signed, fits }) => fits && !signed), mine: shown.filter(({ signed }) => signed) };
};

/** Coming courses of this unit: `[{name, on, count, people}]`, people as 姓名（支部） in the order of branches. */
export const courseSignUps: View = async ({ client, unit, now }) => {
  const { rows } = await client.query<{ name: string; on: Day; people: string[] }>({
    text: `select r.body->>'name' as name, r.body->>'on' as on, coalesce(array_agg(m.name || '（' || u.name || '）' order by u.id, m.name)
          filter (where m.id is not null), '{}') as people
      from record r
        left join record s on s.kind = 'course-sign-up' and s.state = 'signed' and s.body->>'course' = r.id
        left join member m on m.id = s.member and m.left_at is null
        left join unit u on u.id = m.unit
      where r.kind = 'course' and r.unit = $1 and r.body->>'on' >= $2 group by r.id, r.body order by r.body->>'on', r.id`,
    values: [unit.id, dayOf(now)],
  });
  return rows.map((row) => ({ ...row, count: row.people.length }));
};

/** Kinds of branches that a course may be for, and the sectors of units that belong to them (domain notes, duty 116). */
const sectorsOf: Readonly<Record<string, readonly string[]>> = {
  residents: ['residents', 'community', 'rural', 'village'],
  organ: ['organ', 'organs', 'institution', 'school', 'hospital'],
  soe: ['soe', 'enterprise'],
  'two-new': ['two-new', 'private', 'social'],
};

/** A branch whose kind nobody has set is shown every course: better one too many than one too few. */
function isFor(audience: string, { roles }: Member, { sector }: Unit): boolean {
  if (audience === 'all') return true;
  if (audience === 'new-secretary') return roles.includes('secretary');
  if (audience === 'commissioner') return roles.some((role) => role.startsWith('commissioner-'));
  return sector === null || (sectorsOf[audience] ?? []).includes(sector);
}
