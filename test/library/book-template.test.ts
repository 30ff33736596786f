// Templates of record books: those of the product are sound, and what a district gets wrong is said in Chinese with its line.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Fault } from '../../src/domain/fault.ts';
import { lintBooks, loadBook } from '../../src/library/book-template.ts';
import { home } from '../../src/library/library.ts';
import { loadProgrammes } from '../../src/library/programmes.ts';
import { loadRegisters } from '../../src/library/registers.ts';

const flows = path.join(home, 'flows');
const knows = { registers: loadRegisters(flows), programmes: loadProgrammes(flows) };
const folder = mkdtempSync(path.join(tmpdir(), 'book-'));
afterAll(() => rmSync(folder, { recursive: true }));

function faultOf(sections: string): string {
  const file = path.join(folder, 'book.yaml');
  writeFileSync(file, `title: 册子\nfile: "{unit}册子"\nsections:\n${sections}`);
  try {
    loadBook(file, knows);
    return '';
  } catch (error) {
    return (error as Fault).message;
  }
}

test('the templates of the product have nothing wrong', () => {
  expect(lintBooks(path.join(home, 'content'), knows)).toEqual([]);
});

test.each([
  ['- {heading: 名册, from: roster, columns: [{heading: 姓名, shows: "{name}"}]}', 'from 只能是'],
  ['- {heading: 名册, from: members, columns: [{heading: 电话, shows: "{phone}"}]}', '没有叫“phone”的内容'],
  [
    '- {heading: 会, from: meetings, kinds: [party], columns: [{heading: 名称, shows: "{title}"}]}',
    '没有叫“party”的会议',
  ],
  ['- {heading: 走访, from: entries, columns: [{heading: 日期, shows: "{date}"}]}', '要写 kinds'],
  [
    '- {heading: 走访, from: entries, kinds: [visti], columns: [{heading: 日期, shows: "{date}"}]}',
    '没有叫“visti”的登记',
  ],
  ['- {heading: 空的}', '这一节是空的'],
  ['- {heading: 名册, from: members}', 'form 或 columns'],
  ['- {heading: 小结, lines: ["共{hold}次"]}', '没有叫“hold”的内容'],
  ['- {heading: 小结, lines: ["共{#held}次"]}', '没有结尾'],
  ['- {heading: 小结, lines: ["共{held次"]}', '花括号没有写对'],
  ['- {heading: 小结, lines: ["共｛held｝次"]}', '花括号没有写对'],
  ['- {heading: 小结, lines: [好], colour: red}', '不认识这一项：colour'],
])('%s is explained', (section, message) => {
  const fault = faultOf(`  ${section}\n`);
  expect(fault).toContain(message);
  expect(fault).toMatch(/第4行/);
});

test('fields of a register are known by the register', () => {
  const section = '  - {heading: 走访, from: entries, kinds: [visit], columns: [{heading: 对象, shows: "{whom}"}]}\n';
  expect(faultOf(section)).toBe('');
});
