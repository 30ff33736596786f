import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays, daysBetween } from '../../../src/domain/time.ts';
import { readJoiningDate } from '../../../src/library/roster/joining-date.ts';
import { today } from './workbook.ts';

test.each([
  [new Date(Date.UTC(2010, 6, 1)), '2010-07-01'],
  [new Date(Date.UTC(2010, 6, 1) - 1), '2010-07-01'],
  [new Date(Date.UTC(2010, 6, 1, 15, 30)), '2010-07-01'],
  [40360, '2010-07-01'],
  [40360.75, '2010-07-01'],
  ['40360', '2010-07-01'],
  [20100701, '2010-07-01'],
  ['20100701', '2010-07-01'],
  ['2010-07-01', '2010-07-01'],
  ['2010-7-1', '2010-07-01'],
  ['2010/7/1', '2010-07-01'],
  ['2010.7.1', '2010-07-01'],
  ['2010．07．01', '2010-07-01'],
  ['２０１０年７月１日', '2010-07-01'],
  ['2010 年 7 月 1 日', '2010-07-01'],
  ['2010年7月1号', '2010-07-01'],
  ['2010。7。1', '2010-07-01'],
  ['2010-07-01 00:00:00', '2010-07-01'],
  ['2012-02-29', '2012-02-29'],
  ['1921-07-01', '1921-07-01'],
  [today, today],
])('%s is the day %s', (cell, day) => {
  expect(readJoiningDate(cell, today)).toEqual({ kind: 'day', day, monthOnly: false });
});

test.each([
  ['2010年7月', '2010-07-01'],
  ['2010年07月份', '2010-07-01'],
  ['2010.07', '2010-07-01'],
  ['2010.1', '2010-01-01'],
  [2010.07, '2010-07-01'],
  [2010.12, '2010-12-01'],
  ['2010/7', '2010-07-01'],
  [201007, '2010-07-01'],
])('%s is a month, kept as its first day %s', (cell, day) => {
  expect(readJoiningDate(cell, today)).toEqual({ kind: 'day', day, monthOnly: true });
});

test.each([null, undefined, '', '  ', '无', '/', '—'])('%s is no date', (cell) => {
  expect(readJoiningDate(cell, today)).toEqual({ kind: 'none' });
});

test.each([
  ['2011-02-29', '这一天不存在'],
  ['2010.13.1', '这一天不存在'],
  ['20101301', '这一天不存在'],
  ['1921-06-30', '早于1921年7月'],
  ['2026-12-02', '还没有到'],
  [2010.1, '分不清是1月还是10月'],
  [2010, '只有年份'],
  ['2010', '只有年份'],
  [12, '看不懂'],
  ['98.7.1', '年份请写四位'],
  ['85年7月', '年份请写四位'],
  ['去年七月', '看不懂'],
  [true, '看不懂'],
  [new Date(Number.NaN), '看不懂'],
])('%s is refused because: %s', (cell, expected) => {
  const read = readJoiningDate(cell, today);
  expect(read.kind === 'problem' && read.message).toContain(expected);
});

test('every day reads the same in all notations', () => {
  const days = fc
    .integer({ min: 0, max: daysBetween('1921-07-01', today) })
    .map((count) => addDays('1921-07-01', count));
  fc.assert(
    fc.property(days, (day) => {
      const [year, month, date] = day.split('-').map(Number);
      const writings = [
        day,
        `${year}/${month}/${date}`,
        `${year}.${month}.${date}`,
        `${year}年${month}月${date}日`,
        Number(day.replaceAll('-', '')),
        daysBetween('1899-12-30', day),
        new Date(`${day}T00:00:00Z`),
      ];
      for (const writing of writings)
        expect(readJoiningDate(writing, today)).toEqual({ kind: 'day', day, monthOnly: false });
    }),
  );
});
