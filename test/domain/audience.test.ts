import { expect, test } from 'vitest';
import { belongsTo, isExempt } from '../../src/domain/audience.ts';
import type { Tag } from '../../src/domain/organisation.ts';

test.each<[Tag[] | undefined, Tag[], boolean]>([
  [undefined, ['farmer'], true],
  [[], ['farmer'], true],
  [['leading-cadre'], ['leading-cadre', 'retired'], true],
  [['leading-cadre'], ['ordinary'], false],
  [['retired', 'elderly'], ['elderly'], true],
  [['ordinary'], [], true],
  [['mobile'], [], false],
])('audience %o and tags %o: %s', (audience, tags, belongs) => {
  expect(belongsTo(audience, { tags })).toBe(belongs);
});

test('mobile and elderly members are never named as missing', () => {
  const exempt = (tags: Tag[]) => isExempt({ tags });
  expect([
    exempt(['mobile']),
    exempt(['retired', 'elderly']),
    exempt(['retired']),
    exempt(['ordinary']),
    exempt([]),
  ]).toEqual([true, true, false, false, false]);
});
