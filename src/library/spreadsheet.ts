// Writes tables as an .xlsx that prints well on A4. Never writes a formula: what looks like one stays text.

import type { Borders, Worksheet } from 'exceljs';

/** One sheet: a title, a heading row, rows, and a note below. */
export interface SheetOutline {
  /** The name of the tab; what Excel does not allow in it is replaced. */
  readonly name: string;
  readonly title?: string;
  /** Widths in characters of the standard font; a Chinese sign takes two. */
  readonly columns: readonly { readonly heading: string; readonly width: number }[];
  /** A day (`2026-12-07` or `2026年12月7日`) becomes a date of the table, shown in the same writing. */
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
  const whole = columns.reduce((sum, { width }) => sum + width, 0);
  if (title !== undefined) {
    const row = addSpanning(worksheet, title, columns.length);
    // Signs of 16 points take half as much room again as those the widths are counted in.
    row.height = heightOf(28 / 15, linesOf(title, whole / 1.5));
    row.font = { name: font, size: 16, bold: true };
    row.alignment = { horizontal: 'center', vertical: 'middle', wrapText: true };
  }
  const headings = worksheet.addRow(columns.map(({ heading }) => plainText(heading)));
  headings.height = 7 + heightOf(1, Math.max(...columns.map(({ heading, width }) => linesOf(heading, width))));
  headings.eachCell((cell) => {
    cell.font = { name: font, size: 11, bold: true };
    cell.fill = { type: 'pattern', pattern: 'solid', fgColor: { argb: 'FFF2F2F2' } };
    cell.alignment = { horizontal: 'center', vertical: 'middle', wrapText: true };
    cell.border = box;
  });
  const isFigures = columns.map((_, index) => rows.every((values) => typeof (values[index] ?? 0) === 'number'));
  for (const values of rows) {
    const row = worksheet.addRow(values.map((value) => (typeof value === 'string' ? plainText(value) : value)));
    // A row without a height is cut by programs that do not measure it again on opening.
    row.height = heightOf(
      1.1,
      Math.max(...columns.map(({ width }, index) => linesOf(String(values[index] ?? ''), width))),
    );
    for (let index = 1; index <= columns.length; index++) {
      const cell = row.getCell(index);
      const day = dayIn(values[index - 1]);
      if (day) {
        cell.value = day.value;
        cell.numFmt = day.format;
      }
      cell.font = { name: font, size: 11 };
      cell.alignment = { vertical: 'middle', wrapText: true, horizontal: isFigures[index - 1] ? 'center' : 'left' };
      cell.border = box;
    }
  }
  if (note !== undefined) {
    const row = addSpanning(worksheet, note, columns.length);
    row.font = { name: font, size: 10, color: { argb: 'FF595959' } };
    row.alignment = { vertical: 'top', wrapText: true };
    // Excel does not grow merged rows by itself.
    row.height = heightOf(1, linesOf(note, whole));
  }
  worksheet.views = [{ state: 'frozen', ySplit: headings.number }];
  worksheet.pageSetup = {
    ...worksheet.pageSetup,
    paperSize: a4,
    orientation: whole > portraitWidth ? 'landscape' : 'portrait',
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
/** What an upright A4 page holds at full size, in characters. */
const portraitWidth = 80;

function addSpanning(worksheet: Worksheet, text: string, width: number) {
  const row = worksheet.addRow([plainText(text)]);
  if (width > 1) worksheet.mergeCells(row.number, 1, row.number, width);
  return row;
}

/** How many lines a text takes in a cell of this width. */
function linesOf(text: string, width: number): number {
  // The cell's own margin takes about one sign.
  const room = Math.max(1, width - 1);
  return text.split('\n').reduce((sum, part) => sum + Math.max(1, Math.ceil(displayWidth(part) / room)), 0);
}

/** In characters of the standard font: a Chinese sign takes two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const sign of text) width += sign.codePointAt(0)! > 0xff ? 2 : 1;
  return width;
}

/** Points of so many lines of 15; Excel knows no row higher than 409. */
function heightOf(size: number, lines: number): number {
  return Math.min(409, Math.round(15 * size * lines));
}

/** A cell that is a day and nothing else. */
function dayIn(value: string | number | null | undefined): { value: Date; format: string } | undefined {
  const parts = typeof value === 'string' ? /^(\d{4})(?:-(\d\d)-(\d\d)|年(\d{1,2})月(\d{1,2})日)$/.exec(value) : null;
  if (!parts) return undefined;
  const [year, month, day] = [parts[1], parts[2] ?? parts[4], parts[3] ?? parts[5]].map(Number) as [
    number,
    number,
    number,
  ];
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return { value: date, format: parts[2] ? 'yyyy-mm-dd' : 'yyyy"年"m"月"d"日"' };
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
