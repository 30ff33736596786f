// choose: a question with few answers, shown as buttons; the label, a synonym or its number may be said instead. With `many` several may be ticked at once.

import { z } from 'zod';
import { yesOrNo } from '../answers/index.ts';
import type { NamedPerson } from '../answers/members.ts';
import { readSeveral } from '../answers/several.ts';
import { answerButton, manyButton } from '../buttons.ts';
import { optionReaders } from '../recognisers.ts';
import type { Next, Run, StepKind } from '../run.ts';
import { goTo, keepOpen, onward, say, scopeOf } from '../run.ts';
import type { Frame, Json, Said } from '../session.ts';
import { read } from '../template.ts';
import { fill, text, wait } from './forms.ts';

interface Option {
  readonly label: string;
  readonly words: readonly string[];
  readonly go: string | undefined;
}

const option = z.union([
  z.string().transform((label): Option => ({ label, words: [], go: undefined })),
  z
    .strictObject({ label: z.string(), words: z.array(z.string()).default([]), go: z.string().optional() })
    .transform(({ label, words, go }): Option => ({ label, words, go })),
]);

export const chooseForm = z
  .strictObject({
    choose: z.string().regex(/^[a-z][a-zA-Z0-9]*$/),
    say: text,
    /** Value → label, or label with synonyms and the step that follows. */
    options: z.record(z.string(), option).default({}),
    /** Path of a list of `{id, name}` that are options too, behind the others. */
    from: z.string().optional(),
    /** Several at once: the answer is `{ids, names, unknown, ambiguous}`, as a question for members gives it. */
    many: z.boolean().default(false),
    /** What hands the ticks in, where a door has them. */
    submit: z.string().min(1).max(10).default('选好了'),
    /** With `many`: path of a list of `{id, name}` that may be named though they are not shown. Names nobody has are then the flow's business. */
    people: z.string().optional(),
    again: text.optional(),
    /** Who else can tell which option is meant. */
    reads: z.enum(Object.keys(optionReaders) as [keyof typeof optionReaders]).optional(),
    tries: z.int().min(1).max(5).default(3),
    wait: wait.optional(),
  })
  .refine(({ options, from }) => Object.keys(options).length > 0 || from !== undefined, 'options 和 from 至少写一个')
  .refine(({ many, people }) => many || people === undefined, 'people 只和 many: true 一起用')
  .refine(
    ({ many, options }) => !many || Object.values(options).every(({ go }) => go === undefined),
    'many: true 时选项不能各去各的步骤',
  );
type Choose = z.output<typeof chooseForm>;

export const choosing: StepKind<Choose> = {
  enter(run, frame, step, flow) {
    const given = frame.vars[step.choose];
    if (step.many && typeof given === 'object' && given !== null) return onward;
    pin(run, frame, step);
    if (step.many) {
      // What came in a sentence is read like an answer.
      const several = typeof given === 'string' ? severalIn(run, frame, step, given) : undefined;
      if (several) return keep(frame, step, several);
      delete frame.vars[step.choose];
    } else {
      const options = optionsOf(step, frame);
      const value = typeof given === 'string' ? (given in options ? given : pick(step, options, given)) : undefined;
      if (value !== undefined) {
        const { go } = options[value]!;
        return go ? keep(frame, step, value, goTo(go)) : keep(frame, step, value);
      }
    }
    show(run, frame, step);
    return keepOpen(run, frame, flow, step.wait?.after);
  },

  answer(run, frame, step, said) {
    if (step.many) {
      const several = handedIn(frame, step, said) ?? severalIn(run, frame, step, wordsOf(said) ?? '');
      return several === undefined ? 'missed' : keep(frame, step, several);
    }
    const word = wordsOf(said);
    const options = optionsOf(step, frame);
    const value = word === undefined ? undefined : pick(step, options, word);
    if (value === undefined) return 'missed';
    const { go } = options[value]!;
    return go ? keep(frame, step, value, goTo(go)) : keep(frame, step, value);
  },
};

/** The options of a waiting question: those of the flow, then those that were looked up when it was asked. */
export function optionsOf({ options, choose }: Choose, frame: Frame): Readonly<Record<string, Option>> {
  const looked = (frame.vars[`${choose}:shown`] ?? []) as unknown as readonly NamedPerson[];
  const added = looked.map(({ id, name }): [string, Option] => [id, { label: name, words: [], go: undefined }]);
  return { ...options, ...Object.fromEntries(added) };
}

