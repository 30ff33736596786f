import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reminders } from '../../src/domain/organisation.ts';
import { acceptsPush, isWithinBudget, mayPush, nextDayWithinBudget, nextPushTime } from '../../src/domain/quiet.ts';
import { addDays, clockTimeOf, dayOf, instantOf, isoOf, minute, weekStartOf } from '../../src/domain/time.ts';
import { loadCalendar } from '../../src/library/holidays.ts';

const calendar = loadCalendar(join(import.meta.dirname, '../../content'));
const start = instantOf('2026-01-01', '00:00');
const anyInstant = fc.integer({ min: 0, max: 2 * 365 * 24 * 60 }).map((minutes) => start + minutes * minute);

describe('mayPush', () => {
  test.each([
    ['2026-12-07', '07:59', false],
    ['2026-12-07', '08:00', true],
    ['2026-12-07', '20:29', true],
    ['2026-12-07', '20:30', false],
    ['2026-12-05', '10:00', false], // Saturday
    ['2026-10-01', '10:00', false], // holiday
    ['2026-02-14', '10:00', true], // Saturday worked to make up
  ])('%s %s: %s', (day, time, may) => {
    expect(mayPush(instantOf(day, time), calendar, { morningOfEvent: false })).toBe(may);
  });

  test('on a day off only the morning of an event passes, and never the night before it', () => {
    const may = (time: string) => mayPush(instantOf('2026-12-05', time), calendar, { morningOfEvent: true });
    expect(['07:30', '08:00', '11:59', '12:00'].map(may)).toEqual([false, true, true, false]);
  });
});

describe('nextPushTime', () => {
  test.each([
    ['2026-12-07', '08:00', '08:30', '2026-12-07T08:30:00+08:00'],
    ['2026-12-07', '08:30', '08:30', '2026-12-07T08:30:00+08:00'],
    ['2026-12-07', '08:31', '08:30', '2026-12-08T08:30:00+08:00'],
    ['2026-12-04', '09:00', '08:30', '2026-12-07T08:30:00+08:00'],
    ['2026-09-30', '21:00', '08:30', '2026-10-08T08:30:00+08:00'],
    ['2026-12-07', '00:00', '06:00', '2026-12-07T08:00:00+08:00'],
    ['2026-12-07', '00:00', '22:00', '2026-12-07T20:00:00+08:00'],
  ])('after %s %s at %s it is %s', (day, time, pushTime, expected) => {
    expect(isoOf(nextPushTime(instantOf(day, time), pushTime, calendar))).toBe(expected);
  });

  test('always later, always allowed, never further than the longest holiday', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 0, max: 1439 }), (after, minutes) => {
        const pushTime = clockTimeOf(start + minutes * minute);
        const at = nextPushTime(after, pushTime, calendar);
        expect(at).toBeGreaterThanOrEqual(after);
        expect(mayPush(at, calendar, { morningOfEvent: false })).toBe(true);
        expect(at - after).toBeLessThanOrEqual(11 * 24 * 60 * minute);
        expect(dayOf(at) >= dayOf(after)).toBe(true);
      }),
    );
  });
});

describe('the push budget', () => {
  test('one a day for everybody, three a week for elders', () => {
    const pushed = ['2026-12-07', '2026-12-08', '2026-12-09'];
    expect(isWithinBudget('2026-12-07', pushed, ['ordinary'])).toBe(false);
    expect(isWithinBudget('2026-12-10', pushed, ['ordinary'])).toBe(true);
    expect(isWithinBudget('2026-12-10', pushed, ['retired', 'elderly'])).toBe(false);
    expect(isWithinBudget('2026-12-14', pushed, ['elderly'])).toBe(true);
    expect(nextDayWithinBudget('2026-12-09', pushed, ['elderly'], calendar)).toBe('2026-12-14');
    expect(nextDayWithinBudget('2026-12-09', pushed, ['ordinary'], calendar)).toBe('2026-12-10');
    expect(nextDayWithinBudget('2026-12-12', [], ['ordinary'], calendar)).toBe('2026-12-14');
  });

  test('whoever keeps asking for the next day never exceeds it', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), fc.boolean(), (offsets, elderly) => {
        const pushed: string[] = [];
        for (const offset of offsets) {
          pushed.push(nextDayWithinBudget(addDays('2026-01-01', offset), pushed, elderly ? ['elderly'] : [], calendar));
        }
        expect(new Set(pushed).size).toBe(pushed.length);
        for (const day of pushed) {
          expect(calendar.isWorkday(day)).toBe(true);
          if (elderly)
            expect(pushed.filter((each) => weekStartOf(each) === weekStartOf(day)).length).toBeLessThanOrEqual(3);
        }
      }),
    );
  });
});

describe('acceptsPush', () => {
  const all: Reminders = { level: 'all', quietWeekdays: [], quietUntil: null };
  test.each([
    [all, 'study', true],
    [{ ...all, level: 'fewer' as const }, 'study', false],
    [{ ...all, level: 'fewer' as const }, 'theme-day', true],
    [{ ...all, level: 'fewer' as const }, 'dues', true],
    [{ ...all, level: 'none' as const }, 'theme-day', false],
    [{ ...all, quietWeekdays: [1] }, 'study', false], // 2026-12-07 is a Monday
    [{ ...all, quietWeekdays: [2] }, 'study', true],
    [{ ...all, quietUntil: '2026-12-07' }, 'study', false],
    [{ ...all, quietUntil: '2026-12-06' }, 'study', true],
  ])('%o about %s: %s', (reminders, programme, accepts) => {
    expect(acceptsPush(reminders, programme, '2026-12-07')).toBe(accepts);
  });
});
