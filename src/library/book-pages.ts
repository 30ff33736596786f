// Fills a template with a year's data: cover, headings, forms and tables as plain values, the same for every kind of file. Writes no file.

import { fill, parseTemplate, rawValue } from '../dialogue/template.ts';
import type { BookCell, BookData, BookRow } from '../domain/book.ts';
import type { BookSection, BookTemplate } from './book-template.ts';

/** A labelled cell of a form. */
export interface FormCell {
  readonly label: string;
  readonly lines: readonly string[];
}
export type Form = readonly (readonly FormCell[])[];

export interface BookTable {
  readonly columns: readonly { readonly heading: string; readonly width: number }[];
  readonly rows: readonly (readonly (readonly string[])[])[];
}

export interface BookPage {
  readonly heading: string;
  readonly lines: readonly string[];
  /** Each stands on a page of its own. */
  readonly forms: readonly Form[];
  readonly table: BookTable | null;
  /** Said instead of forms or rows where there are none. */
  readonly empty: string | null;
  readonly sign: readonly string[];
  readonly ownPage: boolean;
  readonly isMeetings: boolean;
}

export interface BookPages {
  readonly title: string;
  readonly file: string;
  readonly cover: Form | null;
  readonly landscape: boolean;
  readonly pages: readonly BookPage[];
}

/** Puts everything in its place; nothing is added that the data do not hold. */
export function bookPages(template: BookTemplate, data: BookData): BookPages {
  return {
    title: template.title,
    file: fill(parseTemplate(template.file), data.values),
    cover: template.cover ? formOf(template.cover, data.values) : null,
    landscape: template.landscape,
    pages: template.sections.map((section) => pageOf(section, data)),
  };
}

function pageOf(section: BookSection, data: BookData): BookPage {
  const { heading, from, form, columns, lines, empty, blank, sign, page } = section;
  const rows: readonly BookRow[] = from === undefined || from === 'unit' ? [data.values] : rowsOf(section, data);
  const scoped = rows.map((row) => ({ ...data.values, ...row }));
  const width = columns?.length ?? 0;
  return {
    heading,
    lines: lines.map((line) => fill(parseTemplate(line), data.values)),
    forms: form ? scoped.map((row) => formOf(form, row)) : [],
    table: columns
      ? {
          columns: columns.map((column) => ({ heading: column.heading, width: column.width })),
          rows: [
            ...scoped.map((row) => columns.map(({ shows }) => shown(shows, row))),
            ...Array.from({ length: blank }, () => Array.from({ length: width }, () => [''])),
          ],
        }
      : null,
    empty: rows.length === 0 && blank === 0 ? empty : null,
    sign,
    ownPage: page,
    isMeetings: from === 'meetings' && form !== undefined,
  };
}

function rowsOf({ from, kinds, study, programmes }: BookSection, data: BookData): readonly BookRow[] {
  switch (from!) {
    case 'blank':
      return [];
    case 'meetings':
      return numbered(
        data.meetings.filter(
          ({ kind, isStudy }) => (kinds.length === 0 || kinds.includes(kind)) && (!study || isStudy === 1),
        ),
      );
    case 'entries':
      return numbered(kinds.flatMap((kind) => data.entries.get(kind) ?? []));
    case 'duties':
      return numbered(programmes.flatMap((programme) => data.duties.get(programme) ?? []));
    default:
      return data.rows[from as keyof BookData['rows']];
  }
}

function numbered(rows: readonly BookRow[]): BookRow[] {
  return rows.map((row, index) => ({ ...row, number: index + 1 }));
}

function formOf(form: readonly Readonly<Record<string, string>>[], row: BookRow): Form {
  return form.map((cells) => Object.entries(cells).map(([label, shows]) => ({ label, lines: shown(shows, row) })));
}

/** A text that is one placeholder shows the cell as it is, with its paragraphs; anything else is filled. */
function shown(source: string, row: BookRow): string[] {
  const value = rawValue(parseTemplate(source), row) as BookCell | undefined | null;
  if (value === undefined || value === null) return [''];
  if (Array.isArray(value)) return value.length > 0 ? value.map(String) : [''];
  return String(value).split('\n');
}
