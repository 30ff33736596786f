// A digest as a .docx to print or forward: A4, the same sections as the sheets. Writes no file.

import type { DigestSheet } from '../domain/digest-sheets.ts';

/** Fonts that Chinese offices have; elsewhere the reader's program substitutes them. */
const fonts = { ascii: 'Times New Roman', hAnsi: 'Times New Roman', eastAsia: '仿宋_GB2312', cs: 'Times New Roman' };
/** Usable width of an A4 page with the margins of the library, in twips. */
const pageWidth = 9026;

/** The document as bytes; the library is loaded only when somebody asks for one. */
export async function writeDigestDocument(sheets: readonly DigestSheet[]): Promise<Buffer> {
  const docx = await import('docx');
  const {
    AlignmentType,
    Document,
    Footer,
    HeadingLevel,
    LineRuleType,
    Packer,
    PageNumber,
    Paragraph,
    Table,
    TableCell,
    TableLayoutType,
    TableRow,
    TextRun,
  } = docx;
  const paragraph = (text: string, size = 24, bold = false) =>
    new Paragraph({ children: [new TextRun({ text, size, bold, font: fonts })] });
  const children = sheets.flatMap(({ name, columns, rows }) => {
    const all = columns.reduce((sum, { width }) => sum + width, 0);
    const widths = columns.map(({ width }) => Math.floor((pageWidth * width) / all));
    const row = (cells: readonly (string | number | null)[], bold: boolean) =>
      new TableRow({
        tableHeader: bold,
        cantSplit: true,
        children: cells.map(
          (cell, index) =>
            new TableCell({
              width: { size: widths[index]!, type: 'dxa' },
              children: [paragraph(String(cell ?? ''), 22, bold)],
            }),
        ),
      });
    const headings = columns.map(({ heading }) => heading);
    return [
      new Paragraph({
        heading: HeadingLevel.HEADING_2,
        keepNext: true,
        spacing: { before: 240, after: 120 },
        children: [new TextRun({ text: name, size: 28, bold: true, font: fonts, color: '000000' })],
      }),
      new Table({
        layout: TableLayoutType.FIXED,
        width: { size: pageWidth, type: 'dxa' },
        columnWidths: widths,
        rows: [row(headings, true), ...rows.map((cells) => row(cells, false))],
      }),
    ];
  });
  const title = new Paragraph({
    alignment: AlignmentType.CENTER,
    spacing: { after: 240 },
    children: [new TextRun({ text: sheets[0]?.title ?? '一周小结', size: 36, bold: true, font: fonts })],
  });
  // The number of the page as official papers carry it: — 1 —.
  const footer = new Footer({
    children: [
      new Paragraph({
        alignment: AlignmentType.CENTER,
        children: [new TextRun({ children: ['— ', PageNumber.CURRENT, ' —'], size: 24, font: fonts })],
      }),
    ],
  });
  const document = new Document({
    creator: '支部通',
    styles: {
      default: {
        document: {
          run: { font: fonts, size: 24 },
          paragraph: { spacing: { line: 360, lineRule: LineRuleType.AT_LEAST } },
        },
      },
    },
    sections: [
      {
        properties: { page: { size: { width: 11906, height: 16838 } } },
        footers: { default: footer },
        children: [title, ...children],
      },
    ],
  });
  return Packer.toBuffer(document);
}
