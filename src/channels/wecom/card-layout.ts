// How much stands where on a card, so that nothing is cut: title, text and rows within what a door shows. Pure.

/** Most characters that a door shows of each part. */
export interface CardShows {
  readonly title: number;
  readonly text: number;
  /** Below the title. */
  readonly desc: number;
}

/** W90236: an app's card. */
export const appShows: CardShows = { title: 36, text: 160, desc: 44 };

/** W101032: a card of the AI bot. */
export const botShows: CardShows = { title: 26, text: 112, desc: 30 };

/** W90236: most rows, and most characters of their names and values. */
const rowLimits = { count: 6, name: 5, value: 30 } as const;

/** Stands where a card must have a title and the message has none that is short enough. */
export const asking = '请选择';

export interface CardRow {
  readonly keyname: string;
  readonly value: string;
}

export interface Layout {
  readonly title: string;
  /** Below the title, in smaller type; empty = none. */
  readonly desc: string;
  /** Empty = none. */
  readonly text: string;
}

/**
 * Title and text as a card shows them, without losing a word; undefined where they do not fit. A text without a title gives its first line, or its first
 * sentence; of one that is too long the first line goes up below the title.
 */
export function layout(title: string, text: string, shows: CardShows): Layout | undefined {
  const fits = (part: string) => lengthOf(part) <= shows.text && !hasLink(part);
  const isTitle = (part: string) => part !== '' && lengthOf(part) <= shows.title && !hasLink(part);
  if (isTitle(title)) {
    if (fits(text)) return { title, desc: '', text };
    const [desc, rest] = partedByLine(text);
    return lengthOf(desc) <= shows.desc && !hasLink(desc) && fits(rest) ? { title, desc, text: rest } : undefined;
  }
  const whole = title ? `${title}\n${text}` : text;
  for (const [head, rest] of heads(whole))
    if (isTitle(head) && fits(rest)) return { title: head, desc: '', text: rest };
  return fits(whole) ? { title: asking, desc: '', text: whole } : undefined;
}

/** The rows of a card; undefined where one does not fit. */
export function cardRows(rows: readonly { readonly label: string; readonly value: string }[]): CardRow[] | undefined {
  const fits = ({ label, value }: { label: string; value: string }) =>
    label.trim() !== '' &&
    lengthOf(label) <= rowLimits.name &&
    value.trim() !== '' &&
    !value.includes('\n') &&
    lengthOf(value) <= rowLimits.value &&
    !hasLink(value);
  if (rows.length > rowLimits.count || !rows.every(fits)) return undefined;
  return rows.map(({ label, value }) => ({ keyname: label, value }));
}

/** Counted as WeCom may count at worst: an emoji of several parts is several. */
export function lengthOf(text: string): number {
  return [...text].length;
}

/** Ways to part a text in two: behind the first line, then behind the first sentence. */
function heads(text: string): [head: string, rest: string][] {
  const sentence = /^[^。？！\n]+[。？！]”?/u.exec(text)?.[0] ?? '';
  return [partedByLine(text), [sentence.trim().replace(/。$/u, ''), text.slice(sentence.length).trim()]];
}

function partedByLine(text: string): [line: string, rest: string] {
  const [line = '', ...lines] = text.split('\n');
  return [line.trim(), lines.join('\n').trim()];
}

/** An address on a card cannot be tapped. */
function hasLink(text: string): boolean {
  return /https?:\/\/|<a\s/i.test(text);
}
