// The study calendar: reads content/study/, checks it, and says which card belongs to a day. Never sends, never reads a clock.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import chineseDays from 'chinese-days';
import { z } from 'zod';
import { Fault } from '../domain/fault.ts';
import type { Tag } from '../domain/organisation.ts';
import { tags as tagNames } from '../domain/organisation.ts';
import type { Day, Month } from '../domain/time.ts';
import { addDays, addMonths, daysBetween, isDay, monthOf, weekdayOf } from '../domain/time.ts';
import { bytesOf, forbiddenIn, lengthOf } from './wording.ts';
import type { Locate, Problem } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

/** What to read: the exact title of a public document, the part of it, and the official place that has it. */
export interface Reading {
  readonly document: string;
  readonly part?: string | undefined;
  readonly where?: string | undefined;
}

/** One study card. `short` is its large-type version for elders. */
export interface Card {
  /** Stable: `2026-12-01`, `2026-12-01/mobile`, `2027-04/3`, `evergreen/07`. */
  readonly id: string;
  readonly topic: string;
  readonly read: Reading;
  readonly guide: string;
  readonly question: string;
  readonly short: string;
  /** Empty = everybody. */
  readonly audience: readonly Tag[];
  /** Issuing body and year. */
  readonly source: string;
  /** True once a person has compared the card with the official text. */
  readonly checked: boolean;
}

export interface Study {
  /** Cards of single days; several for one day when audiences differ. */
  readonly byDay: ReadonlyMap<Day, readonly Card[]>;
  readonly byMonth: ReadonlyMap<Month, { readonly theme: string; readonly cards: readonly Card[] }>;
  readonly evergreen: readonly Card[];
}

/** A whole printed card stays far below WeCom's 2048 bytes, and on one screen of a phone. */
const longestCard = 600;

/**
 * Reads and checks `<contentDir>/study`.
 * @throws Fault `bad-content` with every problem on a line of its own. A day without a card is no fault here (it falls back); `lintStudy` reports it.
 */
export function loadStudy(contentDir: string): Study {
  const { study, problems } = readStudy(contentDir);
  if (problems.length > 0) throw new Fault('bad-content', problems.map(sayProblem).join('\n'));
  return study;
}

/** Everything that is wrong in `<contentDir>/study`, gaps included: for `npm run check`. */
export function lintStudy(contentDir: string): Problem[] {
  const { study, plan, problems, complete } = readStudy(contentDir);
  // A file that could not be read would look like a month of gaps.
  return plan && complete ? [...problems, ...gaps(study, plan, join(contentDir, 'study', 'plan.yaml'))] : problems;
}

/**
 * The card for a member with these tags on this day: the day's card for a special audience, else the day's card for
 * everybody, else (Monday to Friday) the month's topics in rotation, else the evergreen cards in rotation.
 * The same day and tags give the same card on every call. Undefined only when there is no content at all.
 */
export function cardFor(study: Study, day: Day, tags: readonly Tag[]): Card | undefined {
  const ofDay = study.byDay.get(day) ?? [];
  const own = ofDay.find((card) => card.audience.some((tag) => tags.includes(tag)));
  const card = own ?? ofDay.find((one) => one.audience.length === 0);
  if (card) return card;
  const topics = study.byMonth.get(monthOf(day))?.cards ?? [];
  if (topics.length > 0 && weekdayOf(day) <= 5) return topics[weekdaysBefore(day) % topics.length];
  const turn = daysBetween('2026-01-01', day) % (study.evergreen.length || 1);
  return study.evergreen.at(turn);
}

/** The card as a member with these tags reads it; elders get the short, large-type version. */
export function cardText(card: Card, tags: readonly Tag[]): string {
  const { document, part = '', where } = card.read;
  if (tags.includes('elderly')) return `【${card.topic}】\n${card.short}\n想读原文，看${document}。`;
  const reading = `${document}${part}${where === undefined ? '' : `（${where}）`}`;
  return `【${card.topic}】\n读：${reading}\n${card.guide}\n想一想：${card.question}`;
}

