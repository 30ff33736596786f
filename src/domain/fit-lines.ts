// Makes a text of sections fit a number of bytes: lists are shortened first, the least important ones before the others, then whole lines go. Knows nothing of what they say.

/** One line: `head`, the items, `tail`. */
export interface Line {
  readonly head: string;
  readonly items?: readonly string[];
  readonly tail?: string;
  /** What the items are counted in when the list is cut: `王芳、赵磊等30人`. */
  readonly count?: '人' | '项' | '条' | '个';
  /** 1 = most important. Of equal lines the later one gives way first. */
  readonly rank: number;
  /** Never left out; its list keeps at least one item. */
  readonly keep?: boolean;
}

export interface Section {
  readonly title: string | null;
  readonly lines: readonly Line[];
}

export interface Fitted {
  readonly text: string;
  /** True when a list was shortened or a line left out. */
  readonly cut: boolean;
}

/** How far lists are shortened, step by step; more than the first does not fit anyway. */
const lengths = [40, 20, 12, 8, 5, 3] as const;

/**
 * The sections, one line below the other, in at most `limit` bytes of UTF-8 as long as the kept lines with one item each do. Sections without lines are left
 * out.
 */
export function fitLines(sections: readonly Section[], limit: number): Fitted {
  const state = new Map<Line, number>();
  const all = sections.flatMap((section) => section.lines);
  for (const line of all) state.set(line, Number.POSITIVE_INFINITY);
  const leastFirst = all
    .map((line, index) => ({ line, index }))
    .sort((a, b) => b.line.rank - a.line.rank || b.index - a.index);
  let text = write(sections, state);
  let cut = false;
  const shorten = (line: Line, length: number) => {
    state.set(line, length);
    cut = true;
    text = write(sections, state);
    return bytesOf(text) <= limit;
  };
  if (bytesOf(text) <= limit) return { text, cut };
  for (const length of lengths) {
    for (const { line } of leastFirst) {
      if ((line.items?.length ?? 0) > length && shorten(line, length)) return { text, cut };
    }
  }
  for (const { line } of leastFirst) {
    if (!line.keep && shorten(line, 0)) return { text, cut };
  }
  for (const { line } of leastFirst) {
    if (line.keep && (line.items?.length ?? 0) > 1 && shorten(line, 1)) return { text, cut };
  }
  return { text, cut };
}

/** Bytes in UTF-8. */
export function bytesOf(text: string): number {
  return encoder.encode(text).length;
}

/** One line of at most `length` characters; what is longer ends in `…`. */
export function clip(text: string, length: number): string {
  const flat = [...text.toWellFormed().replace(/\s+/gu, ' ').trim()];
  return flat.length <= length ? flat.join('') : `${flat.slice(0, length - 1).join('')}…`;
}

const encoder = new TextEncoder();

function write(sections: readonly Section[], state: ReadonlyMap<Line, number>): string {
  return sections
    .flatMap(({ title, lines }) => {
      const said = lines.filter((line) => state.get(line)! > 0).map((line) => say(line, state.get(line)!));
      return said.length === 0 ? [] : [...(title === null ? [] : [title]), ...said];
    })
    .join('\n');
}

function say({ head, items = [], tail = '', count = '项' }: Line, length: number): string {
  const shown = items.slice(0, length);
  const rest = shown.length < items.length ? `等${items.length}${count}` : '';
  return `${head}${shown.join(count === '条' ? '；' : '、')}${rest}${tail}`;
}
