// Fills the texts of flows: `{path}`, `{path|format}`, `{#path}…{/path}` for each, or once if present, `{^path}…{/path}` if absent. Texts are parsed once.

import type { Day, Month } from '../domain/time.ts';
import { sayDay, sayHours, sayMonth, sayWeekday } from '../domain/time.ts';

export type Scope = Readonly<Record<string, unknown>>;

type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly path: string; readonly format: Format | undefined }
  | {
      readonly kind: 'section';
      readonly path: string;
      readonly inverted: boolean;
      readonly once: boolean;
      readonly parts: readonly Part[];
    };

export type Template = readonly Part[];

const formats = {
  day: (value: unknown, scope: Scope) => sayDay(value as Day, scope.today as Day | undefined),
  weekday: (value: unknown) => sayWeekday(value as Day),
  month: (value: unknown, scope: Scope) => sayMonth(value as Month, (scope.today as Day | undefined)?.slice(0, 7)),
  hours: (value: unknown) => sayHours(value as number),
  list: (value: unknown) => (value as readonly string[]).join('、'),
  count: (value: unknown) => String((value as readonly unknown[]).length),
};
type Format = keyof typeof formats;

/** Parses a text of a flow; throws an Error with a Chinese message when it is not well formed. */
export function parseTemplate(source: string): Template {
  const root: Part[] = [];
  const open: { path: string; inverted: boolean; parts: Part[] }[] = [{ path: '', inverted: false, parts: root }];
  for (const token of source.split(/(\{[^{}\n]*\})/)) {
    const here = open.at(-1)!;
    const tag = /^\{([#^/]?)([^{}|]*)(?:\|([a-z]+))?\}$/.exec(token);
    if (!tag) {
      if (token) here.parts.push({ kind: 'text', text: token });
      continue;
    }
    const [, mark, rawPath, format] = tag;
    const path = rawPath!.trim();
    if (!/^[a-zA-Z_][\w.-]*$|^\.$/.test(path)) throw new Error(`“${token}”不是可以填的内容`);
    if (mark === '/') {
      if (open.length === 1 || here.path !== path) throw new Error(`“${token}”前面没有对应的开头`);
      open.pop();
      const { inverted, parts } = here;
      open.at(-1)!.parts.push({ kind: 'section', path, inverted, once: speaksOfWhole(parts, path), parts });
    } else if (mark) {
      open.push({ path, inverted: mark === '^', parts: [] });
    } else {
      if (format !== undefined && !(format in formats)) {
        throw new Error(`“${token}”的写法“${format}”没有，可用：${Object.keys(formats).join('、')}`);
      }
      here.parts.push({ kind: 'value', path, format: format as Format | undefined });
    }
  }
  if (open.length > 1) throw new Error(`“{#${open.at(-1)!.path}}”没有结尾`);
  return root;
}

/** `{#names}…{names|list}…{/names}` is said once, of the whole list; any other section of a list once for each. */
function speaksOfWhole(parts: readonly Part[], path: string): boolean {
  return parts.some((part) => part.kind === 'value' && part.path === path && part.format !== undefined);
}

/** The paths a template reads, for the lint. */
export function pathsOf(template: Template): string[] {
  return template.flatMap((part) =>
    part.kind === 'text' ? [] : part.kind === 'value' ? [part.path] : [part.path, ...pathsOf(part.parts)],
  );
}

/** The text with everything filled in. An absent value prints nothing; lists in `{#…}` repeat their part. */
export function fill(template: Template, scope: Scope): string {
  let text = '';
  for (const part of template) {
    if (part.kind === 'text') text += part.text;
    else if (part.kind === 'value') text += print(read(scope, part.path), part.format, scope);
    else text += fillSection(part, scope);
  }
  return text;
}

/** The raw value when the template is one placeholder without a format, else the filled text. */
export function rawValue(template: Template, scope: Scope): unknown {
  const [only] = template;
  if (template.length === 1 && only?.kind === 'value' && only.format === undefined) return read(scope, only.path);
  return fill(template, scope);
}

/** Follows `a.b.c`; undefined when any part is missing. `.` is the scope's own item inside a list. */
export function read(scope: Scope, path: string): unknown {
  let value: unknown = scope;
  for (const key of path === '.' ? ['item'] : path.split('.')) {
    if (value === null || typeof value !== 'object') return undefined;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

/** Present in the sense of `{#…}` and of conditions: not undefined, null, false, '', 0 or an empty list. */
export function isPresent(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function fillSection(part: Part & { kind: 'section' }, scope: Scope): string {
  const value = read(scope, part.path);
  if (part.inverted) return isPresent(value) ? '' : fill(part.parts, scope);
  if (!isPresent(value)) return '';
  if (part.once) return fill(part.parts, scope);
  if (!Array.isArray(value)) return fill(part.parts, isObject(value) ? { ...scope, ...value } : scope);
  return value
    .map((item, index) => fill(part.parts, { ...scope, ...(isObject(item) ? item : {}), item, number: index + 1 }))
    .join('');
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function print(value: unknown, format: Format | undefined, scope: Scope): string {
  if (value === undefined || value === null || value === '') return '';
  if (format) return formats[format](value, scope);
  return Array.isArray(value) ? value.join('、') : String(value);
}
