// Reads the members of a roster sheet, row by row, and says by row what is wrong. Ignored columns are never looked at.

import type { UnitId } from '../../domain/organisation.ts';
import type { RosterMember, RosterProblem } from '../../domain/roster.ts';
import type { Day } from '../../domain/time.ts';
import { cellText, columnName, isBlank, readName, solidText } from './cell-text.ts';
import type { Field, Headings } from './headings.ts';
import { findHeadings, isNameHeading } from './headings.ts';
import { readJoiningDate } from './joining-date.ts';
import { knownCategories, knownRoles, readCategories, readRoles } from './role-words.ts';
import type { Cell, Sheet } from './sheet.ts';

export type RosterRead =
  | { readonly kind: 'read'; readonly members: readonly RosterMember[]; readonly notes: readonly string[] }
  | { readonly kind: 'refused'; readonly problems: readonly RosterProblem[] };

export interface RosterOptions {
  /** Where rows belong that name no branch. */
  readonly unit?: UnitId | undefined;
  /** The last possible joining date, in Asia/Shanghai. */
  readonly today: Day;
}

const rowLimit = 20_000;

/** Members of the first sheet that has headings. */
export function readRoster(sheets: readonly Sheet[], options: RosterOptions): RosterRead {
  const found = sheets.flatMap((sheet) => {
    const headings = findHeadings(sheet);
    return headings ? [{ sheet, headings }] : [];
  });
  // A page of explanations may well contain the word 姓名 somewhere.
  const chosen = found.find(({ headings }) => headings.columns.size > 1) ?? found[0];
  if (!chosen)
    return refused('没有找到标题行：表里要有一行标题，其中一列叫“姓名”，其余如“支部”“党内职务”“入党时间”可有可无');
  const { sheet, headings } = chosen;
  if (headings.clashes.length > 0)
    return refused(`第${headings.at + 1}行里${headings.clashes.join('，')}是一个意思，请只留一列`);
  if (!headings.columns.has('branch') && options.unit === undefined)
    return refused('表里没有“支部”这一列，请加上这一列，或者用 --unit 写明是哪个支部');
  const rows = new RowReader(headings, options);
  rows.readAll(sheet);
  if (rows.problems.length > 0) return { kind: 'refused', problems: rows.problems };
  if (rows.members.length === 0) return refused('标题行下面没有人员，请检查表格');
  return { kind: 'read', members: rows.members, notes: [...sheetNotes(sheets, sheet, headings), ...rows.notes()] };
}

function sheetNotes(sheets: readonly Sheet[], chosen: Sheet, headings: Headings): string[] {
  const notes: string[] = [];
  const others = sheets.filter(
    (sheet) => sheet !== chosen && sheet.rows.some((row) => row.some((cell) => !isBlank(cell))),
  );
  if (others.length > 0)
    notes.push(`只读了工作表“${chosen.name}”，没有读：${others.map((sheet) => `“${sheet.name}”`).join('、')}`);
  if (headings.ignored.length > 0) notes.push(`没有用到、也不会保存的列：${headings.ignored.join('、')}`);
  return notes;
}

/** Rows that are no people: sums, remarks, signatures. A colon, bracket or number may follow. */
const footer =
  /^(合计|总计|小计|共计|备注|说明|注|填表人|制表人|审核人|填报人|负责人|联系人|联系电话|(填表|填报|制表|统计)(日期|时间|单位)|截至|截止)(?=$|[:(\d共])/;
/** A line that names a part of the list, e.g. 第一党小组, and nothing else. */
const section = /(党小组|支部|总支|党委|党工委|花名册|名册|名单)(\([^)]*\))?$/;

class RowReader {
  readonly members: RosterMember[] = [];
  readonly problems: RosterProblem[] = [];
  readonly #headings: Headings;
  readonly #unit: UnitId | undefined;
  readonly #today: Day;
  readonly #keys = new Map<string, number>();
  readonly #skipped: string[] = [];
  readonly #monthOnly: number[] = [];
  readonly #untitled = new Set<string>();

