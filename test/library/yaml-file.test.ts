import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { parseYamlAll, readYaml, readYamlAll, sayProblem } from '../../src/library/yaml-file.ts';

const schema = z.strictObject({
  on: z.string(),
  count: z.int().optional(),
  kind: z.enum(['a', 'b']).optional(),
  list: z.array(z.strictObject({ name: z.string() })).optional(),
});

function problemsOf(text: string): string[] {
  const read = parseYamlAll('x.yaml', text, schema);
  return 'problems' in read ? read.problems.map(sayProblem) : [];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'zhibu-yaml-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(folder, 'x.yaml');
  writeFileSync(path, text);
  return path;
}

test('dates, times and the key "on" stay what was written', () => {
  const read = readYaml(file('on: 2026-12-05\n'), schema);
  expect(read).toMatchObject({ value: { on: '2026-12-05' } });
});

test('a value knows the line of its key', () => {
  const read = readYaml(file('on: x\nlist:\n  - name: a\n  - name: b\n'), schema);
  if ('problems' in read) throw new Error('should be read');
  expect(read.at(['list', 1, 'name'])).toEqual({ line: 4, column: 5 });
  expect(read.at(['list', 1, 'nothing'])).toEqual({ line: 4, column: 5 });
  expect(read.at(['list'])).toEqual({ line: 2, column: 1 });
});

test('every problem is named with its line, in Chinese', () => {
  expect(problemsOf('on: 3\ncount: x\nkind: c\nlist:\n  - nom: 1\n')).toEqual([
    'x.yaml 第1行第1列：on 应当是文字',
    'x.yaml 第2行第1列：count 应当是数字',
    'x.yaml 第3行第1列：kind 只能是 a、b 之一',
    'x.yaml 第5行第5列：name 缺这一项',
    'x.yaml 第5行第5列：不认识这一项：nom',
  ]);
});

test('a key written twice and broken indentation are found before the schema', () => {
  expect(problemsOf('on: a\non: b\n')).toEqual(['x.yaml 第2行第1列：同一个名称写了两次']);
  expect(problemsOf('on: "a\n')[0]).toMatch(/^x\.yaml 第\d行第\d+列：/);
});

test('a missing file, an empty file and a second document are problems, not errors', () => {
  expect(readYaml(join(folder, 'none.yaml'), schema)).toMatchObject({ problems: [{ message: '读不到这个文件' }] });
  expect(readYaml(file(''), schema)).toMatchObject({ problems: [{ message: '文件是空的' }] });
  expect(readYaml(file('on: a\n---\non: b\n'), schema)).toMatchObject({ problems: [{ line: 3 }] });
});

test('a file of several documents gives each with its own lines', () => {
  const read = readYamlAll(file('on: a\n---\non: b\n'), schema);
  if ('problems' in read) throw new Error('should be read');
  expect(read.values.map((one) => one.value.on)).toEqual(['a', 'b']);
  expect(read.values[1]?.at(['on'])).toEqual({ line: 3, column: 1 });
});

test('a bomb of aliases is refused', () => {
  const rows = ['a: &a [x,x,x,x,x,x,x,x,x,x]'];
  for (const [name, before] of ['ba', 'cb', 'dc', 'ed'].map((pair) => [...pair]))
    rows.push(`${name}: &${name} [${Array(10).fill(`*${before}`).join(',')}]`);
  expect(problemsOf(rows.join('\n'))).toHaveLength(1);
});
