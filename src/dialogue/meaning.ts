// What an input means before anything is loaded or stepped: an answer, a starting word, a sentence, a repair. Pure.

import { groupBy } from '../domain/group-by.ts';
import type { Member } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf, minute } from '../domain/time.ts';
import { answerTypes, yesOrNo } from './answers/index.ts';
import { fileIn } from './answers/sent-file.ts';
import type { Flow, Flows } from './flow.ts';
import { indexOf } from './flow.ts';
import { recognise } from './recognisers.ts';
import type { Frame, Json, Said, Session, Where } from './session.ts';
import { isChosen } from './steps/choose.ts';
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
  /** Names of what is there as data (an offered programme), each with what it opens; meant only while no question waits. */
  readonly named: ReadonlyMap<string, readonly NamedStart[]>;
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
  for (const flow of flows) {
    for (const word of flow.start.words) words.set(plain(word), [...(words.get(plain(word)) ?? []), flow]);
    if (flow.start.sentence) sentences.push(flow);
  }
  return { words, sentences, named };
}

/**
 * What a person means. In this order: a button; a choice of the waiting question; a starting word (it opens its flow on top of
 * whatever is open); an answer to the waiting question; a full sentence; anything else is not understood.
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
  const inWords = (text: string) =>
    meaningOfText(vocabulary, flows, context.where === 'group' ? undefined : top, text, may, context.now);
  switch (said.kind) {
    case 'timer':
      return { kind: 'timer' };
    case 'enter':
      return whoOpens(flows, top, context);
    case 'start': {
      const flow = flows.newest.get(said.flow);
      return flow && may(flow) ? begin(flow.name, said.with) : begin('not-understood');
    }
    case 'answer':
      return top?.waiting && top.id === said.frame && stepOf(flows, top)?.id === said.step
        ? { kind: 'answer', said }
        : begin('too-late');
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

function meaningOfText(
  vocabulary: Vocabulary,
  flows: Flows,
  top: Frame | undefined,
  text: string,
  may: (flow: Flow) => boolean,
  now: Instant,
): Meaning {
  const waiting = top?.waiting ? stepOf(flows, top) : undefined;
  const answer: Meaning = { kind: 'answer', said: { kind: 'text', text } };
  if (top && waiting && isChoiceOf(waiting, top, text)) return answer;
  const button = waiting?.kind === 'ask' ? waiting.buttons?.[text.trim()] : undefined;
  if (button) return typeof button === 'string' ? begin(button) : begin(button.flow, fillValues(button.with, {}));
  const fits = (flow: Flow) => may(flow) && !(waiting && flow.start.idle);
  const started = startingWord(vocabulary, text, fits);
  // Where one whole message is asked for, a starting word counts only when it stands alone.
  const wanted = waiting?.kind === 'ask' && waiting.whole;
  if (started && !(wanted && started.rest !== '')) return started;
  const named = waiting ? undefined : startOfName(vocabulary, flows, text, may);
  if (named) return named;
  if (top && waiting && (understands(waiting, top, text, now) || !sentence(vocabulary, text, fits, now))) return answer;
  return sentence(vocabulary, text, fits, now) ?? begin('not-understood', { said: text.slice(0, 60) });
}

function startOfName(
  vocabulary: Vocabulary,
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

/** True when the waiting question can do something with these words; free text takes any. */
function understands(step: Step, frame: Frame, text: string, now: Instant): boolean {
  if (step.kind === 'choose') return isChosen(step, frame, text);
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
