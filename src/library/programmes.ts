// Reads flows/programmes/ with all folders below it, and says in Chinese what is wrong in a programme. Raises nothing.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../domain/fault.ts';
import type { Programme } from '../domain/programme.ts';
import { programmeForm } from '../domain/programme.ts';
import { programmeProblems } from '../domain/programme-problems.ts';
import { readRegisters } from './registers.ts';
import type { Locate, Problem } from './yaml-file.ts';
import { readYaml } from './yaml-file.ts';

/** All programmes by id, those of `packsDir` (a district's own) behind; throws a Fault of code `bad-flow` with file and line. */
export function loadProgrammes(flowsDir: string, packsDir?: string): ReadonlyMap<string, Programme> {
  const { programmes, problems } = readProgrammes(flowsDir, packsDir);
  if (problems.length > 0)
    throw new Fault(
      'bad-flow',
      problems.map((one) => `${one.file}:${one.line}:${one.column} ${one.message}`).join('\n'),
    );
  return programmes;
}

/** The same, with the problems as a value. */
export function readProgrammes(
  flowsDir: string,
  packsDir?: string,
): { programmes: Map<string, Programme>; problems: Problem[] } {
  const programmes = new Map<string, Programme>();
  const problems: Problem[] = [];
  const read: { file: string; value: Programme; at: Locate }[] = [];
  const own = path.join(flowsDir, 'programmes');
  for (const [folder, file] of [...filesBelow(own), ...(packsDir ? filesBelow(packsDir) : [])]) {
    const one = readYaml(file, programmeForm);
    if ('problems' in one) {
      problems.push(...one.problems);
      continue;
    }
    const id = one.value.programme;
    const say = (message: string) => problems.push({ file, ...one.at(['programme']), message });
    const name = path
      .relative(folder, file)
      .split(path.sep)
      .join('/')
      .replace(/^packs\//, '')
      .replace(/\.yaml$/, '');
    if (name !== id) say(`编号“${id}”和文件的位置对不上，文件应放在 ${id.includes('/') ? 'packs/' : ''}${id}.yaml`);
    if (folder !== own && !id.includes('/')) say('自己写的专项，编号要写成 地方-年份/名称');
    if (programmes.has(id)) say(`编号“${id}”前面用过了`);
    else programmes.set(id, one.value);
    read.push({ file, ...one });
  }
  const registers = readRegisters(flowsDir).registers;
  const items = new Map([...programmes].map(([id, { items: list }]) => [id, list.map(({ item }) => item)]));
  for (const { file, value, at } of read)
    for (const problem of programmeProblems(value, { registers, items }))
      problems.push({ file, ...at(problem.at), message: problem.message });
  return { programmes, problems };
}

/** Each `.yaml` of a folder and those below it, with the folder; a folder that is not there holds none. */
function filesBelow(folder: string): [string, string][] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yaml'))
    .sort()
    .map((name) => [folder, path.join(folder, name)]);
}
