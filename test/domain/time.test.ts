import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, isoWeekOf, mondayOfIsoWeek, weekStartOf } from '../../src/domain/time.ts';

test.each([
  ['2020-12-31', '2020-W53'],
  ['2021-01-03', '2020-W53'],
  ['2021-01-04', '2021-W01'],
  ['2024-12-30', '2025-W01'],
  ['2026-12-05', '2026-W49'],
  ['2027-01-01', '2026-W53'],
])('%s lies in the week %s', (day, week) => {
  expect(isoWeekOf(day)).toBe(week);
});

test('every day lies in the week of its Monday, and no two Mondays share a week', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 40_000 }), (count) => {
      const day = addDays('1990-01-01', count);
      expect(mondayOfIsoWeek(isoWeekOf(day))).toBe(weekStartOf(day));
      expect(isoWeekOf(addDays(day, 7))).not.toBe(isoWeekOf(day));
    }),
  );
});
