// The yearly plan of a branch: what is held in which month, how a draft is proposed, and how a plan reads. Pure; invents no meeting that was held.

import { z } from 'zod';
import type { MeetingKind } from './meeting.ts';
import { meetingKindIn } from './meeting.ts';
import type { Day, Month } from './time.ts';
import { monthOf } from './time.ts';

/** What a plan may hold: the kinds of meetings, and what is no meeting of its own kind. */
export const planKinds = {
  'general-meeting': '党员大会',
  'committee-meeting': '支委会会议',
  'group-meeting': '党小组会',
  'party-lecture': '党课',
  'theme-day': '主题党日',
  discussion: '专题讨论',
  study: '集体学习',
  'org-life-meeting': '组织生活会',
  deliberation: '民主议事会',
  other: '其他活动',
} as const;
export type PlanKind = keyof typeof planKinds;

export interface PlanItem {
  /** 1 to 12. */
  readonly month: number;
  readonly kind: PlanKind;
  readonly topic: string;
  /** Who speaks, as it was said; stays in the branch. */
  readonly speaker?: string;
}

export type PlanState = 'none' | 'draft' | 'confirmed' | 'filed' | 'received' | 'returned';

/** An older version of a plan that had been filed: who changed it, when and why. */
export interface PlanVersion {
  readonly on: Day;
  readonly by: string;
  readonly why: string | null;
  readonly state: PlanState;
  readonly items: readonly PlanItem[];
}

/** The body of a record of kind `plan`. */
export interface PlanBody {
  readonly year: number;
  readonly items: readonly PlanItem[];
  readonly history: readonly PlanVersion[];
  readonly filed?: { readonly on: Day; readonly by: string; readonly to: string } | null;
  readonly received?: { readonly on: Day; readonly by: string } | null;
  /** Why it was given back. */
  readonly note?: string | null;
}

export interface Plan extends PlanBody {
  readonly id: string;
  readonly unit: string;
  readonly state: PlanState;
}

/** `content/plan/proposal.yaml`: how a draft looks before anybody has changed it. */
export const proposalForm = z.strictObject({
  source: z.string(),
  /** Held every month. Group meetings stand only where there are groups. */
  monthly: z.array(z.strictObject({ kind: z.enum(Object.keys(planKinds) as [PlanKind]), topic: z.string().max(60) })),
  /** Twelve topics, one a month. */
  theme_days: z.array(z.string().max(60)).length(12),
  items: z.array(
    z.strictObject({
      month: z.int().min(1).max(12),
      kind: z.enum(Object.keys(planKinds) as [PlanKind]),
      topic: z.string().max(60),
    }),
  ),
  /** One for each quarter. */
  study_topics: z.array(z.string().max(60)).length(4),
});
export type Proposal = z.output<typeof proposalForm>;

export function planId(unit: string, year: number): string {
  return `plan/${unit}/${year}`;
}

/** The year meant when none is said: from November on the next one, as plans are written before the year begins. */
export function planYear(today: Day): number {
  const [year, month] = today.split('-').map(Number) as [number, number, number];
  return month >= 11 ? year + 1 : year;
}

/** A draft with the frequencies of the regulations. */
export function proposePlan(proposal: Proposal, has: { readonly groups: boolean }): PlanItem[] {
  const monthly = proposal.monthly.filter(({ kind }) => kind !== 'group-meeting' || has.groups);
  return sorted(
    Array.from({ length: 12 }, (_, index) => index + 1).flatMap((month): PlanItem[] => [
      ...monthly.map((item) => ({ month, ...item })),
      { month, kind: 'theme-day', topic: proposal.theme_days[month - 1]! },
      ...proposal.items.filter((item) => item.month === month),
    ]),
  );
}

const order = Object.keys(planKinds);

export function sorted(items: readonly PlanItem[]): PlanItem[] {
  return items.toSorted((a, b) => a.month - b.month || order.indexOf(a.kind) - order.indexOf(b.kind));
}

