// What stands behind a button: a short text that any door can carry and that comes back when it is pressed.

import type { Json, Said } from './session.ts';

/** A button that answers the question `step` of frame `frame` with `value`. */
export function answerButton(frame: number, step: string, value: string): string {
  return `a:${frame}:${step}:${value}`;
}

/** A button that opens a flow with some answers filled in. */
export function startButton(flow: string, answers: Readonly<Record<string, Json>> = {}): string {
  return Object.keys(answers).length === 0 ? `s:${flow}` : `s:${flow}:${JSON.stringify(answers)}`;
}

/** Reads what a button carried; anything that is not ours is taken as said in words. */
export function readButton(data: string): Said {
  const answer = /^a:(\d{1,9}):([\w-]{1,60}):(.*)$/s.exec(data);
  if (answer) return { kind: 'answer', frame: Number(answer[1]), step: answer[2]!, value: answer[3]! };
  const start = /^s:([a-z][a-z0-9-]*)(?::(\{.*\}))?$/s.exec(data);
  if (!start) return { kind: 'text', text: data };
  const answers = start[2] === undefined ? {} : readAnswers(start[2]);
  return answers ? { kind: 'start', flow: start[1]!, with: answers } : { kind: 'text', text: data };
}

function readAnswers(text: string): Record<string, Json> | undefined {
  try {
    return JSON.parse(text) as Record<string, Json>;
  } catch {
    return undefined;
  }
}
