import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ThemeDayRule } from '../../src/domain/organisation.ts';
import { weekdays } from '../../src/domain/organisation.ts';
import { themeDayOf } from '../../src/domain/theme-day.ts';
import { addMonths, daysOfMonth, monthOf, weekdayOf } from '../../src/domain/time.ts';
import { loadCalendar } from '../../src/library/holidays.ts';

const calendar = loadCalendar(join(import.meta.dirname, '../../content'));
const on = (rule: ThemeDayRule, month: string, onWeekends = false) => themeDayOf(rule, month, calendar, { onWeekends });

describe('themeDayOf', () => {
  test.each([
    ['2026-12', { day: 7 }, '2026-12-07', false],
    ['2026-11', { day: 7 }, '2026-11-09', true], // Saturday
    ['2026-10', { day: 7 }, '2026-10-08', true], // National Day holiday
    ['2026-02', { day: 14 }, '2026-02-14', false], // a Saturday worked to make up
    ['2026-02', { day: 21 }, '2026-02-24', true], // Spring Festival
    ['2026-02', { day: 31 }, '2026-02-28', false], // last day, a make-up workday
    ['2026-05', { day: 31 }, '2026-05-29', true], // Sunday, no workday behind it in May
    ['2026-12', { weekday: 'friday', nth: 2 }, '2026-12-11', false],
    ['2026-05', { weekday: 'friday', nth: 1 }, '2026-05-06', true], // 1 May
    ['2026-12', { weekday: 'friday', nth: -1 }, '2026-12-25', false],
    ['2027-02', { day: 7 }, '2027-02-11', true], // provisional Spring Festival
  ] as const)('in %s by %o it is %s, moved: %s', (month, rule, day, moved) => {
    expect(on(rule, month)).toMatchObject({ day, moved });
  });

  test('keeps weekends where a unit says so, never holidays', () => {
    expect(on({ day: 7 }, '2026-11', true)).toEqual({ day: '2026-11-07', moved: false, from: '2026-11-07' });
    expect(on({ weekday: 'saturday', nth: 1 }, '2026-10', true)).toEqual({
      day: '2026-10-08',
      moved: true,
      from: '2026-10-03',
    });
  });

  test('always a workday of the same month, and only a day off is moved from', () => {
    const rule = fc.oneof(
      fc.record({ day: fc.integer({ min: 1, max: 31 }) }),
      fc.record({
        weekday: fc.constantFrom(...weekdays),
        nth: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const, -1 as const),
      }),
    );
    fc.assert(
      fc.property(rule, fc.integer({ min: 0, max: 119 }), (rule, offset) => {
        const month = addMonths('2020-01', offset);
        const { day, moved, from } = on(rule as ThemeDayRule, month);
        expect([monthOf(day), monthOf(from)]).toEqual([month, month]);
        expect(calendar.isWorkday(day)).toBe(true);
        expect(moved).toBe(!calendar.isWorkday(from));
        if ('weekday' in rule) expect(weekdayOf(from)).toBe(weekdays.indexOf(rule.weekday) + 1);
        else expect(from).toBe([`${month}-${String(rule.day).padStart(2, '0')}`, daysOfMonth(month).last].sort()[0]);
      }),
    );
  });
});
