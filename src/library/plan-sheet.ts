// A yearly plan as a spreadsheet: reads a filled-in one row by row and says by row what is wrong, and writes the blank. Columns it does not know are never read.

import type { PlanItem, PlanKind } from '../domain/plan.ts';
import { planKindIn, planKinds, sorted } from '../domain/plan.ts';
import { monthsIn } from '../domain/plan-edit.ts';
import { cellText, isBlank, withoutBlanks } from './roster/cell-text.ts';
import type { Cell, Sheet } from './roster/sheet.ts';
import { writeWorkbook } from './spreadsheet.ts';

export type PlanSheet =
  | {
      readonly kind: 'read';
      /** The year in the title; null = none is written there. */
      readonly year: number | null;
      readonly items: readonly PlanItem[];
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly problems: readonly string[] };

type Field = 'month' | 'kind' | 'topic' | 'speaker';

const synonyms: Readonly<Record<Field, readonly string[]>> = {
  month: ['月份', '月', '时间', '计划时间', '开展时间', '拟开展时间', '会议时间', '日期', '活动时间', '计划月份'],
  kind: [
    '类型',
    '类别',
    '会议类型',
    '会议类别',
    '会议名称',
    '活动类型',
    '组织生活类型',
    '组织生活形式',
    '形式',
    '种类',
    '项目',
    '会议',
    '名称',
  ],
  topic: [
    '主题',
    '内容',
    '议题',
    '主要内容',
    '会议内容',
    '会议主题',
    '活动内容',
    '活动主题',
    '计划内容',
    '学习内容',
    '主要议题',
    '内容安排',
    '议程',
  ],
  speaker: ['主讲人', '主讲', '主讲人员', '授课人', '党课主讲人'],
};
const known = new Map(
  Object.entries(synonyms).flatMap(([field, words]) => words.map((word) => [word, field as Field])),
);

/** Nobody plans more; a larger table is something else. */
const rowLimit = 400;

/** The plan in the first sheet that has headings: one row a meeting, or one row a month with a column for each kind. Nothing by halves. */
export function readPlanSheet(sheets: readonly Sheet[]): PlanSheet {
  for (const sheet of sheets) {
    const at = sheet.rows.slice(0, 30).findIndex((row) => headingsOf(row) !== undefined);
    const headings = headingsOf(sheet.rows[at] ?? []);
    if (at === -1 || !headings) continue;
    const year = yearIn(sheet.rows.slice(0, at), sheet.name);
    const others = sheets.filter((one) => one !== sheet && one.rows.some((row) => row.some((cell) => !isBlank(cell))));
    const notes = [
      ...(headings.ignored.length > 0 ? [`没有用到的列：${headings.ignored.join('、')}`] : []),
      ...(others.length > 0 ? [`只读了工作表“${sheet.name}”`] : []),
    ];
    return readRows(sheet.rows, at, headings, year, notes);
  }
  return {
    kind: 'refused',
    problems: ['没有找到标题行：要有“月份”“类型”“主题”三列，或者“月份”和每种会一列。回“计划表”可以要一张空表'],
  };
}

interface Headings {
  readonly columns: ReadonlyMap<Field, number>;
  /** Columns that each hold one kind of meeting. */
  readonly kinds: ReadonlyMap<number, PlanKind>;
  readonly ignored: readonly string[];
}

function headingsOf(row: readonly Cell[]): Headings | undefined {
  const columns = new Map<Field, number>();
  const kinds = new Map<number, PlanKind>();
  const ignored: string[] = [];
  for (const [index, cell] of row.entries()) {
    if (isBlank(cell)) continue;
    const heading = withoutBlanks(String(cell))
      .replaceAll(/\([^)]*\)|【[^】]*】/g, '')
      .replaceAll(/[*:★]/g, '');
    const field = known.get(heading);
    const kind = /^(?:其他|活动|名称|会议)$/u.test(heading) ? undefined : planKindIn(heading);
    if (field && !columns.has(field)) columns.set(field, index);
    else if (kind && heading.length <= 10) kinds.set(index, kind);
    else ignored.push(heading);
  }
  const byRow = columns.has('month') && columns.has('kind');
  const byColumn = columns.has('month') && kinds.size >= 2;
  return byRow || byColumn ? { columns, kinds: byRow ? new Map() : kinds, ignored } : undefined;
}

