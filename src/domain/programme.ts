// Programmes: what is asked, as data. Raises the duties of a month from them; a new campaign is one more file, not code.

import { z } from 'zod';
import type { Calendar } from './calendar.ts';
import type { NewDuty } from './change.ts';
import { duesDueOn } from './dues.ts';
import type { Member, Unit } from './organisation.ts';
import { tags, unitKinds } from './organisation.ts';
import type { Settings } from './settings.ts';
import { themeDayOf } from './theme-day.ts';
import type { Day, Month } from './time.ts';
import { addMonths, daysOfMonth, instantOf, isDay } from './time.ts';

/** `flows/programmes/<id>.yaml`. */
export const programmeForm = z.strictObject({
  programme: z.string().regex(/^[a-z0-9][a-z0-9-]*(\/[a-z0-9-]+)?$/),
  title: z.string().min(1).max(30),
  /** Who asks, in which year: two campaigns may share a name (domain notes, seed hygiene). */
  issuer: z.string().min(1).max(60),
  year: z.int(),
  source: z.string().min(1).max(120),
  /** Tags of the members concerned; absent = all. */
  audience: z.array(z.enum(tags)).optional(),
  /** Tags of members of whom nothing is expected; they may take part all the same. */
  exempt: z.array(z.enum(tags)).default([]),
  /** Kinds of units concerned. */
  units: z.array(z.enum(unitKinds)).default(['branch']),
  /** First and last month; absent = for good. */
  from: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .optional(),
  until: z
    .string()
    .regex(/^\d{4}-\d{2}$/)
    .optional(),
  items: z
    .array(
      z.strictObject({
        item: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
        title: z.string().min(1).max(40),
        who: z.enum(['unit', 'member', 'both']),
        every: z.enum(['month', 'quarter', 'year', 'once']),
        /** `theme-day`, `dues`, `end` of the period, or a date `06-30` (yearly) or `2027-06-30` (once). */
        due: z.union([z.enum(['theme-day', 'dues', 'end']), z.string().regex(/^(\d{4}-)?\d{2}-\d{2}$/)]),
        /** True when people meet: it has a start, sign-in and leave. */
        event: z.boolean().default(false),
        /** An open duty becomes expired this many days after it was due. */
        closes: z.int().min(0).default(30),
      }),
    )
    .min(1),
});
export type Programme = z.infer<typeof programmeForm>;
export type ProgrammeItem = Programme['items'][number];

/** The duties a unit and its members have in a month under one programme. Ids are stable, so raising twice is harmless. */
export function dutiesOf(
  programme: Programme,
  month: Month,
  unit: Unit,
  members: readonly Member[],
  settings: Settings,
  calendar: Calendar,
): NewDuty[] {
  if (!programme.units.includes(unit.kind) || settings.off.includes(programme.programme)) return [];
  if ((programme.from && month < programme.from) || (programme.until && month > programme.until)) return [];
  return programme.items.flatMap((item) => {
    const period = periodOf(item, month);
    if (period === undefined) return [];
    const { day, moved } = dueOn(item, month, settings, calendar);
    const startsAt = item.event ? instantOf(day, settings.start) : null;
    const base = { programme: programme.programme, item: item.item, unit: unit.id, period, dueOn: day, startsAt };
    const details = {
      title: item.title,
      closes: item.closes,
      ...(moved ? { moved: true } : {}),
      ...(settings.place ? { place: settings.place } : {}),
    };
    const id = `${programme.programme}${programme.items.length > 1 ? `.${item.item}` : ''}/${unit.id}/${period}`;
    const forUnit = item.who === 'member' ? [] : [{ ...base, id, member: null, details }];
    const forMembers =
      item.who === 'unit'
        ? []
        : members
            .filter((member) => isConcerned(programme, member))
            .map((member) => ({ ...base, id: `${id}/${member.id}`, member: member.id, details }));
    return [...forUnit, ...forMembers];
  });
}

/** True when something is expected of this member under the programme. */
export function isConcerned(programme: Programme, member: Member): boolean {
  if (member.tags.some((tag) => programme.exempt.includes(tag))) return false;
  return !programme.audience || member.tags.some((tag) => programme.audience!.includes(tag));
}

/** The period of an item that is raised in this month; undefined when it is not raised in it (quarters in their first month, years in January). */
function periodOf(item: ProgrammeItem, month: Month): string | undefined {
  const [year, number] = [month.slice(0, 4), Number(month.slice(5))];
  switch (item.every) {
    case 'month':
      return month;
    case 'quarter':
      return (number - 1) % 3 === 0 ? `${year}-Q${(number + 2) / 3}` : undefined;
    case 'year':
      return number === 1 ? year : undefined;
    case 'once':
      return 'once';
  }
}

function dueOn(
  item: ProgrammeItem,
  month: Month,
  settings: Settings,
  calendar: Calendar,
): { day: Day; moved: boolean } {
  const themeDay = themeDayOf(settings.theme_day, month, calendar, { onWeekends: settings.on_weekends });
  if (item.due === 'theme-day') return themeDay;
  if (item.due === 'dues') return { day: duesDueOn(month, settings, themeDay.day, calendar), moved: false };
  if (item.due === 'end') {
    const last =
      item.every === 'quarter' ? addMonths(month, 2) : item.every === 'year' ? `${month.slice(0, 4)}-12` : month;
    return { day: calendar.lastWorkdayOf(last), moved: false };
  }
  return { day: isDay(item.due) ? item.due : onDate(month, item.due), moved: false };
}

function onDate(month: Month, date: string): Day {
  const day = `${month.slice(0, 4)}-${date}`;
  return isDay(day) ? day : daysOfMonth(`${month.slice(0, 4)}-${date.slice(0, 2)}`).last;
}
