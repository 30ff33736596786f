import { describe, expect, test } from 'vitest';
import { fill, parseTemplate, pathsOf, rawValue } from '../../src/dialogue/template.ts';

const scope = {
  today: '2026-12-05',
  me: { name: '赵磊' },
  on: '2026-12-04',
  later: '2027-01-07',
  hours: 2.5,
  month: '2026-12',
  names: ['孙波', '钱多'],
  list: [
    { name: '孙波', reason: '生病' },
    { name: '李洁', reason: '出差' },
  ],
  none: [],
  due: { amount: 120 },
};
const filled = (source: string) => fill(parseTemplate(source), scope);

describe('templates', () => {
  test.each([
    ['{me.name}同志', '赵磊同志'],
    ['{on|day}（{on|weekday}）', '12月4日（周五）'],
    ['{later|day}', '2027年1月7日'],
    ['{hours|hours}', '2.5小时'],
    ['{month|month}', '12月'],
    ['{names|list}共{names|count}人', '孙波、钱多共2人'],
    ['{names}', '孙波、钱多'],
    ['{missing}{missing|day}{missing.deeper}。', '。'],
    ['{#list}{number}{name}（{reason}）{/list}', '1孙波（生病）2李洁（出差）'],
    ['{#names}{.} {/names}', '孙波 钱多 '],
    ['{#none}有{/none}{^none}没有{/none}', '没有'],
    ['{#due}{amount}元{/due}', '120元'],
    ['{#hours}有{/hours}{^hours}没有{/hours}', '有'],
    ['花括号{不是路径的', '花括号{不是路径的'],
  ])('%s', (source, text) => {
    expect(filled(source)).toBe(text);
  });

  test('a section that prints its whole list is said once, not once for each', () => {
    const filled = (names: string[]) =>
      fill(parseTemplate('{#names}还缺：{names|list}，共{names|count}项。{/names}好了'), { names });
    expect(filled(['地点', '发言'])).toBe('还缺：地点、发言，共2项。好了');
    expect(filled([])).toBe('好了');
  });

  test('what people said is printed as it is, never filled again', () => {
    expect(fill(parseTemplate('{what}'), { what: '{me.name}{#a}' })).toBe('{me.name}{#a}');
  });

  test('one placeholder alone keeps the type of its value', () => {
    expect(rawValue(parseTemplate('{hours}'), scope)).toBe(2.5);
    expect(rawValue(parseTemplate('{names}'), scope)).toEqual(['孙波', '钱多']);
    expect(rawValue(parseTemplate('{hours}h'), scope)).toBe('2.5h');
    expect(rawValue(parseTemplate('{missing}'), scope)).toBeUndefined();
  });

  test('names the paths it reads', () => {
    expect(pathsOf(parseTemplate('{a}{#b}{c.d|day}{/b}'))).toEqual(['a', 'b', 'c.d']);
  });

  test.each(['{a b}', '{#a}', '{#a}{/b}', '{/a}', '{a|nothing}'])('%s is not well formed', (source) => {
    expect(() => parseTemplate(source)).toThrow();
  });
});
