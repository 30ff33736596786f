// Sentences written in flow files: what they bring, and what never begins anything.

import { describe, expect, test } from 'vitest';
import { flowForm, makeFlow } from '../../src/dialogue/flow.ts';
import { groupsIn, heardAs, hearPhrase } from '../../src/dialogue/phrases.ts';
import { instantOf } from '../../src/domain/time.ts';

const raw = {
  flow: 'visit',
  title: '走访',
  says: [{ say: '^看望了(?<whom>[^,，]{2,10})(?:[,，](?<need>.+))?$', with: { on: '今天', need: '没有' } }],
  asks: ['^看看走访'],
  steps: [
    { ask: 'whom', say: '谁', type: 'text', again: '谁' },
    { ask: 'on', say: '哪天', type: 'date', latest: 0, again: '哪天' },
    { ask: 'need', say: '什么事', type: 'text', skip: ['没有'], again: '什么事' },
    { say: '好' },
  ],
};
const visit = makeFlow(flowForm.parse(raw), raw);
const now = instantOf('2026-12-05', '15:00');
const hear = (text: string) => {
  const heard = heardAs(text, now);
  return heard && hearPhrase(visit, heard);
};

describe('a sentence that tells', () => {
  test('brings what it names; a day it names stands before the one that is assumed', () => {
    expect(hear('看望了张大爷')).toEqual({ whom: '张大爷', on: '今天', need: '没有' });
    expect(hear('昨天下午，看望了张大爷，楼道灯坏了')).toEqual({
      whom: '张大爷',
      on: '2026-12-04',
      need: '楼道灯坏了',
    });
    expect(hear('12月1日到3日看望了张大爷')).toMatchObject({ on: '2026-12-01' });
  });

  test.each(['看望了张大爷吗', '谁看望了张大爷', '谢谢你看望了张大爷', '没去看望张大爷', '不想看望了'])(
    'is none: %s',
    (text) => {
      expect(hear(text)).toBeUndefined();
    },
  );
});

test('a sentence that asks may be a question, but not one about the matter itself', () => {
  expect(hear('看看走访了谁')).toEqual({});
  expect(hear('看看走访有什么要求')).toBeUndefined();
});

test('a pattern that cannot be read is a mistake of the file', () => {
  expect(flowForm.safeParse({ ...raw, asks: ['(('] }).success).toBe(false);
  expect(groupsIn(visit.says)).toEqual(['whom', 'need']);
});
