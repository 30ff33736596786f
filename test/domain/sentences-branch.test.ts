import { describe, expect, test } from 'vitest';
import { findNumber } from '../../src/domain/chinese/numbers.ts';
import { leaveReasonIn, paidEarlierDues, paidList, servedSometime } from '../../src/domain/sentences.ts';
import {
  asksEvent,
  asksMissing,
  asksUnpaid,
  leaveList,
  movesThemeDay,
  signedInList,
  tellsAll,
} from '../../src/domain/sentences-branch.ts';
import { instantOf } from '../../src/domain/time.ts';

/** A Saturday evening. */
const now = instantOf('2026-12-05', '19:30');

test.each([
  '主题党日是哪天',
  '这个月主题党日几号？',
  '明天几点开始',
  '下次开会什么时候',
  '活动在哪里',
  '主题党日在哪',
  '党课是周几',
  '几点集合',
])('asks for the next event: %s', (text) => expect(asksEvent(text)).toBe(true));
test.each([
  '主题党日',
  '党费什么时候交',
  '主题党日谁没来',
  '今天天气怎么样',
  '建议活动在哪里都行',
  '主题党日能不能改到哪天',
  '',
])('asks for no event: %s', (text) => expect(asksEvent(text)).toBe(false));

test.each(['谁请假了', '还有谁没来', '哪些人没签到', '都有谁到了', '几个人签到了'])('asks who is missing: %s', (text) =>
  expect(asksMissing(text)).toBe(true),
);
test.each(['谁没交党费', '孙波来了', '来了', '谁来交党费'])('does not ask who is missing: %s', (text) =>
  expect(asksMissing(text)).toBe(false),
);
test.each(['还有谁没交党费', '谁交了党费', '哪些人党费没交'])('asks whose dues are open: %s', (text) =>
  expect(asksUnpaid(text)).toBe(true),
);
test.each(['党费交了', '谁没来', '党费交给谁'])('does not ask whose dues are open: %s', (text) =>
  expect(asksUnpaid(text)).toBe(false),
);
test.each(['改主题党日', '主题党日改到10号', '调整一下主题党日', '把主题党日换到周五'])(
  'moves the theme day: %s',
  (text) => expect(movesThemeDay(text)).toBe(true),
);
test.each(['主题党日能不能改时间', '谁定的主题党日', '建议改主题党日', '主题党日'])('does not move it: %s', (text) =>
  expect(movesThemeDay(text)).toBe(false),
);

describe('leave for others', () => {
  test.each([
    ['孙波请假', ['孙波'], undefined],
    ['孙波请假了', ['孙波'], undefined],
    ['替孙波请假 住院', ['孙波'], 'illness'],
    ['孙波、李洁都请假，出差', ['孙波', '李洁'], 'duty'],
    ['孙波同志请病假', ['孙波'], 'illness'],
    ['帮钱多请个假', ['钱多'], undefined],
  ])('%s', (text, people, reason) => {
    expect(leaveList(text)).toEqual({ people, ...(reason ? { reason } : {}) });
  });
  test.each(['请假', '我请假', '谁请假', '孙波请假了吗', '明天请假', '大家请假', '高铁请假', '孙波没请假'])(
    'nobody else in %s',
    (text) => expect(leaveList(text)).toBeUndefined(),
  );
});

describe('signing in for others', () => {
  test.each([
    ['替孙波签到', ['孙波']],
    ['孙波、李洁签到', ['孙波', '李洁']],
    ['孙波 到', ['孙波']],
    ['给孙波同志补签', ['孙波']],
  ])('%s', (text, names) => expect(signedInList(text)).toEqual(names));
  test.each(['签到', '我签到', '大家签到', '谁没签到', '还没到', '马上到', '通知签到'])('nobody in %s', (text) =>
    expect(signedInList(text)).toBeUndefined(),
  );
});

describe('a notice in one sentence', () => {
  test('通知大家明天下午三点开会', () => expect(tellsAll('通知大家明天下午三点开会')).toBe('明天下午三点开会'));
  test.each(['通知', '通知大家', '通知大家了吗', '通知书到了', '收到通知'])('none in %s', (text) =>
    expect(tellsAll(text)).toBeUndefined(),
  );
});

describe('dues of others', () => {
  test.each([
    ['孙波交了党费', ['孙波']],
    ['孙波、钱多交了', ['孙波', '钱多']],
    ['孙波的党费交了', ['孙波']],
    ['收到孙波的党费', ['孙波']],
    ['收到了孙波党费', ['孙波']],
    ['确认 孙波', ['孙波']],
    ['赵磊党费已收', ['赵磊']],
    ['孙波和钱多都交了党费', ['孙波', '钱多']],
  ])('%s', (text, names) => expect(paidList(text)).toEqual(names));
  test.each([
    '党费交了',
    '我交了党费',
    '大家都交了',
    '收到',
    '确认',
    '孙波交了吗',
    '孙波没交',
    '收到通知了',
    '党费收到了',
  ])('nobody in %s', (text) => expect(paidList(text)).toBeUndefined());
});

describe('dues of an earlier month', () => {
  test.each([
    ['11月党费交了', '2026-11'],
    ['上个月的党费我交了', '2026-11'],
    ['十月份党费已经交了', '2026-10'],
    ['1月党费交了', '2026-01'],
  ])('%s', (text, month) => expect(paidEarlierDues(text, now)).toBe(month));
  test.each(['12月党费交了', '党费交了', '11月党费交了吗', '孙波11月党费交了', '13月党费交了'])('none in %s', (text) =>
    expect(paidEarlierDues(text, now)).toBeUndefined(),
  );
});

describe('a reason', () => {
  test.each([
    ['生病', 'illness'],
    ['岳母过生日', 'family'],
    ['单位开会', 'duty'],
    ['回老家', 'travel'],
    ['在外地', 'travel'],
    ['有点事', 'other'],
    ['孩子发烧', 'family'],
  ])('%s', (text, reason) => expect(leaveReasonIn(text)).toBe(reason));
  test.each(['不请了', '什么意思', '我能来', '再看看', ''])('none in %s', (text) =>
    expect(leaveReasonIn(text)).toBeUndefined(),
  );
});

describe('a service whose length was not said', () => {
  test.each([
    ['昨天去社区打扫卫生了', '2026-12-04', '去社区打扫卫生'],
    ['今天参加志愿服务', '2026-12-05', '参加志愿服务'],
    ['上周六帮邻居搬东西', '2026-11-28', '帮邻居搬东西'],
  ])('%s', (text, on, what) => expect(servedSometime(text, now)).toEqual({ on, what }));
  test.each([
    '明天去社区打扫卫生',
    '去社区打扫卫生',
    '昨天没去打扫',
    '今天有志愿活动吗',
    '今天帮我看看',
    '昨天开会',
    '今天去不去打扫',
  ])('none in %s', (text) => expect(servedSometime(text, now)).toBeUndefined());
});

describe('the one number in an answer', () => {
  test.each([
    ['工资8000元', 8000],
    ['到手八千五', 8500],
    ['大概4500左右', 4500],
    ['一个月8千', 8000],
    ['每月10号', 10],
    ['税后1.2万', 12000],
  ])('%s', (text, value) => expect(findNumber(text)).toBe(value));
  test.each(['5000到6000', '8000多', '十几', '没有', '2026年', '我每个月的工资收入大概是人民币八千五百块钱'])(
    'none in %s',
    (text) => expect(findNumber(text)).toBeUndefined(),
  );
});
