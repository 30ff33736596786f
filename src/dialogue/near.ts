// What somebody probably means who names no starting word: topics that flows say they are spoken of by, and starting words inside a sentence. Pure.

import type { Flow } from './flow.ts';

/** What is known of all flows, made once for a set of them. */
export interface Topics {
  readonly near: readonly Topic[];
  readonly words: readonly { readonly word: string; readonly flow: Flow }[];
}

interface Topic {
  readonly flow: Flow;
  /** Each must occur; of each one way of saying it is enough. */
  readonly parts: readonly (readonly string[])[];
}

/** One flow that is surely meant, a few that may be, or one that is for others to do. */
export type Near = { readonly sure: Flow } | { readonly maybe: readonly Flow[] } | { readonly others: Flow };

export function makeTopics(flows: Iterable<Flow>): Topics {
  const all = [...flows];
  return {
    near: all.flatMap((flow) => flow.start.near.map((topic) => ({ flow, parts: partsOf(topic) }))),
    words: all.flatMap((flow) =>
      flow.start.words.filter((word) => word.length >= shortestInside).map((word) => ({ word, flow })),
    ),
  };
}

/** Longer texts are stories, not wishes. */
const longest = 80;
/** A starting word of fewer letters inside a sentence says nothing yet. */
const shortestInside = 3;
const mostOffers = 3;
const headLength = 6;
const asideBy = 3;

/** What is near to the words; undefined for small talk. A flow that keeps something is never sure where something is asked, denied or praised. */
export function nearTo({ near, words }: Topics, said: string, may: (flow: Flow) => boolean): Near | undefined {
  const text = said.normalize('NFKC').replace(/\s+/gu, '');
  if (text.length > longest) return undefined;
  const topics = ranked(near.map((topic) => ({ flow: topic.flow, score: scoreOf(topic, text) })).filter(scored), may);
  // Who asks wants to read: of what is about as near, what keeps something stands back.
  const about = topics.filter(({ score }) => score >= (topics[0]?.score ?? 0) - asideBy);
  const [best, second] = isWish(text) ? topics : about.filter(({ flow }) => !keeps(flow));
  if (best && best.score > (second?.score ?? 0)) return { sure: best.flow };
  if (chat.test(text)) return undefined;
  const inside = ranked(
    words.map(({ word, flow }) => ({ flow, score: text.includes(word) ? word.length : 0 })).filter(scored),
    may,
  );
  const top = inside[0]?.score ?? 0;
  const maybe = [...topics, ...inside.filter(({ score }) => score >= top - 1)].map(({ flow }) => flow);
  if (maybe.length > 0) return { maybe: [...new Set(maybe)].slice(0, mostOffers) };
  const [foreign] = ranked(
    near.map((topic) => ({ flow: topic.flow, score: scoreOf(topic, text) })).filter(scored),
    (flow) => !may(flow),
  );
  return foreign && { others: foreign.flow };
}

/** True where nothing is asked, denied or praised: words that may begin to record something. */
export function isWish(text: string): boolean {
  return !asks.test(text) && !denies.test(text) && !chat.test(text);
}

/** True for thanks and praise. */
export function isSmallTalk(text: string): boolean {
  return chat.test(text);
}

const asks =
  /[?？]|[吗么呢]$|怎[么样]|如何|什么|哪|几[个次点号步]|多[少久长]|一般|谁|是否|能不能|可不可以|要不要|有没有|咋|没$/u;
const denies = /不想|不要|不用|不必|不需要|别(?!人)|取消|没有|还没|未/u;
const chat = /谢谢|感谢|辛苦了|真[好棒不]|很好|不错|太好|哈哈|再见|晚安/u;

function keeps(flow: Flow): boolean {
  return flow.steps.some(({ kind }) => kind === 'save');
}

function partsOf(topic: string): string[][] {
  return topic.split(' ').map((part) => part.split('|'));
}

/** Letters that speak for the topic; 0 where a part is missing. More parts are better evidence than one, and what is said first is rather the wish. */
function scoreOf({ parts }: Topic, text: string): number {
  let score = 0;
  for (const part of parts) {
    const found = part.filter((way) => text.includes(way)).sort((one, other) => other.length - one.length)[0];
    if (found === undefined) return 0;
    score += found.length + 1 + (text.indexOf(found) < headLength ? 2 : 0);
  }
  return score;
}

function scored({ score }: { readonly score: number }): boolean {
  return score > 0;
}

/** Best first, each flow once. */
function ranked(
  found: readonly { readonly flow: Flow; readonly score: number }[],
  may: (flow: Flow) => boolean,
): { readonly flow: Flow; readonly score: number }[] {
  const best = new Map<Flow, number>();
  for (const { flow, score } of found) if (may(flow)) best.set(flow, Math.max(score, best.get(flow) ?? 0));
  return [...best].map(([flow, score]) => ({ flow, score })).sort((one, other) => other.score - one.score);
}
