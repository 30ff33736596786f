import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ImportPlan } from '../../src/domain/import-plan.ts';
import { planImport } from '../../src/domain/import-plan.ts';
import type { Unit } from '../../src/domain/organisation.ts';
import type { ExistingMember, RosterImport, RosterMember, RosterUnit } from '../../src/domain/roster.ts';
import { sayRosterProblem } from '../../src/domain/roster.ts';

const unit = (id: string, name: string, parent: string | null, kind: Unit['kind'] = 'branch'): Unit => ({
  id,
  name,
  kind,
  parent,
  sector: null,
  settings: {},
  groups: {},
});
const units = [
  unit('district', '区直机关党工委', null, 'district'),
  unit('b1', '第一党支部', 'district'),
  unit('b2', '第二党支部', 'district'),
  unit('other', '街道党工委', null, 'district'),
  unit('o1', '第一党支部', 'other'),
];

const person = (id: string, name: string, more: Partial<ExistingMember> = {}): ExistingMember => ({
  id,
  name,
  unit: 'b1',
  partyGroup: null,
  roles: [],
  tags: [],
  status: 'full',
  joinedOn: null,
  accounts: {},
  leftAt: null,
  ...more,
});

const row = (at: number, name: string, more: Partial<RosterMember> = {}): RosterMember => ({
  row: at,
  id: null,
  name,
  unit: { id: 'b1' },
  ...more,
});
const sheet = (...members: RosterMember[]): RosterImport => ({ source: 'xlsx', units: [], members });
const wecom = (account: string) => ({ accounts: { wecom: account } });

function planned(members: readonly ExistingMember[], roster: RosterImport, within?: string): ImportPlan {
  const outcome = planImport({ units, members }, roster, { unit: within });
  if (outcome.kind === 'refused') throw new Error(outcome.problems.map(sayRosterProblem).join('\n'));
  return outcome.plan;
}

function refusals(members: readonly ExistingMember[], roster: RosterImport, within?: string, known = units): string[] {
  const outcome = planImport({ units: known, members }, roster, { unit: within });
  return outcome.kind === 'refused' ? outcome.problems.map(sayRosterProblem) : [];
}

test('a new member gets the account as id, or one made of name, branch and joining date', () => {
  const { create } = planned(
    [],
    sheet(row(2, '王芳', wecom('wangfang')), row(3, '李洁', { joinedOn: '2010-07-01' })),
  ).members;
  expect(create.map(({ id }) => id)).toEqual(['wangfang', expect.stringMatching(/^m-[0-9a-f]{10}$/)]);
  expect(create[1]).toMatchObject({
    name: '李洁',
    unit: 'b1',
    status: 'full',
    joinedOn: '2010-07-01',
    roles: [],
    accounts: {},
  });
});

test('an id that is taken by somebody else is not given again', () => {
  const taken = person('wangfang', '王方', wecom('fang'));
  expect(planned([taken], sheet(row(2, '王芳', wecom('wangfang')))).members.create[0]?.id).toBe('wangfang-2');
});

test('one account is one person, whatever the name, branch and case', () => {
  const before = person('wangfang', '王方', { ...wecom('WangFang'), joinedOn: '2010-07-01' });
  const { members } = planned([before], sheet(row(2, '王芳', { ...wecom('wangfang'), unit: { id: 'b2' } })));
  expect(members).toEqual({
    create: [],
    update: [{ id: 'wangfang', name: '王方', changes: { name: '王芳', unit: 'b2' } }],
    unchanged: 0,
  });
});

test('a member whose id is the account is the same person while no account is known', () => {
  const before = person('wangfang', '王芳');
  expect(planned([before], sheet(row(2, '王芳', wecom('wangfang')))).members.update).toEqual([
    { id: 'wangfang', name: '王芳', changes: { accounts: { wecom: 'wangfang' } } },
  ]);
});

test('without an account, name, branch and joining date tell people of one name apart', () => {
  const before = [
    person('m-1', '李洁', { joinedOn: '2010-07-01' }),
    person('m-2', '李洁', { joinedOn: '2012-07-01' }),
    person('m-3', '李洁', { joinedOn: '2010-07-01', unit: 'b2' }),
  ];
  const { members } = planned(before, sheet(row(2, '李洁', { joinedOn: '2012-07-01', tags: ['mobile'] })));
  expect(members).toEqual({
    create: [],
    update: [{ id: 'm-2', name: '李洁', changes: { tags: ['mobile'] } }],
    unchanged: 0,
  });
});

test('a joining date that was missing is filled in, and said so', () => {
  const plan = planned([person('m-1', '李洁')], sheet(row(2, '李洁', { joinedOn: '2012-07-01' })));
  expect(plan.members.update).toEqual([{ id: 'm-1', name: '李洁', changes: { joinedOn: '2012-07-01' } }]);
  expect(plan.notes).toEqual(['第2行 李洁：按同支部同姓名，认作已有的党员']);
});

