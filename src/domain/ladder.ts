// Ladders of reminders: on which days around a duty somebody is told of it, and until when that is worth saying. Sends nothing.

import { z } from 'zod';
import type { Calendar } from './calendar.ts';
import { quietFrom, quietUntil } from './quiet.ts';
import type { ClockTime, Day, Instant, Month } from './time.ts';
import {
  addDays,
  addMonths,
  clockTimeOf,
  dayLength,
  daysOfMonth,
  instantOf,
  monthOf,
  sayDay,
  sayWeekday,
} from './time.ts';

const rungForm = z
  .strictObject({
    rung: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, '名称用小写字母、数字和横线'),
    /** Exactly one of these three says when. */
    before: z
      .string()
      .regex(/^[1-9]\d? days?$/, '写成 3 days 这样')
      .optional(),
    /** The day itself, or the last workday of its month. */
    on: z.enum(['day', 'month-end']).optional(),
    after: z
      .string()
      .regex(/^[1-9]\d? months?$/, '写成 3 months 这样')
      .optional(),
    /** Where a rung goes that falls on a day off. `same-morning` is the morning of the duty's own day, for events only. */
    day_off: z.enum(['workday-before', 'same-morning']).default('workday-before'),
    kind: z.enum(['notice', 'reminder']),
    /** A rung for secretaries is never pushed: it is a line of their next digest. */
    to: z.enum(['members', 'secretary']),
    /** `unanswered`: only those who have not said 收到, 请假 or that it is done. */
    only: z.enum(['unanswered', 'all']),
    /** May hold the names of `RungScope`, in the notation of flows. */
    text: z.string().min(1).max(300),
    /** What it is about, in a few words: stands over the text. In the notation of flows. */
    title: z.string().min(1).max(20).optional(),
    buttons: z.array(z.string().min(1).max(10)).max(3).default([]),
    /** The buttons on the day of the event itself; absent = the same. */
    buttons_on_day: z.array(z.string().min(1).max(10)).max(3).optional(),
  })
  .refine(
    ({ before, on, after }) => [before, on, after].filter((each) => each !== undefined).length === 1,
    'before、on、after 三者写一个，也只写一个',
  );

/**
 * `flows/reminders/<name>.yaml`. A rung `after` months speaks for the oldest open duty of its programme only, so that arrears are one matter and not one a
 * month.
 */
export const ladderForm = z
  .strictObject({
    ladder: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, '名称用小写字母、数字和横线'),
    /** The programme whose duties are reminded of. */
    for: z.string().min(1),
    rungs: z.array(rungForm).min(1),
  })
  .refine(({ rungs }) => new Set(rungs.map(({ rung }) => rung)).size === rungs.length, '两级提醒不能同名')
  .refine(
    ({ rungs }) =>
      (['notice', 'reminder'] as const).every(
        (kind) => rungs.filter((each) => each.kind === kind && !each.after).length <= 1,
      ),
    '到期之前最多一次通知、一次提醒',
  );
export type Ladder = z.infer<typeof ladderForm>;
export type Rung = Ladder['rungs'][number];

export interface PlannedRung {
  readonly rung: Rung;
  readonly day: Day;
  /** True on the day of the event itself when nobody works on it: only then may a push go out on a day off. */
  readonly sameMorning: boolean;
  /** From here on it would be stale and is not said any more. */
  readonly expires: Instant;
}

/** What a ladder needs to know of a duty. */
export interface LadderDuty {
  readonly dueOn: Day;
  /** When the event begins, if the duty is one. */
  readonly startsAt: Instant | null;
}

/**
 * The days of all rungs for one duty. A rung on a day off moves to the workday before, or, where the ladder says so, to the morning of the event. Of two
 * rungs for the same people that meet on one day the first is kept. A rung before the duty expires with the next one, with the beginning of the event,
 * or in the evening of the day that it is due on; a later one after a week.
 */
export function rungsFor(duty: LadderDuty, ladder: Ladder, calendar: Calendar): PlannedRung[] {
  const placed = ladder.rungs.map((rung) => ({ rung, day: dayOfRung(rung, duty, calendar) }));
  const kept = placed.filter(
    ({ rung, day }, index) =>
      !placed.slice(0, index).some((earlier) => earlier.day === day && earlier.rung.to === rung.to),
  );
  return kept.map(({ rung, day }) => {
    const next = kept
      .filter((other) => !other.rung.after && other.rung.to === rung.to && other.day > day)
      .map((other) => other.day)
      .sort()[0];
    return {
      rung,
      day,
      sameMorning: day === duty.dueOn && !calendar.isWorkday(day),
      expires: rung.after
        ? instantOf(day, quietFrom) + 7 * dayLength
        : day > duty.dueOn
          ? instantOf(day, quietFrom)
          : expiryOf(duty, next),
    };
  });
}

