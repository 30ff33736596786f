import * as chrono from 'chrono-node';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findClockTime, findDay, readClockTime, readDay } from '../../../src/domain/chinese/dates.ts';
import { addDays, daysBetween, instantOf, weekdayOf } from '../../../src/domain/time.ts';

/** A Wednesday. */
const today = '2026-12-09';

describe('readDay', () => {
  test.each([
    ['今天', '2026-12-09'],
    ['昨天', '2026-12-08'],
    ['前天', '2026-12-07'],
    ['大前天', '2026-12-06'],
    ['明天', '2026-12-10'],
    ['后天', '2026-12-11'],
    ['大后天', '2026-12-12'],
    ['昨晚', '2026-12-08'],
    ['今早', '2026-12-09'],
    ['今天早上', '2026-12-09'],
    ['刚才', '2026-12-09'],
    ['昨天下午', '2026-12-08'],
    ['昨天下午3点', '2026-12-08'],
    ['昨天 上午9点到11点', '2026-12-08'],
    ['上周六', '2026-12-05'],
    ['上个星期六', '2026-12-05'],
    ['上星期日', '2026-12-06'],
    ['上上周五', '2026-11-27'],
    ['上上个星期五', '2026-11-27'],
    ['本周三', '2026-12-09'],
    ['这周三', '2026-12-09'],
    ['本周六', '2026-12-12'],
    ['下周五', '2026-12-18'],
    ['下下周一', '2026-12-21'],
    ['周六', '2026-12-05'],
    ['星期六', '2026-12-05'],
    ['礼拜天', '2026-12-06'],
    ['周三', '2026-12-09'],
    ['周六上午', '2026-12-05'],
    ['12月5日', '2026-12-05'],
    ['12月5号', '2026-12-05'],
    ['12 月 5 日', '2026-12-05'],
    ['１２月５日', '2026-12-05'],
    ['12月5日（周六）', '2026-12-05'],
    ['12月5日星期六下午', '2026-12-05'],
    ['十二月五日', '2026-12-05'],
    ['十一月二十八号', '2026-11-28'],
    ['十一月廿八', undefined],
    ['5号', '2026-12-05'],
    ['7日', '2026-12-07'],
    ['五号', '2026-12-05'],
    ['28号', '2026-11-28'],
    ['31号', undefined],
    ['本月7日', '2026-12-07'],
    ['这个月7号', '2026-12-07'],
    ['上月15日', '2026-11-15'],
    ['上个月15号', '2026-11-15'],
    ['上个月的15号', '2026-11-15'],
    ['下个月3号', '2027-01-03'],
    ['月底', '2026-11-30'],
    ['本月底', '2026-12-31'],
    ['上月底', '2026-11-30'],
    ['11月底', '2026-11-30'],
    ['去年2月底', '2025-02-28'],
    ['12/5', '2026-12-05'],
    ['12.5', '2026-12-05'],
    ['12-5', '2026-12-05'],
    ['12-05', '2026-12-05'],
    ['2026-12-05', '2026-12-05'],
    ['2026/12/5', '2026-12-05'],
    ['2026.12.5', '2026-12-05'],
    ['20261205', '2026-12-05'],
    ['2026年12月5日', '2026-12-05'],
    ['26年12月5日', '2026-12-05'],
    ['二零二六年十二月五日', '2026-12-05'],
    ['二〇二六年十二月五日', '2026-12-05'],
    ['去年12月5日', '2025-12-05'],
    ['今年3月1日', '2026-03-01'],
    ['明年1月3号', '2027-01-03'],
    ['三天前', '2026-12-06'],
    ['3天前', '2026-12-06'],
    ['两天之前', '2026-12-07'],
    ['两周前', '2026-11-25'],
    ['一个星期前', '2026-12-02'],
    ['就是昨天吧', '2026-12-08'],
    ['应该是上周六', '2026-12-05'],
    ['12月5号那天', '2026-12-05'],
  ])('%s, leaning to the past, is %s', (text, day) => {
    expect(readDay(text, today, 'past')).toBe(day);
  });

  test.each([
    ['周六', '2026-12-12'],
    ['周三', '2026-12-09'],
    ['周二', '2026-12-15'],
    ['5号', '2027-01-05'],
    ['31号', '2026-12-31'],
    ['月底', '2026-12-31'],
    ['1月3日', '2027-01-03'],
    ['12月5日', '2026-12-05'],
    ['三天后', '2026-12-12'],
    ['一周后', '2026-12-16'],
    ['元旦', '2027-01-01'],
  ])('%s, leaning to the future, is %s', (text, day) => {
    expect(readDay(text, today, 'future')).toBe(day);
  });

  test.each([
    ['周六', '2026-12-12'],
    ['周日', '2026-12-06'],
    ['1月3日', '2027-01-03'],
    ['11月3日', '2026-11-03'],
    ['30号', '2026-11-30'],
    ['20号', '2026-12-20'],
  ])('%s, nearest, is %s', (text, day) => {
    expect(readDay(text, today, 'near')).toBe(day);
  });

  test('a month and a date ahead of today stay ahead, so that they can be questioned, unless half a year off', () => {
    expect(readDay('12月28日', '2026-12-09', 'past')).toBe('2026-12-28');
    expect(readDay('3月1日', '2026-01-10', 'past')).toBe('2026-03-01');
    expect(readDay('12月28日', '2027-01-03', 'past')).toBe('2026-12-28');
    expect(readDay('1月3日', '2026-12-09', 'past')).toBe('2026-01-03');
  });

  test('a feast is a day only when it is near and on the side that was asked for', () => {
    expect(readDay('国庆节', '2026-10-20', 'past')).toBe('2026-10-01');
    expect(readDay('国庆', '2026-10-20', 'past')).toBeUndefined();
    expect(readDay('元旦', '2026-12-09', 'past')).toBeUndefined();
    expect(readDay('建党节', '2026-06-20', 'future')).toBe('2026-07-01');
  });

  test.each([
    '',
    '2月30日',
    '2026-02-29',
    '2026年13月40日',
    '13月1日',
    '4月31号',
    '12月0日',
    '0号',
    '12/32',
    '周末',
    '上周',
    '前几天',
    '最近',
    '每周三',
    '12月',
    '今年',
    '12月5日到7日',
    '昨天和前天',
    '昨天去了社区',
    '5号楼',
    '12月5日（周日）',
    '两小时',
    '不记得了',
    '月初',
  ])('%s is no single day', (text) => {
    for (const lean of ['past', 'future', 'near'] as const) expect(readDay(text, today, lean)).toBeUndefined();
  });

  test('every day of 2020–2035 reads back in each notation', () => {
    const digits = '〇一二三四五六七八九';
    const spoken = (value: number): string =>
      value <= 10
        ? '十一二三四五六七八九十'[value % 10 === 0 ? 0 : value]!
        : `${value < 20 ? '' : digits[Math.floor(value / 10)]}十${value % 10 ? digits[value % 10] : ''}`;
    for (let day = '2020-01-01'; day <= '2035-12-31'; day = addDays(day, 1)) {
      const [year, month, date] = day.split('-').map(Number) as [number, number, number];
      const chineseYear = [...String(year)].map((digit) => digits[Number(digit)]).join('');
      const full = [
        day,
        `${year}/${month}/${date}`,
        `${year}.${month}.${date}`,
        `${year}年${month}月${date}日`,
        `${year}年${month}月${date}号`,
        `${chineseYear}年${spoken(month)}月${spoken(date)}日`,
        day.replaceAll('-', ''),
      ];
      for (const text of full)
        if (readDay(text, today, 'past') !== day) expect([text, readDay(text, today, 'past')]).toEqual([text, day]);
      const near = [
        `${month}月${date}日`,
        `${spoken(month)}月${spoken(date)}号`,
        `${month}/${date}`,
        `${month}.${date}`,
        `${month}-${date}`,
      ];
      for (const text of near)
        if (readDay(text, addDays(day, 20), 'past') !== day)
          expect([text, readDay(text, addDays(day, 20), 'past')]).toEqual([text, day]);
      for (const text of near)
        if (readDay(text, addDays(day, -20), 'future') !== day) expect([text, 'future']).toEqual([text, day]);
    }
  });

  // chrono begins the week on Sunday, so 上星期日 and Sundays as today are left out.
  test('relative words and weekdays agree with chrono where it is known to be right', () => {
    const words = [
      '今天',
      '昨天',
      '前天',
      '大前天',
      '明天',
      '后天',
      '三天前',
      '上周六',
      '下周五',
      '这周三',
      '12月5日',
      '2026年12月5日',
      '二零二六年十二月五日',
      '2026-12-05',
    ];
    fc.assert(
      fc.property(fc.constantFrom(...words), fc.integer({ min: 0, max: 364 }), (text, offset) => {
        const day = addDays('2026-01-01', offset);
        const reference = { instant: new Date(instantOf(day, '12:00')), timezone: 480 };
        const oracle = chrono.zh.hans.parse(text, reference)[0]?.start;
        const expected = `${oracle?.get('year')}-${String(oracle?.get('month')).padStart(2, '0')}-${String(oracle?.get('day')).padStart(2, '0')}`;
        // chrono never leans back; ours does when the day is more than half a year ahead.
        if (text === '12月5日' && daysBetween(day, expected) > 183) return;
        if (/周/.test(text) && weekdayOf(day) === 7) return;
        expect([day, text, readDay(text, day, 'past')]).toEqual([day, text, expected]);
      }),
      { numRuns: 500 },
    );
  });

  test('a bare weekday is that weekday, on the side asked for, within a week', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3650 }), fc.integer({ min: 1, max: 7 }), (offset, weekday) => {
        const from = addDays('2024-01-01', offset);
        const text = `周${'一二三四五六日'[weekday - 1]}`;
        const past = readDay(text, from, 'past')!;
        const future = readDay(text, from, 'future')!;
        const near = readDay(text, from, 'near')!;
        expect([past, future, near].map(weekdayOf)).toEqual([weekday, weekday, weekday]);
        expect(daysBetween(past, from)).toBeGreaterThanOrEqual(0);
        expect(daysBetween(past, from)).toBeLessThan(7);
        expect(daysBetween(from, future)).toBeLessThan(7);
        expect(Math.abs(daysBetween(from, near))).toBeLessThanOrEqual(3);
      }),
    );
  });
});

