// Reads content/menu.yaml and checks it against what WeCom takes and what the flows understand. Sends nothing.

import path from 'node:path';
import { z } from 'zod';
import type { Flow } from '../dialogue/flow.ts';
import { Fault } from '../domain/fault.ts';
import type { Menu, MenuEntry } from '../domain/menu.ts';
import { bytesOf } from './wording.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

/** Most bytes (UTF-8) of a name in the bar and of one in a list, of words and of an address (reference F6). */
const longest = { name: 16, entry: 40, says: 128, url: 1024 } as const;

/** Reads the menu; throws a Fault of code `bad-content` with file and line. */
export function loadMenu(contentDir: string): Menu {
  const { menu, problems } = readMenu(contentDir);
  if (problems.length > 0) throw new Fault('bad-content', problems.map(sayProblem).join('\n'));
  return menu;
}

/** Everything that is wrong in content/menu.yaml, words that start no flow included. */
export function lintMenu(contentDir: string, flows: readonly Flow[]): Problem[] {
  const { menu, problems, at } = readMenu(contentDir);
  const words = new Set(flows.flatMap(({ start }) => start.words));
  const unknown = menu.flatMap((button, index) => {
    const entries = 'entries' in button ? button.entries : [button];
    return entries.flatMap((entry, inside): Problem[] => {
      if (!('says' in entry) || words.has(entry.says)) return [];
      const place = 'entries' in button ? ['menu', index, 'entries', inside, 'says'] : ['menu', index, 'says'];
      return [{ ...at(place), message: `“${entry.says}”不是任何对话的开头词` }];
    });
  });
  return [...problems, ...unknown];
}

const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1, '不能空着')
    .refine((value) => bytesOf(value) <= most, `太长，最多${most}字节（一个汉字3字节）`);
const url = text(longest.url).refine((value) => /^https?:\/\//.test(value), '网址以 https:// 开头');

/** `name` with exactly one of `says` and `url`. */
const entry = (name: number): z.ZodType<MenuEntry> =>
  z.union([z.strictObject({ name: text(name), says: text(longest.says) }), z.strictObject({ name: text(name), url })]);

const form = z.strictObject({
  menu: z
    .array(
      z.union([
        entry(longest.name),
        z.strictObject({
          name: text(longest.name),
          entries: z.array(entry(longest.entry)).min(1, '至少一项').max(5, '二级菜单最多5项'),
        }),
      ]),
    )
    .min(1, '至少一项')
    .max(3, '一级菜单最多3项'),
});

function readMenu(contentDir: string) {
  const file = path.join(contentDir, 'menu.yaml');
  const read = readYaml(file, form);
  const nowhere = (_path: readonly PropertyKey[]) => ({ file, line: 1, column: 1 });
  if ('problems' in read) return { menu: [] as Menu, problems: read.problems, at: nowhere };
  const at = (where: readonly PropertyKey[]) => ({ file, ...read.at(where) });
  return { menu: read.value.menu as Menu, problems: [] as readonly Problem[], at };
}
