// choose: a question with few answers, shown as buttons; the label, a synonym or its number may be said instead.

import { z } from 'zod';
import { yesOrNo } from '../answers/index.ts';
import { answerButton } from '../buttons.ts';
import { optionReaders } from '../recognisers.ts';
import type { Run, StepKind } from '../run.ts';
import { goTo, keepOpen, onward, say, scopeOf } from '../run.ts';
import type { Frame } from '../session.ts';
import { fill, text, wait } from './forms.ts';

const option = z.union([
  z.string().transform((label) => ({ label, words: [] as string[], go: undefined as string | undefined })),
  z.strictObject({ label: z.string(), words: z.array(z.string()).default([]), go: z.string().optional() }),
]);

export const chooseForm = z.strictObject({
  choose: z.string().regex(/^[a-z][a-zA-Z0-9]*$/),
  say: text,
  /** Value → label, or label with synonyms and the step that follows. */
  options: z.record(z.string(), option),
  again: text.optional(),
  /** Who else can tell which option is meant. */
  reads: z.enum(Object.keys(optionReaders) as [keyof typeof optionReaders]).optional(),
  tries: z.int().min(1).max(5).default(3),
  wait: wait.optional(),
});
type Choose = z.output<typeof chooseForm>;

export const choosing: StepKind<Choose> = {
  enter(run, frame, step, flow) {
    const given = frame.vars[step.choose];
    const chosen = typeof given === 'string' ? step.options[given] : undefined;
    if (chosen) return chosen.go ? goTo(chosen.go) : onward;
    show(run, frame, step);
    return keepOpen(run, frame, flow, step.wait?.after);
  },

  answer(_run, frame, step, said) {
    const word = said.kind === 'text' ? said.text : said.kind === 'answer' ? said.value : undefined;
    const value = word === undefined ? undefined : pick(step, word);
    if (value === undefined) return 'missed';
    frame.vars[step.choose] = value;
    const go = step.options[value]!.go;
    return go ? goTo(go) : onward;
  },
};

function show(run: Run, frame: Frame, step: Choose & { readonly id: string }): void {
  const buttons = Object.entries(step.options).map(([value, { label }]) => ({
    label,
    data: answerButton(frame.id, step.id, value),
  }));
  say(run, frame, fill(step.say, scopeOf(run, frame)), { buttons });
}

function pick(step: Choose, said: string): string | undefined {
  const word = said.trim().replace(/[。.!！,，]$/, '');
  const entries = Object.entries(step.options);
  const exact = entries.find(([value, { label, words }]) => [value, label, ...words].includes(word));
  if (exact) return exact[0];
  if (/^[1-9]$/.test(word)) return entries[Number(word) - 1]?.[0];
  const decided = yesOrNo(word);
  if (decided !== undefined && step.options.yes && step.options.no) return decided ? 'yes' : 'no';
  const meant = step.reads && optionReaders[step.reads](word);
  if (meant !== undefined && step.options[meant]) return meant;
  const inside = entries.filter(([, { label, words }]) => [label, ...words].some((known) => word.includes(known)));
  return inside.length === 1 ? inside[0]![0] : undefined;
}