const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, '不能空着')
    .refine((value) => lengthOf(value) <= longest, `太长，最多${longest}字`);
const cardShape = {
  topic: text(20),
  read: z.strictObject({
    document: z.string().regex(/^《[^\n]+》$/, '写文件的准确全名，并加书名号《》'),
    part: text(40).optional(),
    where: text(40).optional(),
  }),
  guide: text(140),
  question: text(40),
  short: text(60),
  source: text(60).refine((value) => value.length >= 4, '写明发布机关和年份'),
  // YAML 1.2: an unquoted no is the text "no".
  checked: z.enum(['no', 'yes'], '只能写 no 或 yes（yes 表示有人核对过原文）'),
};
const day = z.string().refine(isDay, '日期写成 2026-12-05 这样');
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, '月份写成 2026-12 这样');
const dayCard = z.strictObject({ on: day, audience: z.array(z.enum(tagNames)).min(1).optional(), ...cardShape });
const monthFile = z.strictObject({ month, cards: z.array(dayCard).min(1) });
const topicsFile = z.strictObject({
  months: z.array(z.strictObject({ month, theme: text(20), topics: z.array(z.strictObject(cardShape)).min(4).max(6) })),
});
const evergreenFile = z.strictObject({
  cards: z.array(z.strictObject({ id: z.string().regex(/^\d{2,3}$/, '编号写成 "07" 这样'), ...cardShape })),
});
const planFile = z.strictObject({
  daily: z.strictObject({ from: day, until: day }),
  topics: z.strictObject({ from: month, until: month }),
});
type Plan = z.infer<typeof planFile>;
type CardText = { [K in keyof typeof cardShape]: z.infer<(typeof cardShape)[K]> };

function readStudy(contentDir: string): {
  study: Study;
  plan: Plan | undefined;
  problems: Problem[];
  complete: boolean;
} {
  const folder = join(contentDir, 'study');
  const problems: Problem[] = [];
  const check = cardCheck(problems);
  const byDay = new Map<Day, Card[]>();
  const byMonth = new Map<Month, { theme: string; cards: Card[] }>();
  const evergreen: Card[] = [];
  let complete = true;

  const read = <S extends z.ZodType>(name: string, schema: S) => {
    const result = readYaml(join(folder, name), schema);
    if (!('problems' in result)) return { file: join(folder, name), ...result };
    problems.push(...result.problems);
    complete = false;
    return undefined;
  };

  for (const name of filesOf(folder)) {
    if (/^\d{4}-\d{2}\.yaml$/.test(name)) {
      const got = read(name, monthFile);
      for (const [index, { on, audience = [], ...rest }] of (got?.value.cards ?? []).entries()) {
        const card = cardOf(audience.length > 0 ? `${on}/${audience.join('+')}` : on, rest, audience);
        const where = place(got!, ['cards', index]);
        check(card, where);
        if (got!.value.month !== name.slice(0, 7) || monthOf(on) !== got!.value.month)
          problems.push({ ...where('on'), message: `${on} 不属于这个文件的月份` });
        const sameDay = byDay.get(on) ?? [];
        if (overlaps(sameDay, card)) problems.push({ ...where('on'), message: `${on} 对同一类人有两张卡片` });
        byDay.set(on, [...sameDay, card]);
      }
    } else if (/^topics-\d{4}\.yaml$/.test(name)) {
      const got = read(name, topicsFile);
      for (const [index, one] of (got?.value.months ?? []).entries()) {
        const where = place(got!, ['months', index]);
        if (byMonth.has(one.month)) problems.push({ ...where('month'), message: `${one.month} 写了两次` });
        const cards = one.topics.map((topic, at) => cardOf(`${one.month}/${at + 1}`, topic, []));
        for (const [at, card] of cards.entries()) check(card, place(got!, ['months', index, 'topics', at]));
        byMonth.set(one.month, { theme: one.theme, cards });
      }
    } else if (name === 'evergreen.yaml') {
      const got = read(name, evergreenFile);
      for (const [index, { id, ...rest }] of (got?.value.cards ?? []).entries()) {
        const card = cardOf(`evergreen/${id}`, rest, []);
        const where = place(got!, ['cards', index]);
        check(card, where);
        if (evergreen.some((other) => other.id === card.id))
          problems.push({ ...where('id'), message: `编号 ${id} 写了两次` });
        evergreen.push(card);
      }
    } else if (name !== 'plan.yaml') {
      problems.push({ file: join(folder, name), line: 1, column: 1, message: '不认识这个文件名' });
    }
  }
  if (evergreen.length === 0)
    problems.push({ file: join(folder, 'evergreen.yaml'), line: 1, column: 1, message: '缺常备卡片' });
  const plan = read('plan.yaml', planFile)?.value;
  return { study: { byDay, byMonth, evergreen }, plan, problems, complete };
}

