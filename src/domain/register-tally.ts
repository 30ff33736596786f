// What the entries of a register amount to, in words. Pure; of the entries it is given, which are those the reader may see.

import type { Register } from './register.ts';
import type { Day } from './time.ts';

interface TalliedEntry {
  readonly body: Readonly<Record<string, unknown>>;
  /** The day it was written. */
  readonly written: Day;
}

/** One line for each thing the register adds up; a day in the field `on` decides the year, else the day it was written. */
export function tallyOf({ tally }: Register, entries: readonly TalliedEntry[], today: Day): string[] {
  const year = today.slice(0, 4);
  return tally.map(({ label, of, field, is, unit, over, rule }) => {
    const counted = entries.filter(
      ({ body, written }) => over === 'all' || String(body.on ?? written).slice(0, 4) === year,
    );
    const matching = counted.filter(({ body }) => String(body[field] ?? '') === is).length;
    const when = over === 'year' ? '今年' : '';
    const asked = rule ? `（${rule}）` : '';
    if (of === 'sum') {
      const sum = counted.reduce((total, { body }) => total + (Number(body[field]) || 0), 0);
      return `${when}${label}共${Math.round(sum * 10) / 10}${unit}${asked}`;
    }
    if (of === 'count') return `${when}${label}${matching}${unit}${asked}`;
    const share = counted.length === 0 ? '' : `，占${Math.round((matching / counted.length) * 100)}%`;
    return `${when}共${counted.length}${unit}，其中${label}${matching}${unit}${share}${asked}`;
  });
}
