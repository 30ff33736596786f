// What was taken from the sentence a flow began with, said before its first question: nobody has to wonder whether it was heard. Changes nothing.

import type { Day } from '../domain/time.ts';
import { dayOf, isDay, sayDay, sayHours } from '../domain/time.ts';
import { answerTypes } from './answers/index.ts';
import type { Meaning } from './meaning.ts';
import type { Run } from './run.ts';
import type { Frame, Json } from './session.ts';
import { optionsOf } from './steps/choose.ts';
import type { Step } from './steps/index.ts';

/** Puts `走访慰问：孙波` before the question that is asked next. What is read back as a whole anyway is not said twice. */
export function sayWhatWasHeard(run: Run, meaning: Meaning & { kind: 'start' }): void {
  const frame = run.stack.at(-1);
  const flow = frame && run.flows.revision(frame.flow, frame.revision);
  if (!frame?.waiting || !flow || flow.name !== meaning.flow || flow.steps[frame.at]?.kind === 'confirm') return;
  const brought = meaning.rest !== '' && flow.start.line ? Object.keys(frame.vars) : Object.keys(meaning.answers);
  const heard = [...new Set(flow.steps.flatMap((step) => heardBy(step, frame, brought, dayOf(run.now))))];
  const { said } = run.input;
  const text = said.kind === 'text' ? said.text : '';
  // Who said the word knows what begins; to others its title is said.
  if (
    heard.length === 0 &&
    (flow.light || text === '' || meaning.rest !== '' || flow.start.words.some((word) => text.includes(word)))
  )
    return;
  const question = run.events.findIndex((event) => event.kind === 'say' && event.where === 'private');
  const event = run.events[question];
  if (event?.kind !== 'say' || (heard.length === 0 && event.text.includes(flow.title))) return;
  const head = heard.length === 0 ? flow.title : `${flow.title}：${heard.join('，')}`;
  run.events[question] = { ...event, text: `${head}\n${event.text}` };
}

function heardBy(step: Step, frame: Frame, brought: readonly string[], today: Day): string[] {
  const name = step.kind === 'ask' ? step.ask : step.kind === 'choose' ? step.choose : undefined;
  if (name === undefined) return [];
  const value: Json | undefined = frame.vars[name];
  if (value === undefined || value === null || !brought.includes(name)) return [];
  if (step.kind === 'choose') {
    const label = typeof value === 'string' ? optionsOf(step, frame)[value]?.label : undefined;
    return label ? [label] : [];
  }
  if (step.kind !== 'ask' || (typeof value === 'string' && step.skip.includes(value))) return [];
  if (step.type === 'members' && typeof value === 'object')
    return [(value as unknown as { names: readonly string[] }).names.join('、')];
  // What is not asked for yet stands as it was said; three is 3 all the same.
  const meant =
    step.type === 'number' && typeof value === 'string'
      ? (answerTypes.number.read({ kind: 'text', text: value }, { today, people: [] }) ?? value)
      : value;
  if (typeof meant === 'string') return [isDay(meant) ? sayDay(meant, today) : meant];
  return typeof meant === 'number' ? [step.type === 'duration' ? sayHours(meant) : String(meant)] : [];
}
