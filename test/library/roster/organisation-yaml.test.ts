import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { planImport } from '../../../src/domain/import-plan.ts';
import { sayRosterProblem } from '../../../src/domain/roster.ts';
import { readOrganisation } from '../../../src/library/roster/read-organisation.ts';
import { readBytes, today } from './workbook.ts';

async function problemsOf(text: string): Promise<string[]> {
  const read = await readBytes(text, '组织.yaml');
  return read.kind === 'refused' ? read.problems.map(sayRosterProblem) : [];
}

test('a .yaml gives units and members with their lines', async () => {
  const read = await readBytes(
    `units:
  - {id: b1, name: 第一党支部, kind: branch, theme_day: {day: 7}, start: "09:00", groups: {wecom: g1}}
members:
  - {id: wangfang, name: 王 芳, unit: b1, roles: [member, secretary], joined_on: 2010-07-01}
  - id: zhaolei
    name: 赵磊
    unit: b1
    group: 第一党小组
    channels: {wecom: zhaolei}
`,
    '组织.yml',
    'b1',
  );
  expect(read).toEqual({
    kind: 'read',
    organisation: {
      source: 'yaml',
      units: [
        {
          row: 2,
          id: 'b1',
          name: '第一党支部',
          kind: 'branch',
          settings: { theme_day: { day: 7 }, start: '09:00' },
          groups: { wecom: 'g1' },
        },
      ],
      members: [
        { row: 4, id: 'wangfang', name: '王芳', unit: { id: 'b1' }, roles: ['secretary'], joinedOn: '2010-07-01' },
        {
          row: 5,
          id: 'zhaolei',
          name: '赵磊',
          unit: { id: 'b1' },
          partyGroup: '第一党小组',
          accounts: { wecom: 'zhaolei' },
        },
      ],
    },
    notes: ['--unit 只用于 .xlsx 名册，这次没有用到'],
  });
});

test('what stands twice or cannot be is named with its line', async () => {
  expect(
    await problemsOf(`units:
  - {id: b1, name: 一, kind: branch, groups: {wecom: g1}}
  - {id: b1, name: 二, kind: branch, groups: {wecom: g1}}
members:
  - {id: wangfang, name: 王芳, unit: b1, channels: {wecom: WangFang}}
  - {id: wangfang, name: "12", unit: b1, channels: {wecom: wangfang}, joined_on: 2031-01-01}
`),
  ).toEqual([
    '第3行：单位编号 b1 在第2行已经用过，请改成别的',
    '第3行：wecom 群 g1 在第2行已经用过，请改成别的',
    '第6行：人员编号 wangfang 在第5行已经用过，请改成别的',
    '第6行：wecom 账号 wangfang 在第5行已经用过，请改成别的',
    '第6行：“12”不像姓名，请改正',
    '第6行：2031-01-01 还没有到，请改正',
  ]);
});

test.each([
  ['units: [', '第1行'],
  ['units:\n  - {id: b1, name: 一, kind: 支部}', '第2行：kind 只能是'],
  ['members:\n  - {id: a, name: 王芳, unit: b1, phone: 1}', '第2行：不认识这一项：phone'],
  ['{}', '文件里没有单位（units）也没有人员（members）'],
  ['', '文件里没有单位（units）也没有人员（members）'],
  ['units: []\n---\nunits: []', '一个文件只能写一个组织'],
])('%j is refused: %s', async (text, expected) => {
  expect((await problemsOf(text)).join('\n')).toContain(expected);
});

test('the organisations that come with the product are sound by themselves', async () => {
  const folder = 'test/fixtures/orgs';
  for (const file of [...readdirSync(folder).map((name) => `${folder}/${name}`), 'content/sample/organisation.yaml']) {
    const read = await readOrganisation(file, { today });
    if (read.kind === 'refused') throw new Error(`${file}: ${read.problems.map(sayRosterProblem).join('\n')}`);
    expect(planImport({ units: [], members: [] }, read.organisation)).toMatchObject({ kind: 'planned' });
  }
});
