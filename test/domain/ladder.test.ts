import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ladderForm, rungScope, rungsFor, timeOfRung } from '../../src/domain/ladder.ts';
import { mayPush } from '../../src/domain/quiet.ts';
import { themeDayOf } from '../../src/domain/theme-day.ts';
import { addDays, addMonths, dayOf, instantOf, isoOf } from '../../src/domain/time.ts';
import { loadCalendar } from '../../src/library/holidays.ts';
import { loadReminders } from '../../src/library/reminders.ts';

const root = join(import.meta.dirname, '../..');
const calendar = loadCalendar(join(root, 'content'));
const ladders = loadReminders(join(root, 'flows'));
const themeDay = ladders.get('theme-day')!;
const dues = ladders.get('dues')!;

const event = (dueOn: string, start = '09:00') => ({ dueOn, startsAt: instantOf(dueOn, start) });
const days = (dueOn: string, start?: string) =>
  rungsFor(event(dueOn, start), themeDay, calendar).map(({ rung, day }) => `${rung.rung} ${day}`);

describe('the ladder of the theme day', () => {
  test.each([
    ['2026-12-10', ['notice 2026-12-07', 'reminder 2026-12-09']],
    ['2026-12-07', ['notice 2026-12-04', 'reminder 2026-12-07']], // Monday: the day before is a Sunday, so the same morning
    ['2026-12-08', ['notice 2026-12-04', 'reminder 2026-12-07']], // Tuesday: three days before is a Saturday
    ['2026-10-08', ['notice 2026-09-30', 'reminder 2026-10-08']], // after National Day
    ['2026-12-05', ['notice 2026-12-02', 'reminder 2026-12-04']], // a Saturday that the unit kept
    ['2026-12-06', ['notice 2026-12-03', 'reminder 2026-12-06']], // a Sunday that the unit kept
    ['2026-03-02', ['notice 2026-02-27', 'reminder 2026-03-02']], // Sunday 1 March after a Saturday worked
  ])('for %s: %o', (day, expected) => {
    expect(days(day)).toEqual(expected);
  });

  test('an event before the end of quiet hours is reminded of on the workday before, and never twice on one day', () => {
    expect(days('2026-12-07', '08:00')).toEqual(['notice 2026-12-04']);
    expect(days('2026-10-08', '07:30')).toEqual(['notice 2026-09-30']);
  });

  test('each rung expires with the next, the last with the beginning of the event', () => {
    const [notice, reminder] = rungsFor(event('2026-12-10'), themeDay, calendar);
    expect(isoOf(notice!.expires)).toBe('2026-12-09T00:00:00+08:00');
    expect(isoOf(reminder!.expires)).toBe('2026-12-10T09:00:00+08:00');
  });

  test('on the morning itself it goes out before the event even where pushes come late', () => {
    const reminder = rungsFor(event('2026-12-07'), themeDay, calendar)[1]!;
    expect(isoOf(timeOfRung(reminder, '08:30'))).toBe('2026-12-07T08:30:00+08:00');
    expect(isoOf(timeOfRung(reminder, '10:00'))).toBe('2026-12-07T08:00:00+08:00');
  });

  test('over ten years nobody is pushed at on a day off, at night, twice on one day, or more than twice', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 31 }),
        fc.integer({ min: 0, max: 119 }),
        fc.boolean(),
        (date, offset, onWeekends) => {
          const { day } = themeDayOf({ day: date }, addMonths('2020-01', offset), calendar, { onWeekends });
          const rungs = rungsFor(event(day), themeDay, calendar);
          expect(rungs.length).toBeLessThanOrEqual(2);
          expect(new Set(rungs.map((each) => each.day)).size).toBe(rungs.length);
          for (const planned of rungs) {
            const at = timeOfRung(planned, '08:30');
            expect(mayPush(at, calendar, { morningOfEvent: planned.sameMorning })).toBe(true);
            expect(at).toBeLessThan(planned.expires);
            expect(planned.expires).toBeLessThanOrEqual(instantOf(day, '09:00'));
            if (planned.sameMorning) expect(dayOf(at)).toBe(day);
          }
        },
      ),
    );
  });
});

describe('the ladder of dues', () => {
  const planned = (dueOn: string) => rungsFor({ dueOn, startsAt: null }, dues, calendar);

  test('one reminder on the last workday of the month, then discreet notices after three and five months', () => {
    expect(planned('2026-12-07').map(({ rung, day }) => `${rung.rung} ${rung.to} ${day}`)).toEqual([
      'reminder members 2026-12-31',
      'three-months members 2027-03-05', // 7 March is a Sunday
      'three-months-secretary secretary 2027-03-05',
      'five-months members 2027-05-07',
      'five-months-secretary secretary 2027-05-07',
    ]);
    expect(planned('2027-01-05')[0]!.day).toBe('2027-01-29');
    expect(planned('2026-08-31')[1]!.day).toBe('2026-11-30');
  });

  test('the reminder is worth saying until its evening, a late notice for a week', () => {
    const [reminder, later] = planned('2026-12-05');
    expect(isoOf(reminder!.expires)).toBe('2026-12-31T20:30:00+08:00');
    expect(isoOf(later!.expires)).toBe(isoOf(instantOf(addDays(later!.day, 7), '20:30')));
  });

  test('never speaks of expulsion or of an amount', () => {
    for (const { text } of dues.rungs) expect(text).not.toMatch(/脱党|除名|处分|\d元/);
  });
});

test('the words of a rung know today, tomorrow, the month and the place', () => {
  const duty = { ...event('2026-12-07'), details: { place: '三楼会议室', moved: true } };
  expect(rungScope(duty, '2026-12-06')).toMatchObject({
    when: '明天（12月7日）',
    month: '2026-12',
    start: '09:00',
    place: '三楼会议室',
    moved: true,
  });
  expect(rungScope(duty, '2026-12-07').when).toBe('今天（12月7日）');
  expect(rungScope({ dueOn: '2027-01-07', startsAt: null, details: {} }, '2026-12-30')).toMatchObject({
    when: '2027年1月7日（周四）',
    start: undefined,
  });
});

describe('ladderForm', () => {
  const rung = { rung: 'a', before: '3 days', kind: 'notice', to: 'members', only: 'all', text: '好' };
  const accepts = (...rungs: object[]) => ladderForm.safeParse({ ladder: 'x', for: 'x', rungs }).success;

  test('one time for each rung, each name once, at most one notice and one reminder before the day', () => {
    expect(accepts(rung)).toBe(true);
    expect(accepts({ ...rung, on: 'day' })).toBe(false);
    expect(accepts({ ...rung, before: undefined })).toBe(false);
    expect(accepts({ ...rung, before: '3' })).toBe(false);
    expect(accepts(rung, { ...rung, kind: 'reminder' })).toBe(false);
    expect(accepts(rung, { ...rung, rung: 'b', kind: 'reminder', before: '1 day' })).toBe(true);
    expect(accepts(rung, { ...rung, rung: 'b', before: '1 day' })).toBe(false);
    expect(accepts()).toBe(false);
  });
});
