import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sayRosterProblem } from '../../../src/domain/roster.ts';
import { readRoster } from '../../../src/library/roster/read-roster.ts';
import type { Cell } from '../../../src/library/roster/sheet.ts';
import { readRows, today } from './workbook.ts';

async function problemsOf(rows: readonly (readonly unknown[])[], unit?: string): Promise<string[]> {
  const read = await readRows(rows, unit);
  return read.kind === 'refused' ? read.problems.map(sayRosterProblem) : [];
}

test.each([
  ['姓名', '账号', '支部', '党小组', '职务', '党员类别', '类别', '入党时间'],
  ['姓　名*', '企业微信账号', '所在党支部', '所在党小组', '党内职务', '党员类型', '人员类别', '入党日期'],
  ['党员姓名：', 'UserID', '所属支部', '党小组（没有不填）', '支部职务', '正式/预备', '人员类型', '加入中国共产党时间'],
])('the headings %s %s %s … are understood', async (...headings) => {
  const read = await readRows([
    headings,
    ['王芳', 'wangfang', '第一党支部', '第二党小组', '书记', '预备', '在职', '2010-07-01'],
  ]);
  expect(read.kind === 'read' && read.organisation.members).toEqual([
    {
      row: 2,
      id: null,
      name: '王芳',
      unit: { name: '第一党支部' },
      accounts: { wecom: 'wangfang' },
      partyGroup: '第二党小组',
      roles: ['secretary'],
      tags: ['ordinary'],
      status: 'probationary',
      joinedOn: '2010-07-01',
    },
  ]);
});

test('an empty cell takes functions, group and categories away, and says nothing of the rest', async () => {
  const read = await readRows([
    ['姓名', '账号', '支部', '党小组', '党内职务', '党员类别', '人员类别', '入党时间'],
    ['王芳', '', '第一党支部', '无', '', '', '', ''],
  ]);
  expect(read.kind === 'read' && read.organisation.members).toEqual([
    { row: 2, id: null, name: '王芳', unit: { name: '第一党支部' }, partyGroup: null, roles: [], tags: [] },
  ]);
});

test('every bad cell is named with its row, column and what to write', async () => {
  expect(
    await problemsOf([
      ['党员花名册'],
      ['姓名', '账号', '支部', '党内职务', '人员类别', '入党时间'],
      ['王芳', 'wangfang', '第一党支部', '书记', '在职', '2010-07-01'],
      ['', 'zhaolei', '', '科长', '其他', '2010-02-30'],
      ['138001', '1.38E+10', '第一党支部', '', '', ''],
      ['李洁', '李洁', '第一党支部', '', '', '2031-01-01'],
    ]),
  ).toEqual([
    '第4行“A列 姓名”：没有写姓名，请补上；如果这一行不是人员，请删去',
    '第4行“F列 入党时间”：“2010-02-30”这一天不存在，请改正',
    '第4行“D列 党内职务”：看不懂“科长”，可以写：书记、副书记、组织委员、宣传委员、纪检委员、党小组组长、普通党员；如果这一列是行政职务，请把标题改成“行政职务”',
    '第4行“E列 人员类别”：看不懂“其他”，可以写：正式、预备、在职、离退休、流动、学生、农民、领导干部、困难、年老体弱',
    '第4行“C列 支部”：没有写支部，请补上',
    '第5行“A列 姓名”：“138001”不像姓名，请改正',
    '第5行“B列 账号”：“1.38E+10”被表格改成了科学计数，请把这一列设为文本后重填',
    '第6行“B列 账号”：“李洁”不是企业微信账号，账号只有字母、数字和 _ . @ -，最多64个',
    '第6行“F列 入党时间”：2031-01-01 还没有到，请改正',
  ]);
});