/** `党课：学习党章（赵磊）`; without the speaker where the plan is read outside the branch. */
export function sayItem({ kind, topic, speaker }: PlanItem, speakers = true): string {
  return `${planKinds[kind]}${topic ? `：${topic}` : ''}${speaker && speakers ? `（${speaker}讲）` : ''}`;
}

/** The whole plan month by month; what is the same in every month stands once, on top. */
export function planText(items: readonly PlanItem[], speakers = true): string {
  const regular = [...new Set(items.map(({ kind, topic }) => `${kind} ${topic}`))].filter(
    (key) => items.filter(({ kind, topic }) => `${kind} ${topic}` === key).length === 12,
  );
  const isRegular = ({ kind, topic, speaker }: PlanItem) => !speaker && regular.includes(`${kind} ${topic}`);
  const always = items.filter((item) => item.month === 1 && isRegular(item)).map((item) => sayItem(item));
  const months = Array.from({ length: 12 }, (_, index) => index + 1).flatMap((month) => {
    const own = items.filter((item) => item.month === month && !isRegular(item)).map((item) => sayItem(item, speakers));
    return own.length > 0 ? [`${month}月 ${own.join('；')}`] : [];
  });
  return [...(always.length > 0 ? [`每月 ${always.join('；')}`] : []), ...months].join('\n');
}

/** Whether a plan holds less than the regulations expect; said, never refused. */
export function planGaps(
  items: readonly PlanItem[],
  has: { readonly groups: boolean; readonly committee: boolean },
): string[] {
  const months = (kind: PlanKind) => new Set(items.filter((item) => item.kind === kind).map(({ month }) => month));
  const quarters = new Set([...months('general-meeting')].map((month) => Math.ceil(month / 3)));
  return [
    ...(quarters.size < 4 ? ['党员大会一般每季度一次'] : []),
    ...(has.committee && months('committee-meeting').size < 12 ? ['支委会一般每月一次'] : []),
    ...(has.groups && months('group-meeting').size < 12 ? ['党小组会一般每月一次'] : []),
    ...(months('theme-day').size < 12 ? ['主题党日每月一天'] : []),
    ...(months('org-life-meeting').size < 1 ? ['组织生活会每年至少一次'] : []),
  ];
}

/** The kind that some words name. */
export function planKindIn(text: string): PlanKind | undefined {
  if (/主题党日|党日活动/u.test(text)) return 'theme-day';
  if (/专题讨论|专题研讨|大讨论|讨论会|研讨/u.test(text)) return 'discussion';
  const kind = meetingKindIn(text);
  if (kind) return kind;
  if (/大会/u.test(text)) return 'general-meeting';
  if (/小组/u.test(text)) return 'group-meeting';
  if (/支委/u.test(text)) return 'committee-meeting';
  if (/学习会?$|^学习/u.test(text)) return 'study';
  if (/其他|活动/u.test(text)) return 'other';
  return undefined;
}

/** As which kind of meeting an item is convened; a theme day comes by itself. */
export function convenedAs(kind: PlanKind): MeetingKind | undefined {
  if (kind === 'theme-day') return undefined;
  return kind === 'discussion' ? 'study' : kind;
}

/** Topics of a meeting convened from the plan. */
export function topicsOf({ kind, topic }: PlanItem): string {
  return kind === 'discussion' ? `专题讨论：${topic}` : topic;
}

/** True when a plan holds: confirmed at least. */
export function holds(state: PlanState): boolean {
  return state === 'confirmed' || state === 'filed' || state === 'received' || state === 'returned';
}

/** The items of one month of its year. */
export function itemsOf(items: readonly PlanItem[], year: number, month: Month): PlanItem[] {
  return Number(month.slice(0, 4)) === year ? items.filter((item) => item.month === Number(month.slice(5))) : [];
}

/** Today, as far as it lies in the plan's year: a plan filed before its year counts for it. */
export function dayInYear(today: Day, year: number): Day {
  const first = `${year}-01-01`;
  const last = `${year}-12-31`;
  return today < first ? first : today > last ? last : today;
}

export function quarterOf(today: Day): number {
  return Math.ceil(Number(monthOf(today).slice(5)) / 3);
}
