// What a sentence means to one flow: its recogniser first, then the phrases of its file. Starts nothing.

import type { Instant } from '../domain/time.ts';
import type { Flow } from './flow.ts';
import { heardAs, hearPhrase } from './phrases.ts';
import { recognise } from './recognisers.ts';
import type { Json } from './session.ts';

/** The answers a sentence brings to a flow; undefined when it is none of the flow's. */
export function hear(flow: Flow, text: string, now: Instant): Record<string, Json> | undefined {
  const { sentence } = flow.start;
  const recognised = sentence && recognise(sentence, text, now);
  if (recognised || flow.says.length + flow.asks.length === 0) return recognised;
  const heard = heardAs(text, now);
  return heard && hearPhrase(flow, heard);
}
