import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HolidayYear } from '../../src/domain/calendar.ts';
import { buildCalendar } from '../../src/domain/calendar.ts';
import { addDays, monthOf } from '../../src/domain/time.ts';

const year2026: HolidayYear = {
  year: 2026,
  status: 'published',
  source: 'notice',
  off: [
    { from: '2026-02-15', to: '2026-02-23', name: '春节' },
    { from: '2026-10-01', to: '2026-10-07', name: '国庆节' },
  ],
  work: ['2026-02-14', '2026-02-28', '2026-10-10'],
};
const calendar = buildCalendar([year2026, { ...year2026, year: 2027, status: 'provisional', off: [], work: [] }]);

describe('buildCalendar', () => {
  test('knows the four kinds of days', () => {
    expect(calendar.kindOf('2026-02-13')).toBe('workday');
    expect(calendar.kindOf('2026-02-14')).toBe('make-up');
    expect(calendar.kindOf('2026-02-16')).toBe('holiday');
    expect(calendar.kindOf('2026-03-01')).toBe('weekend');
    expect(calendar.nameOf('2026-02-16')).toBe('春节');
    expect(calendar.nameOf('2026-02-14')).toBeUndefined();
  });

  test('make-up workdays are workdays', () => {
    expect(calendar.isWorkday('2026-02-28')).toBe(true);
    expect(calendar.nextWorkday('2026-02-27')).toBe('2026-02-28');
    expect(calendar.lastWorkdayOf('2026-02')).toBe('2026-02-28');
  });

  test('steps over a holiday in both directions', () => {
    expect(calendar.nextWorkday('2026-09-30')).toBe('2026-10-08');
    expect(calendar.previousWorkday('2026-10-08')).toBe('2026-09-30');
    expect(calendar.onOrNextWorkday('2026-10-01')).toBe('2026-10-08');
    expect(calendar.onOrPreviousWorkday('2026-10-07')).toBe('2026-09-30');
    expect(calendar.onOrNextWorkday('2026-10-08')).toBe('2026-10-08');
  });

  test('says how certain a year is, and counts only feasts of fixed date in an unknown one', () => {
    expect([2026, 2027, 2031].map((year) => calendar.certaintyOf(year))).toEqual([
      'published',
      'provisional',
      'unknown',
    ]);
    expect(calendar.kindOf('2031-10-01')).toBe('holiday');
    expect(calendar.nameOf('2031-05-01')).toBe('劳动节');
    expect(calendar.kindOf('2031-10-07')).toBe('workday');
    expect(calendar.kindOf('2027-10-01')).toBe('workday');
  });

  test('the last workday of a month is a workday of it with only days off behind it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (offset) => {
        const month = monthOf(addDays('2025-01-01', offset));
        const last = calendar.lastWorkdayOf(month);
        expect(monthOf(last)).toBe(month);
        expect(calendar.isWorkday(last)).toBe(true);
        expect(monthOf(calendar.nextWorkday(last))).not.toBe(month);
      }),
    );
  });

  test('next and previous workday are each other’s inverse on workdays', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3000 }), (offset) => {
        const day = addDays('2025-01-01', offset);
        const next = calendar.nextWorkday(day);
        expect(next > day).toBe(true);
        expect(calendar.previousWorkday(next)).toBe(calendar.onOrPreviousWorkday(day));
      }),
    );
  });
});
