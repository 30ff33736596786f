// Reads content/book/*.yaml: what a record book or report is made of, section by section, as a district lays it out. Says in Chinese what is wrong; fills nothing.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseTemplate, pathsOf, type Template } from '../dialogue/template.ts';
import type { BookSource } from '../domain/book.ts';
import { bookSources, bookValues, documents } from '../domain/book.ts';
import { Fault } from '../domain/fault.ts';
import { meetingKinds } from '../domain/meeting.ts';
import type { Programme } from '../domain/programme.ts';
import type { Register } from '../domain/register.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

const text = z.string().min(1).max(400);
/** `- {名称: "{title}"}`: one or two labelled cells side by side. */
const formRow = z
  .record(z.string().min(1).max(12), z.string().max(200))
  .refine((row) => [1, 2].includes(Object.keys(row).length), '一行放一个或两个格子');

const section = z.strictObject({
  heading: z.string().min(1).max(20),
  /** The list that its rows come from; absent = words only. */
  from: z.enum(Object.keys(bookSources) as [BookSource, ...BookSource[]]).optional(),
  /** Meetings: of which kinds, or those with study content. */
  kinds: z.array(z.string()).default([]),
  study: z.boolean().default(false),
  /** Duties: of which programmes. */
  programmes: z.array(z.string()).default([]),
  /** Words above the table. */
  lines: z.array(text).default([]),
  /** Each row as a form of its own. */
  form: z.array(formRow).min(1).optional(),
  /** All rows as one table. */
  columns: z
    .array(
      z.strictObject({
        heading: z.string().min(1).max(12),
        shows: z.string().max(200),
        width: z.int().min(1).max(40).default(4),
      }),
    )
    .min(1)
    .max(20)
    .optional(),
  /** Said where there is no row. */
  empty: z.string().max(100).default('本年没有登记。'),
  /** Empty lines below the rows, to write on. */
  blank: z.int().min(0).max(30).default(0),
  /** Who signs below each form, or below the section. */
  sign: z.array(z.string().min(1).max(12)).default([]),
  /** False = on the page of the section before. */
  page: z.boolean().default(true),
});
export type BookSection = z.infer<typeof section>;

export const bookForm = z.strictObject({
  title: z.string().min(1).max(30),
  /** The name of the file, without its ending. */
  file: z.string().min(1).max(60),
  /** Lines of a cover page, `名称: 内容`; absent = no cover, the title stands above the first section. */
  cover: z.array(formRow).optional(),
  /** Broad tables want a broad page. */
  landscape: z.boolean().default(false),
  /** True where its columns have no room on paper: only a spreadsheet can be made of it. */
  sheet_only: z.boolean().default(false),
  sections: z.array(section).min(1),
});
export type BookTemplate = z.infer<typeof bookForm>;

/** What a template may name besides the lists. */
export interface BookKnows {
  readonly registers: ReadonlyMap<string, Register>;
  readonly programmes: ReadonlyMap<string, Programme>;
}

/** Records that are kept without a register, or whose register an installation may do without: only what all entries have can be shown of them. */
const recordKinds = ['plan', 'problem', 'filing', 'heart-talk'];

/** All templates of the folder, by file name; throws a Fault of code `bad-content` with file and line. */
export function loadBooks(contentDir: string, knows: BookKnows): ReadonlyMap<string, BookTemplate> {
  const { books, problems } = readBooks(contentDir, knows);
  if (problems.length > 0) throw new Fault('bad-content', problems.map(sayProblem).join('\n'));
  return books;
}

/** Everything that is wrong in content/book/. */
export function lintBooks(contentDir: string, knows: BookKnows): Problem[] {
  return readBooks(contentDir, knows).problems;
}

/** One template from anywhere, as `--template` names it. */
export function loadBook(file: string, knows: BookKnows): BookTemplate {
  const { template, problems } = readBook(file, knows);
  if (!template) throw new Fault('bad-content', problems.map(sayProblem).join('\n'));
  return template;
}

