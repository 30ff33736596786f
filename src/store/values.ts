// How values of PostgreSQL become ours: instants are epoch milliseconds, days are text, whole and exact numbers are numbers. Only for our own connections.

import pg from 'pg';

const { builtins, getTypeParser } = pg.types;

type Parse = (text: string) => unknown;

/** Row counts, ids and amounts stay far below 2^53. */
const parsers = new Map<number, Parse>([
  [builtins.TIMESTAMPTZ, instantOfText],
  [builtins.DATE, (text) => text],
  [builtins.INT8, Number],
  [builtins.NUMERIC, Number],
]);

/** The array types of the same four (oid in pg_type). */
const arraysOf: readonly [number, number][] = [
  [1185, builtins.TIMESTAMPTZ],
  [1182, builtins.DATE],
  [1016, builtins.INT8],
  [1231, builtins.NUMERIC],
];
/** An array of any type is written like one of texts. */
const textsOf: (text: string) => (string | null)[] = getTypeParser(1009 as typeof builtins.TEXT);
for (const [array, element] of arraysOf) {
  const parse = parsers.get(element)!;
  parsers.set(array, (text) => textsOf(text).map((entry) => (entry === null ? null : parse(entry))));
}

/** For the `types` option of pg. */
export const columnTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) => (format === 'binary' ? undefined : parsers.get(oid)) ?? getTypeParser(oid, format),
};

/** `2026-12-05 01:00:00.123456+00` → epoch milliseconds; `infinity` → Infinity. */
export function instantOfText(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const zone = /[+-]\d\d(:\d\d)?$/.exec(text);
  return Date.parse(text.replace(' ', 'T') + (zone && !zone[1] ? ':00' : ''));
}
