// What an input means before anything is loaded or stepped: an answer, a starting word, a sentence, a repair. Pure.

import { groupBy } from '../domain/group-by.ts';
import type { Member } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf, minute } from '../domain/time.ts';
import { answerTypes, yesOrNo } from './answers/index.ts';
import { fileIn } from './answers/sent-file.ts';
import type { Flow, Flows } from './flow.ts';
import { indexOf } from './flow.ts';
import type { Topics } from './near.ts';
import { isSmallTalk, isWish, makeTopics, nearTo } from './near.ts';
import { answersInLine } from './one-line.ts';
import { heardAs, hearPhrase } from './phrases.ts';
import { recognise } from './recognisers.ts';
import type { Frame, Json, Said, Session, Where } from './session.ts';
import { chosenIn, isChosen } from './steps/choose.ts';
import { fillValues } from './steps/forms.ts';
import type { Step } from './steps/index.ts';

interface Start {
  readonly kind: 'start';
  readonly flow: string;
  readonly answers: Readonly<Record<string, Json>>;
  /** Words behind the starting word. */
  readonly rest: string;
}

export type Meaning =
  | Start
  | { readonly kind: 'answer'; readonly said: Said }
  | { readonly kind: 'timer' }
  | { readonly kind: 'nothing' };

/** The starting words of all flows, by word; made once for a set of flows. */
export interface Vocabulary {
  readonly words: ReadonlyMap<string, readonly Flow[]>;
  readonly sentences: readonly Flow[];
  /** Flows whose files write the sentences they are begun with. */
  readonly spoken: readonly Flow[];
  /** Names of what is there as data (an offered programme), each with what it opens; meant only while no question waits. */
  readonly named: ReadonlyMap<string, readonly NamedStart[]>;
  /** What flows are spoken of by beside their starting words. */
  readonly topics: Topics;
}

/** A name, the flow it opens and the answers it brings. */
export interface NamedStart {
  readonly name: string;
  readonly flow: string;
  readonly answers: Readonly<Record<string, Json>>;
}

export function makeVocabulary(flows: Iterable<Flow>, names: readonly NamedStart[] = []): Vocabulary {
  const named = groupBy(names, ({ name }) => plain(name));
  const words = new Map<string, Flow[]>();
  const sentences: Flow[] = [];
  const spoken: Flow[] = [];
  const all = [...flows];
  for (const flow of all) {
    if (flow.says.length + flow.asks.length > 0) spoken.push(flow);
    for (const word of flow.start.words) words.set(plain(word), [...(words.get(plain(word)) ?? []), flow]);
    if (flow.start.sentence) sentences.push(flow);
  }
  return { words, sentences, spoken, named, topics: makeTopics(all) };
}

/**
 * What a person means. In this order: a button; a choice of the waiting question; a starting word (it opens its flow on top of
 * whatever is open); an answer to the waiting question; a full sentence; in private
 * what is near to the words, for certain or as a question back. Anything else is not understood.
 */
export function meaningOf(
  vocabulary: Vocabulary,
  flows: Flows,
  session: Session,
  said: Said,
  context: { readonly member: Member; readonly where: Where; readonly now: Instant },
): Meaning {
  const may = (flow: Flow) => mayStart(flow, context.member);
  const open = session.stack.filter((frame) => frame.expiresAt > context.now);
  const top = open.at(-1);
  const inWords = (text: string) => {
    const meant = meaningOfText(vocabulary, flows, context.where === 'group' ? undefined : top, text, may, context.now);
    const isLost = meant.kind === 'start' && meant.flow === 'not-understood' && context.where === 'private';
    return (isLost ? nearMeaning(vocabulary, flows, text, may, context.now) : undefined) ?? meant;
  };
  switch (said.kind) {
    case 'timer':
      return { kind: 'timer' };
    case 'enter':
      return whoOpens(flows, top, context);
    case 'start': {
      const flow = flows.newest.get(said.flow);
      return flow && may(flow) ? begin(flow.name, said.with) : begin('not-understood');
    }
    case 'answer': {
      if (!top?.waiting || top.id !== said.frame || stepOf(flows, top)?.id !== said.step) return begin('too-late');
      return offered(flows, top, said.value, may) ?? { kind: 'answer', said };
    }
    case 'upload': {
      const here = context.where === 'private' && top?.waiting ? top : undefined;
      if (here && takesFile(stepOf(flows, here), said)) return { kind: 'answer', said };
      // What was heard counts as said, wherever nobody asked for the sound itself.
      if (said.says) return inWords(said.says);
      return here ? { kind: 'answer', said } : begin('upload', { media: said.media });
    }
    case 'text':
      return inWords(said.text);
  }
}

