// Reads flows/programmes/*.yaml. Raises nothing.

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { Fault } from '../domain/fault.ts';
import type { Programme } from '../domain/programme.ts';
import { programmeForm } from '../domain/programme.ts';
import { readYaml } from './yaml-file.ts';

/** All programmes, by id; throws a Fault of code `bad-flow` with file and line. */
export function loadProgrammes(flowsDir: string): ReadonlyMap<string, Programme> {
  const programmes = new Map<string, Programme>();
  const problems: string[] = [];
  const folder = path.join(flowsDir, 'programmes');
  for (const name of readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()) {
    const read = readYaml(path.join(folder, name), programmeForm);
    if ('problems' in read) problems.push(...read.problems.map((one) => `${one.file}:${one.line} ${one.message}`));
    else if (programmes.has(read.value.programme)) problems.push(`${name} 编号“${read.value.programme}”重复`);
    else programmes.set(read.value.programme, read.value);
  }
  if (problems.length > 0) throw new Fault('bad-flow', problems.join('\n'));
  return programmes;
}
