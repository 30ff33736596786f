import { expect, test } from 'vitest';
import { editStudyPlan, nextDiscussion, proposeStudyPlan, studyTopicsIn } from '../../src/domain/study-plan.ts';
import { itemsIn, menuOf, monthAhead, setsMenu } from '../../src/domain/theme-menu.ts';

const four = ['党章', '党史', '纪律', '服务'];

test('topics are spread over quarters and months, however many there are', () => {
  expect(proposeStudyPlan(2027, four).quarters).toEqual(four);
  expect(proposeStudyPlan(2027, ['党章', '党史']).quarters).toEqual(['党章', '党史', '党章', '党史']);
  const many = proposeStudyPlan(2027, ['一', '二', '三', '四', '五', '六']);
  expect(many.quarters.join('、')).toContain('六');
  expect(many.quarters.every(Boolean)).toBe(true);
  expect(many.months).toHaveLength(12);
  expect(studyTopicsIn('1、党章 2、党史 3、纪律')).toEqual(['党章', '党史', '纪律']);
  expect(studyTopicsIn('党章、党史、纪律')).toEqual(['党章', '党史', '纪律']);
});

test('a quarter or a month is changed, anything else changes nothing', () => {
  const plan = proposeStudyPlan(2027, four);
  expect(editStudyPlan(plan, '二季度改成改革开放史')?.plan.months[5]).toBe('全体党员专题讨论：改革开放史');
  expect(editStudyPlan(plan, '第2季度的专题改为改革开放史')?.plan.topics).toEqual([
    '党章',
    '改革开放史',
    '纪律',
    '服务',
  ]);
  expect(editStudyPlan(plan, '5月改成参观')?.plan.months[4]).toBe('参观');
  expect(editStudyPlan(plan, '再想想')).toBeUndefined();
});

test('each quarter has its discussion (duty 7)', () => {
  const plan = proposeStudyPlan(2027, four);
  expect(nextDiscussion(plan, '2027-02-03')).toEqual({ topic: '党章', month: 3 });
  expect(nextDiscussion(plan, '2027-12-30')).toEqual({ topic: '服务', month: 12 });
  expect(nextDiscussion(plan, '2028-01-03')).toBeUndefined();
});

test('a menu names a month ahead', () => {
  expect(monthAhead('3月', '2027-01-11')).toBe('2027-03');
  expect(monthAhead('1月份', '2027-02-11')).toBe('2028-01');
  expect(monthAhead('下个月', '2027-12-11')).toBe('2028-01');
  expect(monthAhead('13月', '2027-01-11')).toBeUndefined();
  expect(menuOf({ month: '随便' }, '2027-01-11')).toEqual({ refused: true });
  expect(itemsIn('1、学习党章；2、参观')).toEqual(['学习党章', '参观']);
  expect(setsMenu('定3月菜单，规定动作：学习党章；自选动作：参观、志愿服务')).toEqual({
    month: '3月',
    required: '学习党章',
    optional: '参观、志愿服务',
  });
  expect(setsMenu('3月有什么安排')).toBeUndefined();
});
