// Reads content/theme-day.yaml: what a theme day may consist of. A district may write its own; nothing else knows the blocks by name.

import path from 'node:path';
import { z } from 'zod';
import { Fault } from '../domain/fault.ts';
import type { ThemeDayBlock } from '../domain/theme-day-agenda.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

const form = z.strictObject({
  blocks: z
    .array(
      z.strictObject({
        block: z.string().regex(/^[a-z][a-z-]*$/, '用小写字母和横线'),
        label: z.string().min(1).max(10),
        usual: z.boolean().default(false),
        note: z.string().min(1).max(60),
      }),
    )
    .min(1)
    .max(12)
    .refine((blocks) => blocks.some(({ usual }) => usual), '至少一项写 usual: true'),
});

/** Throws a Fault of code `bad-content` that lists every problem with its line. */
export function loadThemeDayBlocks(contentDir: string): readonly ThemeDayBlock[] {
  const read = readYaml(path.join(contentDir, 'theme-day.yaml'), form);
  if ('problems' in read) throw new Fault('bad-content', read.problems.map(sayProblem).join('\n'));
  return read.value.blocks.map(({ block, label, usual, note }) => ({ id: block, name: label, usual, note }));
}
