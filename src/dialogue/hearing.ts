// What a sentence means to one flow: its recogniser first, then the phrases of its file. Starts nothing.

import type { Instant } from '../domain/time.ts';
import type { Flow } from './flow.ts';
import { hearPhrase } from './phrases.ts';
import { recognise } from './recognisers.ts';
import type { Json } from './session.ts';

/** The answers a sentence brings to a flow; undefined when it is none of the flow's. */
export function hear(flow: Flow, text: string, now: Instant): Record<string, Json> | undefined {
  const { sentence } = flow.start;
  return (sentence && recognise(sentence, text, now)) ?? hearPhrase(flow, text, now);
}
