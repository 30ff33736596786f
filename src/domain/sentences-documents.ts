// Sentences that ask for a document of the year: the record book, the yearly report, an archive. In doubt undefined.

import { plain } from './chinese/plain.ts';
import type { Instant } from './time.ts';
import { dayOf } from './time.ts';

export type DocumentAsked = { readonly year?: string; readonly format?: string };

/** How each is called; a line must name one of these and little else. */
const names = {
  book: /(?:支部)?(?:工作)?记录册|支部手册|支部工作手册/u,
  report: /述职(?:报告|材料|稿)/u,
  appraisal: /评议参考|(?:民主)?评议.{0,4}(?:材料|参考|情况表)/u,
  study: /(?:支部)?学习档案/u,
  platform: /三会一课(?:台账|表格|报表)|平台(?:表|台账|填报表)|台账/u,
} as const;
export type DocumentWord = keyof typeof names;

/** `把2026年的工作记录册发给我`, `导出去年记录册`, `述职报告帮我起个草`; questions and long texts are none. */
export function asksDocument(document: DocumentWord, text: string, now: Instant): DocumentAsked | undefined {
  const line = plain(text).trim();
  if (line.length > 30 || /[?？吗呢没]|怎么|什么是|建议|签到|请假|我的|自己/u.test(line)) return undefined;
  const name = names[document].exec(line);
  if (!name) return undefined;
  const rest = line.replace(name[0], '');
  if (!polite.test(rest)) return undefined;
  const year = yearIn(rest, Number(dayOf(now).slice(0, 4)));
  return {
    ...(year === undefined ? {} : { year: String(year) }),
    ...(/表格|excel|xlsx/iu.test(rest) ? { format: 'xlsx' } : /word|docx|文档/iu.test(rest) ? { format: 'docx' } : {}),
  };
}

/** What may stand around the name. */
const polite =
  /^(?:(?:请|麻烦|帮我?|给我|我要|我想要?|想要|要|来|把|的|一下|一份|一个|份|个|一|吧|导出|打印|生成|整理|做|起草|起个?草|写|发|发给我|打出来|出来|出|下载|看|今年|去年|前年|本年|全年|度|年|20\d\d|初稿|草稿|表格|excel|xlsx|word|docx|文档|文件|版|支部|书记|我|年度)|[\s,，、。.])*$/iu;

function yearIn(line: string, present: number): number | undefined {
  const said = /(20\d\d)/u.exec(line)?.[1];
  if (said) return Number(said) <= present ? Number(said) : undefined;
  if (/前年/u.test(line)) return present - 2;
  if (/去年/u.test(line)) return present - 1;
  return undefined;
}
