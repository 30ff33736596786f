import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { categoryOf, duesCategories, duesDueOn, duesFigures, duesOf, sayYuan } from '../../src/domain/dues.ts';
import { loadCalendar } from '../../src/library/holidays.ts';

describe('duesOf', () => {
  test.each([
    ['employed', 0, 0],
    ['employed', 2999.99, 15],
    ['employed', 3000, 15],
    ['employed', 3000.01, 30],
    ['employed', 3001, 30.01],
    ['employed', 5000, 50],
    ['employed', 5000.01, 75],
    ['employed', 8000, 120],
    ['employed', 10_000, 150],
    ['employed', 10_000.01, 200],
    ['employed', 12_345.67, 246.91],
    ['annual-salary', 20_000, 400],
    ['self-employed', 4500, 45],
    ['retired', 4000, 20],
    ['retired', 4500, 22.5],
    ['retired', 5000, 25],
    ['retired', 5000.01, 50],
    ['retired', 6000, 60],
    ['student', 9999, 0.2],
    ['relief', 0, 0.2],
    ['farmer', 0, 0.2],
    ['hardship', 2000, 10],
  ] as const)('%s with %d pays %d a month', (category, figure, amount) => {
    expect(duesOf(category, figure).amount).toBe(amount);
  });

  test('the rate is on the whole figure and is named', () => {
    expect(duesOf('employed', 8000)).toMatchObject({
      rate: 0.015,
      rule: '每月税后工资在5000元以上至10000元，按1.5%交',
    });
    expect(duesOf('retired', 6000)).toMatchObject({ rate: 0.01 });
    expect(duesOf('farmer').upTo).toBe(1);
    expect(duesOf('hardship', 3000).rule).toContain('少交或免交');
  });

  test('more income never means lower dues, and amounts have at most two decimals', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...duesCategories),
        fc.integer({ min: 0, max: 5_000_000 }),
        fc.integer({ min: 0, max: 100_000 }),
        (category, cents, more) => {
          const { amount } = duesOf(category, cents / 100);
          expect(duesOf(category, (cents + more) / 100).amount).toBeGreaterThanOrEqual(amount);
          expect(Number(amount.toFixed(2))).toBe(amount);
        },
      ),
    );
  });
});

test('the category comes from the tags, and with it the figure that is asked for', () => {
  expect(categoryOf([])).toBe('employed');
  expect(categoryOf(['ordinary', 'leading-cadre'])).toBe('employed');
  expect(categoryOf(['retired', 'elderly'])).toBe('retired');
  expect(categoryOf(['retired', 'hardship'])).toBe('retired');
  expect(categoryOf(['hardship'])).toBe('hardship');
  expect(categoryOf(['student'])).toBe('student');
  expect(categoryOf(['farmer'])).toBe('farmer');
  expect(duesFigures[categoryOf(['retired'])]).toBe('pension');
  expect(duesFigures[categoryOf([])]).toBe('pay');
  expect(duesFigures.student).toBeNull();
});

test.each([
  [120, '120'],
  [22.5, '22.5'],
  [0.2, '0.2'],
  [246.91, '246.91'],
  [30.1, '30.1'],
])('%d is written %s', (amount, text) => {
  expect(sayYuan(amount)).toBe(text);
});

test('dues are due on the theme day, or on the last workday of the month', () => {
  const calendar = loadCalendar(join(import.meta.dirname, '../../content'));
  expect(duesDueOn('2026-12', { dues_due: 'theme-day' }, '2026-12-07', calendar)).toBe('2026-12-07');
  expect(duesDueOn('2026-12', { dues_due: 'month-end' }, '2026-12-07', calendar)).toBe('2026-12-31');
  expect(duesDueOn('2026-10', { dues_due: 'month-end' }, '2026-10-08', calendar)).toBe('2026-10-30');
});
