// Pages in large type for people without a phone: one page a person, short lines, nothing personal but the name. Writes no file.

const fonts = { ascii: 'Arial', hAnsi: 'Arial', eastAsia: '黑体', cs: 'Arial' };
/** Half-points: 48 is 24 pt, 二号 and larger (large print for the elderly is at least 18 pt). */
const size = { title: 64, line: 48 };

export interface LargePage {
  readonly title: string;
  readonly lines: readonly string[];
}

/** A4, as bytes; the library is loaded only when somebody asks for one. */
export async function writeLargePrint(pages: readonly LargePage[]): Promise<Buffer> {
  const { AlignmentType, Document, Packer, Paragraph, TextRun } = await import('docx');
  const children = pages.flatMap(({ title, lines }, index) => [
    new Paragraph({
      pageBreakBefore: index > 0,
      alignment: AlignmentType.CENTER,
      spacing: { after: 480 },
      children: [new TextRun({ text: title, size: size.title, bold: true, font: fonts })],
    }),
    ...lines.map(
      (text) =>
        new Paragraph({
          keepLines: true,
          spacing: { after: 360, line: 360 },
          children: [new TextRun({ text, size: size.line, font: fonts })],
        }),
    ),
  ]);
  const page = { size: { width: 11906, height: 16838 }, margin: { top: 1247, right: 1247, bottom: 1247, left: 1247 } };
  return Packer.toBuffer(new Document({ creator: '支部通', sections: [{ properties: { page }, children }] }));
}
