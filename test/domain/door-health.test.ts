// How a door is judged by what went through it.

import { expect, test } from 'vitest';
import { type DoorFigures, type JudgeParts, judgeDoor, noFigures } from '../../src/domain/door-health.ts';
import { dayLength, hour, minute } from '../../src/domain/time.ts';

const now = Date.parse('2026-12-07T09:30:00+08:00');
const used: DoorFigures = { ...noFigures, heardAt: now - hour, sentAt: now - hour };
const judge = (figures: Partial<DoorFigures>, parts: Partial<JudgeParts> = {}) =>
  judgeDoor(
    'wecom',
    { ...used, ...figures },
    { now, say: (code) => ({ what: code, todo: '修', blocks: code === 'blocked' }), ...parts },
  );

test('a door that is used and has nothing waiting is good, and says when', () => {
  expect(judge({})).toEqual({
    level: 'good',
    what: '最近一次收到：今天 08:30，最近一次主动发出：今天 08:30，没有等着发的',
  });
});

test('a trouble counts while nothing went out after it, and for a day or as long as something waits', () => {
  const at = now - 5 * minute;
  expect(judge({ trouble: { at, code: 'blocked' } })).toMatchObject({ level: 'bad', todo: '修' });
  expect(judge({ trouble: { at, code: 'slow' } })).toMatchObject({ level: 'attention', todo: '修' });
  expect(judge({ trouble: { at, code: 'blocked' }, sentAt: at + 1 }).level).toBe('good');
  const old = { trouble: { at: now - 2 * dayLength, code: 'blocked' }, sentAt: null };
  expect(judge(old).level).toBe('good');
  expect(judge({ ...old, waiting: 1 }).level).toBe('bad');
});

test('what one group refuses does not close the door to the others', () => {
  const figures = { ...used, trouble: { at: now, code: 'blocked' }, sentAt: null };
  const parts: JudgeParts = { now, say: () => ({ what: '', todo: '', blocks: true }) };
  for (const door of ['appchat', 'webhook'] as const) expect(judgeDoor(door, figures, parts).level).toBe('attention');
});

test('messages that are late are told, and are nobody’s fault while the service is stopped', () => {
  expect(judge({ waiting: 3, dueSince: now - 5 * minute }).level).toBe('good');
  expect(judge({ waiting: 3, dueSince: now - 20 * minute }).level).toBe('attention');
  expect(judge({ waiting: 3, dueSince: now - 2 * hour }).level).toBe('bad');
  expect(judge({ waiting: 3, dueSince: now - 2 * hour }, { running: false })).toMatchObject({
    level: 'attention',
    todo: expect.stringContaining('启动服务'),
  });
});

test.each([
  ['inactive_alert', 'attention', /从12月9日起会被停用/],
  ['low_active', 'attention', /会被停用/],
  ['close_inactive_agent', 'bad', /已被停用/],
  ['reopen_inactive_agent', 'good', /最近一次收到/],
  ['active_restored', 'good', /最近一次收到/],
] as const)('WeCom’s announcement %s is %s', (event, level, what) => {
  expect(judge({ announced: { at: now - hour, event, effectAt: now + 2 * dayLength } })).toMatchObject({
    level,
    what: expect.stringMatching(what),
  });
});
