import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readFlows } from '../../src/library/flows.ts';
import { home } from '../../src/library/library.ts';
import { lintMenu, loadMenu } from '../../src/library/menu.ts';
import { viewNames } from '../../src/store/views/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'zhibu-menu-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const write = (text: string) => writeFileSync(path.join(folder, 'menu.yaml'), text);

const { flows } = readFlows(path.join(home, 'flows'), viewNames);

test('our own menu says only what starts a conversation', () => {
  expect(lintMenu(path.join(home, 'content'), flows)).toEqual([]);
  expect(loadMenu(path.join(home, 'content')).length).toBeLessThanOrEqual(3);
});

test.each([
  ['four in the bar', `menu:\n${'  - {name: 帮助, says: 帮助}\n'.repeat(4)}`],
  ['six in a list', `menu:\n  - name: 我的\n    entries:\n${'      - {name: 帮助, says: 帮助}\n'.repeat(6)}`],
  ['an empty list', 'menu:\n  - {name: 我的, entries: []}\n'],
  ['a name of six characters in the bar', 'menu:\n  - {name: 一二三四五六, says: 帮助}\n'],
  [
    'a name of fourteen characters in a list',
    `menu:\n  - {name: 我, entries: [{name: ${'一'.repeat(14)}, says: 帮助}]}\n`,
  ],
  ['an address without scheme', 'menu:\n  - {name: 网页, url: e.example}\n'],
  ['both words and an address', 'menu:\n  - {name: 网页, says: 帮助, url: "https://e.example"}\n'],
  ['nothing', 'menu: []\n'],
])('%s is refused with its line', (_name, text) => {
  write(text);
  expect(() => loadMenu(folder)).toThrow(/menu\.yaml/);
  expect(lintMenu(folder, flows).length).toBeGreaterThan(0);
});

test('words that start no conversation are named with their line', () => {
  write('menu:\n  - {name: 帮助, says: 帮助}\n  - name: 我的\n    entries:\n      - {name: 天气, says: 天气}\n');
  expect(lintMenu(folder, flows)).toMatchObject([{ line: 5, message: '“天气”不是任何对话的开头词' }]);
});
