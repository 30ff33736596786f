// The menu of a month: what a unit above asks of every theme day below it (规定动作), what it offers (自选动作), and what a branch made of it. Pure.

import { topicsIn } from './meeting-plan.ts';
import { monthsIn } from './plan-edit.ts';
import type { Day, Month } from './time.ts';
import { addMonths, monthOf, sayMonth } from './time.ts';

/** The body of a record of kind `menu`. */
export interface Menu {
  readonly month: Month;
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** The body of a record of kind `menu-choice`. */
export interface MenuChoice {
  readonly month: Month;
  readonly chosen: readonly string[];
  /** What the branch added by itself: there is always room for that. */
  readonly own: readonly string[];
}

/** What a theme day holds; undefined when nobody has said. */
export function themeContent(menus: readonly Menu[], choice: MenuChoice | undefined): string | undefined {
  const items = [...menus.flatMap(({ required }) => required), ...(choice?.chosen ?? []), ...(choice?.own ?? [])];
  return items.length > 0 ? [...new Set(items)].join('；') : undefined;
}

/** The coming month that words name: 3月, 下个月, 本月, 2027年3月. */
export function monthAhead(text: string, today: Day): Month | undefined {
  const word = text.normalize('NFKC').replace(/[\s的。]/gu, '');
  const now = monthOf(today);
  if (/^(?:这个月|本月|当月)$/u.test(word)) return now;
  if (/^(?:下个月|下月)$/u.test(word)) return addMonths(now, 1);
  const year = /^(20\d{2})年/u.exec(word)?.[1];
  const [month, ...more] = monthsIn(/^\d{1,2}$/u.test(word) ? `${word}月` : word.replace(/^20\d{2}年/u, '')) ?? [];
  if (month === undefined || more.length > 0) return undefined;
  const inYear = (one: number) => `${one}-${String(month).padStart(2, '0')}`;
  if (year) return inYear(Number(year));
  const thisYear = inYear(Number(today.slice(0, 4)));
  return thisYear >= now ? thisYear : inYear(Number(today.slice(0, 4)) + 1);
}

/** The menu as it is read back. `refused` when the month is none or nothing stands in it. */
export function menuOf(
  answers: { readonly month: string; readonly required?: string | null; readonly optional?: string | null },
  today: Day,
): (Menu & { readonly name: string }) | { readonly refused: true } {
  const month = monthAhead(answers.month, today);
  if (month === undefined) return { refused: true };
  const list = (text: string | null | undefined) => itemsIn(text ?? '');
  return {
    month,
    name: sayMonth(month, today),
    required: list(answers.required),
    optional: list(answers.optional),
  };
}

/** Items set apart by ；、 or lines, with or without numbers before them. */
export function itemsIn(text: string): string[] {
  const items = topicsIn(text);
  const [only] = items;
  const split = items.length === 1 && only!.includes('、') ? only!.split('、') : items;
  return split
    .map((item) =>
      item
        .replace(/^(?:\d{1,2}|[一二三四五六七八九十])[、.．]\s*/u, '')
        .trim()
        .slice(0, 40),
    )
    .filter(Boolean);
}

/** `定3月菜单，规定动作：学习党章；自选动作：参观、志愿服务`. */
export function setsMenu(
  text: string,
): { readonly month: string; readonly required?: string; readonly optional?: string } | undefined {
  const head =
    /^(?:定|制定|发|发布)?(?:一下)?\s*((?:20\d{2}年)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})月份?|本月|下个?月|这个月)的?(?:主题党日)?的?(?:活动)?菜单[:：,，\s]*/u.exec(
      text,
    );
  if (!head) return undefined;
  const rest = text.slice(head[0].length);
  const required = /(?:规定动作|规定|必选|必做)(?:是|有)?[:：]?\s*(.+?)(?=[;；。,，\s]*(?:自选|选做|可选)|$)/u.exec(
    rest,
  )?.[1];
  const optional = /(?:自选动作|自选|选做|可选)(?:是|有)?[:：]?\s*(.+)$/u.exec(rest)?.[1];
  // Without a word about it the items are there to choose from.
  const items = required || optional || !/[:：]/u.test(head[0]) ? optional : rest.trim();
  return { month: head[1]!, ...(required ? { required } : {}), ...(items ? { optional: items } : {}) };
}
