import { describe, expect, test } from 'vitest';
import { parseCondition } from '../../src/dialogue/condition.ts';

const scope = {
  event: { window: 'open', day: '2026-12-07' },
  on: '2026-12-07',
  months: ['2026-10', '2026-11'],
  month: '2026-11',
  empty: [],
  count: 3,
  yes: true,
  none: null,
};

describe('conditions', () => {
  test.each([
    ['event', true],
    ['not event', false],
    ['missing', false],
    ['not missing.deeper', true],
    ['empty', false],
    ['none', false],
    ['event.window is open', true],
    ['event.window is not open', false],
    ['not event.window is open', false],
    ['event.window in early,open', true],
    ['event.window in early、closed', false],
    ['count > 2', true],
    ['count >= 3', true],
    ['count < 3', false],
    ['count <= 3', true],
    ['missing > 0', false],
    ['month in {months}', true],
    ['event.window in {months}', false],
    ['month in {missing}', false],
    ['on is {event.day}', true],
    ['on is not {event.day}', false],
    ['yes and event.window is open', true],
    ['yes and event.window is closed', false],
  ])('%s', (source, holds) => {
    expect(parseCondition(source).holds(scope)).toBe(holds);
  });

  test('names the paths it reads, on both sides', () => {
    expect(parseCondition('month in {months} and not event.window is open').paths).toEqual([
      'month',
      'months',
      'event.window',
    ]);
  });

  test.each(['', 'a b', 'a is', 'is open', '1a'])('%o is not well formed', (source) => {
    expect(() => parseCondition(source)).toThrow('看不懂');
  });
});
