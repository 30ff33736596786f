import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BranchDigest } from '../../src/domain/digest.ts';
import { digestSheets } from '../../src/domain/digest-sheets.ts';
import { digestBytes, digestText } from '../../src/domain/digest-text.ts';

const quiet: BranchDigest = {
  kind: 'branch',
  unit: { id: 'b1', name: '第一党支部' },
  from: '2026-11-30',
  to: '2026-12-06',
  comingFrom: '2026-12-07',
  comingTo: '2026-12-13',
  writtenAt: '2026-12-07T09:00:00+08:00',
  titles: { past: '上周', coming: '本周' },
  meetings: [],
  services: { times: 0, hours: 0, late: 0 },
  lectures: [],
  solved: [],
  suggestions: [],
  dues: null,
  decisions: {
    duesWaiting: [],
    moved: [],
    callbacks: [],
    gaveUp: 0,
    left: [],
    forgotten: [],
    matters: [],
    unreleased: null,
    holidays: [],
  },
  unreached: [],
  arrears: [],
  coming: { events: [], dues: [], plan: [], packs: [] },
};

const name = fc.string({ unit: fc.constantFrom(...'王李赵孙钱陈马周吴阿依古丽·买提'), minLength: 2, maxLength: 12 });
const words = fc.string({
  unit: fc.constantFrom(...'建议把活动室的灯换一换，再添几把椅子。'),
  minLength: 1,
  maxLength: 500,
});
const many = <T>(one: fc.Arbitrary<T>) => fc.array(one, { maxLength: 60 });
const busy: fc.Arbitrary<BranchDigest> = fc
  .record({
    meetings: fc.array(
      fc.record({
        title: fc.constant('主题党日'),
        day: fc.constant('2026-12-01'),
        expected: fc.nat(60),
        came: fc.nat(60),
        others: fc.nat(5),
        leave: many(fc.record({ name, reason: fc.constantFrom('生病', '出差值班') })),
        notSignedIn: many(name),
        state: fc.constantFrom('open' as const, 'recorded' as const, 'unrecorded' as const),
      }),
      { maxLength: 4 },
    ),
    suggestions: many(words),
    solved: many(words),
    lectures: many(words),
    decisions: fc.record({
      duesWaiting: many(fc.record({ name, months: fc.constant(['2026-11', '2026-12']) })),
      moved: fc.array(fc.record({ title: words, day: fc.constant('2026-12-09'), start: fc.constant('09:00') }), {
        maxLength: 3,
      }),
      callbacks: many(name),
      gaveUp: fc.nat(50),
      left: many(name),
      matters: fc.array(
        fc.record({ label: words, items: many(words), hint: fc.constantFrom('', '。回“记录”接着记') }),
        {
          maxLength: 4,
        },
      ),
      forgotten: many(name),
      unreleased: fc.constantFrom(null, '2027-01'),
      holidays: fc.constantFrom([], [{ year: 2027, certainty: 'provisional' as const }]),
    }),
    unreached: many(fc.record({ reason: words, names: fc.array(name, { minLength: 1, maxLength: 40 }) })),
    arrears: many(fc.record({ name, months: fc.integer({ min: 3, max: 12 }) })),
  })
  .map((part) => ({ ...quiet, ...part }));

describe('a digest as one message', () => {
  test('always fits a WeCom text, and what needs a decision is named', () => {
    fc.assert(
      fc.property(busy, (digest) => {
        const text = digestText(digest);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(digestBytes);
        expect(text.startsWith('第一党支部 一周小结（11月30日—12月6日）')).toBe(true);
        const { duesWaiting, moved, callbacks, unreleased } = digest.decisions;
        if (duesWaiting.length + moved.length + callbacks.length > 0 || unreleased)
          expect(text).toContain('【需要您定】');
      }),
      { numRuns: 150 },
    );
  });

  test('who left is one line without a reason, and so is who will be forgotten', () => {
    const decisions = { ...quiet.decisions, left: ['钱多'], forgotten: ['孙波', '李洁'] };
    const lines = digestText({ ...quiet, decisions }).split('\n');
    expect(lines.filter((line) => /钱多|孙波|李洁/.test(line))).toEqual([
      '企业微信里已离开，不再发消息：钱多。还在本支部的话，请管理员重新导入名册',
      '离开将满90天，个人记录到期删除：孙波、李洁。还在本支部的话，请管理员重新导入名册',
    ]);
  });

  test('a week in which nothing happened says so and no more', () => {
    const text = digestText(quiet);
    expect(text).toContain('没有活动和记录');
    expect(text).not.toMatch(/undefined|null|NaN|0人次/);
  });
});

test('the table holds everything the message had to cut', () => {
  fc.assert(
    fc.property(busy, (digest) => {
      const cells = digestSheets(digest).flatMap(({ rows }) => rows.flat());
      for (const { name: waiting } of digest.decisions.duesWaiting) expect(cells).toContain(waiting);
      for (const text of digest.suggestions) expect(cells).toContain(text);
    }),
    { numRuns: 50 },
  );
});
