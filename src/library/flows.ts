// Reads flows/<name>/flow.yaml and checks them against each other: every place a flow points to must exist. Runs nothing.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Flow } from '../dialogue/flow.ts';
import { flowForm, indexOf, makeFlow } from '../dialogue/flow.ts';
import { answersOf } from '../dialogue/flow-facts.ts';
import { groupsIn } from '../dialogue/phrases.ts';
import type { Step } from '../dialogue/steps/index.ts';
import { effects } from '../domain/effects/index.ts';
import { Fault } from '../domain/fault.ts';
import { readRegisters, registerFlows } from './registers.ts';
import { readSelfChecks } from './self-checks.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml } from './yaml-file.ts';

/** Flows the engine itself opens; without them it has no words. */
export const neededFlows = [
  'welcome',
  'entered',
  'first-contact',
  'not-understood',
  'too-late',
  'upload',
  'gave-up',
  'again',
  'resume',
  'in-private',
  'write-first',
  'stranger',
  'broken',
  'bound',
  'room-bound',
  'room-lost',
  'bind-refused',
  'bind-later',
  'bind-taken',
  'bind-in-room',
  'bind-in-private',
] as const;

/** Reads all flows; throws a Fault of code `bad-flow` that lists every problem with file and line. `views` are the names `needs` may use. */
export function loadFlows(flowsDir: string, views: readonly string[]): Flow[] {
  const { flows, problems } = readFlows(flowsDir, views);
  if (problems.length > 0) {
    throw new Fault(
      'bad-flow',
      problems.map((one) => `${one.file}:${one.line}:${one.column} ${one.message}`).join('\n'),
    );
  }
  return flows;
}

/** The same, with the problems as a value. */
export function readFlows(flowsDir: string, views: readonly string[]): { flows: Flow[]; problems: Problem[] } {
  const flows: Flow[] = [];
  const problems: Problem[] = [];
  for (const name of readdirSync(flowsDir).sort()) {
    const file = path.join(flowsDir, name, 'flow.yaml');
    if (!existsSync(file)) continue;
    const read = readYaml(file, flowForm);
    if ('problems' in read) {
      problems.push(...read.problems);
      continue;
    }
    const flow = makeFlow(read.value, read.raw);
    flows.push(flow);
    const say = (at: readonly PropertyKey[], message: string) => problems.push({ file, ...read.at(at), message });
    if (flow.name !== name) say(['flow'], `名字“${flow.name}”和文件夹“${name}”不一样`);
    flow.steps.forEach((step, index) => {
      for (const message of stepProblems(step, flow, views)) say(['steps', index], message);
    });
    const needs = flow.steps.flatMap((step) => ('needs' in step ? step.needs : []));
    for (const need of [...flow.needs, ...needs])
      if (!views.includes(need.split('/')[0]!)) say(['needs'], `没有叫“${need}”的资料，可用：${views.join('、')}`);
  }
  const { registers, problems: inRegisters } = readRegisters(flowsDir);
  problems.push(...inRegisters);
  if (inRegisters.length === 0) flows.push(...registerFlows(registers.values()));
  const checks = readSelfChecks(path.join(flowsDir, '../content'));
  problems.push(...checks.problems);
  flows.push(...checks.flows);
  problems.push(...betweenFlows(flows, flowsDir));
  return { flows, problems };
}

/** What stands in scope without anybody asking for it. */
const alwaysThere = ['me', 'unit', 'today', 'place', 'title', 'found', 'first', 'said', 'media', 'item', 'number', '.'];

function stepProblems(step: Step, flow: Flow, views: readonly string[]): string[] {
  const problems: string[] = [];
  const { targets, paths } = answersOf(step);
  for (const target of targets) {
    if (target !== 'end' && indexOf(flow, target) === -1) problems.push(`没有叫“${target}”的步骤`);
  }
  if (step.kind === 'save' && !(step.save in effects))
    problems.push(`没有叫“${step.save}”的记录，可用：${Object.keys(effects).join('、')}`);
  const loaded = [...flow.needs, ...flow.steps.flatMap((one) => ('needs' in one ? one.needs : []))];
  const known = [
    ...alwaysThere,
    ...loaded.map((need) => need.split('/')[0]!).filter((need) => views.includes(need)),
    ...flow.steps.flatMap(nameOf),
  ];
  for (const path of paths) {
    const root = path.split('.')[0]!;
    // Names inside a list are the list's own; only roots that look like a view must be declared.
    if (views.includes(root) && !known.includes(root)) problems.push(`用到了“${root}”，请写进 needs`);
  }
  return problems;
}

/** What a step leaves behind under a name. */
function nameOf(step: Step): string[] {
  if (step.kind === 'ask') return [step.ask];
  if (step.kind === 'choose') return [step.choose];
  return step.kind === 'compute' ? [step.as] : [];
}

/** Phrases bring answers only to questions that there are. */
function phraseProblems({ says, asks, steps }: Flow): string[] {
  const asked = steps.flatMap((step) =>
    step.kind === 'ask' ? [step.ask] : step.kind === 'choose' ? [step.choose] : [],
  );
  return groupsIn([...says, ...asks])
    .filter((name) => !asked.includes(name))
    .map((name) => `说法里的“${name}”没有对应的问题`);
}

function betweenFlows(flows: readonly Flow[], flowsDir: string): Problem[] {
  const byName = new Map(flows.map((flow) => [flow.name, flow]));
  const problems: Problem[] = [];
  const say = (flow: string, message: string) =>
    problems.push({ file: path.join(flowsDir, flow, 'flow.yaml'), line: 1, column: 1, message });
  for (const name of neededFlows) if (!byName.has(name)) say(name, '缺少这个对话');
  const words = new Map<string, Flow>();
  for (const flow of flows) {
    for (const message of phraseProblems(flow)) say(flow.name, message);
    for (const word of flow.start.words) {
      const other = words.get(word);
      if (other && other.who.join() === flow.who.join()) say(flow.name, `开头的话“${word}”和“${other.name}”重复`);
      else words.set(word, flow);
    }
    for (const step of flow.steps) {
      for (const called of answersOf(step).flows)
        if (!byName.has(called)) say(flow.name, `步骤“${step.id}”指向没有的对话“${called}”`);
    }
  }
  return problems;
}
