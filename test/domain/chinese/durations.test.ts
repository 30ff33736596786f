import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findDuration, readDuration } from '../../../src/domain/chinese/durations.ts';

describe('readDuration', () => {
  test.each([
    ['两小时', 2],
    ['2小时', 2],
    ['２小时', 2],
    ['2 小时', 2],
    ['2个小时', 2],
    ['两个钟头', 2],
    ['两个钟', 2],
    ['两个半小时', 2.5],
    ['一个半小时', 1.5],
    ['1个半钟头', 1.5],
    ['两小时半', 2.5],
    ['半小时', 0.5],
    ['半个小时', 0.5],
    ['半个钟头', 0.5],
    ['十二小时', 12],
    ['二十四小时', 24],
    ['三点五小时', 3.5],
    ['1.5小时', 1.5],
    ['1.5h', 1.5],
    ['2H', 2],
    ['2 hours', 2],
    ['1h30', 1.5],
    ['1h30m', 1.5],
    ['1小时30分', 1.5],
    ['1小时30分钟', 1.5],
    ['一小时又十五分钟', 1.25],
    ['一个小时一刻钟', 1.25],
    ['90分钟', 1.5],
    ['90分', 1.5],
    ['90min', 1.5],
    ['四十五分钟', 0.75],
    ['一刻钟', 0.25],
    ['三刻钟', 0.75],
    ['半天', 4],
    ['一天', 8],
    ['一整天', 8],
    ['一天半', 12],
    ['两天', 16],
    ['两个半天', 8],
    ['一上午', 4],
    ['一个下午', 4],
    ['整个上午', 4],
    ['两小时吧。', 2],
    ['大概两小时', 2],
    ['两个小时左右', 2],
    ['用了两个小时', 2],
    ['一共3小时', 3],
    ['近两小时', 2],
  ])('%s is %d hours', (text, hours) => {
    expect(readDuration(text)?.hours).toBe(hours);
  });

  test('一小时四十分钟 is one hour and two thirds', () => {
    expect(readDuration('一小时四十分钟')?.hours).toBeCloseTo(5 / 3, 10);
  });

  test.each([
    ['两小时', false],
    ['大概两小时', true],
    ['两小时左右', true],
    ['半天', true],
    ['一下午', true],
  ])('%s is approximate: %s', (text, approximate) => {
    expect(readDuration(text)?.approximate).toBe(approximate);
  });

  test.each([
    '',
    '2',
    '两个',
    '两三个小时',
    '一两个小时',
    '2到3小时',
    '2-3小时',
    '两个多小时',
    '2小时多',
    '不到两小时',
    '几个小时',
    '好几个小时',
    '十几分钟',
    '三小时以上',
    '每天两小时',
    '两小时前',
    '半小时后',
    '第一天',
    '一小时九十分钟',
    '两个半小时三十分',
    '零小时',
    '一会儿',
    '一晚上',
    '昨天',
    '不知道',
  ])('%s is no exact duration', (text) => {
    expect(readDuration(text)).toBeUndefined();
  });

  test('reads back any hours and minutes in each notation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 59 }), (hours, minutes) => {
        const expected = hours + minutes / 60;
        for (const text of [`${hours}小时${minutes}分钟`, `${hours}个小时${minutes}分`, `${hours}h${minutes}min`]) {
          expect(readDuration(text)?.hours).toBeCloseTo(expected, 10);
        }
        expect(readDuration(`${minutes}分钟`)?.hours).toBeCloseTo(minutes / 60, 10);
        expect(readDuration(`${hours}个半小时`)?.hours).toBe(hours + 0.5);
      }),
    );
  });
});

describe('findDuration', () => {
  test.each([
    ['昨天下午去社区清垃圾两小时', 2, '两小时'],
    ['今天下午去社区清理楼道两个小时', 2, '两个小时'],
    ['12月5日巡河1小时30分', 1.5, '1小时30分'],
    ['三天前去敬老院帮忙半天', 4, '半天'],
    ['周六去植树，忙了一上午', 4, '一上午'],
    ['星期一天气热，送水 1.5h', 1.5, '1.5h'],
    ['12-5 文明劝导2小时', 2, '2小时'],
    ['打扫卫生约２个半小时，很累', 2.5, '２个半小时'],
  ])('finds it in %s', (text, hours, words) => {
    const found = findDuration(text);
    expect(found?.hours).toBe(hours);
    expect(text.slice(found?.from, found?.to)).toBe(words);
  });

  test.each([
    '两小时前去了社区',
    '半小时后到',
    '这两天有空',
    '前两天去的',
    '每天一小时',
    '有一天想去',
    '星期一天气好',
    '考了90分',
    '去了两小时，又去三小时',
    '两三个小时',
    '一天两次',
    '一小时四十分钟内完成',
    '去社区清垃圾',
  ])('finds none in %s', (text) => {
    expect(findDuration(text)).toBeUndefined();
  });
});
