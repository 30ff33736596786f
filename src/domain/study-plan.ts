// The study plan of a branch at three horizons: topics of the year, one for each quarter, a task for each month. Pure; counts no notes and no hours.

import { readNumber } from './chinese/numbers.ts';
import { monthsIn } from './plan-edit.ts';
import type { Day } from './time.ts';

/** The body of a record of kind `study-plan`. */
export interface StudyPlan {
  readonly year: number;
  /** Themed discussions fixed for the year. */
  readonly topics: readonly string[];
  /** What each quarter's discussion of the whole branch is about. */
  readonly quarters: readonly string[];
  /** Twelve tasks. */
  readonly months: readonly string[];
}

/** The whole branch speaks about the quarter's topic in the quarter's last month. */
export function isDiscussionMonth(month: number): boolean {
  return month % 3 === 0;
}

/** Spreads topics over the quarters; of more than four a quarter gets several, of fewer they come round again. */
export function proposeStudyPlan(year: number, topics: readonly string[]): StudyPlan {
  const each = Math.max(1, Math.ceil(topics.length / 4));
  const quarters = Array.from({ length: 4 }, (_, index) => {
    const own = topics.length > 4 ? topics.slice(index * each, (index + 1) * each) : [topics[index % topics.length]!];
    return own.join('、') || topics[index % topics.length]!;
  });
  return { year, topics, quarters, months: quarters.flatMap(tasksOf) };
}

function tasksOf(topic: string): string[] {
  return [`自学：${topic}`, `集体学习：${topic}`, `全体党员专题讨论：${topic}`];
}

/** The topics that an answer lists. */
export function studyTopicsIn(text: string): string[] {
  return text
    .split(/[;；\n]|(?:^|[，,。\s])(?:[一二三四五六七八九]|\d)[、.．]\s*/u)
    .flatMap((part) => (part.includes('、') && !/[；;\n]/u.test(text) ? part.split('、') : [part]))
    .map((topic) => topic.trim().replace(/[。，,]$/u, ''))
    .filter(Boolean)
    .slice(0, 12);
}

/** The plan after `二季度改成学习党史` or `5月改成参观纪念馆`; undefined where the words are no such wish. */
export function editStudyPlan(plan: StudyPlan, said: string): { plan: StudyPlan; said: string } | undefined {
  const line = said.trim().replace(/[。.]$/u, '');
  const parts =
    /^(?:把|将)?(.{1,6}?)的?(?:专题|主题|学习|讨论|任务|内容)?(?:改成|改为|换成|定为|是|[:：])\s*(\S.*)$/u.exec(line);
  if (!parts) return undefined;
  const [, when, rest] = parts as unknown as [string, string, string];
  const topic = rest.slice(0, 60);
  const quarter = /^第?([一二三四1-4])(?:个)?季度?$/u.exec(when)?.[1];
  if (quarter !== undefined) {
    const index = readNumber(quarter)! - 1;
    const quarters = plan.quarters.with(index, topic);
    const months = plan.months.toSpliced(index * 3, 3, ...tasksOf(topic));
    const topics = plan.topics.includes(plan.quarters[index]!)
      ? plan.topics.map((one) => (one === plan.quarters[index] ? topic : one))
      : [...plan.topics, topic];
    return {
      plan: { ...plan, topics: [...new Set(topics)], quarters, months },
      said: `${'一二三四'[index]}季度改成了${topic}。`,
    };
  }
  const [month, ...others] = monthsIn(when) ?? [];
  if (month === undefined || others.length > 0) return undefined;
  return { plan: { ...plan, months: plan.months.with(month - 1, topic) }, said: `${month}月改成了${topic}。` };
}

/** Year topics, quarters and months, as people read them. */
export function studyPlanText({ topics, quarters, months }: StudyPlan): string {
  return [
    `全年专题：${topics.join('；')}`,
    ...quarters.flatMap((topic, index) => [
      `${'一二三四'[index]}季度：${topic}`,
      ...months.slice(index * 3, index * 3 + 3).map((task, month) => `　${index * 3 + month + 1}月 ${task}`),
    ]),
  ].join('\n');
}

/** What each member is asked to speak about; own shortcomings are for the meeting and are written down nowhere. */
export function speakingPrompt(topic: string): string {
  return `专题：${topic}\n每位同志讲两点就行：\n1. 学了以后，哪一点对我有用、准备怎么用；\n2. 对照着看，自己还有哪里做得不够。\n讲三五分钟，不用写稿，也不用交稿。`;
}

/** The topic whose discussion comes next, with its month: that of the running quarter. */
export function nextDiscussion(plan: StudyPlan, today: Day): { topic: string; month: number } | undefined {
  const [year, month] = today.split('-').map(Number) as [number, number];
  if (year > plan.year) return undefined;
  const quarter = year < plan.year ? 1 : Math.ceil(month / 3);
  return { topic: plan.quarters[quarter - 1]!, month: quarter * 3 };
}
