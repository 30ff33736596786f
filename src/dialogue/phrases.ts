// Sentences a flow is begun with, as its file writes them: patterns whose named groups are answers. Recognises only; starts nothing.

import { z } from 'zod';
import { findDay } from '../domain/chinese/dates.ts';
import type { Lean } from '../domain/chinese/day-phrases.ts';
import { plain } from '../domain/chinese/plain.ts';
import { isQuestion, notMeantAsDone } from '../domain/sentences.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf } from '../domain/time.ts';
import type { Json } from './session.ts';
import type { Step } from './steps/index.ts';

/** Longer texts are stories, not orders. */
const longest = 160;

/** Talk about a matter: what it means, what it asks for, whether it is any good. Nobody wants to begin it. */
const aboutIt = /有什么(?:要求|规定|用|意义|好处)|什么意思|啥意思|为什么|干[什么啥]+的|怎么写|好不好|好看|听说/u;

const pattern = z.string().transform((source, context) => {
  try {
    return { quick: new RegExp(source, 'u'), exact: new RegExp(source, 'du') };
  } catch (error) {
    context.addIssue({ code: 'custom', message: `读不懂的说法：${(error as Error).message}` });
    return z.NEVER;
  }
});

const phrase = z.union([
  pattern.transform((say) => ({ say, with: {} as Record<string, string> })),
  z.strictObject({ say: pattern, with: z.record(z.string(), z.string()) }),
]);

/**
 * Sentences a flow is begun with. `says`: what is told, a pattern over the sentence without the day it names; `(?<whom>…)` is the answer `whom`; questions,
 * wishes and what was not done never fit. `asks`: what is wanted or asked, a pattern over the sentence as it stands.
 */
export const phrasesForm = z.array(phrase).default([]);
export type Phrases = z.output<typeof phrasesForm>;

/** 到5日 in 12月1日到5日. */
const daysInARow = /(?<=[日号])(?:到|至|[-—~～])(?:\d{1,2}月)?\d{1,2}[日号]/gu;

interface Spoken {
  readonly says: Phrases;
  readonly asks: Phrases;
  readonly steps: readonly Step[];
}

/** A sentence as it is held against the phrases of many flows: what they all need is worked out once. */
export interface Heard {
  readonly text: string;
  readonly line: string;
  /** Nobody asks, wishes or denies anything. */
  readonly tells: boolean;
  /** The sentence without the days in a row behind the first. */
  readonly told: string;
  /** Its day, seen as one of the past, of the future or the nearest. */
  day(lean: Lean): ReturnType<typeof findDay>;
}

/** Undefined for what no phrase can fit. */
export function heardAs(text: string, now: Instant): Heard | undefined {
  const line = plain(text);
  if (text.length > longest || aboutIt.test(line)) return undefined;
  const told = text.replace(daysInARow, '');
  const days = new Map<Lean, ReturnType<typeof findDay>>();
  return {
    text,
    line,
    tells: !isQuestion(line) && !notMeantAsDone.test(line),
    told,
    day(lean) {
      if (!days.has(lean)) days.set(lean, findDay(told, dayOf(now), lean));
      return days.get(lean);
    },
  };
}

/** The answers a sentence brings to a flow; undefined when none of its phrases fits. */
export function hearPhrase({ says, asks, steps }: Spoken, heard: Heard): Record<string, Json> | undefined {
  return (heard.tells && toldBy(says, steps, heard)) || firstFit(asks, heard.text, heard.line);
}

function toldBy(says: Phrases, steps: readonly Step[], { told, day }: Heard): Record<string, Json> | undefined {
  if (says.length === 0) return undefined;
  const asked = dayAsked(steps);
  const found = asked && day(asked.lean);
  const text = (found ? `${told.slice(0, found.from)}${told.slice(found.to)}` : told).replace(/^[\s,，、]+/u, '');
  const fits = firstFit(says, text, plain(text));
  return fits && { ...fits, ...(found ? { [asked!.name]: found.day } : {}) };
}

/** The answers that phrases take from what was said, for the lint. */
export function groupsIn(phrases: Phrases): string[] {
  return phrases.flatMap(({ say }) => [...say.exact.source.matchAll(/\(\?<([a-zA-Z]\w*)>/g)].map((match) => match[1]!));
}

function firstFit(phrases: Phrases, text: string, line: string): Record<string, Json> | undefined {
  for (const { say, with: given } of phrases) {
    // Where a group stands is asked for only where there is something: it costs far more than the search.
    const match = say.quick.test(line) && say.exact.exec(line);
    if (!match) continue;
    const answers: Record<string, Json> = { ...given };
    for (const [name, span] of Object.entries(match.indices?.groups ?? {})) {
      const words = span && tidy(text.slice(span[0], span[1]));
      if (words) answers[name] = words;
    }
    return answers;
  }
  return undefined;
}

function tidy(words: string): string {
  return words.replace(/^[\s,，。.!！、;；:：“”"《]+|[\s,，。.!！、;；:：“”"》]+$/gu, '');
}

/** The one day a flow asks for first, and which way it lies. */
function dayAsked(steps: readonly Step[]): { name: string; lean: Lean } | undefined {
  for (const step of steps) {
    if (step.kind !== 'ask' || step.type !== 'date') continue;
    const isPast = step.latest !== undefined && step.latest <= 0;
    const isAhead = step.earliest !== undefined && step.earliest >= 0;
    return { name: step.ask, lean: isPast ? 'past' : isAhead ? 'future' : 'near' };
  }
  return undefined;
}
