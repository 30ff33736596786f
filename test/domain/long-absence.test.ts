import { expect, test } from 'vitest';
import { longAbsent } from '../../src/domain/long-absence.ts';
import type { Member, Tag } from '../../src/domain/organisation.ts';
import { hadHeartTalk } from '../../src/domain/sentences-org-life.ts';
import { termEnd, termNear } from '../../src/domain/term.ts';
import { instantOf } from '../../src/domain/time.ts';

const member = (id: string, tags: Tag[] = ['ordinary']) => ({ id, name: id, tags, roles: [] }) as unknown as Member;
const at = (...kinds: (null | 'signed_in' | 'leave')[]) =>
  kinds.map((kind, index) => ({ member: 'a', day: `2026-${String(index + 1).padStart(2, '0')}-07`, kind }));

test('three times in a row without a word are long, two are not, and leave in between begins anew', () => {
  expect(longAbsent([member('a')], at('signed_in', null, null, null), '2026-04-08')).toEqual(['a']);
  expect(longAbsent([member('a')], at('signed_in', null, null), '2026-03-08')).toEqual([]);
  expect(longAbsent([member('a')], at('signed_in', null, 'leave', null), '2026-04-08')).toEqual([]);
  expect(longAbsent([member('a')], at(null, null, null, 'signed_in'), '2026-04-08')).toEqual([]);
});

test('four months on leave are asked after too; of mobile and elderly members nothing is expected', () => {
  expect(longAbsent([member('a')], at('leave', 'leave', 'leave', 'leave'), '2026-05-06')).toEqual([]);
  expect(longAbsent([member('a')], at('leave', 'leave', 'leave', 'leave'), '2026-05-07')).toEqual(['a']);
  expect(longAbsent([member('a', ['mobile'])], at(null, null, null), '2026-04-08')).toEqual([]);
  expect(longAbsent([member('a', ['elderly'])], at(null, null, null), '2026-04-08')).toEqual([]);
});

test('a term ends on the same day after its years, and is near half a year ahead', () => {
  expect(termEnd({ elected_on: '2024-02-29', years: 3 })).toBe('2027-02-28');
  expect(termEnd({ elected_on: '2022-03-15', years: 5 })).toBe('2027-03-15');
  expect(termNear({ elected_on: '2022-03-15', years: 5 })).toBe('2026-09-15');
});

test('a heart-to-heart talk is read from a sentence that tells of one, not from a wish or a question', () => {
  const now = instantOf('2026-12-05', '19:30');
  expect(hadHeartTalk('昨天和赵磊谈心了', now)).toEqual({ people: '赵磊', on: '2026-12-04' });
  expect(hadHeartTalk('今天跟李洁、孙波谈了心', now)).toEqual({ people: '李洁、孙波', on: '2026-12-05' });
  expect(hadHeartTalk('我和赵磊谈过话', now)).toEqual({ people: '赵磊' });
  for (const none of ['想和书记谈心', '约赵磊谈心', '和谁谈心了吗', '明天和赵磊谈心', '谈心'])
    expect(hadHeartTalk(none, now)).toBeUndefined();
});
