// Reads the day on which somebody joined the Party, as rosters write it. What is not clear is a problem, never a guess.

import type { Day } from '../../domain/time.ts';
import { addDays, isDay } from '../../domain/time.ts';
import { cellText, withoutBlanks } from './cell-text.ts';
import type { Cell } from './sheet.ts';

export type JoiningDate =
  | { readonly kind: 'none' }
  /** `monthOnly`: the day was not written and is the first of the month. */
  | { readonly kind: 'day'; readonly day: Day; readonly monthOnly: boolean }
  | { readonly kind: 'problem'; readonly message: string };

/** The founding month of the Party, kept as 1 July: nobody joined before. */
const earliest = '1921-07-01';
/** Day 0 of Excel's serial numbers, after its false 29 February 1900. */
const serialZero = '1899-12-30';
const lastSerial = 80_000;

/** Understands date cells, serial numbers, `2010-07-01`, `2010/7/1`, `2010.7.1`, `2010年7月1日`, `20100701` and months alone. `today` is the last day possible. */
export function readJoiningDate(cell: Cell | undefined, today: Day): JoiningDate {
  if (cell instanceof Date) {
    // Fractions of a day are floating point: the last millisecond before midnight means midnight.
    const day = new Date(Math.round(cell.getTime() / 1000) * 1000);
    return Number.isNaN(day.getTime()) ? unclear(cell) : within(day.toISOString().slice(0, 10), false, today);
  }
  const text = withoutBlanks(cellText(cell).replace(/ +\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$/, ''));
  if (text === '') return { kind: 'none' };
  // The number 2010.1 may have been typed as 2010.10: a number loses its last zero.
  if (typeof cell === 'number' && /^\d{4}\.1$/.test(text))
    return problem(`“${text}”分不清是1月还是10月，请写成 ${text.slice(0, 4)}-01-01 这样`);
  const parts =
    /^(\d{4})[-/.。年、—–](\d{1,2})(?:[-/.。月、—–](\d{1,2})[日号]?|月份?)?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})?$/.exec(text);
  if (parts) return fromParts(parts, today, cell);
  if (/^\d{4,5}(\.\d+)?$/.test(text)) return fromNumber(Number(text), today, cell);
  if (/^\d{2}[-/.年]/.test(text)) return problem(`“${text}”的年份请写四位，例如 2010-07-01`);
  return unclear(cell);
}

function fromParts(parts: RegExpExecArray, today: Day, cell: Cell | undefined): JoiningDate {
  const [, year, month = '', date] = parts;
  const day = `${year}-${month.padStart(2, '0')}-${(date ?? '1').padStart(2, '0')}`;
  return isDay(day) ? within(day, date === undefined, today) : problem(`“${cellText(cell)}”这一天不存在，请改正`);
}

function fromNumber(value: number, today: Day, cell: Cell | undefined): JoiningDate {
  if (value >= 1900 && value <= 2100)
    return problem(`“${value}”只有年份，请补上月和日，例如 ${Math.floor(value)}-07-01`);
  if (value > lastSerial) return unclear(cell);
  return within(addDays(serialZero, Math.floor(value)), false, today);
}

function within(day: Day, monthOnly: boolean, today: Day): JoiningDate {
  if (day < earliest) return problem(`${day} 早于1921年7月，请改正`);
  if (day > today) return problem(`${day} 还没有到，请改正`);
  return { kind: 'day', day, monthOnly };
}

function unclear(cell: Cell | undefined): JoiningDate {
  return problem(`看不懂“${cellText(cell)}”，日期请写成 2010-07-01 这样`);
}

function problem(message: string): JoiningDate {
  return { kind: 'problem', message };
}
