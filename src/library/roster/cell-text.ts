// What a cell says as text, the way it was meant: full-width forms folded, blanks that nobody sees removed. Never guesses.

import type { Cell } from './sheet.ts';

/** The text of a cell, NFKC, trimmed; '' when empty or when it says "none" (无, /, —). Dates print as `2010-07-01`. */
export function cellText(cell: Cell | undefined): string {
  const text = plainText(cell);
  return /^(无|暂无|空|没有|[-—–_/\\]+)$/.test(text) ? '' : text;
}

/** The same without any blank inside, e.g. for names and headings: `王 芳` → `王芳`. */
export function solidText(cell: Cell | undefined): string {
  return withoutBlanks(cellText(cell));
}

/** Text without any blank, also the invisible ones. */
export function withoutBlanks(text: string): string {
  return text.normalize('NFKC').replaceAll(/[\s\p{Cf}]+/gu, '');
}

/** True when nothing at all stands in the cell. */
export function isBlank(cell: Cell | undefined): boolean {
  return plainText(cell) === '';
}

function plainText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? '' : cell.toISOString().slice(0, 10);
  return String(cell)
    .normalize('NFKC')
    .replaceAll(/\p{Cf}+/gu, '')
    .trim();
}

const dots = /[•‧・∙⋅.]/g;

/** A person's name without blanks; every dot of a minority name becomes ·. undefined when this cannot be a name. */
export function readName(text: string): string | undefined {
  const name = withoutBlanks(text).replaceAll(dots, '·');
  // \p{Co}: rare characters that old systems kept in the private use area.
  return /^[\p{L}\p{Co}][\p{L}\p{M}\p{N}\p{Co}·'()-]{0,29}$/u.test(name) ? name : undefined;
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** The letters of a column counted from 0: 0 → A, 26 → AA. */
export function columnName(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return `${rest >= 0 ? columnName(rest) : ''}${letters[index % 26]}`;
}
