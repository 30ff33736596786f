// Reads flows/registers/*.yaml and makes the conversations that keep each list: writing an entry, moving it on, reading the list. Stores nothing.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { z } from 'zod';
import type { Flow } from '../dialogue/flow.ts';
import { flowForm, makeFlow } from '../dialogue/flow.ts';
import type { RecogniserName } from '../dialogue/recognisers.ts';
import { Fault } from '../domain/fault.ts';
import type { Register } from '../domain/register.ts';
import { registerForm } from '../domain/register.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml } from './yaml-file.ts';

/** All registers by id; throws a Fault of code `bad-flow` with file and line. */
export function loadRegisters(flowsDir: string): ReadonlyMap<string, Register> {
  const { registers, problems } = readRegisters(flowsDir);
  if (problems.length > 0) {
    throw new Fault(
      'bad-flow',
      problems.map((one) => `${one.file}:${one.line}:${one.column} ${one.message}`).join('\n'),
    );
  }
  return registers;
}

/** The same, with the problems as a value; a register's own conversations are checked as any flow is. */
export function readRegisters(flowsDir: string): { registers: Map<string, Register>; problems: Problem[] } {
  const registers = new Map<string, Register>();
  const problems: Problem[] = [];
  for (const file of registerFiles(flowsDir)) {
    const read = readYaml(file, registerForm);
    if ('problems' in read) {
      problems.push(...read.problems);
      continue;
    }
    const register = read.value;
    const say = (at: readonly PropertyKey[], message: string) => problems.push({ file, ...read.at(at), message });
    if (path.basename(file, '.yaml') !== register.register) say(['register'], '编号要和文件名一样');
    if (registers.has(register.register)) say(['register'], `编号“${register.register}”重复`);
    const states = Object.keys(register.states);
    register.moves.forEach(({ from, to }, index) => {
      for (const state of [from, to])
        if (!states.includes(state)) say(['moves', index], `没有叫“${state}”的状态，可用：${states.join('、')}`);
    });
    register.tally.forEach(({ field, of, is }, index) => {
      const found = register.fields.find((one) => one.field === field);
      if (!found) say(['tally', index], `没有叫“${field}”的栏`);
      else if (of === 'sum' && !['number', 'duration'].includes(found.type))
        say(['tally', index], `“${field}”不是数字，加不起来`);
      else if (of !== 'sum' && !(is !== undefined && found.options && is in found.options))
        say(['tally', index], `is 要写“${field}”的一个选项`);
    });
    if (
      register.each !== undefined &&
      !register.fields.some(({ field, type }) => field === register.each && type === 'text')
    )
      say(['each'], `没有叫“${register.each}”的文字栏`);
    for (const word of Object.keys(register.moved))
      if (!register.moves.some(({ words }) => words[0] === word)) say(['moved'], `没有以“${word}”开头的moves`);
    for (const raw of conversationsOf(register)) {
      const parsed = flowForm.safeParse(raw);
      if (!parsed.success) for (const issue of parsed.error.issues) say(['register'], `${raw.flow}：${issue.message}`);
    }
    registers.set(register.register, register);
  }
  return { registers, problems };
}

/** The conversations of all registers, ready to run. Expects registers that passed `readRegisters`. */
export function registerFlows(registers: Iterable<Register>): Flow[] {
  return [...registers].flatMap((register) =>
    conversationsOf(register).map((raw) => makeFlow(flowForm.parse(raw), raw)),
  );
}

function registerFiles(flowsDir: string): string[] {
  const folder = path.join(flowsDir, 'registers');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => path.join(folder, file));
}

type RawFlow = z.input<typeof flowForm>;

function conversationsOf(register: Register): RawFlow[] {
  return [writing(register), reading(register), ...register.moves.map((_, index) => moving(register, index))];
}

/** Asks field by field, reads it back, keeps it. */
function writing(register: Register): RawFlow {
  const { register: kind, title, who, words, hint, rank, intro, fields, confirm, said, heading, states } = register;
  const { sentence, each, near } = register;
  return {
    flow: `${kind}-entry`,
    title,
    ...(hint ? { hint } : {}),
    rank,
    who,
    says: register.says,
    asks: register.asks,
    start: { words, near, line: true, ...(sentence ? { sentence: sentence as RecogniserName } : {}) },
    needs: fields.some(({ type }) => type === 'members') ? ['colleagues'] : [],
    steps: [
      ...(intro ? [{ say: intro }] : []),
      ...fields.flatMap((field) => (field.type === 'members' && !field.options ? named(field) : [question(field)])),
      ...fields.flatMap(labelled(`${heading}${confirm}`)),
      { confirm, wrong: '哪里不对？直接说就行。不想记回“取消”。' },
      {
        save: 'entry',
        with: {
          register: kind,
          about: register.about,
          state: Object.keys(states)[0]!,
          heading,
          ...(each ? { each } : {}),
          ...Object.fromEntries(fields.map(({ field }) => [field, `{${field}}`])),
        },
      },
      { say: said },
    ],
  };
}

