// A roster as a branch secretary really keeps it: read whole, with nothing kept that has no use.

import { expect, test } from 'vitest';
import { readBytes, workbookOf } from './workbook.ts';

test('a real roster is read: merged titles, three notations of dates, blanks in names, two people of one name, a sum at the end; what has no use is ignored (duty 64)', async () => {
  const bytes = await workbookOf(
    [
      ['区直机关第一党支部\n党员花名册'],
      [],
      ['填报单位：第一党支部', null, null, null, null, '2026年11月30日'],
      [
        '序号',
        '姓 名（必填）',
        '性别',
        '身份证号',
        '入 党\n时 间',
        '职务',
        '党内职务',
        '党员类别',
        '人员类别',
        '所在党支部',
        '手机',
      ],
      [
        1,
        '王　芳',
        '女',
        '110101198001010022',
        new Date(Date.UTC(2010, 6, 1)),
        '科长',
        '支部书记',
        '正式党员',
        '在职',
        '第一党支部',
        13800000001,
      ],
      [
        2,
        ' 赵 磊 ',
        '男',
        '110101198001010033',
        '2011年7月1日',
        '',
        '组织委员兼宣传委员',
        '正式',
        '在岗职工',
        null,
        '1.38E+10',
      ],
      [3, '孙波', '男', null, '1978.9.12', '', '普通党员', '正式党员', '离退休、年老体弱', null, ''],
      [4, '李洁', '女', null, 40725, '', '无', '预备党员', '', '第二党支部', ''],
      [5, '李洁', '女', null, '2015/6', '', '', '', '流动党员', '第二党支部', ''],
      ['', '阿依古丽•买买提', '女', null, '20160701', '', '', '', '农牧渔民', '第二党支部', ''],
      [7],
      [],
      ['合计', null, null, null, '6人'],
      ['填表人：', '王芳', null, '审核人：', '赵磊'],
    ],
    (sheet) => {
      sheet.mergeCells('A1:K2');
      sheet.mergeCells('A3:D3');
      sheet.mergeCells('J5:J7');
      sheet.getCell('E5').numFmt = 'yyyy"年"m"月"d"日"';
    },
  );
  const read = await readBytes(bytes);
  expect(read).toEqual({
    kind: 'read',
    organisation: {
      source: 'xlsx',
      units: [],
      members: [
        {
          row: 5,
          id: null,
          name: '王芳',
          unit: { name: '第一党支部' },
          roles: ['secretary'],
          tags: ['ordinary'],
          status: 'full',
          joinedOn: '2010-07-01',
        },
        {
          row: 6,
          id: null,
          name: '赵磊',
          unit: { name: '第一党支部' },
          roles: ['commissioner-organisation', 'commissioner-publicity'],
          tags: ['ordinary'],
          status: 'full',
          joinedOn: '2011-07-01',
        },
        {
          row: 7,
          id: null,
          name: '孙波',
          unit: { name: '第一党支部' },
          roles: [],
          tags: ['elderly', 'retired'],
          status: 'full',
          joinedOn: '1978-09-12',
        },
        {
          row: 8,
          id: null,
          name: '李洁',
          unit: { name: '第二党支部' },
          roles: [],
          tags: [],
          status: 'probationary',
          joinedOn: '2011-07-01',
        },
        {
          row: 9,
          id: null,
          name: '李洁',
          unit: { name: '第二党支部' },
          roles: [],
          tags: ['mobile'],
          joinedOn: '2015-06-01',
        },
        {
          row: 10,
          id: null,
          name: '阿依古丽·买买提',
          unit: { name: '第二党支部' },
          roles: [],
          tags: ['farmer'],
          joinedOn: '2016-07-01',
        },
      ],
    },
    notes: [
      '没有用到、也不会保存的列：序号、性别、身份证号、职务、手机',
      '跳过了不是人员的行：第11行“7”、第13行“合计”、第14行“填表人:”',
      '入党时间只写到月，按当月1日记：第9行',
    ],
  });
  expect(JSON.stringify(read)).not.toMatch(/1101|1380|科长/);
});

test('a heading of two rows and a heading repeated on each page are understood', async () => {
  const bytes = await workbookOf(
    [
      ['姓名', '党内情况', null, '账号'],
      [null, '入党时间', '党内职务', null],
      ['王芳', '2010-07-01', '书记', 'wangfang'],
      ['姓名', '入党时间', '党内职务', '账号'],
      ['赵磊', '2011-07-01', '', 'zhaolei'],
    ],
    (sheet) => {
      sheet.mergeCells('A1:A2');
      sheet.mergeCells('B1:C1');
      sheet.mergeCells('D1:D2');
    },
  );
  const read = await readBytes(bytes, '名册.xlsx', 'b1');
  expect(read.kind === 'read' && read.organisation.members).toEqual([
    {
      row: 3,
      id: null,
      name: '王芳',
      unit: { id: 'b1' },
      accounts: { wecom: 'wangfang' },
      roles: ['secretary'],
      joinedOn: '2010-07-01',
    },
    {
      row: 5,
      id: null,
      name: '赵磊',
      unit: { id: 'b1' },
      accounts: { wecom: 'zhaolei' },
      roles: [],
      joinedOn: '2011-07-01',
    },
  ]);
});

test('the first sheet with headings is read and the others are named', async () => {
  const bytes = await workbookOf(
    [
      ['姓名', '支部'],
      ['王芳', '第一党支部'],
    ],
    (_, workbook) => {
      workbook.addWorksheet('发展对象').addRow(['姓名', '支部', '入党时间']);
      workbook.addWorksheet('空表');
    },
  );
  const read = await readBytes(bytes);
  expect(read).toMatchObject({ kind: 'read', notes: ['只读了工作表“花名册”，没有读：“发展对象”'] });
});

test('a page of explanations before the roster does not take its place', async () => {
  const bytes = await workbookOf([['填写说明'], ['姓名'], ['必须写']], (_, workbook) => {
    const sheet = workbook.addWorksheet('名册');
    sheet.addRow(['姓名', '支部']);
    sheet.addRow(['王芳', '第一党支部']);
  });
  const read = await readBytes(bytes);
  expect(read.kind === 'read' && read.organisation.members.map(({ name }) => name)).toEqual(['王芳']);
});

test('lines that name a Party group between the people are passed over and mentioned', async () => {
  const bytes = await workbookOf(
    [['姓名', '入党时间'], ['第一党小组（2人）'], ['王芳', '2010-07-01'], ['第二党小组'], ['赵磊', '2011-07-01']],
    (sheet) => sheet.mergeCells('A2:B2'),
  );
  const read = await readBytes(bytes, '名册.xlsx', 'b1');
  expect(read.kind === 'read' && read.organisation.members.map(({ row }) => row)).toEqual([3, 5]);
  expect(read.kind === 'read' && read.notes).toEqual(['跳过了不是人员的行：第2行“第一党小组(2人)”、第4行“第二党小组”']);
});
