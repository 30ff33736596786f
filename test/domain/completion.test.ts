// A deed is entered once: which keys it has, and that only those somebody waits for cost anything.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change } from '../../src/domain/change.ts';
import { awaitedDeeds, deedsIn } from '../../src/domain/completion.ts';
import { programmeForm } from '../../src/domain/programme.ts';

const today = '2027-06-10';
const done = (duty: string): Change => ({ change: 'duty-state', duty, state: 'done' });
const keysOf = (change: Change) => {
  const everything = { has: () => true, size: 1 } as unknown as ReadonlySet<string>;
  return deedsIn([change], everything, today);
};

test('a duty id gives its programme, item, unit and member back, with a slash in the programme or without', () => {
  const word = fc.stringMatching(/^[a-z][a-z-]{0,8}$/);
  const programmes = fc.oneof(
    word,
    fc.tuple(word, fc.integer({ min: 2000, max: 2099 }), word).map(([a, b, c]) => `${a}-${b}/${c}`),
  );
  const periods = fc.constantFrom('2027', '2027-06', '2027-Q2', '2027-06-07', 'once');
  fc.assert(
    fc.property(
      programmes,
      fc.option(word),
      word,
      periods,
      fc.option(word),
      (programme, item, unit, period, member) => {
        const id = [
          `${programme}${item === null ? '' : `.${item}`}`,
          unit,
          period,
          ...(member === null ? [] : [member]),
        ].join('/');
        const on = period === '2027-06-07' ? period : today;
        expect(keysOf(done(id))).toEqual([
          { key: `duty/${programme}`, unit, member, on },
          ...(item === null ? [] : [{ key: `duty/${programme}/${item}`, unit, member, on }]),
        ]);
      },
    ),
  );
});

test('a fact is a deed of its day, or of the first of its month, or of today', () => {
  const fact = { kind: 'lectured', unit: 'b1', member: 'zhaolei' } as const;
  const on = (more: object) => keysOf({ change: 'fact', fact: { ...fact, ...more } })[0]!.on;
  expect(on({ onDay: '2027-06-03', month: '2027-05' })).toBe('2027-06-03');
  expect(on({ month: '2027-05' })).toBe('2027-05-01');
  expect(on({})).toBe(today);
});

test('a record is a deed by its kind and by its state, never of a day ahead', () => {
  const record = { id: 'plan/b1/2027', kind: 'plan', unit: 'b1', state: 'filed', title: '计划' };
  expect(keysOf({ change: 'record', record: { ...record, body: { on: '2027-06-01' } } })).toEqual([
    { key: 'record/plan', unit: 'b1', member: null, on: '2027-06-01' },
    { key: 'record/plan/filed', unit: 'b1', member: null, on: '2027-06-01' },
  ]);
  expect(keysOf({ change: 'record', record: { ...record, body: { on: '2027-12-01' } } })[0]!.on).toBe(today);
});

test('a duty that is opened or excused is no deed, and what nobody waits for is none either', () => {
  expect(keysOf({ change: 'duty-state', duty: 'plan/b1/2027', state: 'open' })).toEqual([]);
  expect(deedsIn([done('plan/b1/2027')], new Set(['fact/lectured']), today)).toEqual([]);
  const waiting = programmeForm.parse({
    programme: 'a',
    title: '甲',
    issuer: '乙',
    year: 2027,
    source: '丙',
    items: [
      { item: 'x', title: '丁', who: 'unit', every: 'year', due: 'end', done_by: ['duty/plan', 'fact/lectured'] },
    ],
  });
  expect([...awaitedDeeds([waiting])]).toEqual(['duty/plan', 'fact/lectured']);
  expect(deedsIn([done('plan/b1/2027')], awaitedDeeds([waiting]), today)).toHaveLength(1);
});
