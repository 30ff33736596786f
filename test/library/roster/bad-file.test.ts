// Files that are no rosters, or mean harm: each is refused in one line that says what to do.

import { deflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { readOrganisation } from '../../../src/library/roster/read-organisation.ts';
import { packPlain, unpackXlsx, xlsxLimits } from '../../../src/library/roster/unpack-xlsx.ts';
import { readBytes, today, workbookOf } from './workbook.ts';

async function messageOf(bytes: Buffer | string, name?: string): Promise<string> {
  const read = await readBytes(bytes, name);
  if (read.kind === 'read') throw new Error('the file was read');
  expect(read.problems).toHaveLength(1);
  const message = read.problems[0]?.message ?? '';
  expect(message).not.toContain('\n');
  return message;
}

/** An archive of one packed part whose directory claims this size. */
function archive(name: string, content: Buffer, claimed = content.length, flags = 0): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(flags, 6);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(claimed, 22);
  local.writeUInt16LE(name.length, 26);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  local.copy(central, 6, 4, 30);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(46 + name.length, 12);
  end.writeUInt32LE(30 + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

const compound = Buffer.from('d0cf11e0a1b11ae1', 'hex');

test.each([
  ['an old .xls renamed', Buffer.concat([compound, Buffer.alloc(100)]), '旧版 .xls'],
  ['a workbook with a password', Buffer.concat([compound, Buffer.from('EncryptedPackage', 'utf16le')]), '去掉密码'],
  ['a .csv renamed', '姓名,支部\n王芳,第一党支部\n'.repeat(5), '不是 Excel 表格'],
  ['an empty file', '', '不是 Excel 表格'],
  ['a text document', archive('word/document.xml', Buffer.from('<w/>')), '不是 Excel 表格'],
  ['an archive with a password', archive('xl/workbook.xml', Buffer.from('<w/>'), 4, 1), '去掉密码'],
  ['an archive that was cut off', archive('xl/workbook.xml', Buffer.from('<w/>')).subarray(0, 40), '损坏'],
  ['a workbook without sheets', archive('xl/workbook.xml', Buffer.from('<workbook/>')), '读不懂'],
  ['no XML inside', archive('xl/workbook.xml', Buffer.from('…')), '读不懂'],
  ['more than 5 MB', Buffer.alloc(xlsxLimits.file + 1), '超过5MB'],
  ['a bomb that tells its size', archive('xl/workbook.xml', Buffer.alloc(60 * 1024 * 1024)), '展开后太大'],
  ['a bomb that lies about its size', archive('xl/workbook.xml', Buffer.alloc(60 * 1024 * 1024), 1000), '展开后太大'],
] as const)('%s is refused', async (_, bytes, expected) => {
  expect(await messageOf(bytes)).toContain(expected);
});

test('thousands of parts are refused before any is unpacked', async () => {
  const parts = new Map([['xl/workbook.xml', Buffer.from('<w/>')]]);
  for (let index = 0; index < xlsxLimits.entries; index++) parts.set(`xl/${index}.xml`, Buffer.alloc(0));
  expect(await messageOf(packPlain(parts))).toContain('展开后太大');
});

test('what is packed again without compression is the same workbook', async () => {
  const first = await unpackXlsx(await workbookOf([['姓名'], ['王芳']]));
  if (first.kind === 'refused') throw new Error(first.message);
  expect(await unpackXlsx(packPlain(first.parts))).toEqual(first);
});

test('a cell in the last corner of the sheet costs no memory of ours', async () => {
  const bytes = await workbookOf([['姓名'], ['王芳']], (sheet) => {
    sheet.getCell('XFD1048576').value = 'x';
  });
  expect(await messageOf(bytes)).toContain('只粘贴名册的内容');
}, 60_000);

test('formats down to the last row do not hinder', async () => {
  const bytes = await workbookOf([['姓名'], ['王芳']], (sheet) => {
    sheet.getCell('A1048576').fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFFFFF00' } };
  });
  const read = await readBytes(bytes, '名册.xlsx', 'b1');
  expect(read.kind === 'read' && read.organisation.members).toHaveLength(1);
}, 60_000);

test.each([
  ['名册.xls', '另存为 .xlsx'],
  ['名册.csv', '另存为 .xlsx'],
  ['名册.docx', '只能导入 .xlsx 表格或 .yaml 文件'],
])('%s is told to be saved otherwise', async (name, expected) => {
  expect(await messageOf('x', name)).toContain(expected);
});

test('a missing file and a folder are refused', async () => {
  expect(await readOrganisation('没有这个文件.xlsx', { today })).toEqual({
    kind: 'refused',
    problems: [{ message: '没有找到文件 没有这个文件.xlsx，请检查路径' }],
  });
  expect(await readOrganisation('.', { today })).toMatchObject({ kind: 'refused' });
});

test('more people than any roster has are refused', async () => {
  const rows = Array.from({ length: 20_001 }, (_, index) => ['王芳', `w${index}`]);
  const read = await readBytes(await workbookOf([['姓名', '账号'], ...rows]), '名册.xlsx', 'b1');
  expect(read).toEqual({ kind: 'refused', problems: [{ message: '名册超过20000人，请按支部分成几个文件导入' }] });
}, 60_000);
