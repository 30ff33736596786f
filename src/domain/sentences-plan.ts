// Sentences about plans: asking for the year's plan, changing a month of it, setting its deadline. In doubt undefined.

import { planEdits } from './plan-edit.ts';
import type { Instant } from './time.ts';
import { dayOf } from './time.ts';

/** The year that words name: 2027年, 今年, 明年. */
export function yearIn(text: string, now: Instant): number | undefined {
  const year = Number(dayOf(now).slice(0, 4));
  const written = /(20\d{2})\s*年?/u.exec(text.normalize('NFKC'))?.[1];
  if (written) return Number(written);
  if (/明年|下一年|来年/u.test(text)) return year + 1;
  return /今年|本年度?/u.test(text) ? year : undefined;
}

/** `制定2027年三会一课计划`: the yearly plan, not one for studying and not a question about filing. */
export function asksPlan(text: string, now: Instant): { readonly year?: number } | undefined {
  const line = text.normalize('NFKC').replace(/[。.!！~\s]+$/u, '');
  if (
    !/^(?:请|麻烦|帮我|我要|我想|想|要)*(?:做|写|定|拟|制定|起草|编|编制|安排|看|看看|查|查看)?(?:一下|一份|个)?(?:我们)?(?:支部)?的?(?:20\d{2}年?度?|今年|明年|来年|本年度?)?的?(?:支部|党支部)?的?(?:“?三会一课”?)?的?(?:年度|全年)?(?:工作)?计划(?:吧|怎么做|怎么定)?$/u.test(
      line,
    ) ||
    !/三会一课|年度|全年|20\d{2}|今年|明年|来年/u.test(line)
  )
    return undefined;
  const year = yearIn(line, now);
  return year === undefined ? {} : { year };
}

/** `3月党课改成学习党章`. */
export function changesPlan(text: string): { readonly said: string } | undefined {
  return text.length <= 200 && planEdits(text) ? { said: text } : undefined;
}

/** `年度计划1月31日前上报`: the day by which the units below are to file. */
export function setsPlanDeadline(text: string): { readonly by: string } | undefined {
  const day = /(\d{1,2}|十[一二]?|[一二三四五六七八九])月(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]/u.exec(
    text,
  )?.[0];
  if (!day || text.length > 60 || /[?？吗呢]/u.test(text)) return undefined;
  return /计划/u.test(text) && /期限|截止|之?前(?:上?报|交)|最晚|最迟/u.test(text) ? { by: day } : undefined;
}