/** When a rung goes out: at the unit's push time, or with the end of quiet hours when that would be too late. */
export function timeOfRung(planned: PlannedRung, pushTime: ClockTime): Instant {
  const at = instantOf(planned.day, pushTime);
  return at < planned.expires ? at : instantOf(planned.day, quietUntil);
}

/** Until when a button under a rung still means this duty: to the end of the event's day, or of the month in which it is said. */
export function buttonsEnd({ dueOn, startsAt }: LadderDuty, today: Day): Instant {
  return instantOf(addDays(startsAt === null ? daysOfMonth(monthOf(today)).last : dueOn, 1), '00:00');
}

/** What the text of a rung may speak of. */
export type RungScope = {
  readonly today: Day;
  /** `今天（12月7日）`, `明天（12月7日）`, or the day: `12月10日（周四）`. */
  readonly when: string;
  readonly dueOn: Day;
  readonly month: Month;
  readonly start: ClockTime | undefined;
  readonly title: string | undefined;
  readonly place: string | undefined;
  /** True when the day was moved away from a day off. */
  readonly moved: boolean;
  /** What everybody is asked to think about beforehand. */
  readonly prompt: string | undefined;
  /** What a theme day holds, from the menu above and the branch's own choice. */
  readonly content: string | undefined;
  /** What will be done there; the way there and what to bring. */
  readonly agenda: string | undefined;
  readonly ready: string | undefined;
  /** The member, for rungs that speak to the secretary. */
  readonly name: string | undefined;
};
export const rungScopeNames: readonly (keyof RungScope)[] = [
  'today',
  'when',
  'dueOn',
  'month',
  'start',
  'title',
  'place',
  'moved',
  'prompt',
  'content',
  'agenda',
  'ready',
  'name',
];

/** The scope in which the text of a rung is filled on the day it is said. */
export function rungScope(
  duty: LadderDuty & { details: Readonly<Record<string, unknown>> },
  today: Day,
  name?: string,
): RungScope {
  const text = (key: string) => {
    const value = duty.details[key];
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  return {
    today,
    when: whenOf(duty.dueOn, today),
    dueOn: duty.dueOn,
    month: monthOf(duty.dueOn),
    start: duty.startsAt === null ? undefined : clockTimeOf(duty.startsAt),
    title: typeof duty.details.title === 'string' ? duty.details.title : undefined,
    place: text('place'),
    agenda: text('agenda'),
    ready: text('ready'),
    moved: duty.details.moved === true,
    prompt: textIn(duty.details.prompt),
    content: textIn(duty.details.content),
    name,
  };
}

function whenOf(day: Day, today: Day): string {
  if (day === today) return `今天（${sayDay(day, today)}）`;
  return day === addDays(today, 1) ? `明天（${sayDay(day, today)}）` : `${sayDay(day, today)}（${sayWeekday(day)}）`;
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function dayOfRung(rung: Rung, duty: LadderDuty, calendar: Calendar): Day {
  if (rung.on === 'month-end') return calendar.lastWorkdayOf(monthOf(duty.dueOn));
  const wanted = rung.before
    ? addDays(duty.dueOn, -Number.parseInt(rung.before, 10))
    : rung.after
      ? monthsAfter(duty.dueOn, Number.parseInt(rung.after, 10))
      : duty.dueOn;
  if (calendar.isWorkday(wanted)) return wanted;
  // An event that begins before anybody may be pushed at has no morning to speak of.
  const hasMorning = duty.startsAt !== null && duty.startsAt > instantOf(duty.dueOn, quietUntil);
  return rung.day_off === 'same-morning' && hasMorning ? duty.dueOn : calendar.previousWorkday(wanted);
}

function expiryOf(duty: LadderDuty, next: Day | undefined): Instant {
  const end = duty.startsAt ?? instantOf(duty.dueOn, quietFrom);
  return next === undefined ? end : Math.min(end, instantOf(next, '00:00'));
}

/** The same date some months later; the 31st of a short month is its last day. */
function monthsAfter(day: Day, count: number): Day {
  const { first, last } = daysOfMonth(addMonths(monthOf(day), count));
  return addDays(first, Math.min(Number(day.slice(8)), Number(last.slice(8))) - 1);
}
