// Gives cells that are merged downwards their value in every row: a branch written once beside ten people counts for all ten.
// Cells merged sideways (titles) stay as they are.

import type { Cell, Sheet } from './sheet.ts';

/** The sheets with merged cells filled down. `parts` are the XML parts of the same workbook; what is not understood there is left alone. */
export function fillMergedDown(sheets: readonly Sheet[], parts: ReadonlyMap<string, Buffer>): readonly Sheet[] {
  const paths = sheetPaths(parts);
  return sheets.map((sheet) => {
    const path = paths.get(sheet.name);
    const merges = path === undefined ? [] : mergesOf(parts.get(path));
    return merges.length === 0 ? sheet : { name: sheet.name, rows: filled(sheet.rows, merges) };
  });
}

interface Merge {
  /** Indexes counted from 0. */
  readonly column: number;
  readonly top: number;
  readonly bottom: number;
}

function filled(rows: Sheet['rows'], merges: readonly Merge[]): Sheet['rows'] {
  const copy: Cell[][] = rows.map((row) => [...row]);
  const reached = new Map<number, number>();
  for (const { column, top, bottom } of merges) {
    // Merges never overlap; a forged file in which they do would cost rows × merges.
    if (top <= (reached.get(column) ?? -1)) continue;
    reached.set(column, bottom);
    const value = copy[top]?.[column] ?? null;
    if (value === null) continue;
    for (const row of copy.slice(top + 1, bottom + 1)) row[column] ??= value;
  }
  return copy;
}

/** Merges over more than one row; of their columns only the first carries the value. */
function mergesOf(xml: Buffer | undefined): Merge[] {
  const ranges = xml?.toString('utf8').matchAll(/<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):[A-Z]+(\d+)"/g) ?? [];
  return [...ranges]
    .map(([, column = '', top, bottom]) => ({
      column: columnIndex(column),
      top: Number(top) - 1,
      bottom: Number(bottom) - 1,
    }))
    .filter(({ top, bottom }) => bottom > top)
    .sort((one, other) => one.top - other.top);
}

function columnIndex(letters: string): number {
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** Sheet name → path of its XML part. */
function sheetPaths(parts: ReadonlyMap<string, Buffer>): Map<string, string> {
  const targets = new Map<string, string>();
  for (const [tag] of parts
    .get('xl/_rels/workbook.xml.rels')
    ?.toString('utf8')
    .matchAll(/<(?:\w+:)?Relationship\s[^>]*>/g) ?? []) {
    const target = attribute(tag, 'Target');
    targets.set(attribute(tag, 'Id'), target.startsWith('/') ? target.slice(1) : `xl/${target}`);
  }
  const paths = new Map<string, string>();
  for (const [tag] of parts
    .get('xl/workbook.xml')
    ?.toString('utf8')
    .matchAll(/<(?:\w+:)?sheet\s[^>]*>/g) ?? [])
    paths.set(attribute(tag, 'name'), targets.get(attribute(tag, '\\w+:id')) ?? '');
  return paths;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function attribute(tag: string, name: string): string {
  const value = new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '';
  return value.replaceAll(/&(\w+);/g, (whole, entity: string) => entities[entity] ?? whole);
}
