import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getLunarDate, getSolarTermDate, isWorkday } from 'chinese-days';
import { afterAll, describe, expect, test } from 'vitest';
import { addDays, dayOf } from '../../src/domain/time.ts';
import { holidayProblems, loadCalendar, readHolidayFiles } from '../../src/library/holidays.ts';

const content = join(import.meta.dirname, '../../content');
const folder = mkdtempSync(join(tmpdir(), 'zhibu-holidays-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** A content folder with one holiday file. */
function contentWith(name: string, text: string): string {
  const own = mkdtempSync(join(folder, 'content-'));
  mkdirSync(join(own, 'holidays'));
  writeFileSync(join(own, 'holidays', name), text);
  return own;
}

describe('the calendar of the package', () => {
  const calendar = loadCalendar(content);

  test('agrees with the package on every day of the years it holds', () => {
    for (let day = '2018-01-01'; day <= '2026-12-31'; day = addDays(day, 1)) {
      if (calendar.isWorkday(day) !== isWorkday(day))
        expect([day, calendar.isWorkday(day)]).toEqual([day, isWorkday(day)]);
    }
    expect(calendar.kindOf('2026-02-14')).toBe('make-up');
    expect(calendar.kindOf('2026-09-20')).toBe('make-up');
    expect(calendar.nameOf('2026-09-25')).toBe('中秋');
  });

  test('does not take the package’s word for a year it does not hold', () => {
    expect(isWorkday('2027-10-01')).toBe(true);
    expect(calendar.isWorkday('2027-10-01')).toBe(false);
    expect(calendar.certaintyOf(2026)).toBe('published');
    expect(calendar.certaintyOf(2099)).toBe('unknown');
  });

  test('the feasts of 2027 are those of the law and of the moon', () => {
    expect(getLunarDate('2027-02-05').lunarDayCN).toBe('廿九');
    expect(getLunarDate('2027-02-06')).toMatchObject({ lunarMon: 1, lunarDay: 1 });
    expect(getLunarDate('2027-06-09')).toMatchObject({ lunarMon: 5, lunarDay: 5 });
    expect(getLunarDate('2027-09-15')).toMatchObject({ lunarMon: 8, lunarDay: 15 });
    expect(getSolarTermDate(2027, 4, 'pure_brightness')).toBe('2027-04-05');
    const feasts = {
      '2027-01-01': '元旦',
      '2027-02-05': '春节',
      '2027-02-08': '春节',
      '2027-04-05': '清明',
      '2027-05-02': '劳动节',
      '2027-06-09': '端午',
      '2027-09-15': '中秋',
      '2027-10-03': '国庆节',
    };
    for (const [day, name] of Object.entries(feasts)) expect(calendar.nameOf(day)).toBe(name);
  });

  test('this year, and from December on the next, has a source', () => {
    const today = dayOf(Date.now());
    const year = Number(today.slice(0, 4));
    expect(calendar.certaintyOf(year)).not.toBe('unknown');
    if (today.slice(5, 7) === '12') expect(calendar.certaintyOf(year + 1)).not.toBe('unknown');
  });

  test('what is provisional or unknown is named, the next year only in December', () => {
    expect(holidayProblems(calendar, '2026-11-21')).toEqual([]);
    expect(holidayProblems(calendar, '2026-12-01').join()).toMatch(/2027年.*暂定.*content\/holidays\/2027.yaml/);
    expect(holidayProblems(calendar, '2028-12-01')).toHaveLength(2);
  });
});

describe('holiday files', () => {
  const file = (year: number, status: string, off: string, work = '[]'): string =>
    `year: ${year}\nstatus: ${status}\nsource: 通知\nchecked: no\noff: ${off}\nwork: ${work}\n`;

  test('a published file stands above the package, a provisional one below it', () => {
    const off = '[{from: 2026-03-03, to: 2026-03-04, name: 试}]';
    expect(loadCalendar(contentWith('2026.yaml', file(2026, '已公布', off))).nameOf('2026-03-04')).toBe('试');
    expect(loadCalendar(contentWith('2026.yaml', file(2026, '暂定', off))).nameOf('2026-03-04')).toBeUndefined();
  });

  test('a year that is added counts, with its make-up workdays', () => {
    const own = contentWith('2030.yaml', file(2030, '已公布', '[]', '[2030-01-05]'));
    expect(loadCalendar(own).kindOf('2030-01-05')).toBe('make-up');
    expect(loadCalendar(own).certaintyOf(2030)).toBe('published');
  });

  test.each([
    ['2028.yaml', file(2029, '暂定', '[]'), /2029.yaml/],
    ['2028.yaml', file(2028, '暂定', '[{from: 2028-02-02, to: 2028-02-01, name: 试}]'), /from/],
    ['2028.yaml', file(2028, '暂定', '[{from: 2028-02-30, to: 2028-03-01, name: 试}]'), /2027-02-05/],
    ['2028.yaml', file(2028, '暂定', '[]', '[2029-01-01]'), /这一年/],
    ['2028.yaml', file(2028, '听说', '[]'), /status/],
  ])('a wrong file is refused with its line', (name, text, message) => {
    const own = contentWith(name, text);
    const read = readHolidayFiles(own);
    expect('problems' in read && read.problems[0]).toMatchObject({ message: expect.stringMatching(message) });
    expect(() => loadCalendar(own)).toThrow(/第\d+行/);
  });

  test('without a content folder the package alone counts', () => {
    expect(loadCalendar(join(folder, 'none')).certaintyOf(2026)).toBe('published');
  });
});