function cardOf(id: string, { checked, ...card }: CardText, audience: readonly Tag[]): Card {
  return { id, ...card, audience, checked: checked === 'yes' };
}

/** A function that tells file, line and column of a key of the item at `path`. */
function place(got: { file: string; at: Locate }, path: readonly PropertyKey[]) {
  return (key: string) => ({ file: got.file, ...got.at([...path, key]) });
}

/** Checks one card after the other, remembering what was said before. */
function cardCheck(problems: Problem[]) {
  const seen = new Map<string, string>();
  return (card: Card, where: (key: string) => Omit<Problem, 'message'>) => {
    for (const key of ['topic', 'guide', 'question', 'short'] as const) {
      const words = forbiddenIn(card[key]);
      if (words.length > 0) problems.push({ ...where(key), message: `不该出现的字样：${words.join('、')}` });
      const before = seen.get(`${key} ${card[key]}`);
      if (before !== undefined) problems.push({ ...where(key), message: `${key} 和 ${before} 的重复` });
      seen.set(`${key} ${card[key]}`, card.id);
    }
    const bytes = bytesOf(cardText(card, []));
    if (bytes > longestCard)
      problems.push({ ...where('topic'), message: `整张卡片${bytes}字节，最多${longestCard}（约200字）` });
  };
}

function overlaps(sameDay: readonly Card[], card: Card): boolean {
  return sameDay.some((other) =>
    card.audience.length === 0
      ? other.audience.length === 0
      : card.audience.some((tag) => other.audience.includes(tag)),
  );
}

function gaps(study: Study, plan: Plan, file: string): Problem[] {
  const found: Problem[] = [];
  for (let on = plan.daily.from; on <= plan.daily.until; on = addDays(on, 1))
    if (isWorkday(on) && !study.byDay.get(on)?.some((card) => card.audience.length === 0))
      found.push({ file, line: 1, column: 1, message: `${on} 是工作日，却没有给全体党员的卡片` });
  for (let of = plan.topics.from; of <= plan.topics.until; of = addMonths(of, 1))
    if (!study.byMonth.has(of)) found.push({ file, line: 1, column: 1, message: `${of} 没有话题` });
  return found;
}

/**
 * Whether a card must exist for the day. For a year whose arrangement the package does not hold (it answers "workday"
 * to 1 October then), only Monday to Friday and New Year's Day are certain.
 */
function isWorkday(on: Day): boolean {
  const known = !chineseDays.getDayDetail(`${on.slice(0, 4)}-10-01`).work;
  return known ? chineseDays.getDayDetail(on).work : weekdayOf(on) <= 5 && !on.endsWith('-01-01');
}

/** How many days from Monday to Friday the month has before this day. */
function weekdaysBefore(on: Day): number {
  let count = 0;
  for (let one = `${monthOf(on)}-01`; one < on; one = addDays(one, 1)) if (weekdayOf(one) <= 5) count += 1;
  return count;
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort();
  } catch {
    return [];
  }
}
