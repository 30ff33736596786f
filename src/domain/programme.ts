// Programmes: what is asked, as data. Raises the duties of a month from them; a new campaign is one more file, not code.

import { z } from 'zod';
import type { Calendar } from './calendar.ts';
import type { NewDuty } from './change.ts';
import { duesDueOn } from './dues.ts';
import type { Member, Unit } from './organisation.ts';
import { roles, tags, unitKinds } from './organisation.ts';
import type { Settings } from './settings.ts';
import { themeDayOf } from './theme-day.ts';
import type { Day, Month } from './time.ts';
import { addDays, daysOfMonth, instantOf, isDay } from './time.ts';

/** `flows/programmes/<id>.yaml`. */
export const programmeForm = z.strictObject({
  programme: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]*(\/[a-z0-9-]+)?$/, '写成 xuhui-2017/five-ones 这样：小写字母、数字、横线'),
  title: z.string().min(1).max(30),
  /** Who asks, in which year: two campaigns may share a name (domain notes, seed hygiene). */
  issuer: z.string().min(1).max(60),
  year: z.int(),
  source: z.string().min(1).max(120),
  /** Tags of the members concerned; absent = all. */
  audience: z.array(z.enum(tags)).optional(),
  /** Roles of the members concerned; absent = all. */
  roles: z.array(z.enum(roles)).min(1).optional(),
  /** Tags of members of whom nothing is expected; they may take part all the same. */
  exempt: z.array(z.enum(tags)).default([]),
  /** True = an offer: raised only where the unit or one above it has taken it up (setting `programmes`). */
  adopt: z.boolean().default(false),
  /** What it is about and where it comes from, for those who consider taking it up. */
  about: z.string().max(200).optional(),
  /** Kinds of units concerned. */
  units: z.array(z.enum(unitKinds)).default(['branch']),
  /** First and last month; absent = for good. */
  from: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, '写成 2027-03 这样')
    .optional(),
  until: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/, '写成 2027-08 这样')
    .optional(),
  items: z
    .array(
      z.strictObject({
        item: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, '写成 party-lecture 这样：小写字母、数字、横线'),
        title: z.string().min(1).max(40),
        who: z.enum(['unit', 'member', 'both']),
        /** Kinds of units concerned, where it is not all of the programme's. */
        units: z.array(z.enum(unitKinds)).min(1).optional(),
        /** True = nobody but the member learns how far it is, not even as a count. */
        private: z.boolean().default(false),
        every: z.enum(['month', 'quarter', 'year', 'once']),
        /**
         * `theme-day`, `dues`, `end` of the period, a day of every month `day-20` (a day off moves it as it moves a theme day), or a date `06-30`
         * (yearly) or `2027-06-30` (once).
         */
        due: z
          .string()
          .regex(
            /^(theme-day|dues|end|(\d{4}-)?\d{2}-\d{2}|day-\d{1,2})$/,
            '写成 theme-day、dues、end、day-20、06-30 或 2027-06-30',
          ),
        /** The day from which an item of a year (`06-01`) or of once (`2027-06-01`) is open; absent = from the start of its period. */
        opens: z
          .string()
          .regex(/^(\d{4}-)?\d{2}-\d{2}$/, '写成 06-01 或 2027-06-01')
          .optional(),
        /** True when people meet: it has a start, sign-in and leave. */
        event: z.boolean().default(false),
        /**
         * What makes it done without anybody saying so again: `fact/lectured`, `record/plan/filed`, `duty/theme-day`. Of a unit's item anybody's
         * deed in the unit counts, of a member's item only the member's own.
         */
        done_by: z
          .array(
            z
              .string()
              .regex(
                /^(fact\/[a-z_]+|record\/[a-z-]+(\/[a-z-]+)?|duty\/[a-z0-9.-]+(\/[a-z0-9.-]+){0,2})$/,
                '写成 fact/lectured、record/plan/filed 或 duty/theme-day 这样',
              ),
          )
          .default([]),
        /** Where one deed is not enough: entries of this register add up to so much in a field (`training`, `days`, 5). */
        at_least: z
          .strictObject({
            record: z.string().regex(/^[a-z-]+$/),
            field: z.string().regex(/^[a-zA-Z]+$/),
            sum: z.number().positive(),
          })
          .optional(),
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
  if (!programme.units.includes(unit.kind) || !isTakenUp(programme, settings)) return [];
  if ((programme.from && month < programme.from) || (programme.until && month > programme.until)) return [];
  const { first, last } = daysOfMonth(month);
  return programme.items.flatMap((item) => {
    if (item.units && !item.units.includes(unit.kind)) return [];
    const period = periodOf(item, month);
    const deadline = item.every === 'year' ? settings.deadlines[programme.programme] : undefined;
    const wanted = deadline === undefined ? item : { ...item, due: deadline };
    const { day, moved } = dueOn(wanted, programme.until ?? month, month, settings, calendar);
    const opens = opensOn(item, period);
    // What lies ahead waits for its month; what was over before this month began is not raised for somebody who came late.
    if ((opens !== undefined && opens > last) || addDays(day, item.closes) < first) return [];
    const startsAt = item.event ? instantOf(day, settings.start) : null;
    const base = { programme: programme.programme, item: item.item, unit: unit.id, period, dueOn: day, startsAt };
    const details = {
      title: item.title,
      closes: item.closes,
      ...(item.done_by.length > 0
        ? { done_by: item.done_by, opens: opens ?? periodStart(period, programme.from ?? day.slice(0, 4), month) }
        : {}),
      ...(item.at_least ? { at_least: item.at_least } : {}),
      ...(programme.adopt ? { pack: true } : {}),
      ...(item.private ? { private: true } : {}),
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

/** True where the programme holds: neither switched off nor an offer that nobody above has taken up. */
export function isTakenUp({ programme, adopt }: Programme, settings: Settings): boolean {
  return !settings.off.includes(programme) && (!adopt || settings.programmes.includes(programme));
}

/** True when something is expected of this member under the programme. */
export function isConcerned(programme: Programme, member: Member): boolean {
  if (programme.roles && !member.roles.some((role) => programme.roles!.includes(role))) return false;
  if (member.tags.some((tag) => programme.exempt.includes(tag))) return false;
  return !programme.audience || member.tags.some((tag) => programme.audience!.includes(tag));
}

/** The period of an item in this month; a date inside it says for how long it may still be raised. */
function periodOf(item: ProgrammeItem, month: Month): string {
  const [year, number] = [month.slice(0, 4), Number(month.slice(5))];
  switch (item.every) {
    case 'month':
      return month;
    case 'quarter':
      return `${year}-Q${Math.ceil(number / 3)}`;
    case 'year':
      return year;
    case 'once':
      return 'once';
  }
}

function opensOn({ opens }: ProgrammeItem, period: string): Day | undefined {
  if (opens === undefined || opens.length === 10) return opens;
  return /^\d{4}$/.test(period) ? onDate(`${period}-01`, opens) : undefined;
}

/** The day from which a deed counts for the period; `first` is the month or year in which a thing of once began. */
function periodStart(period: string, first: string, month: Month): Day {
  if (/^\d{4}$/.test(period)) return `${period}-01-01`;
  const quarter = /^(\d{4})-Q([1-4])$/.exec(period);
  if (quarter) return `${quarter[1]}-${String(Number(quarter[2]) * 3 - 2).padStart(2, '0')}-01`;
  if (period === 'once') return first.length === 4 ? `${first}-01-01` : `${first}-01`;
  return `${month}-01`;
}

/** `until` is the last month of what has no period of its own. */
function dueOn(
  item: ProgrammeItem,
  until: Month,
  month: Month,
  settings: Settings,
  calendar: Calendar,
): { day: Day; moved: boolean } {
  const themeDay = themeDayOf(settings.theme_day, month, calendar, { onWeekends: settings.on_weekends });
  if (item.due === 'theme-day') return themeDay;
  const dayOfMonth = /^day-(\d+)$/.exec(item.due)?.[1];
  if (dayOfMonth) return themeDayOf({ day: Number(dayOfMonth) }, month, calendar, { onWeekends: settings.on_weekends });
  if (item.due === 'dues') return { day: duesDueOn(month, settings, themeDay.day, calendar), moved: false };
  if (item.due === 'end') {
    const last = { month, quarter: lastOfQuarter(month), year: `${month.slice(0, 4)}-12`, once: until }[item.every];
    return { day: calendar.lastWorkdayOf(last), moved: false };
  }
  return { day: isDay(item.due) ? item.due : onDate(month, item.due), moved: false };
}

function lastOfQuarter(month: Month): Month {
  return `${month.slice(0, 4)}-${String(Math.ceil(Number(month.slice(5)) / 3) * 3).padStart(2, '0')}`;
}

function onDate(month: Month, date: string): Day {
  const day = `${month.slice(0, 4)}-${date}`;
  return isDay(day) ? day : daysOfMonth(`${month.slice(0, 4)}-${date.slice(0, 2)}`).last;
}