/** A question that has waited so long is put again when the chat is opened; before that the person knows it. */
const forgotten = 10 * minute;

/** Opening the chat is answered where it helps: at the first contact, and once a day where a question waits. */
function whoOpens(
  flows: Flows,
  top: Frame | undefined,
  { member, now }: { readonly member: Member; readonly now: Instant },
): Meaning {
  if (!top) return member.noticedAt === null ? begin('welcome') : { kind: 'nothing' };
  const flow = flows.revision(top.flow, top.revision);
  // `keepOpen` sets when a question expires as it is asked.
  const askedAt = top.expiresAt - (flow?.expire ?? 0);
  const helps = flow && top.waiting && now - askedAt >= forgotten && member.greetedOn !== dayOf(now);
  return helps ? begin('entered') : { kind: 'nothing' };
}

function takesFile(step: Step | undefined, said: Said): boolean {
  if (step?.kind !== 'ask') return false;
  const value = answerTypes[step.type].read(said, { today: '2000-01-01', people: [] });
  return fileIn(value) !== undefined;
}

/** True when this member may start this flow. */
export function mayStart(flow: Flow, member: Member): boolean {
  return flow.who.some((role) => role === 'member' || member.roles.includes(role));
}

/** The flow that asks which of a few was meant. */
const whichOne = 'did-you-mean';

/** What is near to words that are no starting word and no sentence: the flow itself where it is sure, else the question which. */
function nearMeaning(
  { topics, words, named }: Vocabulary,
  flows: Flows,
  text: string,
  may: (flow: Flow) => boolean,
  now: Instant,
): Meaning | undefined {
  const foreign = words.get(plain(text))?.[0];
  // A bare 确认 may speak of anything.
  if (foreign && !may(foreign) && yesOrNo(text) === undefined) return notYours(foreign);
  const near = nearTo(topics, text, may);
  // A long name is meant whatever else the words come near to.
  const shortest = near && 'sure' in near ? 6 : 2;
  const whole = packIn(named, flows, text, may, (name) => (name.length < shortest ? '' : name));
  if (whole) return whole;
  const byHead = near
    ? undefined
    : packIn(named, flows, text, may, (name) => name.replace(/(?:[一二三四五六]?[步段项]|专题|系列)$/u, ''));
  if (byHead) return byHead;
  if (!near) return undefined;
  const rest = behindWish(text);
  if ('sure' in near) {
    const { name, start, steps } = near.sure;
    // Without a wish set apart only what cannot be misread is taken over: days, lengths of time, options, a name.
    const answers = start.line && rest === '' ? answersInLine(near.sure, text, dayOf(now), false) : {};
    return begin(
      name,
      answers,
      start.rest || steps[0]?.kind === 'choose' ? rest || (steps[0]?.kind === 'choose' && !start.line ? text : '') : '',
    );
  }
  if ('others' in near) return notYours(near.others);
  if (!flows.newest.has(whichOne)) return undefined;
  const [first, ...others] = near.maybe.map(({ name, title }) => ({ id: name, name: title }));
  return begin(whichOne, { offers: [first!, ...others], ...(others.length === 0 ? { only: first!.name } : {}), rest });
}

function notYours({ title, who }: Flow): Meaning {
  return begin('not-yours', { title, branch: who.includes('secretary') });
}

/** What is there as data and is named, whole or by its beginning, inside a sentence; only what it opens by its bare name. */
function packIn(
  named: Vocabulary['named'],
  flows: Flows,
  text: string,
  may: (flow: Flow) => boolean,
  known: (name: string) => string,
): Meaning | undefined {
  const line = plain(text);
  if (line.length > 40 || isSmallTalk(line)) return undefined;
  const inside = [...named.keys()].filter((name) => line.includes(known(name)) && known(name).length > 1);
  const longest = inside.sort((one, other) => known(other).length - known(one).length || one.length - other.length)[0];
  return longest === undefined ? undefined : startOfName({ named }, flows, longest, may);
}

/** What is said behind a wish that is set apart: 雨花台 in 登记一个场馆：雨花台, 停车难 in 我想提个议题，停车难. */
function behindWish(text: string): string {
  const parts = /^([^,，:：]{2,16})([,，:：])\s*(\S[\s\S]*)$/u.exec(text.trim());
  if (!parts) return '';
  const isWish = /^(?:我[想要来]|我们[想要]|想|要|请|帮我|麻烦|登记|新增|记|报|写|提|定|加)/u.test(parts[1]!);
  const asksOn = /^(?:想|要|请|麻烦|谢谢|帮|给大家|可以|行|能|怎么|你|好[吗不])/u.test(parts[3]!);
  return parts[2] === ':' || parts[2] === '：' || (isWish && !asksOn && !/\d/.test(parts[1]!)) ? parts[3]! : '';
}

