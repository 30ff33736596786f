import fc from 'fast-check';
import { expect, test } from 'vitest';
import { drawOf } from '../../src/domain/draw.ts';

const units = Array.from({ length: 20 }, (_, index) => ({ id: `b${index}` }));

test('who draws, and in which order the units stand, changes nothing (duty 122)', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(units, { minLength: 20 }), (shuffled) => {
      expect(drawOf(shuffled, 3, '2026-12-07')).toEqual(drawOf(units, 3, '2026-12-07'));
    }),
  );
});

test('over a year every unit is drawn, none much more often than the others', () => {
  const drawn = new Map<string, number>();
  for (let day = 0; day < 365; day += 1)
    for (const { id } of drawOf(units, 3, `day ${day}`)) drawn.set(id, (drawn.get(id) ?? 0) + 1);
  expect(drawn.size).toBe(20);
  expect(Math.max(...drawn.values())).toBeLessThan(100);
});
