// ask: a question whose answer is checked by type and kept under a name. An answer that is already there is checked and not asked for.

import { z } from 'zod';
import { dayOf } from '../../domain/time.ts';
import type { Asked } from '../answers/index.ts';
import { answerTypeNames, answerTypes, limits, yesOrNo } from '../answers/index.ts';
import type { NamedPerson } from '../answers/members.ts';
import { fileIn, isRefused, takenBy } from '../answers/sent-file.ts';
import { answerButton } from '../buttons.ts';
import type { Flow } from '../flow.ts';
import { hear } from '../hearing.ts';
import type { Next, Run, StepKind } from '../run.ts';
import { keepOpen, onward, say, scopeOf } from '../run.ts';
import type { Frame, Json, Said } from '../session.ts';
import { read } from '../template.ts';
import { buttons, fill, showButtons, text, wait } from './forms.ts';

export const askForm = z.strictObject({
  ask: z.string().regex(/^[a-z][a-zA-Z0-9]*$/),
  say: text,
  type: z.enum(answerTypeNames),
  ...limits,
  /** Path of a list of `{id, name}` that a name may mean (type members). */
  people: z.string().optional(),
  /** Said when the answer is not understood; should show an answer that would be. */
  again: text,
  tries: z.int().min(1).max(5).default(3),
  /** The next message is the answer as it stands, whatever it looks like; only a starting word alone is not. */
  whole: z.boolean().default(false),
  /** Words that leave the question unanswered (null). */
  skip: z.array(z.string()).default([]),
  wait: wait.optional(),
  /** Answers shown as buttons: pressing one means to say it. */
  offers: z.array(z.string().min(1).max(10)).default([]),
  /** Other ways to go on than to answer; saying the label means the same. */
  buttons: buttons.optional(),
});
export type Ask = z.output<typeof askForm>;

export const asking: StepKind<Ask> = {
  enter(run, frame, step, flow) {
    const given = frame.vars[step.ask];
    if (given === undefined) return question(run, frame, step, flow, false);
    if (isRefused(given, run.input.views)) {
      delete frame.vars[step.ask];
      return question(run, frame, step, flow, true);
    }
    if (given === null || typeof given === 'object') return onward;
    if (step.skip.includes(String(given))) return keep(frame, step.ask, null);
    // What came in a sentence or with a button is read like an answer: names become people, a day is checked.
    const value = answerTypes[step.type].read({ kind: 'text', text: String(given) }, asked(run, frame, step));
    if (value !== undefined) return keep(frame, step.ask, value);
    delete frame.vars[step.ask];
    return question(run, frame, step, flow, true);
  },

  answer(run, frame, step, said, flow) {
    const word = said.kind === 'text' ? said.text.trim() : said.kind === 'answer' ? said.value : undefined;
    if (word !== undefined && step.skip.includes(word)) return keep(frame, step.ask, null);
    const heard = said.kind === 'answer' ? { kind: 'text' as const, text: said.value } : said;
    // One line may answer more than was asked: 今天去社区清垃圾两小时.
    const more = heard.kind === 'text' ? hear(flow, heard.text, run.now) : undefined;
    const brought = more?.[step.ask];
    if (brought !== undefined) {
      for (const [name, value] of Object.entries(more!)) if (name !== step.ask) frame.vars[name] ??= value;
      const value = answerTypes[step.type].read({ kind: 'text', text: String(brought) }, asked(run, frame, step));
      return value === undefined ? 'missed' : keep(frame, step.ask, value);
    }
    // A bare yes to “what did you do?” is an answer to nothing.
    if (step.type === 'text' && heard.kind === 'text' && yesOrNo(heard.text) !== undefined && heard.text.length < 3)
      return 'missed';
    const value = answerTypes[step.type].read(heard, asked(run, frame, step));
    if (value === undefined) return 'missed';
    tellOfFile(run, step, value);
    return keep(frame, step.ask, value);
  },
};

/** Puts a file that was just sent in the place of one that could not be had; false when there is none to replace. */
export function replaceFile(run: Run, frame: Frame, flow: Flow, said: Said): boolean {
  for (const step of flow.steps) {
    if (step.kind !== 'ask' || !isRefused(frame.vars[step.ask], run.input.views)) continue;
    const value = answerTypes[step.type].read(said, asked(run, frame, step));
    if (value === undefined) continue;
    tellOfFile(run, step, value);
    keep(frame, step.ask, value);
    return true;
  }
  return false;
}

function tellOfFile(run: Run, { type }: Ask, value: Json): void {
  const file = fileIn(value);
  if (!file) return;
  const takes = type === 'image' || type === 'voice' ? takenBy[type] : takenBy.file;
  run.events.push({ kind: 'took-file', ref: file.ref, takes });
}

/** Everything the answer types need to know about a question. */
export function asked(run: Run, frame: Frame, step: Ask): Asked {
  const people = step.people === undefined ? [] : read(scopeOf(run, frame), step.people);
  return { ...step, today: dayOf(run.now), people: (people as readonly NamedPerson[] | undefined) ?? [] };
}

/** Says the question, or how to answer it when it was not understood. */
export function question(
  run: Run,
  frame: Frame,
  step: Ask & { readonly id: string },
  flow: Flow,
  again: boolean,
): Next {
  const scope = scopeOf(run, frame);
  const offers = step.offers.map((label) => ({ label, data: answerButton(frame.id, step.id, label) }));
  say(run, frame, fill(again ? step.again : step.say, scope), {
    buttons: [...offers, ...showButtons(step.buttons, scope)],
  });
  return keepOpen(run, frame, flow, step.wait?.after);
}

/** True when a value that came another way passes the question's own check. */
export function acceptable(run: Run, frame: Frame, step: Ask, value: Json): boolean {
  if (typeof value === 'object') return !isRefused(value, run.input.views);
  return answerTypes[step.type].read({ kind: 'text', text: String(value) }, asked(run, frame, step)) !== undefined;
}

function keep(frame: Frame, name: string, value: Json): Next {
  frame.vars[name] = value;
  return onward;
}
