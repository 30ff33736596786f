import ExcelJS from 'exceljs';
import { expect, test } from 'vitest';
import { readSheets } from '../../src/library/roster/read-sheets.ts';
import type { SheetOutline } from '../../src/library/spreadsheet.ts';
import { writeWorkbook } from '../../src/library/spreadsheet.ts';

const outline: SheetOutline = {
  name: '周报',
  title: '第一党支部周报',
  columns: [
    { heading: '姓名', width: 12 },
    { heading: '次数', width: 8 },
  ],
  rows: [
    ['王芳', 3],
    ['=1+1', null],
  ],
  note: '只有本支部书记能看到。',
};

async function open(bytes: Buffer): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  return workbook;
}

test('what is written is read again: title, headings, rows, note', async () => {
  expect(await readSheets(await writeWorkbook([outline]))).toEqual({
    kind: 'sheets',
    sheets: [
      {
        name: '周报',
        rows: [
          ['第一党支部周报', null],
          ['姓名', '次数'],
          ['王芳', 3],
          ['=1+1', null],
          ['只有本支部书记能看到。', null],
        ],
      },
    ],
  });
});

test('the heading row stays in view and on every page of A4, broad tables across', async () => {
  const broad = { ...outline, columns: outline.columns.map((column) => ({ ...column, width: 60 })) };
  const sheet = (await open(await writeWorkbook([broad]))).getWorksheet('周报');
  expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 2 });
  expect(sheet?.pageSetup).toMatchObject({
    paperSize: 9,
    orientation: 'landscape',
    fitToPage: true,
    fitToWidth: 1,
    fitToHeight: 0,
  });
  expect(sheet?.pageSetup.printTitlesRow).toBe('2:2');
  expect(sheet?.getCell('A2').font.bold).toBe(true);
  expect(sheet?.getCell('A1').isMerged).toBe(true);
});

test('long titles and cells are shown whole, a day is a date, and a narrow table stands upright', async () => {
  const title = '某某区某某街道办事处退休干部党支部一周小结（12月7日—12月13日）';
  const rows = [
    ['阿卜杜热合曼·买买提托合提江', 3],
    ['2026年12月7日', 1],
    ['2026-12-08', 2],
    ['2026年2月30日', 0],
  ];
  const sheet = (await open(await writeWorkbook([{ ...outline, title, rows }]))).worksheets[0]!;
  expect(sheet.getCell('A1').alignment).toMatchObject({ wrapText: true });
  expect(sheet.getRow(1).height).toBeGreaterThan(28 * 3);
  expect(sheet.getRow(3).height).toBeGreaterThan(30);
  expect(sheet.getCell('A4').value).toEqual(new Date('2026-12-07T00:00:00Z'));
  expect(sheet.getCell('A4').numFmt).toContain('年');
  expect(sheet.getCell('A5').value).toEqual(new Date('2026-12-08T00:00:00Z'));
  expect(sheet.getCell('A6').value).toBe('2026年2月30日');
  expect(sheet.pageSetup.orientation).toBe('portrait');
});

test('nothing that looks like a formula becomes one', async () => {
  const rows = ['=1+1', '+1', '-1', '@SUM(A1)', '=HYPERLINK("http://x")'].map((text) => [text, null]);
  const sheet = (await open(await writeWorkbook([{ ...outline, rows }]))).worksheets[0];
  for (const [index, [text]] of rows.entries()) {
    const cell = sheet?.getCell(index + 3, 1);
    expect(cell?.type).toBe(ExcelJS.ValueType.String);
    expect(cell?.value).toBe(text);
  }
});

test('signs that XML forbids are left out', async () => {
  const bytes = await writeWorkbook([{ ...outline, rows: [['王\u0000芳\u000b\ud800', 1]] }]);
  const read = await readSheets(bytes);
  expect(read.kind === 'sheets' && read.sheets[0]?.rows[2]?.[0]).toBe('王芳\ufffd');
});

test('names of sheets are made allowed and different', async () => {
  const named = (name: string) => ({ ...outline, name });
  const long = '第一党支部'.repeat(10);
  const workbook = await open(
    await writeWorkbook([named('2026/12: [草稿]'), named('a'), named('A'), named(long), named(long), named("''")]),
  );
  const names = workbook.worksheets.map(({ name }) => name);
  expect(names).toEqual(['2026 12   草稿', 'a', 'A(2)', long.slice(0, 31), `${long.slice(0, 28)}(2)`, '表']);
});