test('another joining date is another person, and said so', () => {
  const plan = planned(
    [person('m-1', '李洁', { joinedOn: '2010-07-01' })],
    sheet(row(2, '李洁', { joinedOn: '2012-07-01' })),
  );
  expect(plan.members.create).toHaveLength(1);
  expect(plan.notes).toEqual(['第2行 李洁：支部里已有同名的党员，入党时间或账号不同，按另一人新增']);
});

test('who cannot be told apart is a problem', () => {
  const before = [person('m-1', '李洁', { joinedOn: '2010-07-01' }), person('m-2', '李洁', { joinedOn: '2012-07-01' })];
  expect(refusals(before, sheet(row(2, '李洁')))).toEqual(['第2行：支部里有2位李洁，分不清是哪一位，请填上账号']);
});

test('two rows that mean one member are a problem', () => {
  const before = person('m-1', '李洁', { accounts: { wecom: 'lijie', wechaty: 'wx-lijie' } });
  const rows = sheet(row(2, '李洁', wecom('lijie')), row(3, '李洁', { accounts: { wechaty: 'wx-lijie' } }));
  expect(refusals([before], rows)).toEqual(['第3行：和第2行指的是同一个人（李洁），请只留一行']);
});

test('what the file does not say stays; what it says is replaced, but never the roles of the machinery', () => {
  const before = person('wangfang', '王芳', {
    ...wecom('wangfang'),
    roles: ['secretary', 'auditor'],
    tags: ['retired'],
    status: 'probationary',
    joinedOn: '2010-07-01',
    partyGroup: '一组',
  });
  expect(planned([before], sheet(row(2, '王芳', wecom('wangfang')))).members.unchanged).toBe(1);
  const demoted = planned(
    [before],
    sheet(row(2, '王芳', { ...wecom('wangfang'), roles: [], tags: [], partyGroup: null })),
  );
  expect(demoted.members.update[0]?.changes).toEqual({ roles: ['auditor'], tags: [], partyGroup: null });
  const yaml: RosterImport = {
    source: 'yaml',
    units: [],
    members: [row(2, '王芳', { id: 'wangfang', roles: ['deputy'] })],
  };
  expect(planned([before], yaml).members.update[0]?.changes).toEqual({ roles: ['deputy'] });
});

test('nobody leaves because a row is missing, and who left comes back with a row', () => {
  const before = [person('wangfang', '王芳', wecom('wangfang')), person('m-1', '李洁', { leftAt: 1 })];
  expect(planned(before, sheet(row(2, '李洁'))).members).toEqual({
    create: [],
    update: [{ id: 'm-1', name: '李洁', changes: { returned: true } }],
    unchanged: 0,
  });
});

test.each([
  ['第一党支部', 'district', 'b1'],
  ['第一党支部', 'other', 'o1'],
  ['第一支部', 'district', 'b1'],
  ['第 2 党支部', undefined, 'b2'],
  ['中共第二党支部委员会', undefined, 'b2'],
  ['b2', undefined, 'b2'],
  ['区直机关党工委', undefined, 'district'],
])('the branch %s below %s is %s', (name, within, id) => {
  expect(planned([], sheet(row(2, '王芳', { unit: { name } })), within).members.create[0]?.unit).toBe(id);
});

test('a branch that does not exist, or twice, is named with what there is', () => {
  expect(refusals([], sheet(row(2, '王芳', { unit: { name: '第三党支部' } })), 'district')).toEqual([
    '第2行：没有支部“第三党支部”，现有：第一党支部、第二党支部',
  ]);
  expect(refusals([], sheet(row(2, '王芳', { unit: { name: '第一党支部' } })))).toEqual([
    '第2行：有2个单位叫“第一党支部”，请用 --unit 写明在哪个单位下面找，或者把支部写成编号：b1、o1',
  ]);
  expect(refusals([], sheet(row(2, '王芳')), 'b9')[0]).toContain(
    '没有编号为 b9 的单位，现有：district（区直机关党工委）',
  );
  expect(refusals([], sheet(row(2, '王芳', { unit: { name: '第一党支部' } })), undefined, [])).toEqual([
    '第2行：没有支部“第一党支部”，还没有任何单位：请先用 .yaml 文件导入单位',
  ]);
});

test('an account that belongs to another member is a problem', () => {
  const before = person('a', '王芳', wecom('wangfang'));
  const yaml: RosterImport = {
    source: 'yaml',
    units: [],
    members: [row(2, '王芳', { id: 'a' }), row(3, '赵磊', { id: 'b', ...wecom('WangFang') })],
  };
  expect(refusals([before], yaml)).toEqual(['第3行：wecom 账号 WangFang 已经属于 a，请改正']);
  const both: RosterImport = { ...yaml, members: [row(3, '赵磊', { id: 'c', ...wecom('WangFang') })] };
  expect(refusals([before, person('c', '赵磊')], both)).toEqual(['第3行：wecom 账号 WangFang 已经属于 a，请改正']);
});

