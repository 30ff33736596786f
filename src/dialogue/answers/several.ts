// Reads which of a numbered list are meant: 1、3, names, 全部, 没有, 除了李洁都到了. Pure; knows only the list it is given.

import { readNumber } from '../../domain/chinese/numbers.ts';
import type { FoundMembers, NamedPerson } from './members.ts';

const all =
  /^(?:(?:全部|所有|全体|大家)(?:人|的人|同志)?|全都?|都|以上)+(?:是|对|选|要|行|可以|有)?(?:到齐?|来|在)?了?$/u;
const none = /^(?:都|全都|全部|一个[都也]|大家都|谁都)?(?:没有?|不选|不是|无|没有?人|不要)(?:到|来|选)?(?:的|了)?$/u;
const butThese =
  /^除了?(.+?)(?:之外|以外|外)?[,，\s]*(?:(?:其[他余它]|别)的?(?:人|同志)?)?(?:全都?|都)(?:[到来在选要是]齐?了?)?$/u;
/** What may stand behind a name or a number: 孙波同志也到了, 第1个. */
const tail = /(?:同志)?(?:[也都])?(?:到了|来了|交了|请假|在)?了?$/u;

/**
 * The ones meant, in the order of the list, each once; undefined when the words name none of them and nobody else. `shown` is what has numbers; `known`
 * are all that a name may mean, which may be more.
 */
export function readSeveral(
  text: string,
  shown: readonly NamedPerson[],
  known: readonly NamedPerson[] = shown,
): FoundMembers | undefined {
  const said = text
    .normalize('NFKC')
    .trim()
    .replace(/[。.!?~\s]+$/u, '');
  if (said === '') return undefined;
  if (all.test(said)) return found(shown);
  if (none.test(said)) return found([]);
  const but = butThese.exec(said);
  if (but) {
    const left = readSeveral(but[1]!, shown, known);
    if (left) return { ...left, ...found(shown.filter(({ id }) => !left.ids.includes(id))), unknown: left.unknown };
  }
  return readNamed(said, shown, known);
}

function readNamed(
  said: string,
  shown: readonly NamedPerson[],
  known: readonly NamedPerson[],
): FoundMembers | undefined {
  const meant = new Set<string>();
  const ambiguous: string[] = [];
  const unknown: string[] = [];
  let rest = known.every(({ name }) => /^[A-Z]$/.test(name)) ? said.toUpperCase() : said;
  // Known names first, longest first, so that none is cut inside another.
  for (const name of [...new Set(known.map((one) => one.name))].sort((a, b) => b.length - a.length)) {
    const written = name.normalize('NFKC');
    if (written === '' || !rest.includes(written)) continue;
    rest = rest.replaceAll(written, ' ');
    const same = known.filter((one) => one.name === name);
    if (same.length > 1) ambiguous.push(name);
    else meant.add(same[0]!.id);
  }
  for (const word of rest.split(/[\s,、;。.]+|[和与及]/u)) {
    const bare = word.replace(tail, '').replace(/^(?:还有|以及|选|我选)+/u, '');
    if (bare === '') continue;
    const numbers = numbersIn(bare, shown.length);
    if (numbers) for (const number of numbers) meant.add(shown[number - 1]!.id);
    else unknown.push(bare);
  }
  if (meant.size + ambiguous.length + unknown.length === 0) return undefined;
  const both = [...shown, ...known.filter(({ id }) => !shown.some((one) => one.id === id))];
  return { ...found(both.filter(({ id }) => meant.has(id))), ambiguous, unknown };
}

/** One number of the list or a range of them: 3, 三, 第3个, 2-4, 2到4. Not 3个, which counts. */
function numbersIn(word: string, last: number): number[] | undefined {
  const [first, to = first] = word
    .split(/[-~至到]/u)
    .map((part) => readNumber(part.replace(/^第(.+?)[个位]?$|^(.+?)[号项]$/u, '$1$2')));
  if (first === undefined || to === undefined || !Number.isInteger(first) || !Number.isInteger(to)) return undefined;
  if (first < 1 || to < first || to > last) return undefined;
  return Array.from({ length: to - first + 1 }, (_, index) => first + index);
}

function found(people: readonly NamedPerson[]): FoundMembers {
  return { ids: people.map(({ id }) => id), names: people.map(({ name }) => name), unknown: [], ambiguous: [] };
}
