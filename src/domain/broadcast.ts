// Study material from a higher organisation to all branches below it: what it must say of itself before it may go out.

import { z } from 'zod';
import type { Draft } from './message.ts';
import { tags } from './organisation.ts';

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

/** What a recipient sees. */
export function broadcastDraft(body: BroadcastBody): Draft {
  const text = [body.text.trim(), body.own ? '' : `来源：${body.source}`].filter(Boolean).join('\n');
  return {
    title: body.title,
    text,
    ...(body.link ? { link: { label: '打开原文', url: body.link } } : {}),
    ...(body.file ? { file: body.file } : {}),
  };
}

/** What the second person sees before agreeing. */
export function proposalMessage(id: string, body: BroadcastBody, proposer: string): Draft {
  return {
    title: '有一份学习材料等您审批',
    text: `${proposer}提交：${body.title}\n来源：${body.source}\n内容：${body.text.slice(0, 120) || body.link || body.file?.name || ''}\n看过没问题，回“审批”。`,
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

/** Why a material may not go out; empty = nothing stands against it. A person still decides. */
export function gateProblems(text: string, isPublic: boolean | undefined): GateProblem[] {
  return [
    ...(isPublic === true ? [] : [{ code: 'not-public' as const, word: '' }]),
    ...restrictedMarks.filter((word) => text.includes(word)).map((word) => ({ code: 'restricted' as const, word })),
    ...forbiddenDemands.filter((word) => text.includes(word)).map((word) => ({ code: 'formalism' as const, word })),
  ];
}
