import { describe, expect, test } from 'vitest';
import { readMembers } from '../../src/dialogue/answers/members.ts';

const people = ['孙波', '钱多', '李洁', '李和平', '王芳', '王芳菲'].map((name, index) => ({ id: `m${index}`, name }));
const twins = [...people, { id: 'z1', name: '张伟' }, { id: 'z2', name: '张伟' }];

describe('names in an answer', () => {
  test.each([
    ['孙波 钱多', ['孙波', '钱多']],
    ['孙波、钱多', ['孙波', '钱多']],
    ['孙波和钱多到了', ['孙波', '钱多']],
    ['孙波钱多', ['孙波', '钱多']],
    ['孙波同志，还有李洁', ['孙波', '李洁']],
    ['李和平', ['李和平']],
    ['王芳菲和王芳', ['王芳菲', '王芳']],
    ['孙波 孙波', ['孙波']],
    ['钱多 孙波', ['钱多', '孙波']],
    ['孙波也来了', ['孙波']],
  ])('%s', (text, names) => {
    const found = readMembers(text, people)!;
    expect(found.names).toEqual(names);
    expect(found.ids).toEqual(names.map((name) => people.find((one) => one.name === name)!.id));
    expect(found.unknown).toEqual([]);
  });

  test('a name nobody has is said to be unknown, the others are found all the same', () => {
    expect(readMembers('孙波 张三', people)).toMatchObject({ names: ['孙波'], unknown: ['张三'] });
  });

  test('a name of two people means neither', () => {
    expect(readMembers('张伟 孙波', twins)).toMatchObject({ names: ['孙波'], ambiguous: ['张伟'] });
  });

  test.each(['', ' ', '、，'])('no name in %o', (text) => {
    expect(readMembers(text, people)).toBeUndefined();
  });
});
