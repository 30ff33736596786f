import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlanItem } from '../../src/domain/plan.ts';
import { dayInYear, planGaps, planText, planYear, proposalForm, proposePlan } from '../../src/domain/plan.ts';
import { editPlan, planEdits } from '../../src/domain/plan-edit.ts';
import { asksPlan, setsPlanDeadline } from '../../src/domain/sentences-plan.ts';
import { home } from '../../src/library/library.ts';
import { loadProposal } from '../../src/library/plan-proposal.ts';

const proposal = loadProposal(`${home}/content`);
const now = Date.parse('2027-01-11T10:00:00+08:00');

test('a draft holds what the regulations expect (duty 27)', () => {
  expect(proposalForm.safeParse(proposal).success).toBe(true);
  const items = proposePlan(proposal, { groups: true });
  expect(planGaps(items, { groups: true, committee: true })).toEqual([]);
  const of = (kind: PlanItem['kind']) => items.filter((item) => item.kind === kind);
  expect(new Set(of('general-meeting').map(({ month }) => Math.ceil(month / 3))).size).toBe(4);
  expect(of('committee-meeting')).toHaveLength(12);
  expect(of('group-meeting')).toHaveLength(12);
  expect(of('theme-day')).toHaveLength(12);
  expect(of('org-life-meeting').length).toBeGreaterThanOrEqual(1);
  expect(proposePlan(proposal, { groups: false }).some(({ kind }) => kind === 'group-meeting')).toBe(false);
});

test('what is the same in every month is read once', () => {
  const text = planText(proposePlan(proposal, { groups: false }));
  expect(text.split('支委会会议')).toHaveLength(2);
  expect(text).toMatch(/^每月 支委会会议/);
  // Two messages at most, see src/channels/split-text.ts.
  expect(Buffer.byteLength(text)).toBeLessThan(4096);
});

test.each([
  ['3月党课改成学习党章', [{ edit: 'set', months: [3], kind: 'party-lecture', topic: '学习党章' }]],
  ['把三月份的党课主题改为“学习党章”', [{ edit: 'set', months: [3], kind: 'party-lecture', topic: '学习党章' }]],
  ['主题党日３月改成扫墓', [{ edit: 'set', months: [3], kind: 'theme-day', topic: '扫墓' }]],
  [
    '3月党课改成学习党章，由赵磊讲',
    [
      { edit: 'set', months: [3], kind: 'party-lecture', topic: '学习党章' },
      { edit: 'speaker', months: [3], kind: 'party-lecture', speaker: '赵磊' },
    ],
  ],
  ['6月党课请赵磊同志来讲', [{ edit: 'speaker', months: [6], kind: 'party-lecture', speaker: '赵磊' }]],
  ['5月增加一次专题讨论，主题是作风建设', [{ edit: 'add', months: [5], kind: 'discussion', topic: '作风建设' }]],
  ['3月和9月各加一次党课', [{ edit: 'add', months: [3, 9], kind: 'party-lecture', topic: '' }]],
  ['取消8月党员大会', [{ edit: 'remove', months: [8], kind: 'general-meeting' }]],
  ['9月党课改到10月', [{ edit: 'move', months: [9], kind: 'party-lecture', to: 10 }]],
  ['1-3月支委会不开', [{ edit: 'remove', months: [1, 2, 3], kind: 'committee-meeting' }]],
  [
    '3月党课改成学习党章；4月主题党日改成扫墓',
    [
      { edit: 'set', months: [3], kind: 'party-lecture', topic: '学习党章' },
      { edit: 'set', months: [4], kind: 'theme-day', topic: '扫墓' },
    ],
  ],
])('“%s” changes a plan', (said, edits) => {
  expect(planEdits(said)).toEqual(edits);
});

test.each([
  '3月党课题目改一下',
  '13月党课改成学习党章',
  '12月党费交了吗',
  '明天开党员大会',
  '3月党课',
  '今天去社区两小时',
  '',
])('“%s” changes no plan', (said) => {
  expect(planEdits(said)).toBeUndefined();
});

test('whatever is said, months stay in the year and only named months change', () => {
  const items = proposePlan(proposal, { groups: true });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 12 }),
      fc.constantFrom('党课', '党员大会', '主题党日', '支委会'),
      fc.constantFrom('改成学习党史', '不开', '改到12月', '由李洁讲'),
      (month, kind, what) => {
        const edits = planEdits(`${month}月${kind}${what}`)!;
        const { items: after } = editPlan(items, edits);
        expect(after.every((item) => item.month >= 1 && item.month <= 12)).toBe(true);
        const rest = (list: readonly PlanItem[]) => list.filter((item) => item.month !== month && item.month !== 12);
        expect(rest(after)).toEqual(rest(items));
      },
    ),
  );
});

test('which year is meant', () => {
  expect(planYear('2026-11-02')).toBe(2027);
  expect(planYear('2027-10-31')).toBe(2027);
  expect(asksPlan('制定2028年三会一课计划', now)).toEqual({ year: 2028 });
  expect(asksPlan('明年的年度计划', now)).toEqual({ year: 2028 });
  expect(asksPlan('年度计划', now)).toEqual({});
  for (const other of ['学习计划', '我的计划', '年度计划谁没报', '计划'])
    expect(asksPlan(other, now), other).toBeUndefined();
  expect(setsPlanDeadline('各支部的年度计划1月31日前上报')).toEqual({ by: '1月31日' });
  expect(setsPlanDeadline('1月31日前交党费')).toBeUndefined();
});

test('a plan that is filed before its year counts from its first day, and one filed late only for its own', () => {
  expect(dayInYear('2026-12-14', 2027)).toBe('2027-01-01');
  expect(dayInYear('2027-03-02', 2027)).toBe('2027-03-02');
  expect(dayInYear('2028-01-05', 2027)).toBe('2027-12-31');
});
