import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { home } from '../../src/library/library.ts';
import { readPlanSheet, writePlanForm } from '../../src/library/plan-sheet.ts';
import { readSheets } from '../../src/library/roster/read-sheets.ts';
import type { Cell } from '../../src/library/roster/sheet.ts';

async function readFile(name: string) {
  const sheets = await readSheets(readFileSync(`${home}/test/fixtures/plans/${name}`));
  if (sheets.kind === 'refused') throw new Error(sheets.message);
  return readPlanSheet(sheets.sheets);
}

const read = (...rows: Cell[][]) => readPlanSheet([{ name: '计划', rows }]);

test('a plan as secretaries keep it: titles above, other columns, merged months, sums below', async () => {
  const plan = await readFile('rows.xlsx');
  expect(plan).toMatchObject({ kind: 'read', year: 2027, notes: ['没有用到的列：序号、备注'] });
  if (plan.kind !== 'read') return;
  expect(plan.items.filter(({ kind }) => kind === 'committee-meeting')).toHaveLength(12);
  expect(plan.items.filter(({ kind }) => kind === 'theme-day')).toHaveLength(12);
  expect(plan.items).toContainEqual({ month: 3, kind: 'party-lecture', topic: '学习党章', speaker: '赵磊' });
  // Its month is merged with the row above.
  expect(plan.items).toContainEqual({ month: 3, kind: 'discussion', topic: '学习党章' });
  expect(plan.items).toContainEqual({ month: 12, kind: 'org-life-meeting', topic: '民主评议党员' });
});

test('one row a month and a column for each kind', async () => {
  expect(await readFile('months.xlsx')).toMatchObject({
    kind: 'read',
    year: 2027,
    items: [
      { month: 1, kind: 'general-meeting', topic: '部署工作' },
      { month: 1, kind: 'committee-meeting', topic: '研究工作' },
      { month: 2, kind: 'committee-meeting', topic: '' },
      { month: 2, kind: 'theme-day', topic: '学习雷锋' },
      { month: 3, kind: 'committee-meeting', topic: '' },
      { month: 3, kind: 'party-lecture', topic: '学习党章' },
    ],
  });
});

test('every wrong row is named with its number and nothing is taken by halves', async () => {
  const plan = await readFile('wrong.xlsx');
  expect(plan).toMatchObject({ kind: 'refused' });
  if (plan.kind !== 'refused') return;
  expect(plan.problems).toHaveLength(3);
  expect(plan.problems[0]).toMatch(/^第3行：看不懂月份/);
  expect(plan.problems[1]).toMatch(/^第4行：看不懂类型“茶话会”/);
  expect(plan.problems[2]).toMatch(/^第6行：没有写月份/);
});

test('months are read as they are written', () => {
  const month = (cell: Cell) => {
    const plan = read(['月份', '类型', '主题'], [cell, '党课', '学习']);
    return plan.kind === 'read' ? plan.items.map((item) => item.month) : plan.problems;
  };
  expect(month(3)).toEqual([3]);
  expect(month('三月')).toEqual([3]);
  expect(month('3月上旬')).toEqual([3]);
  expect(month('2027年3月')).toEqual([3]);
  expect(month('2027.3.15')).toEqual([3]);
  expect(month(new Date('2027-03-15'))).toEqual([3]);
  expect(month('3、6月')).toEqual([3, 6]);
  expect(month('二季度')).toEqual([6]);
  expect(month('每月')).toHaveLength(12);
  expect(month('春天')).toEqual([expect.stringContaining('看不懂月份')]);
});

test('a table that is none says what is wanted', () => {
  expect(read(['姓名', '职务'], ['王芳', '书记'])).toMatchObject({ kind: 'refused' });
  expect(read(['月份', '类型', '主题'])).toEqual({ kind: 'refused', problems: ['标题行下面没有内容，请填好再发'] });
  expect(read(['2027年计划'], ['月份', '类型', '主题'], ['2026年3月', '党课', ''])).toMatchObject({ kind: 'refused' });
});

test('the form that is given out can be read back as it is', async () => {
  const items = [
    { month: 1, kind: 'general-meeting', topic: '部署工作' },
    { month: 3, kind: 'party-lecture', topic: '学习党章', speaker: '赵磊' },
  ] as const;
  const sheets = await readSheets(await writePlanForm('第一党支部', 2027, items));
  if (sheets.kind === 'refused') throw new Error(sheets.message);
  expect(readPlanSheet(sheets.sheets)).toMatchObject({ kind: 'read', year: 2027, items });
});