function readBooks(contentDir: string, knows: BookKnows) {
  const folder = path.join(contentDir, 'book');
  const books = new Map<string, BookTemplate>();
  const problems: Problem[] = [];
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  for (const name of names.sort()) {
    const read = readBook(path.join(folder, name), knows);
    problems.push(...read.problems);
    if (read.template) books.set(path.basename(name, '.yaml'), read.template);
  }
  for (const { template } of Object.values(documents))
    if (!names.includes(`${template}.yaml`))
      problems.push({ file: path.join(folder, `${template}.yaml`), line: 1, column: 1, message: '缺少这个文件' });
  return { books, problems };
}

function readBook(file: string, knows: BookKnows): { template?: BookTemplate; problems: readonly Problem[] } {
  const read = readYaml(file, bookForm);
  if ('problems' in read) return { problems: read.problems };
  const template = read.value;
  const problems: Problem[] = [];
  const say = (at: readonly PropertyKey[], message: string) => problems.push({ file, ...read.at(at), message });
  const check = (source: string, known: readonly string[], at: readonly PropertyKey[]) => {
    for (const problem of textProblems(source, known)) say(at, problem);
  };
  check(template.file, bookValues, ['file']);
  template.cover?.forEach((row, index) => {
    for (const value of Object.values(row)) check(value, bookValues, ['cover', index]);
  });
  template.sections.forEach((one, index) => {
    const at = ['sections', index];
    for (const line of one.lines) check(line, bookValues, [...at, 'lines']);
    for (const message of sectionProblems(one, knows)) say(at, message);
    const known = [...bookValues, ...fieldsOf(one, knows)];
    one.form?.forEach((row, place) => {
      for (const value of Object.values(row)) check(value, known, [...at, 'form', place]);
    });
    one.columns?.forEach(({ shows }, place) => {
      check(shows, known, [...at, 'columns', place, 'shows']);
    });
  });
  return problems.length > 0 ? { problems } : { template, problems };
}

function sectionProblems({ from, kinds, programmes, form, columns, lines }: BookSection, knows: BookKnows): string[] {
  const unknown = (names: readonly string[], known: readonly string[], what: string) =>
    names.filter((name) => !known.includes(name)).map((name) => `没有叫“${name}”的${what}，可用：${known.join('、')}`);
  const shown = (form ? 1 : 0) + (columns ? 1 : 0);
  return [
    ...(from && shown !== 1 ? ['写了 from，就要写 form 或 columns 中的一个'] : []),
    ...(!from && columns ? ['有 columns 就要写 from，说明内容从哪里来'] : []),
    ...(!from && shown === 0 && lines.length === 0 ? ['这一节是空的：写 lines，或者写 from'] : []),
    ...(from === 'entries' && kinds.length === 0 ? ['from: entries 要写 kinds，说明是哪几种登记'] : []),
    ...(from === 'duties' && programmes.length === 0 ? ['from: duties 要写 programmes，说明是哪几项工作'] : []),
    ...(from === 'meetings' ? unknown(kinds, [...Object.keys(meetingKinds), 'theme-day'], '会议') : []),
    ...(from === 'entries' ? unknown(kinds, [...knows.registers.keys(), ...recordKinds], '登记') : []),
    ...(from === 'duties' ? unknown(programmes, [...knows.programmes.keys()], '工作') : []),
  ];
}

function fieldsOf({ from, kinds }: BookSection, { registers }: BookKnows): string[] {
  if (!from) return [];
  const own = from === 'entries' ? kinds.flatMap((kind) => registers.get(kind)?.fields ?? []) : [];
  return [...bookSources[from], ...own.map(({ field }) => field)];
}

function textProblems(source: string, known: readonly string[]): string[] {
  let parsed: Template;
  try {
    parsed = parseTemplate(source);
  } catch (error) {
    return [(error as Error).message];
  }
  // What stays outside of all placeholders would be printed as it stands.
  if (/[{}｛｝]/u.test(source.replaceAll(/\{[^{}\s｛｝]+\}/gu, '')))
    return [`“${source}”的花括号没有写对：两边都要有，都用英文的，像 {name}`];
  return pathsOf(parsed)
    .filter((name) => !known.includes(name))
    .map((name) => `没有叫“${name}”的内容，这里可用：${known.join('、')}`);
}
