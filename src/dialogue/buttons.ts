// What stands behind a button: a short text that any door can carry and that comes back when it is pressed.

import type { Instant } from '../domain/time.ts';
import type { Json, Said } from './session.ts';

/** A button that answers the question `step` of frame `frame` with `value`. */
export function answerButton(frame: number, step: string, value: string): string {
  return `a:${frame}:${step}:${value}`;
}

/** What hands in the ticks of the question `step` of frame `frame`; the doors put the ticked ids behind it. */
export function manyButton(frame: number, step: string): string {
  return `m:${frame}:${step}`;
}

/** A button that opens a flow with some answers filled in. */
export function startButton(flow: string, answers: Readonly<Record<string, Json>> = {}): string {
  return Object.keys(answers).length === 0 ? `s:${flow}` : `s:${flow}:${JSON.stringify(answers)}`;
}

/** A button that says nothing any more from `end` on: pressed later, it is out of date. `data` is any other button's, or words. */
export function buttonUntil(end: Instant, data: string): string {
  return `u:${Math.floor(end / 1000)}:${data}`;
}

/** Reads what a button carried; anything that is not ours is taken as said in words. Without `now` no button is out of date. */
export function readButton(data: string, now: Instant = Number.NEGATIVE_INFINITY): Said {
  const until = /^u:(\d{1,12}):(.*)$/s.exec(data);
  if (until)
    return Number(until[1]) * 1000 <= now ? { kind: 'start', flow: 'too-late', with: {} } : readButton(until[2]!, now);
  // Handed in on a card that shows its options as a list: what was chosen there is the button.
  const listed = /^v(?:\?(.*))?$/s.exec(data);
  if (listed) return readButton(tickedIn(listed[1])[0] ?? '', now);
  const many = /^m:(\d{1,9}):([\w-]{1,60})(?:\?(.*))?$/s.exec(data);
  if (many) return { kind: 'answer', frame: Number(many[1]), step: many[2]!, value: '', ticked: tickedIn(many[3]) };
  const answer = /^a:(\d{1,9}):([\w-]{1,60}):(.*)$/s.exec(data);
  if (answer) return { kind: 'answer', frame: Number(answer[1]), step: answer[2]!, value: answer[3]! };
  const start = /^s:([a-z][a-z0-9-]*)(?::(\{.*\}))?$/s.exec(data);
  if (!start) return { kind: 'text', text: data };
  const answers = start[2] === undefined ? {} : readAnswers(start[2]);
  return answers ? { kind: 'start', flow: start[1]!, with: answers } : { kind: 'text', text: data };
}

function tickedIn(query: string | undefined): string[] {
  return query === undefined ? [] : [...new URLSearchParams(query).values()];
}

function readAnswers(text: string): Record<string, Json> | undefined {
  try {
    return JSON.parse(text) as Record<string, Json>;
  } catch {
    return undefined;
  }
}
