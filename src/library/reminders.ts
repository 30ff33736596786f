// Reads flows/reminders/*.yaml. Sends nothing.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseTemplate, pathsOf } from '../dialogue/template.ts';
import { Fault } from '../domain/fault.ts';
import type { Ladder } from '../domain/ladder.ts';
import { ladderForm, rungScopeNames } from '../domain/ladder.ts';
import type { Problem, YamlResult } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

/** All ladders, by the programme they are for; throws a Fault of code `bad-flow` with file and line. */
export function loadReminders(flowsDir: string): ReadonlyMap<string, Ladder> {
  const read = readReminders(flowsDir);
  if ('problems' in read) throw new Fault('bad-flow', read.problems.map(sayProblem).join('\n'));
  return read.ladders;
}

/** All ladders, or everything that is wrong in their files. */
export function readReminders(flowsDir: string): { ladders: ReadonlyMap<string, Ladder> } | { problems: Problem[] } {
  const folder = join(flowsDir, 'reminders');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  const ladders = new Map<string, Ladder>();
  const problems: Problem[] = [];
  for (const name of files.sort()) {
    const file = join(folder, name);
    const read = readYaml(file, ladderForm);
    if ('problems' in read) {
      problems.push(...read.problems);
      continue;
    }
    const ladder = read.value;
    if (name !== `${ladder.ladder}.yaml`)
      problems.push({ file, ...read.at(['ladder']), message: `文件名应是 ${ladder.ladder}.yaml` });
    if (ladders.has(ladder.for)) problems.push({ file, ...read.at(['for']), message: `“${ladder.for}”已经有一份提醒` });
    problems.push(...problemsOfTexts(file, read));
    ladders.set(ladder.for, ladder);
  }
  return problems.length > 0 ? { problems } : { ladders };
}

/** Texts and titles must be well formed and speak only of what a rung knows. */
function problemsOfTexts(file: string, read: Extract<YamlResult<Ladder>, { value: Ladder }>): Problem[] {
  return read.value.rungs.flatMap((rung, index) =>
    (['text', 'title'] as const).flatMap((name): Problem[] => {
      const place = { file, ...read.at(['rungs', index, name]) };
      try {
        const unknown = pathsOf(parseTemplate(rung[name] ?? '')).filter(
          (path) => !(rungScopeNames as readonly string[]).includes(path),
        );
        return unknown.length === 0
          ? []
          : [{ ...place, message: `这里没有：${unknown.join('、')}。可用：${rungScopeNames.join('、')}` }];
      } catch (error) {
        return [{ ...place, message: (error as Error).message }];
      }
    }),
  );
}
