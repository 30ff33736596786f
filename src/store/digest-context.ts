// What the readers of digests share: whose digest of which days, and the questions that every kind of unit has. Reads no person.

import type pg from 'pg';
import type { Calendar } from '../domain/calendar.ts';
import type { BranchFacts } from '../domain/digest.ts';
import type { DigestPeriod } from '../domain/digest-schedule.ts';
import type { Unit } from '../domain/organisation.ts';
import type { Register } from '../domain/register.ts';
import type { Instant, Month } from '../domain/time.ts';
import { addDays, instantOf, monthOf } from '../domain/time.ts';
import type { FieldCipher } from './field-cipher.ts';
import type { Units } from './units.ts';

export interface DigestContext {
  readonly client: pg.ClientBase | pg.Pool;
  readonly units: Units;
  readonly unit: Unit;
  readonly period: DigestPeriod;
  readonly now: Instant;
  readonly calendar: Calendar;
  /** True where study content needs no release (`Library.sample`). */
  readonly sample: boolean;
  readonly registers: ReadonlyMap<string, Register>;
  /** Opens suggestions, which the digest shows without a name. */
  readonly cipher: FieldCipher;
}

/** The first instant of the period, and the last before the day after it. */
export function spanOf({ from, to }: Pick<DigestPeriod, 'from' | 'to'>): { from: Date; until: Date } {
  return { from: new Date(instantOf(from, '00:00')), until: new Date(instantOf(addDays(to, 1), '00:00') - 1) };
}

/** The coming months whose study content nobody has released, the first of them; null also where nothing is to be released. */
export async function unreleasedMonth(context: DigestContext): Promise<Month | null> {
  const { client, units, unit, period, sample } = context;
  if (sample || units.settings(unit.id).off.includes('study')) return null;
  const months = [...new Set([monthOf(period.comingFrom), monthOf(period.comingTo)])];
  const { rows } = await client.query<{ month: string }>({
    name: 'digest-released',
    text: 'select month from content_release where month = any($1::text[]) and approved_by is not null',
    values: [months],
  });
  return months.find((month) => !rows.some((row) => row.month === month)) ?? null;
}

/** The years of the coming month whose holidays are not published; said once a month, in its first week: the reader can only wait for them. */
export function uncertainYears({ calendar, period }: DigestContext): BranchFacts['holidays'] {
  if (Number(period.comingFrom.slice(8)) > 7) return [];
  const years = new Set([period.comingFrom, addDays(period.comingFrom, 31)].map((day) => Number(day.slice(0, 4))));
  return [...years]
    .map((year) => ({ year, certainty: calendar.certaintyOf(year) }))
    .filter(({ certainty }) => certainty !== 'published');
}