describe('findDay', () => {
  test.each([
    ['昨天下午去社区清垃圾两小时', '2026-12-08', '昨天下午'],
    ['我上周六去敬老院帮忙半天', '2026-12-05', '上周六'],
    ['12月5日参加巡河，1小时30分', '2026-12-05', '12月5日'],
    ['12.5 去社区', '2026-12-05', '12.5'],
    ['去社区清垃圾 12/5 两小时', '2026-12-05', '12/5'],
    ['周三天气好，去植树', '2026-12-09', '周三'],
    ['7号召开支委会', '2026-12-07', '7号'],
    ['12月5日（周六）在5号楼清楼道', '2026-12-05', '12月5日（周六）'],
    ['三天前去社区清垃圾两小时', '2026-12-06', '三天前'],
    ['上周三去了三个人', '2026-12-02', '上周三'],
  ])('finds it in %s', (text, day, words) => {
    const found = findDay(text, today, 'past');
    expect(found?.day).toBe(day);
    expect(text.slice(found?.from, found?.to)).toBe(words);
  });

  test.each([
    '去社区清垃圾两小时',
    '1.5小时',
    '清垃圾1.5小时',
    '3-4人去的',
    '去5号楼',
    '坐3号线',
    '每周三都去',
    '一周三次',
    '目前天气好',
    '第5日',
    '昨天去了，明天再去',
    '2月30日去社区',
    '慈善一日捐',
    '今后天天去',
    '提了3点建议',
  ])('finds none in %s', (text) => {
    expect(findDay(text, today, 'past')).toBeUndefined();
  });

  test('answers something or undefined for any text, never throws, and never a day that does not exist', () => {
    const signs = fc.constantFrom(...'今昨前大后天上下周个六日月号年本去底一二十廿0123456789-/. （）点半午');
    fc.assert(
      fc.property(fc.array(signs, { maxLength: 12 }), (text) => {
        const found = findDay(text.join(''), today, 'near');
        if (found) expect(addDays(found.day, 0)).toBe(found.day);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('clock times', () => {
  test.each([
    ['9点', '09:00'],
    ['九点', '09:00'],
    ['9点半', '09:30'],
    ['上午九点半', '09:30'],
    ['上午9点', '09:00'],
    ['早上8点一刻', '08:15'],
    ['下午3点', '15:00'],
    ['下午三点半', '15:30'],
    ['下午两点', '14:00'],
    ['下午3:20', '15:20'],
    ['下午15点', '15:00'],
    ['晚上8点', '20:00'],
    ['晚8点', '20:00'],
    ['中午12点', '12:00'],
    ['中午1点', '13:00'],
    ['19:30', '19:30'],
    ['19：30', '19:30'],
    ['9:00', '09:00'],
    ['03:00', '03:00'],
    ['14点30分', '14:30'],
    ['14时30分', '14:30'],
    ['十四点三十分', '14:30'],
    ['十点钟', '10:00'],
    ['上午9点吧', '09:00'],
    ['凌晨2点', '02:00'],
    ['零点', '00:00'],
  ])('%s is %s', (text, time) => {
    expect(readClockTime(text)).toBe(time);
    expect(findClockTime(`定在${text}，地点活动室`)?.time).toBe(time);
  });

  test.each([
    '',
    '3点',
    '3:00',
    '25点',
    '24:00',
    '9点70分',
    '9:60',
    '上午15点',
    '下午12点',
    '9点到11点',
    '两小时',
    '一点',
    '第一点',
    '9',
  ])('%s is no single clock time', (text) => {
    expect(readClockTime(text)).toBeUndefined();
  });

  test.each([
    ['周五下午3点到5点开会', '15:00', '下午3点'],
    ['12月5日9:30在三楼', '09:30', '9:30'],
    ['本周三上午九点半召开党员大会', '09:30', '上午九点半'],
  ])('finds it in %s', (text, time, words) => {
    const found = findClockTime(text);
    expect(found?.time).toBe(time);
    expect(text.slice(found?.from, found?.to)).toBe(words);
  });

  test.each(['早一点来', '提三点意见', '第一点很好', '上午9点或者10点', '有一点忙', '两小时'])(
    'finds none in %s',
    (text) => {
      expect(findClockTime(text)).toBeUndefined();
    },
  );

  test('every minute of the day reads back', () => {
    for (let minute = 0; minute < 1440; minute += 1) {
      const time = `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
      expect(readClockTime(time)).toBe(time);
    }
  });
});