/** The flow that was chosen where it was asked which one is meant; undefined for any other question. */
function offered(flows: Flows, top: Frame, words: string, may: (flow: Flow) => boolean): Meaning | undefined {
  const step = top.flow === whichOne ? stepOf(flows, top) : undefined;
  if (step?.kind !== 'choose') return undefined;
  const only = typeof top.vars.only === 'string' && yesOrNo(words) === true ? top.vars.only : undefined;
  const flow = flows.newest.get(chosenIn(step, top, only ?? words) ?? '');
  const { rest } = top.vars;
  return flow && may(flow) ? begin(flow.name, {}, flow.start.rest && typeof rest === 'string' ? rest : '') : undefined;
}

function meaningOfText(
  vocabulary: Vocabulary,
  flows: Flows,
  open: Frame | undefined,
  text: string,
  may: (flow: Flow) => boolean,
  now: Instant,
): Meaning {
  const chosen = open?.waiting ? offered(flows, open, text, may) : undefined;
  if (chosen) return chosen;
  const light = open?.waiting && flows.revision(open.flow, open.revision)?.light;
  const lightStep = light ? stepOf(flows, open) : undefined;
  // A light question takes its own answers only; anything else is said as if nobody had asked.
  const top = lightStep && !isChoiceOf(lightStep, open!, text) ? undefined : open;
  const waiting = top?.waiting ? stepOf(flows, top) : undefined;
  const answer: Meaning = { kind: 'answer', said: { kind: 'text', text } };
  if (top && waiting && isChoiceOf(waiting, top, text)) return answer;
  const button = waiting?.kind === 'ask' ? waiting.buttons?.[text.trim()] : undefined;
  if (button) return typeof button === 'string' ? begin(button) : begin(button.flow, fillValues(button.with, {}));
  const fits = (flow: Flow) => may(flow) && !(waiting && flow.start.idle);
  const started = startingWord(vocabulary, text, fits);
  // Where one whole message is asked for, a starting word counts only when it stands alone.
  const wanted = waiting?.kind === 'ask' && waiting.whole;
  if (started && !(wanted && started.rest !== '')) return withPhrase(flows, started, text, now);
  const named = waiting ? undefined : startOfName(vocabulary, flows, text, may);
  if (named) return named;
  if (top && waiting && understands(waiting, top, text, now)) return answer;
  const phrased = phrase(vocabulary, text, fits, now);
  if (phrased) return phrased;
  const headed = waiting ? undefined : headWord(vocabulary, text, fits);
  const meant = headed ?? sentence(vocabulary, text, fits, now);
  if (top && waiting && !meant) return answer;
  return meant ?? withVerb(vocabulary, text, fits) ?? begin('not-understood', { said: text.slice(0, 60) });
}

function startOfName(
  vocabulary: Pick<Vocabulary, 'named'>,
  flows: Flows,
  text: string,
  may: (flow: Flow) => boolean,
): Start | undefined {
  const found = vocabulary.named.get(plain(text))?.find(({ flow }) => {
    const named = flows.newest.get(flow);
    return named !== undefined && may(named);
  });
  return found && begin(found.flow, found.answers);
}

/** A word that is exactly a starting word, or stands before a blank, a comma or a colon. */
function startingWord(vocabulary: Vocabulary, text: string, may: (flow: Flow) => boolean): Start | undefined {
  // 到了 alone is one's own arrival, 到了 孙波 somebody else's.
  const candidates = variantsOf(plain(text)).flatMap((word) => vocabulary.words.get(word)?.filter(may) ?? []);
  const whole = candidates.find((flow) => !flow.start.rest) ?? candidates[0];
  if (whole) return begin(whole.name);
  const parts = /^([^\s,，:：、]{1,12})[\s,，:：、]+(\S[\s\S]*)$/.exec(text.trim());
  const flow = parts && vocabulary.words.get(plain(parts[1]!))?.find((one) => one.start.rest && may(one));
  return flow ? begin(flow.name, {}, parts[2]!.trim()) : undefined;
}

/** A starting word with a verb before it: 做个党性体检, 写一下述职报告, 看看周报. To look at something opens nothing that writes. */
function withVerb({ words }: Vocabulary, text: string, may: (flow: Flow) => boolean): Start | undefined {
  const line = variantsOf(plain(text))
    .at(-1)!
    .replace(/^(?:帮忙|帮我们?|给我们?|我们?要|我们?想要?|我们|想要?|要)+/u, '');
  const verb = /^(?:再?做|开|弄|搞|办|写|起草|填|交|出|生成|登记|记|报)(?:一?[个份张次篇条]|一下)?(.{2,})$/u;
  const sight = /^(?:再?看|查|查看|打开|翻|调)(?:一?[看查下]|一?[个份张])*(.{2,})$/u;
  const done = verb.exec(line)?.[1];
  const seen = sight.exec(line)?.[1];
  const flow =
    (done && words.get(done)?.find(may)) ||
    (seen && (words.get(`看${seen}`)?.find(may) ?? words.get(seen)?.find((one) => may(one) && !keeps(one))));
  return flow ? begin(flow.name) : undefined;
}