function readRows(
  rows: Sheet['rows'],
  at: number,
  headings: Headings,
  year: number | null,
  notes: readonly string[],
): PlanSheet {
  const problems: string[] = [];
  const items: PlanItem[] = [];
  const cell = (row: readonly Cell[], field: Field) => {
    const index = headings.columns.get(field);
    return index === undefined ? undefined : row[index];
  };
  let count = 0;
  for (const [index, row] of rows.entries()) {
    if (index <= at || row.every(isBlank) || isRemark(row)) continue;
    // Headings are repeated on each printed page; prepared rows hold only a running number.
    const fields = [...headings.columns.values(), ...headings.kinds.keys()];
    if (headingsOf(row) || fields.every((one) => cellText(row[one]) === '')) continue;
    // Of a month that is written down the side of an empty block nothing is planned.
    const rest = fields.filter((one) => one !== headings.columns.get('month'));
    if (rest.every((one) => cellText(row[one]) === '')) continue;
    count += 1;
    const name = `第${index + 1}行`;
    if (count > rowLimit) return { kind: 'refused', problems: [`表格超过${rowLimit}行，请只留下年度计划`] };
    const months = monthsOfCell(cell(row, 'month'), year);
    if (typeof months === 'string') {
      problems.push(`${name}：${months}`);
      continue;
    }
    const speaker = cellText(cell(row, 'speaker')).slice(0, 20);
    const add = (kind: PlanKind, topic: string) => {
      if (topic.length > 60) problems.push(`${name}：“${topic.slice(0, 15)}…”太长，主题最多60个字`);
      for (const month of months)
        items.push({ month, kind, topic, ...(speaker && kind === 'party-lecture' ? { speaker } : {}) });
    };
    for (const [column, kind] of headings.kinds) {
      const text = cellText(row[column]);
      if (text !== '') add(kind, /^[√✓1是]$/u.test(text) ? '' : text);
    }
    if (headings.kinds.size > 0) continue;
    const said = cellText(cell(row, 'kind'));
    const kind = planKindIn(withoutBlanks(said));
    if (said === '') problems.push(`${name}：没有写类型，请写党员大会、支委会、党小组会、党课或主题党日`);
    else if (!kind)
      problems.push(`${name}：看不懂类型“${said.slice(0, 15)}”，可以写：${Object.values(planKinds).join('、')}`);
    else add(kind, cellText(cell(row, 'topic')));
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  if (items.length === 0) return { kind: 'refused', problems: ['标题行下面没有内容，请填好再发'] };
  return { kind: 'read', year, items: sorted(items), notes };
}

/** Sums, remarks and signatures below the table. */
function isRemark(row: readonly Cell[]): boolean {
  const first = row.map((cell) => withoutBlanks(cellText(cell))).find((text) => text !== '') ?? '';
  return /^(?:合计|总计|备注|说明|注|填表人|制表人|审核人|填报人|负责人|支部书记|联系人|填表日期|填报日期|制表日期)(?=$|[:：(（\d])/u.test(
    first,
  );
}

/** Months of a cell, or what is wrong with it. */
function monthsOfCell(cell: Cell | undefined, year: number | null): readonly number[] | string {
  if (cell instanceof Date) return [cell.getUTCMonth() + 1];
  const text = withoutBlanks(cellText(cell));
  if (text === '') return '没有写月份，请补上';
  if (typeof cell === 'number' && cell > 12 && cell < 60_000 && cell > 36_000)
    return [new Date((cell - 25_569) * 86_400_000).getUTCMonth() + 1];
  const dated = /^(20\d{2})[年./-](\d{1,2})(?:月|[./-]\d{1,2}|$)/u.exec(text);
  if (dated && year !== null && Number(dated[1]) !== year) return `“${text}”不是${year}年，请改正`;
  const plain = dated
    ? `${dated[2]}月`
    : text.replace(/(\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份)?(?:[上中下]旬|\d{1,2}[日号]|[初底])$/u, '$1月');
  const quarter = /^第?([一二三四1-4])季度$/u.exec(plain)?.[1];
  if (quarter) return [('一二三四'.indexOf(quarter) + 1 || Number(quarter)) * 3];
  return monthsIn(/^\d{1,2}$/.test(plain) ? `${plain}月` : plain) ?? `看不懂月份“${text.slice(0, 10)}”，写成“3月”这样`;
}

function yearIn(above: Sheet['rows'], name: string): number | null {
  const found = [name, ...above.flat().map((cell) => cellText(cell))]
    .map((text) => /(20\d{2})\s*年?/u.exec(text)?.[1])
    .find(Boolean);
  return found ? Number(found) : null;
}

/** The form to fill in, with what is planned already. */
export function writePlanForm(unit: string, year: number, items: readonly PlanItem[]): Promise<Buffer> {
  return writeWorkbook([
    {
      name: '年度计划',
      title: `${unit}${year}年三会一课年度计划表`,
      columns: [
        { heading: '月份', width: 10 },
        { heading: '类型', width: 16 },
        { heading: '主题', width: 56 },
        { heading: '主讲人', width: 14 },
      ],
      rows: items.map(({ month, kind, topic, speaker }) => [`${month}月`, planKinds[kind], topic, speaker ?? '']),
      note: `一行写一次，月份可以写“3月”“1-12月”或“每月”。类型：${Object.values(planKinds).join('、')}。主讲人只有党课写。填好后在对话里发给支部通。`,
    },
  ]);
}
