// Reads content/links.yaml: other platforms that branches use, so that nothing is kept twice. Opens none of them.

import path from 'node:path';
import { z } from 'zod';
import { Fault } from '../domain/fault.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

const form = z.strictObject({
  links: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(20),
        /** What it is for, in a few words. */
        does: z.string().min(1).max(40),
        /** Absent = each unit sets its own. */
        url: z.url('网址以 https:// 开头').optional(),
      }),
    )
    .min(1),
});
export type Link = z.infer<typeof form>['links'][number];

/** Throws a Fault of code `bad-content` with file and line. */
export function loadLinks(contentDir: string): readonly Link[] {
  const read = readYaml(path.join(contentDir, 'links.yaml'), form);
  if ('problems' in read) throw new Fault('bad-content', read.problems.map(sayProblem).join('\n'));
  return read.value.links;
}

export function lintLinks(contentDir: string): readonly Problem[] {
  const read = readYaml(path.join(contentDir, 'links.yaml'), form);
  return 'problems' in read ? read.problems : [];
}