/** True for a flow that writes something down. */
function keeps(flow: Flow): boolean {
  return flow.steps.some(({ kind }) => kind === 'save');
}

/** A longer word may also be followed by the rest at once: 登记流动党员钱多. Of a flow that reads sentences those decide. */
function headWord({ words }: Vocabulary, text: string, may: (flow: Flow) => boolean): Start | undefined {
  const line = text.trim();
  if (!isWish(line)) return undefined;
  for (let length = Math.min(12, line.length - 2); length >= 4; length -= 1) {
    const flow = words.get(plain(line.slice(0, length)))?.find((one) => may(one) && one.start.line);
    if (flow) return begin(flow.name, {}, line.slice(length).replace(/^[\s,，:：、]+/u, ''));
  }
  return undefined;
}

/** The first flow whose file writes such a sentence. */
function phrase({ spoken }: Vocabulary, text: string, may: (flow: Flow) => boolean, now: Instant): Start | undefined {
  const heard = heardAs(text, now);
  if (!heard) return undefined;
  for (const flow of spoken) {
    const answers = may(flow) ? hearPhrase(flow, heard) : undefined;
    if (answers) return begin(flow.name, answers);
  }
  return undefined;
}

/** A line behind a starting word that is one of the flow's own sentences brings what that sentence says. */
function withPhrase(flows: Flows, started: Start, text: string, now: Instant): Start {
  const flow = started.rest === '' ? undefined : flows.newest.get(started.flow);
  const heard = flow && heardAs(text, now);
  const answers = heard && hearPhrase(flow, heard);
  return answers && Object.keys(answers).length > 0 ? begin(started.flow, answers) : started;
}

function sentence(
  vocabulary: Vocabulary,
  text: string,
  may: (flow: Flow) => boolean,
  now: Instant,
): Meaning | undefined {
  for (const flow of vocabulary.sentences) {
    if (!may(flow)) continue;
    const answers = recognise(flow.start.sentence!, text, now);
    if (answers) return begin(flow.name, answers);
  }
  return undefined;
}

function isChoiceOf(step: Step, frame: Frame, text: string): boolean {
  const word = text.trim();
  if (step.kind === 'choose') return isChosen(step, frame, text);
  if (step.kind === 'ask') return step.skip.includes(word) || (step.type === 'yes-no' && yesOrNo(word) !== undefined);
  return step.kind === 'confirm' && (word === step.yes || word === step.no || yesOrNo(word) !== undefined);
}

/** In so few letters a part of an option is an answer, whatever else might be meant. */
const shortAnswer = 8;

/** True when the waiting question can do something with these words; free text takes any. */
function understands(step: Step, frame: Frame, text: string, now: Instant): boolean {
  if (step.kind === 'choose')
    return isChosen(step, frame, text) || (text.length <= shortAnswer && chosenIn(step, frame, text) !== undefined);
  if (step.kind !== 'ask') return yesOrNo(text) !== undefined;
  if (!['number', 'date', 'duration', 'time', 'month', 'yes-no'].includes(step.type)) return true;
  return answerTypes[step.type].read({ kind: 'text', text }, { today: dayOf(now), people: [] }) !== undefined;
}

function stepOf(flows: Flows, frame: Frame): Step | undefined {
  const flow = flows.revision(frame.flow, frame.revision);
  return flow?.steps[frame.at] ?? (flow ? flow.steps[indexOf(flow, 'end')] : undefined);
}

function begin(flow: string, answers: Readonly<Record<string, Json>> = {}, rest = ''): Start {
  return { kind: 'start', flow, answers, rest };
}

/** A word as it was said, then without what politeness puts around it: 我要签到, 签到一下吧. */
function variantsOf(word: string): string[] {
  const bare = word.replace(/(?:一下|[吧啊呀哦呢])+$/u, '');
  return [word, bare, bare.replace(/^(?:请|麻烦|帮我|给我|我要|我想|我来|我)+/u, '')];
}

/** How words are compared: no case, no width, no blanks, no closing punctuation. */
function plain(text: string): string {
  const line = text.normalize('NFKC').trim().toLowerCase();
  return (line.replace(/[\s。.!,?~]+$/g, '') || line).replace(/\s+/g, '');
}
