// `zhibu lint`: checks flows/ and content/ as authors write them, and lists everything that is wrong with file and line.

import path from 'node:path';
import { lintBooks } from '../library/book-template.ts';
import { readFlows } from '../library/flows.ts';
import { readHolidayFiles } from '../library/holidays.ts';
import { home } from '../library/library.ts';
import { lintLinks } from '../library/links.ts';
import { lintMenu } from '../library/menu.ts';
import { loadProgrammes, readProgrammes } from '../library/programmes.ts';
import { lintQuiz } from '../library/quiz.ts';
import { loadRegisters } from '../library/registers.ts';
import { readReminders } from '../library/reminders.ts';
import { lintShelves } from '../library/shelves.ts';
import { lintStudy } from '../library/study.ts';
import { lintTariffs } from '../library/tariffs.ts';
import type { Problem } from '../library/yaml-file.ts';
import { sayProblem } from '../library/yaml-file.ts';
import { viewNames } from '../store/views/index.ts';

/** True when nothing is wrong; `packsDir` is a folder of a district's own programmes. */
export function lint(packsDir?: string): boolean {
  const flowsDir = path.join(home, 'flows');
  const contentDir = path.join(home, 'content');
  const { flows, problems: inFlows } = readFlows(flowsDir, viewNames);
  const problems: Problem[] = [
    ...inFlows,
    ...readProgrammes(flowsDir, packsDir).problems,
    ...problemsIn(readReminders(flowsDir)),
    ...problemsIn(readHolidayFiles(contentDir)),
    ...lintStudy(contentDir),
    ...lintQuiz(contentDir),
    ...lintMenu(contentDir, flows),
    ...lintLinks(contentDir),
    ...lintShelves(contentDir),
    ...lintTariffs(contentDir),
    ...(inFlows.length === 0
      ? lintBooks(contentDir, { registers: loadRegisters(flowsDir), programmes: loadProgrammes(flowsDir) })
      : []),
  ];
  for (const problem of problems) console.error(sayProblem(problem));
  console.log(problems.length === 0 ? '对话和内容都没有问题' : `${problems.length} 处要改`);
  return problems.length === 0;
}

function problemsIn(read: object): readonly Problem[] {
  return 'problems' in read ? (read.problems as readonly Problem[]) : [];
}
