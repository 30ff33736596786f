// A book as a .docx ready to print and sign: A4, a page for each meeting, headings repeated, no row cut, the number of the page below. Writes no file.

import { gap } from '../domain/book.ts';
import type { BookPage, BookPages, BookTable, Form } from './book-pages.ts';
import { signLine } from './book-sheets.ts';
import { displayWidth } from './spreadsheet.ts';

/** Fonts that Chinese offices have; elsewhere the reader's program substitutes them. */
const latin = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', cs: 'Times New Roman' };
const body = { ...latin, eastAsia: '仿宋_GB2312' };
const strong = { ...latin, eastAsia: '黑体' };
/** A4 in twips, and the margins that leave room for binding. */
const paper = { short: 11906, long: 16838, margin: 1247 };
/** A cell longer than so many characters may run over a page: nothing of it may be lost. */
const longCell = 500;
/** A column of numbers, ticks and short words stands in the middle. */
const shortCell = 4;
/** Room to write where something is still missing, in twips. */
const roomToWrite = 760;

/** The document as bytes; the library is loaded only when somebody asks for one. */
export async function writeBookDocument({ title, cover, pages, landscape }: BookPages): Promise<Buffer> {
  const docx = await import('docx');
  const { AlignmentType, BorderStyle, HeadingLevel, Paragraph, Table, TableCell, TableLayoutType, TableRow, TextRun } =
    docx;
  const width = (landscape ? paper.long : paper.short) - 2 * paper.margin;
  const centre = AlignmentType.CENTER;

  const run = (text: string, size: number, heavy = false) =>
    new TextRun({ text, size, bold: heavy, font: heavy ? strong : body });
  const line = (
    text: string,
    options: { size?: number; heavy?: boolean; middle?: boolean; indent?: boolean; withNext?: boolean } = {},
  ) =>
    new Paragraph({
      ...(options.withNext ? { keepNext: true } : {}),
      ...(options.middle ? { alignment: centre } : {}),
      ...(options.indent ? { indent: { firstLine: 480 } } : {}),
      children: [run(text, options.size ?? 22, options.heavy)],
    });
  const heading = (text: string, newPage: boolean) =>
    new Paragraph({
      heading: HeadingLevel.HEADING_1,
      // Numbered parts of a report begin at the left, as official papers have it.
      ...(isNumbered(text) ? { indent: { firstLine: 480 } } : { alignment: centre }),
      pageBreakBefore: newPage,
      keepNext: true,
      spacing: { before: 200, after: 200 },
      children: [new TextRun({ text, size: 32, bold: true, font: strong, color: '000000' })],
    });
  const cell = (
    lines: readonly string[],
    columnWidth: number,
    options: { label?: boolean; middle?: boolean; span?: number; merge?: 'restart' | 'continue' } = {},
  ) =>
    new TableCell({
      width: { size: columnWidth, type: 'dxa' },
      margins: { top: 50, bottom: 50, left: 60, right: 60 },
      verticalAlign: 'center',
      ...(options.merge ? { verticalMerge: options.merge } : {}),
      ...(options.span ? { columnSpan: options.span } : {}),
      ...(options.label ? { shading: { fill: 'F2F2F2' } } : {}),
      children: lines.map((text) =>
        line(text, { size: 21, heavy: options.label ?? false, middle: options.label ?? options.middle ?? false }),
      ),
    });
  const row = (
    cells: InstanceType<typeof TableCell>[],
    texts: readonly string[],
    header = false,
    height = 460,
    whole = texts.join('').length <= longCell,
  ) =>
    new TableRow({
      children: cells,
      tableHeader: header,
      cantSplit: whole,
      height: { value: height, rule: 'atLeast' },
    });
  const table = (columnWidths: number[], rows: InstanceType<typeof TableRow>[]) =>
    new Table({ layout: TableLayoutType.FIXED, width: { size: width, type: 'dxa' }, columnWidths, rows });

  /** Labels left, contents right; a list of paragraphs becomes rows of its own below its label. */
  function formTable(form: Form, sign: readonly string[]) {
    const label = Math.round(width * 0.16);
    const columns = [label, Math.round(width / 2) - label, label, width - Math.round(width / 2) - label];
    const wide = width - label;
    const rows = form.flatMap((cells) => {
      const [first, second] = cells;
      const height = cells.some(({ lines }) => lines.join('') === gap) && !second ? roomToWrite : 460;
      if (second)
        return [
          row(
            [
              cell([first!.label], columns[0]!, { label: true }),
              cell(first!.lines, columns[1]!),
              cell([second.label], columns[2]!, { label: true }),
              cell(second.lines, columns[3]!),
            ],
            [...first!.lines, ...second.lines],
          ),
        ];
      if (first!.lines.length <= 1 || first!.lines.join('').length <= longCell)
        return [
          row(
            [cell([first!.label], label, { label: true }), cell(first!.lines, wide, { span: 3 })],
            first!.lines,
            false,
            height,
          ),
        ];
      // Too long for one row that must not be cut: a row for each paragraph, the label beside them all.
      return first!.lines.map((text, index) =>
        row(
          [
            cell(index === 0 ? [first!.label] : [''], label, {
              label: true,
              merge: index === 0 ? 'restart' : 'continue',
            }),
            cell([text], wide, { span: 3 }),
          ],
          [text],
        ),
      );
    });
    const signed = sign.length > 0 ? [row([cell([signLine(sign)], width, { span: 4 })], [], false, 900)] : [];
    return table(columns, [...rows, ...signed]);
  }

  function listTable({ columns, rows }: BookTable) {
    const all = columns.reduce((sum, column) => sum + column.width, 0);
    const widths = columns.map((column) => Math.floor((width * column.width) / all));
    const middle = columns.map((_, index) => rows.every((cells) => cells[index]!.join('').length <= shortCell));
    return table(widths, [
      row(
        columns.map((column, index) => cell([column.heading], widths[index]!, { label: true })),
        [],
        true,
      ),
      ...rows.map((cells) =>
        row(
          cells.map((lines, index) => cell(lines, widths[index]!, { middle: middle[index]! })),
          cells.flat(),
          false,
          460,
          fitsPage(cells, widths, landscape),
        ),
      ),
    ]);
  }

  function pageOf(page: BookPage, newPage: boolean) {
    const signs = page.sign.length > 0;
    const forms = page.forms.flatMap((form, index) => [
      ...(page.forms.length > 1
        ? [
            new Paragraph({
              alignment: centre,
              pageBreakBefore: index > 0,
              keepNext: true,
              spacing: { after: 160 },
              children: [run(`${index > 0 ? page.heading : ''}（第${index + 1}次）`, 26, true)],
            }),
          ]
        : []),
      formTable(form, page.isMeetings ? page.sign : []),
    ]);
    return [
      heading(page.heading, newPage),
      ...page.lines.map((text) => line(text, { indent: true, withNext: forms.length > 0 || page.table !== null })),
      ...(page.empty ? [line(page.empty, { indent: true })] : []),
      ...(page.lines.length > 0
        ? [new Paragraph({ keepNext: true, spacing: { line: 120, lineRule: 'exact' }, children: [] })]
        : []),
      ...forms,
      ...(page.table && page.table.rows.length > 0 ? [listTable(page.table)] : []),
      ...(signs && !page.isMeetings
        ? [new Paragraph({ spacing: { before: 400 }, children: [run(signLine(page.sign), 21)] })]
        : []),
    ];
  }

  function coverOf(form: Form) {
    const none = { style: BorderStyle.NONE, size: 0, color: 'auto' };
    const under = { style: BorderStyle.SINGLE, size: 6, color: '000000' };
    const left = Math.round(width * 0.34);
    const coverCell = (text: string, size: number, right: boolean) =>
      new TableCell({
        width: { size, type: 'dxa' },
        verticalAlign: 'bottom',
        borders: { top: none, left: none, right: none, bottom: right ? under : none },
        children: [
          new Paragraph({
            alignment: right ? centre : AlignmentType.RIGHT,
            // A name of several lines keeps its distance from the line above.
            spacing: { before: 200 },
            children: [run(text, 28, !right)],
          }),
        ],
      });
    return [
      new Paragraph({ spacing: { before: 2600, after: 2400 }, alignment: centre, children: [run(title, 60, true)] }),
      new Table({
        layout: TableLayoutType.FIXED,
        alignment: centre,
        width: { size: Math.round(width * 0.84), type: 'dxa' },
        columnWidths: [left, Math.round(width * 0.84) - left],
        borders: { top: none, bottom: none, left: none, right: none, insideHorizontal: none, insideVertical: none },
        rows: form.flat().map(
          ({ label, lines }) =>
            new TableRow({
              cantSplit: true,
              height: { value: 800, rule: 'atLeast' },
              children: [
                coverCell(`${label}：`, left, false),
                coverCell(lines.join(' '), Math.round(width * 0.84) - left, true),
              ],
            }),
        ),
      }),
    ];
  }

  const children = [
    ...(cover
      ? coverOf(cover)
      : [new Paragraph({ alignment: centre, spacing: { after: 240 }, children: [run(title, 40, true)] })]),
    ...pages.flatMap((page, index) =>
      pageOf(page, page.ownPage && page.empty === null && (index > 0 || cover !== null)),
    ),
  ];
  return packed(docx, children, landscape, cover !== null);
}

