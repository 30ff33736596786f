// A book as sheets: one for each section, each meeting a row. The same words as on paper. Writes no file.

import type { BookPage, BookPages, Form } from './book-pages.ts';
import type { SheetOutline } from './spreadsheet.ts';

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
      columns: columns.map((column) => ({ heading: column.heading, width: Math.max(8, column.width * 3) })),
      rows: rows.map((row) => row.map((lines) => lines.join('\n'))),
      ...noted,
    };
  }
  return { ...formSheet(page.heading, heading, page.forms), ...noted };
}

/** Labels as columns where there are several forms; as rows where there is one. */
function formSheet(name: string, title: string, forms: readonly Form[]): SheetOutline {
  const flat = forms.map((form) => form.flat());
  const [only] = flat;
  if (flat.length > 1 && only)
    return {
      name,
      title,
      columns: only.map(({ label }) => ({ heading: label, width: 18 })),
      rows: flat.map((cells) => cells.map(({ lines }) => lines.join('\n'))),
    };
  return {
    name,
    title,
    columns: [
      { heading: '项目', width: 20 },
      { heading: '内容', width: 80 },
    ],
    rows: (only ?? []).map(({ label, lines }) => [label, lines.join('\n')]),
  };
}

/** `主持人（签名）：＿＿＿＿　记录人（签名）：＿＿＿＿　　年　　月　　日`. */
export function signLine(sign: readonly string[]): string {
  return `${sign.map((who) => `${who}（签名）：＿＿＿＿＿＿＿`).join('　　')}　　　年　　月　　日`;
}
