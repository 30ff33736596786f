// Writes tables as an .xlsx that prints well on A4. Never writes a formula: what looks like one stays text.

import type { Borders, Worksheet } from 'exceljs';

/** One sheet: a title, a heading row, rows, and a note below. */
export interface SheetOutline {
  /** The name of the tab; what Excel does not allow in it is replaced. */
  readonly name: string;
  readonly title?: string;
  /** Widths in characters of the standard font; a Chinese sign takes two. */
  readonly columns: readonly { readonly heading: string; readonly width: number }[];
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly note?: string;
}

/** The workbook as bytes. Excel wants at least one sheet: an empty list throws. */
export async function writeWorkbook(sheets: readonly SheetOutline[]): Promise<Buffer> {
  // 23 MB of package: loaded only when somebody asks for a table.
  const { default: excel } = await import('exceljs');
  if (sheets.length === 0) throw new Error('a workbook needs a sheet');
  const workbook = new excel.Workbook();
  workbook.creator = '支部通';
  const names = new Set<string>();
  for (const sheet of sheets) writeSheet(workbook.addWorksheet(sheetName(sheet.name, names)), sheet);
  return Buffer.from(await workbook.xlsx.writeBuffer());
}

const font = '宋体';
const line = { style: 'thin', color: { argb: 'FFBFBFBF' } } as const;
const box: Partial<Borders> = { top: line, left: line, bottom: line, right: line };

function writeSheet(worksheet: Worksheet, { title, columns, rows, note }: SheetOutline): void {
  worksheet.columns = columns.map(({ width }) => ({ width }));
  if (title !== undefined) {
    const row = addSpanning(worksheet, title, columns.length);
    row.height = 28;
    row.font = { name: font, size: 16, bold: true };
    row.alignment = { horizontal: 'center', vertical: 'middle' };
  }
  const headings = worksheet.addRow(columns.map(({ heading }) => plainText(heading)));
  headings.height = 22;
  headings.eachCell((cell) => {
    cell.font = { name: font, size: 11, bold: true };
    cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFF2F2F2' } };
    cell.alignment = { horizontal: 'center', vertical: 'middle', wrapText: true };
    cell.border = box;
  });
  for (const values of rows) {
    const row = worksheet.addRow(values.map((value) => (typeof value === 'string' ? plainText(value) : value)));
    for (let index = 1; index <= columns.length; index++) {
      const cell = row.getCell(index);
      cell.font = { name: font, size: 11 };
      cell.alignment = { vertical: 'middle', wrapText: true };
      cell.border = box;
    }
  }
  if (note !== undefined) {
    const row = addSpanning(worksheet, note, columns.length);
    row.font = { name: font, size: 10, color: { argb: 'FF595959' } };
    row.alignment = { vertical: 'top', wrapText: true };
    // Excel does not grow merged rows by itself.
    row.height =
      15 *
      linesOf(
        note,
        columns.reduce((sum, { width }) => sum + width, 0),
      );
  }
  worksheet.views = [{ state: 'frozen', ySplit: headings.number }];
  worksheet.pageSetup = {
    ...worksheet.pageSetup,
    paperSize: a4,
    orientation: 'landscape',
    fitToPage: true,
    fitToWidth: 1,
    fitToHeight: 0,
    horizontalCentered: true,
    margins: { left: 0.5, right: 0.5, top: 0.6, bottom: 0.6, header: 0.3, footer: 0.3 },
    printTitlesRow: `${headings.number}:${headings.number}`,
  };
  worksheet.headerFooter.oddFooter = '第 &P 页，共 &N 页';
}

/** ECMA-376, ST_PaperSize. */
const a4 = 9;

function addSpanning(worksheet: Worksheet, text: string, width: number) {
  const row = worksheet.addRow([plainText(text)]);
  if (width > 1) worksheet.mergeCells(row.number, 1, row.number, width);
  return row;
}

function linesOf(text: string, width: number): number {
  return text
    .split('\n')
    .reduce((sum, part) => sum + Math.max(1, Math.ceil((part.length * 2) / Math.max(1, width))), 0);
}

/** XML 1.0 has no control signs, and Excel repairs a file that holds one; a cell holds 32,767 characters at most. */
function plainText(text: string): string {
  return text
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu, '')
    .toWellFormed()
    .slice(0, 32_767);
}

/** At most 31 characters, none of []:*?/\, no quote at either end, no name twice (case ignored). */
function sheetName(wanted: string, taken: Set<string>): string {
  const base =
    plainText(wanted)
      .replaceAll(/[[\]:*?/\\\n\r\t]/g, ' ')
      .replaceAll(/^[' ]+|[' ]+$/g, '') || '表';
  for (let count = 1; ; count++) {
    const suffix = count === 1 ? '' : `(${count})`;
    const name = base.slice(0, 31 - suffix.length) + suffix;
    if (taken.has(name.toLowerCase())) continue;
    taken.add(name.toLowerCase());
    return name;
  }
}
