import { expect, test } from 'vitest';
import { readCategories, readRoles } from '../../../src/library/roster/role-words.ts';

test.each([
  ['书记', ['secretary']],
  ['党支部书记', ['secretary']],
  ['支部书记（兼）', ['secretary']],
  ['副书记、纪检委员', ['deputy', 'commissioner-discipline']],
  ['支部副书记', ['deputy']],
  ['组织委员', ['commissioner-organisation']],
  ['组织委员兼宣传委员', ['commissioner-organisation', 'commissioner-publicity']],
  ['宣传委员，组织委员', ['commissioner-organisation', 'commissioner-publicity']],
  ['组宣委员', ['commissioner-organisation', 'commissioner-publicity']],
  ['纪律检查委员', ['commissioner-discipline']],
  ['党小组组长', ['group-leader']],
  ['第一党小组组长', ['group-leader']],
  ['组长；宣传委员', ['commissioner-publicity', 'group-leader']],
  ['普通党员', []],
  ['党员', []],
  ['', []],
])('%s means %j', (text, roles) => {
  expect(readRoles(text)).toEqual({ roles, untitled: [], unplaced: [] });
});

test('a committee member without a task of the bot’s is known and named', () => {
  expect(readRoles('支部委员、青年委员')).toEqual({ roles: [], untitled: ['支部委员', '青年委员'], unplaced: [] });
});

test.each(['科长', '副组长', '党委书记', '群众'])('%s is not understood', (text) => {
  expect(readRoles(text).unplaced).toEqual([text]);
});

test.each([
  ['在职', ['ordinary'], undefined],
  ['在岗职工', ['ordinary'], undefined],
  ['离退休党员', ['retired'], undefined],
  ['退休、高龄', ['elderly', 'retired'], undefined],
  ['流动党员', ['mobile'], undefined],
  ['学生', ['student'], undefined],
  ['农牧渔民', ['farmer'], undefined],
  ['党员领导干部', ['leading-cadre'], undefined],
  ['领导干部', ['leading-cadre'], undefined],
  ['生活困难党员', ['hardship'], undefined],
  ['年老体弱党员', ['elderly'], undefined],
  ['正式党员', [], 'full'],
  ['正式', [], 'full'],
  ['预备党员（学生）', ['student'], 'probationary'],
  ['退休（2020年退）', ['retired'], undefined],
  ['党员', [], undefined],
  ['', [], undefined],
])('the category %s means %j and %s', (text, tags, status) => {
  expect(readCategories(text)).toEqual({ tags, status, unplaced: [] });
});

test.each(['发展对象', '入党积极分子', '外星'])('the category %s is not understood', (text) => {
  expect(readCategories(text).unplaced).toEqual([text]);
});
