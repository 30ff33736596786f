// What a line of minutes says, and the meetings of Party groups.

import { expect, test } from 'vitest';
import { readMinuteLine } from '../../src/domain/meeting.ts';
import type { Convening } from '../../src/domain/meeting-plan.ts';
import { meetingPlan } from '../../src/domain/meeting-plan.ts';
import { paidList } from '../../src/domain/sentences.ts';
import { signedInList } from '../../src/domain/sentences-branch.ts';
import { hadHeartTalk } from '../../src/domain/sentences-org-life.ts';
import { instantOf } from '../../src/domain/time.ts';

const people = [
  { id: 'zhaolei', name: '赵磊' },
  { id: 'abdu', name: '阿卜杜热合曼·买买提托合提江' },
  { id: 'gulina', name: '古丽娜尔·阿不都热西提' },
];

test.each([
  ['赵磊：原著要读得细一些', 'zhaolei'],
  ['赵磊同志：原著要读得细一些', 'zhaolei'],
  ['赵磊发言：原著要读得细一些', 'zhaolei'],
  ['阿卜杜热合曼·买买提托合提江：原著要读得细一些', 'abdu'],
  ['古丽娜尔•阿不都热西提同志：原著要读得细一些', 'gulina'],
])('%s is a statement of a member, however long the name', (line, speaker) => {
  expect(readMinuteLine(line, people)).toMatchObject({ part: 'statement', speaker, text: '原著要读得细一些' });
});

test('words before a colon that are no member make no statement', () => {
  expect(readMinuteLine('大家围绕人选作了讨论：都同意', people)).toMatchObject({ part: 'note' });
});

const now = instantOf('2026-12-01', '10:00');

test('names with a dot are names in the sentences of the secretary, too', () => {
  expect(hadHeartTalk('昨天和古丽娜尔·阿不都热西提、阿卜杜热合曼·买买提托合提江、赵磊谈心了', now)).toEqual({
    people: '古丽娜尔·阿不都热西提、阿卜杜热合曼·买买提托合提江、赵磊',
    on: '2026-11-30',
  });
  expect(paidList('已收 阿卜杜热合曼·买买提托合提江、赵磊')).toEqual(['阿卜杜热合曼·买买提托合提江', '赵磊']);
  expect(signedInList('替古丽娜尔·阿不都热西提签到')).toEqual(['古丽娜尔·阿不都热西提']);
});

const view: Convening = {
  expected: { 'group-meeting': ['zhaolei'] } as unknown as Convening['expected'],
  coming: [
    { id: 'meeting.group-meeting/b1/2026-12-08', title: '党小组会', day: '2026-12-08', start: '15:00', group: '一组' },
  ],
  chair: 'wangfang',
  leaders: { 一组: 'chenming', 二组: 'gulina' },
  groups: { 'group-meeting': '二组' },
  place: null,
  told: '2026-12-03',
};

test('two Party groups meet on the same day, each led by its own leader', () => {
  const values = { kind: 'group-meeting', on: '2026-12-08', start: '16:00' } as const;
  expect(meetingPlan(values, view, now)).toMatchObject({ known: false, chair: 'gulina', group: '二组' });
  expect(meetingPlan(values, { ...view, groups: { 'group-meeting': '一组' } }, now)).toMatchObject({
    known: true,
    chair: 'chenming',
  });
});