  constructor(headings: Headings, options: RosterOptions) {
    this.#headings = headings;
    this.#unit = options.unit;
    this.#today = options.today;
  }

  readAll(sheet: Sheet): void {
    let people = 0;
    let ended = false;
    for (const [index, row] of sheet.rows.entries()) {
      if (index <= this.#headings.at || row.every(isBlank) || isNameHeading(this.#cell(row, 'name'))) continue;
      const remark = this.#remark(row, ended);
      if (remark !== undefined) {
        ended ||= remark.ends;
        this.#skipped.push(`第${index + 1}行“${shorten(remark.text)}”`);
        continue;
      }
      people += 1;
      if (people > rowLimit) {
        this.problems.push({ message: `名册超过${rowLimit}人，请按支部分成几个文件导入` });
        return;
      }
      this.#readRow(row, index + 1);
    }
  }

  notes(): string[] {
    const notes: string[] = [];
    if (this.#skipped.length > 0) notes.push(`跳过了不是人员的行：${listed(this.#skipped)}`);
    if (this.#monthOnly.length > 0)
      notes.push(`入党时间只写到月，按当月1日记：第${listed(this.#monthOnly.map(String))}行`);
    if (this.#untitled.size > 0) notes.push(`没有对应分工的委员按普通党员记：${[...this.#untitled].join('、')}`);
    return notes;
  }

  /** What a row says that is no person; `ends`: the list is over, and lines without a name below are remarks too. */
  #remark(row: readonly Cell[], ended: boolean): { text: string; ends: boolean } | undefined {
    const said = row.map(cellText).filter((text) => text !== '');
    const name = solidText(this.#cell(row, 'name'));
    const first = said[0] ?? '';
    // Also where a name follows: 填表人 | 王芳.
    if (footer.test(first.replaceAll(' ', '')) || footer.test(name)) return { text: first, ends: true };
    if (name !== '') return said.length === 1 && section.test(name) ? { text: name, ends: false } : undefined;
    const known = [...this.#headings.columns.keys()].some((field) => cellText(this.#cell(row, field)) !== '');
    // Prepared rows hold only a running number.
    return ended || (!known && said.length <= 1) ? { text: first, ends: false } : undefined;
  }

  #readRow(row: readonly Cell[], number: number): void {
    const before = this.problems.length;
    const complain = (field: Field, message: string) =>
      this.problems.push({ row: number, ...this.#heading(field), message });
    const name = this.#readName(row, complain);
    const account = this.#readAccount(row, complain);
    const date = readJoiningDate(this.#cell(row, 'joinedOn'), this.#today);
    if (date.kind === 'problem') complain('joinedOn', date.message);
    if (date.kind === 'day' && date.monthOnly) this.#monthOnly.push(number);
    const roles = this.#readRoles(row, complain);
    const categories = this.#readCategories(row, complain);
    const branch = solidText(this.#cell(row, 'branch'));
    if (branch === '' && this.#unit === undefined) complain('branch', '没有写支部，请补上');
    const group = solidText(this.#cell(row, 'group'));
    if (group.length > 30) complain('group', '党小组名称太长，最多30个字');
    if (this.problems.length > before) return;
    const joinedOn = date.kind === 'day' ? date.day : undefined;
    this.#checkKey(number, name, account, branch, joinedOn);
    this.members.push({
      row: number,
      id: null,
      name,
      unit: branch === '' ? { id: this.#unit ?? '' } : { name: branch },
      ...(account === '' ? {} : { accounts: { wecom: account } }),
      ...(this.#has('group') ? { partyGroup: group === '' ? null : group } : {}),
      ...roles,
      ...categories,
      ...(joinedOn === undefined ? {} : { joinedOn }),
    });
  }

  #readName(row: readonly Cell[], complain: (field: Field, message: string) => void): string {
    const text = solidText(this.#cell(row, 'name'));
    const name = readName(text);
    if (text === '') complain('name', '没有写姓名，请补上；如果这一行不是人员，请删去');
    else if (name === undefined) complain('name', `“${shorten(text)}”不像姓名，请改正`);
    return name ?? '';
  }

  #readAccount(row: readonly Cell[], complain: (field: Field, message: string) => void): string {
    const account = solidText(this.#cell(row, 'account'));
    // WeCom: a userid has 1–64 of these characters. Excel turns long numbers into 1.38E+10; they cannot be restored.
    if (/^\d(\.\d+)?e\+\d+$/i.test(account))
      complain('account', `“${account}”被表格改成了科学计数，请把这一列设为文本后重填`);
    else if (account !== '' && !/^[A-Za-z0-9_.@-]{1,64}$/.test(account))
      complain('account', `“${shorten(account)}”不是企业微信账号，账号只有字母、数字和 _ . @ -，最多64个`);
    return account;
  }

  #readRoles(row: readonly Cell[], complain: (field: Field, message: string) => void): Pick<RosterMember, 'roles'> {
    if (!this.#has('role')) return {};
    const { roles, untitled, unplaced } = readRoles(cellText(this.#cell(row, 'role')));
    for (const word of untitled) this.#untitled.add(word);
    if (unplaced.length > 0)
      complain(
        'role',
        `看不懂“${shorten(unplaced.join('、'))}”，可以写：${knownRoles}；如果这一列是行政职务，请把标题改成“行政职务”`,
      );
    return { roles };
  }

  /** 党员类别 and 人员类别 are mixed up in real rosters: words of both kinds count in both. */
  #readCategories(
    row: readonly Cell[],
    complain: (field: Field, message: string) => void,
  ): Pick<RosterMember, 'tags' | 'status'> {
    const status = readCategories(cellText(this.#cell(row, 'status')));
    const category = readCategories(cellText(this.#cell(row, 'category')));
    for (const [field, { unplaced }] of [
      ['status', status],
      ['category', category],
    ] as const)
      if (unplaced.length > 0) complain(field, `看不懂“${shorten(unplaced.join('、'))}”，可以写：${knownCategories}`);
    const tags = [...new Set([...status.tags, ...category.tags])].sort();
    const said = status.status ?? category.status;
    return {
      ...(this.#has('category') || tags.length > 0 ? { tags } : {}),
      ...(said === undefined ? {} : { status: said }),
    };
  }

  /** Two rows with one key are one person written twice, or two whom nobody can tell apart. Accounts ignore case, as WeCom does. */
  #checkKey(row: number, name: string, account: string, branch: string, joinedOn: Day | undefined): void {
    const key = account === '' ? JSON.stringify([name, branch, joinedOn]) : account.toLowerCase();
    const other = this.#keys.get(key);
    if (other === undefined) this.#keys.set(key, row);
    else
      this.problems.push({
        row,
        message:
          account === ''
            ? `和第${other}行是同一个人（${name}，支部和入党时间都相同）：写重了请删去一行，确是两个人请填上账号`
            : `和第${other}行的账号都是 ${account}，请改正其中一个`,
      });
  }

  #cell(row: readonly Cell[], field: Field): Cell | undefined {
    const column = this.#headings.columns.get(field);
    return column && row[column.index];
  }

  #has(field: Field): boolean {
    return this.#headings.columns.has(field);
  }

  #heading(field: Field): { column?: string } {
    const column = this.#headings.columns.get(field);
    return column ? { column: `${columnName(column.index)}列 ${column.heading}` } : {};
  }
}

function refused(message: string): RosterRead {
  return { kind: 'refused', problems: [{ message }] };
}

function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 20 ? `${line.slice(0, 20)}…` : line;
}

function listed(items: readonly string[]): string {
  return items.length > 20 ? `${items.slice(0, 20).join('、')} 等${items.length}处` : items.join('、');
}
