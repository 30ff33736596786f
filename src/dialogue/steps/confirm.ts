// confirm: reads back what will be stored. 对 goes on; a correction in plain words (改成3小时) changes an answer and reads back again.

import { z } from 'zod';
import { answerTypes, yesOrNo } from '../answers/index.ts';
import { answerButton } from '../buttons.ts';
import type { Flow } from '../flow.ts';
import type { Run, StepKind } from '../run.ts';
import { keepOpen, onward, say, scopeOf } from '../run.ts';
import type { Frame } from '../session.ts';
import type { Ask } from './ask.ts';
import { acceptable, asked } from './ask.ts';
import { fill, text, wait } from './forms.ts';

export const confirmForm = z.strictObject({
  confirm: text,
  yes: z.string().default('对'),
  no: z.string().default('不对'),
  /** Said after 不对: how to say what is to be changed. */
  wrong: text,
  /** Views to load only when the answer comes: not every step of the way needs them. */
  needs: z.array(z.string()).default([]),
  tries: z.int().min(1).max(5).default(3),
  wait: wait.optional(),
});
type Confirm = z.output<typeof confirmForm>;

export const confirming: StepKind<Confirm> = {
  enter(run, frame, step, flow) {
    const buttons = [
      { label: step.yes, data: answerButton(frame.id, step.id, 'yes') },
      { label: step.no, data: answerButton(frame.id, step.id, 'no') },
    ];
    say(run, frame, fill(step.confirm, scopeOf(run, frame)), { buttons });
    return keepOpen(run, frame, flow, step.wait?.after);
  },

  answer(run, frame, step, said, flow) {
    const word = said.kind === 'text' ? said.text.trim() : said.kind === 'answer' ? said.value : undefined;
    if (word === undefined) return 'missed';
    if (word === 'yes' || word === step.yes || yesOrNo(word) === true) return stillRight(run, frame, flow, step.id);
    if (word === 'no' || word === step.no || yesOrNo(word) === false) {
      say(run, frame, fill(step.wrong, scopeOf(run, frame)));
      return keepOpen(run, frame, flow, step.wait?.after);
    }
    return correct(run, frame, flow, word) ? { go: 'to', step: step.id } : 'missed';
  },
};

/** Answers are checked once more at the yes: time may have passed since they were given. */
function stillRight(run: Run, frame: Frame, flow: Flow, until: string) {
  const wrong = asksBefore(flow, until).find((ask) => {
    const value = frame.vars[ask.ask];
    return value !== undefined && value !== null && !acceptable(run, frame, ask, value);
  });
  return wrong ? { go: 'to' as const, step: wrong.id } : onward;
}

/** Puts whatever the words correct into the answers; false when they correct nothing. */
function correct(run: Run, frame: Frame, flow: Flow, words: string): boolean {
  let changed = false;
  let corrected = false;
  for (const step of flow.steps) {
    if (step.kind !== 'ask' || frame.vars[step.ask] === undefined) continue;
    const type = answerTypes[step.type];
    // 标题改成… corrects one text, the first that was asked for, and not every text there is.
    if (step.type === 'text' && corrected) continue;
    const value = 'find' in type ? type.find(words, asked(run, frame, step)) : undefined;
    if (value === undefined || value === frame.vars[step.ask]) continue;
    frame.vars[step.ask] = value;
    changed = true;
    corrected ||= step.type === 'text';
  }
  return changed;
}

function asksBefore(flow: Flow, id: string): (Ask & { readonly id: string })[] {
  const before = flow.steps.slice(
    0,
    flow.steps.findIndex((step) => step.id === id),
  );
  return before.flatMap((step) => (step.kind === 'ask' ? [step] : []));
}
