// A book as sheets: one for each section, each meeting a row. The same words as on paper. Writes no file.

import type { BookPage, BookPages, Form } from './book-pages.ts';
import type { SheetOutline } from './spreadsheet.ts';
import { displayWidth } from './spreadsheet.ts';

export function bookSheets({ title, cover, pages }: BookPages): SheetOutline[] {
  return [...(cover ? [formSheet('封面', title, [cover])] : []), ...pages.map((page) => sheetOf(page, title))];
}

function sheetOf(page: BookPage, title: string): SheetOutline {
  const heading = `${title}　${page.heading}`;
  const note = [
    ...page.lines,
    ...(page.empty ? [page.empty] : []),
    ...(page.sign.length > 0 ? [signLine(page.sign)] : []),
  ];
  const noted = note.length > 0 ? { note: note.join('\n') } : {};
  if (page.table) {
    const { columns, rows } = page.table;
    return {
      name: page.heading,
      title: heading,
      columns: columns.map(({ heading: label, width }) => ({ heading: label, width: shareOf(label, width, columns) })),
      rows: rows.map((row) => row.map(cellOf)),
      ...noted,
    };
  }
  if (page.forms.length === 0) return wordsSheet(page.heading, heading, note);
  return { ...formSheet(page.heading, heading, page.forms), ...noted };
}

/** Words alone: a line each. */
function wordsSheet(name: string, title: string, lines: readonly string[]): SheetOutline {
  return { name, title, columns: [{ heading: '内容', width: 72 }], rows: lines.map((text) => [text]) };
}

/** Labels as columns where there are several forms; as rows where there is one. */
function formSheet(name: string, title: string, forms: readonly Form[]): SheetOutline {
  const flat = forms.map((form) => form.flat());
  const [only] = flat;
  if (flat.length > 1 && only)
    return {
      name,
      title,
      columns: only.map(({ label }, index) => ({
        heading: label,
        width: widthFor(
          label,
          flat.map((cells) => cells[index]!.lines),
        ),
      })),
      rows: flat.map((cells) => cells.map(({ lines }) => cellOf(lines))),
    };
  return {
    name,
    title,
    columns: [
      { heading: '项目', width: 16 },
      { heading: '内容', width: 56 },
    ],
    rows: (only ?? []).map(({ label, lines }) => [label, cellOf(lines)]),
  };
}

/** What an upright page holds, in characters. */
const pageWidth = 72;
/** A table of more columns is no page any more, but is pasted elsewhere. */
const mostOnPage = 14;

/** A column's share of the page, and never less than its heading. */
function shareOf(label: string, width: number, columns: readonly { readonly width: number }[]): number {
  const all = columns.reduce((sum, column) => sum + column.width, 0);
  const share = columns.length > mostOnPage ? width * 3 : Math.round((pageWidth * width) / all);
  return Math.max(displayWidth(label) + 2, share);
}

/** A figure stays a figure, so that it can be added up. */
function cellOf(lines: readonly string[]): string | number {
  const text = lines.join('\n');
  return /^\d{1,6}$/.test(text) ? Number(text) : text;
}

/** Narrow for what is short, and no broader than a page with all the others bears: long texts run over several lines. */
function widthFor(label: string, column: readonly (readonly string[])[]): number {
  const longest = Math.max(...column.flatMap((lines) => lines.map(displayWidth)));
  const wanted = longest <= 12 ? longest + 2 : Math.min(24, Math.max(12, Math.ceil(2 * Math.sqrt(longest))));
  return Math.max(displayWidth(label) + 2, wanted);
}

/** `主持人（签名）：＿＿＿＿　记录人（签名）：＿＿＿＿　　年　　月　　日`. */
export function signLine(sign: readonly string[]): string {
  return `${sign.map((who) => `${who}（签名）：＿＿＿＿＿＿＿`).join('　　')}　　　年　　月　　日`;
}