test('two rows with one key are both named', async () => {
  expect(
    await problemsOf([
      ['姓名', '账号', '支部', '入党时间'],
      ['王芳', 'WangFang', '第一党支部', '2010-07-01'],
      ['王方', 'wangfang', '第二党支部', '2012-07-01'],
      ['李洁', '', '第一党支部', '2011年7月1日'],
      ['李 洁', '', '第一党支部', 40725],
      ['李洁', '', '第二党支部', '2011-07-01'],
      ['李洁', '', '第一党支部', '2012-07-01'],
    ]),
  ).toEqual([
    '第3行：和第2行的账号都是 wangfang，请改正其中一个',
    '第5行：和第4行是同一个人（李洁，支部和入党时间都相同）：写重了请删去一行，确是两个人请填上账号',
  ]);
});

test.each([
  [
    [
      ['名字不详', '支部'],
      ['王芳', '第一党支部'],
    ],
    undefined,
    '没有找到标题行',
  ],
  [[['姓名'], ['王芳']], undefined, '表里没有“支部”这一列'],
  [[['姓名', '支部']], undefined, '标题行下面没有人员'],
  [
    [
      ['姓名', '入党时间', '入党日期'],
      ['王芳', '', ''],
    ],
    'b1',
    '第1行里“入党时间”和“入党日期”是一个意思，请只留一列',
  ],
])('a sheet that cannot be read as a whole says why: %j', async (rows, unit, expected) => {
  const problems = await problemsOf(rows, unit);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(expected);
});

test.each(['王芳', '欧阳娜娜', '阿依古丽·买买提', '阿依古丽・买买提', '𠅤明', 'Maria', '王 芳（大）', '王芳2'])(
  '%s is a name',
  async (name) => {
    expect(await problemsOf([['姓名'], [name]], 'b1')).toEqual([]);
  },
);

test.each(['2', '王？', '王芳/赵磊', '=1', '王'.repeat(31)])('%s is no name', async (name) => {
  expect(
    await problemsOf(
      [
        ['姓名', '账号'],
        [name, 'a'],
      ],
      'b1',
    ),
  ).toHaveLength(1);
});

const people = fc.uniqueArray(
  fc.record({
    姓名: fc.constantFrom('王芳', '李洁', '阿依古丽·买买提'),
    账号: fc.stringMatching(/^[a-z]{3,9}$/),
    支部: fc.constantFrom('第一党支部', '第二党支部'),
    党小组: fc.constantFrom('', '第一党小组'),
    党内职务: fc.constantFrom('', '书记', '副书记、纪检委员'),
    党员类别: fc.constantFrom('', '正式', '预备党员'),
    人员类别: fc.constantFrom('', '在职', '退休、高龄'),
    入党时间: fc.constantFrom('', '2010-07-01', '2011年7月1日'),
  }),
  { selector: (person) => person.账号, minLength: 1, maxLength: 6 },
);
const extras = fc.uniqueArray(
  fc.constantFrom('序号', '性别', '民族', '身份证号', '手机', '出生日期', '职务', '转正时间'),
);
const titles = fc.array(fc.constantFrom('党员花名册', '填报单位：第一党支部', ''), { maxLength: 3 });

test('columns in any order, unknown columns and titles above change nothing about the members', () => {
  fc.assert(
    fc.property(people, extras, titles, fc.infiniteStream(fc.nat()), (members, added, above, chance) => {
      const fields = Object.keys(members[0] ?? {}) as (keyof (typeof members)[number])[];
      const plain = readRoster(
        [{ name: '一', rows: [fields, ...members.map((member) => fields.map((field) => member[field]))] }],
        { today },
      );
      const order = shuffled([...fields, ...added], chance);
      const rows: Cell[][] = [
        ...above.map((title) => [title]),
        order,
        ...members.map((member) => order.map((field) => (member as Record<string, string>)[field] ?? '某某')),
      ];
      const read = readRoster([{ name: '二', rows }], { today });
      if (read.kind === 'refused' || plain.kind === 'refused') throw new Error(JSON.stringify([read, plain]));
      expect(read.members).toEqual(plain.members.map((member) => ({ ...member, row: member.row + above.length })));
      for (const heading of added) expect(read.notes.join()).toContain(heading);
    }),
  );
});

function shuffled<T>(items: T[], chance: Iterator<number>): T[] {
  const left = [...items];
  return items.map(() => left.splice(Number(chance.next().value) % left.length, 1)[0]!);
}