function question({ field, ask, type, again, skip, options, min, max, earliest, latest }: Register['fields'][number]) {
  if (options) return { choose: field, say: ask, options };
  const bounds = Object.entries({ min, max: max ?? (type === 'text' ? 200 : undefined), earliest, latest });
  return {
    ask: field,
    say: ask,
    type,
    ...Object.fromEntries(bounds.filter(([, value]) => value !== undefined)),
    ...(type === 'members' ? { people: 'colleagues' } : {}),
    skip,
    again: again ?? ask,
  };
}

/** A question for people of the branch: a name that nobody or several have is asked for again, never kept. */
function named(field: Register['fields'][number]): RawFlow['steps'] {
  const name = field.field;
  return [
    { ...question(field), id: 'name' },
    {
      branch: [
        { if: `${name}.unknown`, go: 'unknown-name' },
        { if: `${name}.ambiguous`, go: 'unknown-name' },
        { go: 'known' },
      ],
    },
    {
      id: 'unknown-name',
      say: `本支部没有找到{${name}.unknown|list}{${name}.ambiguous|list}，或者有同名的。`,
    },
    { id: 'name-again', branch: [{ go: 'name', forget: [name] }] },
    { id: 'known', compute: 'keep', with: { value: `{${name}}` }, as: name },
  ] as RawFlow['steps'];
}

/** Keeps the label of what was chosen where a text asks for it by `{…Word}`. */
function labelled(texts: string) {
  return ({ field, options }: Register['fields'][number]) =>
    options && texts.includes(`{${field}Word}`)
      ? [{ compute: 'word-of' as const, with: { ...options, value: `{${field}}` }, as: `${field}Word` }]
      : [];
}

/** What this reader may see, newest first. */
function reading(register: Register): RawFlow {
  const { register: kind, title, who, list, states } = register;
  const several = Object.keys(states).length > 1;
  return {
    flow: `${kind}-list`,
    title: `看${title}`.slice(0, 20),
    who: [...new Set([...(list.who ?? who), ...register.up])],
    start: { words: list.words, rest: false, near: list.near },
    asks: register.reads,
    needs: [`entries/${kind}`],
    steps: [
      {
        say: `{^entries.all}${list.empty}{/entries.all}{#entries.all}{number}. {#from}{from}：{/from}{heading}${several ? '（{stateWord}）' : ''}\n{/entries.all}{#entries.tally}{.}\n{/entries.tally}{#entries.more}还有更早的{entries.more}条，在小结的表格里。{/entries.more}`,
      },
    ],
  };
}

/** Steps of the made conversations that are the same in every register: one talk about any register shows them. */
export const sharedRegisterSteps = ['which', 'none', 'unknown-name', 'name-again'];

/** Moves one entry on: at once where only one can be meant, else by its number. */
function moving(register: Register, index: number): RawFlow {
  const { register: kind, moves, title } = register;
  const { words, from, to, who, other, fact, said, tell, near } = moves[index]!;
  return {
    flow: `${kind}-${to}${index}`,
    title: `${title}：${words[0]}`.slice(0, 20),
    who,
    start: { words, near },
    asks: register.moved[words[0]!] ?? [],
    needs: [`entries/${kind}`],
    steps: [
      {
        compute: 'choice-of',
        with: { entries: '{entries.all}', state: from, own: !other && who.includes('member'), other, me: '{me.id}' },
        as: 'open',
      },
      {
        branch: [
          { if: 'not open.list', go: 'none' },
          { if: 'open.only', go: 'read-back' },
        ],
      },
      {
        id: 'which',
        ask: 'which',
        say: '是哪一条？回序号就行。\n{#open.list}{number}. {#from}{from}：{/from}{heading}\n{/open.list}',
        type: 'number',
        min: 1,
        max: 20,
        again: '回前面的序号就行，比如“1”。',
      },
      { id: 'read-back', compute: 'numbered', with: { list: '{open.list}', which: '{which}' }, as: 'entry' },
      { branch: [{ if: 'not entry', go: 'none' }] },
      {
        confirm: '“{#entry.from}{entry.from}：{/entry.from}{entry.heading}”。对吗？',
        wrong: '好，没有动。回“取消”就不办了。',
      },
      { save: 'entry_moved', with: { entry: '{entry}', to, ...(fact ? { fact } : {}), ...(tell ? { tell } : {}) } },
      { say: said },
      { end: true },
      { id: 'none', say: `${title}：眼下没有可以办的。` },
    ],
  };
}
