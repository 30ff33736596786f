// Reads YAML files that people write by hand and says, with file and line, what is wrong in them. Never guesses, never writes.

import { readFileSync } from 'node:fs';
import type { Document } from 'yaml';
import { isMap, isNode, isPair, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import type { z } from 'zod';
import { zhCN } from 'zod/locales';

/** One thing wrong in a file. Lines and columns count from 1. */
export interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Where the value at this path of keys and indexes stands; the nearest parent when there is no such value. */
export type Locate = (path: readonly PropertyKey[]) => { line: number; column: number };

/** What was read, with the way back to its lines, or everything that is wrong. */
export type YamlResult<T> = ReadValue<T> | { readonly problems: readonly Problem[] };

/** `raw` is what the file says, before the form filled in and changed anything. */
interface ReadValue<T> {
  readonly value: T;
  readonly raw: unknown;
  readonly at: Locate;
}

/** The same for a file of several documents. */
export type YamlAllResult<T> = { readonly values: readonly ReadValue<T>[] } | { readonly problems: readonly Problem[] };

const chinese = zhCN().localeError;

/** Reads a file that holds exactly one document (YAML 1.2 core: dates stay strings). An unreadable file is a problem too, not an error. */
export function readYaml<S extends z.ZodType>(file: string, schema: S): YamlResult<z.output<S>> {
  const read = readYamlAll(file, schema);
  if ('problems' in read) return read;
  const [first, second] = read.values;
  if (!first) return { problems: [{ file, line: 1, column: 1, message: '文件是空的' }] };
  if (second) return { problems: [{ file, ...second.at([]), message: '这里只能有一份内容，请去掉分隔线 ---' }] };
  return first;
}

/** Reads a file of any number of documents separated by `---`; each must fit the schema. */
export function readYamlAll<S extends z.ZodType>(file: string, schema: S): YamlAllResult<z.output<S>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return { problems: [{ file, line: 1, column: 1, message: '读不到这个文件' }] };
  }
  return parseYamlAll(file, text, schema);
}

/** As `readYamlAll`, for a text already in hand; `file` is only named in problems. */
export function parseYamlAll<S extends z.ZodType>(file: string, text: string, schema: S): YamlAllResult<z.output<S>> {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, version: '1.2', schema: 'core' });
  const problems: Problem[] = [];
  const values: ReadValue<z.output<S>>[] = [];
  for (const document of 'empty' in parsed ? [] : parsed) {
    const at: Locate = (path) => locate(document, lines, path);
    // A document that is already broken gives meaningless values: its own errors come alone.
    if (document.errors.length > 0) {
      for (const error of document.errors) {
        const position = lines.linePos(error.pos[0]);
        problems.push({ file, line: position.line, column: position.col, message: sayYamlError(error.code) });
      }
      continue;
    }
    let raw: unknown;
    try {
      raw = document.toJS();
    } catch {
      problems.push({ file, ...at([]), message: '引用（* 或 &）有误或太多，请直接写出内容' });
      continue;
    }
    const checked = schema.safeParse(raw, { error: sayIssue });
    if (checked.success) values.push({ value: checked.data, raw, at });
    else for (const issue of checked.error.issues) problems.push({ file, ...place(issue, at), message: named(issue) });
  }
  return problems.length > 0 ? { problems } : { values };
}

/** A problem as one line for people: `content/study/2026-12.yaml 第3行第5列：……`. */
export function sayProblem(problem: Problem): string {
  return `${problem.file} 第${problem.line}行第${problem.column}列：${problem.message}`;
}

function locate(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]) {
  for (let length = path.length; length >= 0; length--) {
    const keys = path.slice(0, length);
    const last = keys.at(-1);
    const parent = document.getIn(keys.slice(0, -1), true);
    // In a map the key stands where a person looks; its value may begin lines below.
    const pair = isMap(parent)
      ? parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last)
      : undefined;
    const node = length > 0 && pair ? pair.key : document.getIn(keys, true);
    if (isNode(node) && node.range) {
      const position = lines.linePos(node.range[0]);
      return { line: position.line, column: position.col };
    }
  }
  return { line: 1, column: 1 };
}

function place(issue: z.core.$ZodIssue, at: Locate) {
  return at(issue.code === 'unrecognized_keys' ? [...issue.path, issue.keys[0] ?? ''] : issue.path);
}

/** The message, led by the name of the field when it does not speak of it by itself. */
function named(issue: z.core.$ZodIssue): string {
  const field = issue.path.filter((key) => typeof key === 'string').at(-1);
  return field === undefined || issue.code === 'unrecognized_keys' ? issue.message : `${field} ${issue.message}`;
}

const typeNames: Record<string, string> = {
  string: '文字',
  number: '数字',
  int: '整数',
  boolean: 'true 或 false',
  array: '列表',
  object: '一组“名称: 内容”',
};

function sayIssue(issue: z.core.$ZodRawIssue): string | undefined {
  if (issue.code === 'unrecognized_keys') return `不认识这一项：${issue.keys.join('、')}`;
  if (issue.code === 'invalid_type') {
    if (issue.input === undefined) return '缺这一项';
    return `应当是${typeNames[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'invalid_value') return `只能是 ${issue.values.map(String).join('、')} 之一`;
  const said = chinese(issue);
  return typeof said === 'string' ? said : said?.message;
}

function sayYamlError(code: string): string {
  if (code === 'DUPLICATE_KEY') return '同一个名称写了两次';
  if (code === 'BAD_INDENT') return '缩进不对';
  if (code === 'TAB_AS_INDENT') return '缩进请用空格，不用制表符';
  if (code === 'MISSING_CHAR') return '缺少引号、冒号或括号';
  return `写法有误（${code}），多半是引号、冒号或缩进的问题`;
}