/** True when the words can only be an answer to this question. */
export function isChosen(step: Choose, frame: Frame, text: string): boolean {
  const word = text.trim();
  const options = optionsOf(step, frame);
  if (step.many) {
    const several = readSeveral(word, shownBy(options));
    return several !== undefined && several.unknown.length === 0;
  }
  if (options.yes && options.no && yesOrNo(word) !== undefined) return true;
  return Object.entries(options).some(([value, { label, words }]) => [value, label, ...words].includes(word));
}

/** The value the words choose, as an answer would; undefined when they choose none. */
export function chosenIn(step: Choose, frame: Frame, words: string): string | undefined {
  return pick(step, optionsOf(step, frame), words);
}

/** The list as it is shown stays with the question: a number means the same when the answer comes, whatever happened in between. */
function pin(run: Run, frame: Frame, step: Choose): void {
  if (step.from === undefined) return;
  const list = (read(scopeOf(run, frame), step.from) ?? []) as readonly NamedPerson[];
  frame.vars[`${step.choose}:shown`] = list.map(({ id, name }) => ({ id, name }));
}

function show(run: Run, frame: Frame, step: Choose & { readonly id: string }): void {
  const options = optionsOf(step, frame);
  const words = fill(step.say, scopeOf(run, frame));
  if (step.many && Object.keys(options).length > 0) {
    const submit = { label: step.submit, data: manyButton(frame.id, step.id) };
    say(run, frame, words, {
      checklist: { options: shownBy(options).map(({ id, name }) => ({ id, label: name })), submit },
    });
    return;
  }
  const buttons = Object.entries(options).map(([value, { label }]) => ({
    label,
    data: answerButton(frame.id, step.id, value),
  }));
  say(run, frame, words, { buttons });
}

function shownBy(options: Readonly<Record<string, Option>>): NamedPerson[] {
  return Object.entries(options).map(([id, { label }]) => ({ id, name: label }));
}

function wordsOf(said: Said): string | undefined {
  return said.kind === 'text' ? said.text : said.kind === 'answer' ? said.value : undefined;
}

/** What was ticked, as far as it was on the list. */
function handedIn(frame: Frame, step: Choose, said: Said): Json | undefined {
  if (said.kind !== 'answer' || said.ticked === undefined) return undefined;
  const meant = shownBy(optionsOf(step, frame)).filter(({ id }) => said.ticked!.includes(id));
  return { ids: meant.map(({ id }) => id), names: meant.map(({ name }) => name), unknown: [], ambiguous: [] };
}

function severalIn(run: Run, frame: Frame, step: Choose, words: string): Json | undefined {
  const shown = shownBy(optionsOf(step, frame));
  if (step.people === undefined) {
    const several = readSeveral(words, shown);
    return several && several.unknown.length + several.ambiguous.length === 0 ? several : undefined;
  }
  const people = (read(scopeOf(run, frame), step.people) ?? []) as readonly NamedPerson[];
  return readSeveral(words, shown, people);
}

function keep(frame: Frame, step: Choose, value: Json, next: Next = onward): Next {
  frame.vars[step.choose] = value;
  delete frame.vars[`${step.choose}:shown`];
  return next;
}

function pick(step: Choose, options: Readonly<Record<string, Option>>, said: string): string | undefined {
  const word = said.trim().replace(/[。.!！,，]$/, '');
  const entries = Object.entries(options);
  const exact = entries.find(([value, { label, words }]) => [value, label, ...words].includes(word));
  if (exact) return exact[0];
  if (/^[1-9]$/.test(word)) return entries[Number(word) - 1]?.[0];
  const decided = yesOrNo(word);
  if (decided !== undefined && options.yes && options.no) return decided ? 'yes' : 'no';
  const meant = step.reads && optionReaders[step.reads](word);
  if (meant !== undefined && options[meant]) return meant;
  const inside = entries.filter(([, { label, words }]) => [label, ...words].some((known) => word.includes(known)));
  if (inside.length === 1) return inside[0]![0];
  // A part of what was looked up is enough where it means one only: the labels of such lists are long.
  const part = step.from === undefined ? [] : entries.filter(([, { label }]) => holds(label, word));
  return part.length === 1 ? part[0]![0] : undefined;
}

/** True when the words stand in the label, from three on also with others between them: 重温入党誓词 for 重温一次入党誓词. */
function holds(label: string, word: string): boolean {
  if (word.length < 2) return false;
  if (word.length < 3) return label.includes(word);
  let from = 0;
  for (const letter of word) {
    const at = label.indexOf(letter, from);
    if (at === -1) return false;
    from = at + letter.length;
  }
  return true;
}
