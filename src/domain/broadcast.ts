// Study material from a higher organisation to all branches below it: what it must say of itself before it may go out.

import { z } from 'zod';
import type { Calendar } from './calendar.ts';
import type { Draft } from './message.ts';
import type { Member, UnitId } from './organisation.ts';
import { tags } from './organisation.ts';
import { acceptsPush, isWithinBudget, mayPush, nextPushTime } from './quiet.ts';
import type { ClockTime, Day, Instant } from './time.ts';
import { addDays } from './time.ts';

/** A proposed material. `public` must be true: what is not publicly released is never carried (domain notes §1A 4, §2E secrecy). */
export const broadcastBody = z.object({
  by: z.string(),
  title: z.string().min(1).max(40),
  text: z.string().max(4000).default(''),
  link: z.url().nullable().default(null),
  file: z.object({ id: z.string(), name: z.string() }).nullable().default(null),
  source: z.string().min(1).max(60),
  public: z.literal(true),
  /** Tags of those it is for; empty = everybody. */
  audience: z.array(z.enum(tags)).default([]),
  /** When it goes out; null = at the next push time. Instant. */
  at: z.number().nullable().default(null),
  /** Last day on which it may still be delivered. */
  expires: z.string().nullable().default(null),
  /** The unit to whose members, and those of all units below, it goes; absent = the proposer's. */
  to: z.string().optional(),
  /** A secretary's notice to the own branch: no second person. */
  own: z.boolean().default(false),
  approvedBy: z.string().optional(),
  approvedAt: z.number().optional(),
});
export type BroadcastBody = z.infer<typeof broadcastBody>;

export const broadcastStates = [
  'proposed',
  'approved',
  'sending',
  'sent',
  'cancelled',
  'recalling',
  'recalled',
] as const;
export type BroadcastState = (typeof broadcastStates)[number];

/** A material as it is kept. `unit` is the proposer's. */
export interface BroadcastRecord {
  readonly id: string;
  readonly unit: UnitId;
  readonly title: string;
  readonly state: BroadcastState;
  readonly body: BroadcastBody;
}

/** The unit to whose members, and those of all units below it, a material goes. */
export function targetOf({ unit, body }: Pick<BroadcastRecord, 'unit' | 'body'>): UnitId {
  return body.to ?? unit;
}

/** True from the approval until the last one was planned. */
export function isRunning({ state }: Pick<BroadcastRecord, 'state'>): boolean {
  return state === 'approved' || state === 'sending';
}

/** What a recipient sees. */
export function broadcastDraft(body: BroadcastBody): Draft {
  return {
    title: body.title,
    text: body.text.trim(),
    ...(body.own ? {} : { rows: [{ label: '来源', value: body.source }] }),
    ...(body.link ? { link: { label: '打开原文', url: body.link } } : {}),
    ...(body.file ? { file: body.file } : {}),
  };
}

/** Most characters of the text that stand in the request to approve it; the whole is shown before the decision. */
const shownOfText = 100;

/** What the second person sees before agreeing. */
export function proposalMessage(id: string, body: BroadcastBody, proposer: string): Draft {
  const content = body.text.trim() || body.link || body.file?.name || '';
  const shown = [...content].length > shownOfText ? `${[...content].slice(0, shownOfText).join('')}……` : content;
  return {
    title: '有一份学习材料等您审批',
    text: shown,
    rows: [
      { label: '标题', value: body.title },
      { label: '来源', value: body.source },
      { label: '提交人', value: proposer },
    ],
    buttons: [{ label: '审批', data: `s:approve:${JSON.stringify({ id })}` }],
  };
}

/** Words that must never be pushed through a chat: marks of restricted papers (domain notes §2E: nothing secret, internal or unreleased). */
const restrictedMarks = [
  '绝密',
  '机密',
  '秘密★',
  '内部资料',
  '内部文件',
  '注意保存',
  '不得外传',
  '征求意见稿',
  '送审稿',
  '讨论稿',
];

/** Demands the rules on formalism forbid in a message to members (domain notes §2D 2–3). */
const forbiddenDemands = ['截图', '打卡', '接龙', '排名', '晒图', '拍照上传', '点赞', '转发朋友圈', '积分排行'];

export interface GateProblem {
  readonly code: 'not-public' | 'restricted' | 'formalism';
  readonly word: string;
}

/** Everything of a material that the gate reads. */
export function gatedText({ title, text, source, link, file }: Omit<BroadcastBody, 'public'>): string {
  return [title, text, source, link ?? '', file?.name ?? ''].join('\n');
}

/** Why a material may not go out; empty = nothing stands against it. A person still decides. */
export function gateProblems(text: string, isPublic: boolean | undefined): GateProblem[] {
  return [
    ...(isPublic === true ? [] : [{ code: 'not-public' as const, word: '' }]),
    ...restrictedMarks.filter((word) => text.includes(word)).map((word) => ({ code: 'restricted' as const, word })),
    ...forbiddenDemands.filter((word) => text.includes(word)).map((word) => ({ code: 'formalism' as const, word })),
  ];
}

/** A problem of the gate for the person who proposes, with the rule behind it. */
export function sayGateProblem({ code, word }: GateProblem): string {
  if (code === 'not-public') return '材料要是公开发布过的。没有公开的内容请按规定的渠道传达。';
  if (code === 'restricted') return `里面有“${word}”字样，像是不公开的文件，请按规定的渠道传达。`;
  return `里面有“${word}”，整治形式主义的规定不允许向党员提这样的要求，请改一改再发。`;
}

/** The last day of delivery where nobody names one: a week after the day it goes out. */
export function usualExpiry(from: Day): Day {
  return addDays(from, 7);
}

/** Who may propose or approve what goes to a unit: a broadcaster of that unit or of one above it (`above` = itself first). */
export function mayBroadcast(member: Pick<Member, 'roles' | 'unit' | 'leftAt'>, above: readonly UnitId[]): boolean {
  return member.leftAt === null && member.roles.includes('broadcaster') && above.includes(member.unit);
}

/** When it goes out: at once, or at the instant asked for; where nothing may be pushed then, at the next push time. */
export function broadcastStart(now: Instant, at: Instant | null, pushTime: ClockTime, calendar: Calendar): Instant {
  const from = Math.max(now, at ?? now);
  return mayPush(from, calendar, { morningOfEvent: false }) ? from : nextPushTime(from, pushTime, calendar);
}

/** True when the member has not turned study materials down altogether; quiet days only move them. */
export function wantsBroadcasts({ reminders }: Member, day: Day): boolean {
  return acceptsPush({ ...reminders, quietUntil: null, quietWeekdays: [] }, 'broadcast', day);
}

/** True when this member may have it on `day`; `pushed` are the days of pushes so far. */
export function mayHaveOn(day: Day, member: Member, pushed: readonly Day[]): boolean {
  return isWithinBudget(day, pushed, member.tags) && acceptsPush(member.reminders, 'broadcast', day);
}
