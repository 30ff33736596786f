// Finds the heading row of a roster by the headings it knows, wherever it stands and in whatever order. Reads no members.

import { isBlank, withoutBlanks } from './cell-text.ts';
import type { Cell, Sheet } from './sheet.ts';

export type Field = 'name' | 'account' | 'branch' | 'group' | 'role' | 'status' | 'category' | 'joinedOn';

export interface Headings {
  /** Index of the heading row, counted from 0. */
  readonly at: number;
  readonly columns: ReadonlyMap<Field, { readonly index: number; readonly heading: string }>;
  /** Headings that are not used: never read, never stored. */
  readonly ignored: readonly string[];
  /** Pairs of headings that mean the same thing. */
  readonly clashes: readonly string[];
}

/** Where a sheet has a sure and a loose word for one field, the sure one counts: beside 党内职务, 职务 is the job in the office. */
const synonyms: Readonly<Record<Field, { readonly sure: readonly string[]; readonly loose: readonly string[] }>> = {
  name: { sure: ['姓名', '党员姓名'], loose: ['名字'] },
  account: {
    sure: ['企业微信账号', '企业微信帐号', '企业微信id', 'userid'],
    loose: ['账号', '帐号', '成员账号', '用户账号'],
  },
  branch: {
    sure: ['所在党支部', '所在支部', '所属党支部', '所属支部', '所在党支部名称', '所属党支部名称'],
    loose: ['支部', '党支部', '支部名称', '党支部名称'],
  },
  group: { sure: ['党小组', '所在党小组', '所属党小组', '党小组名称'], loose: [] },
  role: { sure: ['党内职务', '党内任职', '支部职务', '党支部职务', '支委职务'], loose: ['职务'] },
  status: { sure: ['党员类别', '党员类型', '正式/预备'], loose: [] },
  category: { sure: ['人员类别', '人员类型'], loose: ['类别'] },
  joinedOn: {
    sure: ['入党时间', '入党日期', '入党年月', '入党年月日', '加入中国共产党时间', '加入党组织时间', '加入党组织日期'],
    loose: [],
  },
};

const known = new Map<string, { field: Field; sure: boolean }>();
for (const [field, { sure, loose }] of Object.entries(synonyms) as [Field, { sure: string[]; loose: string[] }][]) {
  for (const word of sure) known.set(word, { field, sure: true });
  for (const word of loose) known.set(word, { field, sure: false });
}

/** Titles, dates and remarks stand above; nobody puts more than this there. */
const searched = 50;

/** The heading row: the one with most known headings, 姓名 among them; undefined when there is none. */
export function findHeadings(sheet: Sheet): Headings | undefined {
  let best: { at: number; count: number } | undefined;
  for (const [at, row] of sheet.rows.slice(0, searched).entries()) {
    const fields = new Set(row.map((cell) => known.get(plainHeading(cell))?.field));
    fields.delete(undefined);
    if (fields.has('name') && fields.size > (best?.count ?? 0)) best = { at, count: fields.size };
  }
  return best && headingsOf(sheet.rows[best.at] ?? [], best.at);
}

/** True for a cell that repeats the heading 姓名, as on each printed page. */
export function isNameHeading(cell: Cell | undefined): boolean {
  return known.get(plainHeading(cell ?? null))?.field === 'name';
}

function headingsOf(row: readonly Cell[], at: number): Headings {
  const columns = new Map<Field, { index: number; heading: string; sure: boolean }>();
  const ignored: string[] = [];
  const clashes: string[] = [];
  for (const [index, cell] of row.entries()) {
    if (isBlank(cell)) continue;
    const heading = withoutBlanks(String(cell));
    const match = known.get(plainHeading(cell));
    const before = match && columns.get(match.field);
    if (!match) ignored.push(heading);
    else if (!before) columns.set(match.field, { index, heading, sure: match.sure });
    else if (before.sure === match.sure) clashes.push(`“${before.heading}”和“${heading}”`);
    else {
      ignored.push(match.sure ? before.heading : heading);
      if (match.sure) columns.set(match.field, { index, heading, sure: true });
    }
  }
  return { at, columns, ignored, clashes };
}

/** A heading without blanks, remarks in brackets, stars and colons: `姓 名*（必填）：` → `姓名`. */
function plainHeading(cell: Cell): string {
  if (typeof cell !== 'string') return '';
  return withoutBlanks(cell)
    .replaceAll(/\([^)]*\)|\[[^\]]*\]|【[^】]*】/g, '')
    .replaceAll(/[*:★☆]/g, '')
    .toLowerCase();
}