test('a .yaml that names a known person under another id keeps the id that is known', () => {
  const yaml: RosterImport = {
    source: 'yaml',
    units: [],
    members: [row(3, '王芳', { id: 'wf', ...wecom('wangfang'), tags: ['mobile'] })],
  };
  const plan = planned([person('wangfang', '王芳', wecom('wangfang'))], yaml);
  expect(plan.members.update).toEqual([{ id: 'wangfang', name: '王芳', changes: { tags: ['mobile'] } }]);
  expect(plan.notes).toEqual(['第3行 王芳：账号已属于 wangfang，编号沿用 wangfang']);
});

const node = (
  at: number,
  id: string,
  kind: Unit['kind'],
  parent?: string,
  more: Partial<RosterUnit> = {},
): RosterUnit => ({
  row: at,
  id,
  name: id,
  kind,
  settings: {},
  ...(parent === undefined ? {} : { parent }),
  ...more,
});
const tree = (...rows: RosterUnit[]): RosterImport => ({ source: 'yaml', units: rows, members: [] });

test('units are created parents first and updated by what the file says', () => {
  const { units: plan } = planned(
    [],
    tree(
      node(2, 'g', 'group', 'b9'),
      node(3, 'b9', 'branch', 'district', { settings: { start: '14:00' }, groups: { wecom: 'chat' } }),
      node(4, 'b1', 'branch', undefined, { name: '第一党支部' }),
      node(5, 'b2', 'branch', 'other', { name: '第二党支部', settings: { theme_day: { day: 7 } } }),
    ),
  );
  expect(plan.create.map(({ id, parent }) => [id, parent])).toEqual([
    ['b9', 'district'],
    ['g', 'b9'],
  ]);
  expect(plan.update.map(({ unit: { id, parent }, changed }) => [id, parent, changed])).toEqual([
    ['b2', 'other', ['parent', 'settings']],
  ]);
  expect(plan.unchanged).toBe(1);
});

test('a tree that cannot stand is refused by line', () => {
  expect(refusals([], tree(node(2, 'x', 'branch', 'nowhere')))).toEqual([
    '第2行：上级 nowhere 不存在，请写进 units 或改正 parent',
  ]);
  expect(refusals([], tree(node(2, 'x', 'committee', 'y'), node(3, 'y', 'committee', 'x')))).toEqual([
    '第2行：x 的上级绕了一圈又回到自己，请改正 parent',
    '第3行：y 的上级绕了一圈又回到自己，请改正 parent',
  ]);
  expect(refusals([], tree(node(2, 'x', 'group', 'district')))).toEqual([
    '第2行：x 是党小组（group），上级要是支部（branch）',
  ]);
  expect(refusals([], tree(node(2, 'x', 'branch', 'b1')))).toEqual([
    '第2行：x（branch）不能在 b1（branch）下面，请改正 kind 或 parent',
  ]);
  const grouped = units.map((one) => (one.id === 'b1' ? { ...one, groups: { wecom: 'chat' } } : one));
  expect(
    refusals([], tree(node(2, 'x', 'branch', 'district', { groups: { wecom: 'chat' } })), undefined, grouped),
  ).toEqual(['第2行：wecom 群 chat 已经是 b1 的群，请改正']);
  const lost: RosterImport = { ...tree(), members: [row(7, '王芳', { id: 'w', unit: { id: 'b7' } })] };
  expect(refusals([], lost)[0]).toMatch(/^第7行：没有编号为 b7 的单位/);
});

const rosters = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('王芳', '李洁'),
      unit: fc.constantFrom('b1', 'b2'),
      account: fc.option(fc.constantFrom('wf', 'lj', 'zl'), { nil: undefined }),
      joinedOn: fc.option(fc.constantFrom('2010-07-01', '2012-07-01'), { nil: undefined }),
      tags: fc.subarray(['ordinary', 'mobile'] as const),
    }),
    // What the reader promises: no key twice.
    {
      selector: ({ name, unit: branch, account, joinedOn }) => account ?? [name, branch, joinedOn].join(),
      maxLength: 8,
    },
  )
  .map((people) =>
    sheet(
      ...people.map(({ name, unit: id, account, joinedOn, tags }, index) => ({
        ...row(index + 2, name, { unit: { id }, tags }),
        ...(account === undefined ? {} : wecom(account)),
        ...(joinedOn === undefined ? {} : { joinedOn }),
      })),
    ),
  );

test('the same roster a second time changes nothing', () => {
  fc.assert(
    fc.property(rosters, (roster) => {
      const after = planned([], roster).members.create.map((member) => ({ ...member, leftAt: null }));
      expect(new Set(after.map(({ id }) => id)).size).toBe(roster.members.length);
      expect(planned(after, roster).members).toEqual({ create: [], update: [], unchanged: roster.members.length });
    }),
  );
});

test('any roster after any other loses nobody and makes no one twice', () => {
  fc.assert(
    fc.property(rosters, rosters, (first, second) => {
      const before = planned([], first).members.create.map((member) => ({ ...member, leftAt: null }));
      const outcome = planImport({ units, members: before }, second);
      if (outcome.kind === 'refused') return;
      const { create, update, unchanged } = outcome.plan.members;
      expect(create.length + update.length + unchanged).toBe(second.members.length);
      const ids = [...before.map(({ id }) => id), ...create.map(({ id }) => id)];
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