type Docx = typeof import('docx');

async function packed(
  docx: Docx,
  children: readonly unknown[],
  landscape: boolean,
  hasCover: boolean,
): Promise<Buffer> {
  const { AlignmentType, Document, Footer, LineRuleType, Packer, PageNumber, PageOrientation, Paragraph, TextRun } =
    docx;
  // The number of the page as official papers carry it: — 1 —.
  const footer = new Footer({
    children: [
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [new TextRun({ children: ['— ', PageNumber.CURRENT, ' —'], size: 22, font: body })],
      }),
    ],
  });
  const empty = new Footer({ children: [new Paragraph({})] });
  const document = new Document({
    creator: '支部通',
    styles: {
      default: {
        document: {
          run: { font: body, size: 22 },
          paragraph: { spacing: { line: 320, lineRule: LineRuleType.AT_LEAST } },
        },
      },
    },
    sections: [
      {
        properties: {
          titlePage: hasCover,
          page: {
            size: {
              width: paper.short,
              height: paper.long,
              orientation: landscape ? PageOrientation.LANDSCAPE : PageOrientation.PORTRAIT,
            },
            margin: { top: paper.margin, bottom: paper.margin, left: paper.margin, right: paper.margin },
            // The cover is not counted.
            ...(hasCover ? { pageNumbers: { start: 0 } } : {}),
          },
        },
        footers: hasCover ? { default: footer, first: empty } : { default: footer },
        children: children as never,
      },
    ],
  });
  return Packer.toBuffer(document);
}

/** True where a row is sure to have room on one page: a row that may not be parted and is higher than the page would lose its end. */
function fitsPage(cells: readonly (readonly string[])[], widths: readonly number[], landscape: boolean): boolean {
  const page = (landscape ? paper.short : paper.long) - 2 * paper.margin;
  const linesIn = (text: string, width: number) =>
    Math.max(1, Math.ceil(displayWidth(text) / Math.max(1, Math.floor((width - 120) / 105) - 1)));
  const lines = cells.map((cell, index) => cell.reduce((sum, text) => sum + linesIn(text, widths[index]!), 0));
  // A line of 10.5 points takes 320 twips; a heading row and some air stay free.
  return Math.max(...lines) * 320 <= page * 0.75;
}

/** `一、学习教育`. */
function isNumbered(heading: string): boolean {
  return /^[一二三四五六七八九十]+、/u.test(heading);
}
