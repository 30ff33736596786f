// A submission: what a member gives the branch to publish or keep, with the member's own consent, and how it moves on. Knows no store.

import type { Change, RecordEntry } from './change.ts';
import type { MemberId, UnitId } from './organisation.ts';
import type { Day, Instant } from './time.ts';
import { dayLength } from './time.ts';

export const submissionForms = ['article', 'reading', 'photo'] as const;
export type SubmissionForm = (typeof submissionForms)[number];

/** How far it may go, said by the author in so many words. Nothing is published on any other ground. */
export const consents = ['branch', 'upward', 'none'] as const;
export type Consent = (typeof consents)[number];

/**
 * `draft`: its file is still on the way. `confirmed`: with the branch. `filed`: recommended to the unit above. `received`: thanked for and kept,
 * there or here. `returned`: given back, with or without a note. `withdrawn`: taken back by the author, whose words and file are gone.
 */
export const submissionStates = ['draft', 'confirmed', 'filed', 'received', 'returned', 'withdrawn'] as const;
export type SubmissionState = (typeof submissionStates)[number];

export interface SubmissionBody {
  readonly by: MemberId;
  readonly form: SubmissionForm;
  readonly text: string | null;
  readonly file: { readonly id: string; readonly name: string } | null;
  readonly caption: string | null;
  /** What is heard in a voice message, where the platform has written it down. */
  readonly says: string | null;
  readonly consent: Consent;
  /** What was called for; null = it came by itself. */
  readonly theme: string | null;
  readonly on: Day;
  /** Who looks after it: they hear of a new one, and of one that is withdrawn. */
  readonly readers: readonly MemberId[];
  /** The unit it was recommended to; null = it never left the branch. */
  readonly to: UnitId | null;
  readonly note: string | null;
}

export interface Submission {
  readonly id: string;
  readonly unit: UnitId;
  readonly member: MemberId;
  readonly state: SubmissionState;
  readonly title: string;
  readonly body: SubmissionBody;
}

/** How long a submission and its file are kept after its last change: over the year's summing-up, not for ever. */
export const submissionLife = 400 * dayLength;

/** What it is called in a sentence. */
export function titleOf({ title }: Pick<Submission, 'title'>): string {
  return `《${title}》`;
}

/** The record as it is to be written. */
export function submissionRecord({ id, unit, member, state, title, body }: Submission): Change {
  const record: RecordEntry = { id, kind: 'submission', unit, member, state, title, body: { ...body } };
  return { change: 'record', record };
}

/** It reaches the branch: kept, with its file, and those who look after submissions hear of it once the queue was empty. */
export function handIn(submission: Submission, options: { now: Instant; tellAt: Instant; quietly: boolean }): Change[] {
  const { body } = submission;
  const { now, tellAt, quietly } = options;
  const readers = body.readers.filter((reader) => reader !== submission.member);
  const word: Change = {
    change: 'message',
    to: { members: readers },
    kind: 'notice',
    draft: { text: '收到一篇投稿，回“看投稿”就能看到。', buttons: [{ label: '看投稿', data: 's:submissions' }] },
    dueAt: tellAt,
    record: submission.id,
  };
  return [
    submissionRecord({ ...submission, state: 'confirmed' }),
    ...kept(submission, now),
    ...(quietly || readers.length === 0 ? [] : [word]),
  ];
}

/** A decision about it, of which the author is told. */
export type Decision =
  | { readonly to: 'filed'; readonly unit: UnitId; readonly unitName: string; readonly readers: readonly MemberId[] }
  | { readonly to: 'received'; readonly byName: string }
  | { readonly to: 'returned'; readonly byName: string; readonly note: string | null };

/** Moves it on. `tellAt` keeps to the hours of pushes. Recommending upward needs the author's consent. */
export function decide(
  submission: Submission,
  decision: Decision,
  { now, tellAt }: { now: Instant; tellAt: Instant },
): Change[] {
  if (!mayMove(submission, decision.to)) return [];
  const more =
    decision.to === 'filed'
      ? { to: decision.unit, readers: [...new Set([...submission.body.readers, ...decision.readers])] }
      : decision.to === 'returned'
        ? { note: decision.note }
        : {};
  const moved: Submission = { ...submission, state: decision.to, body: { ...submission.body, ...more } };
  const tell = (members: readonly MemberId[], text: string): Change[] =>
    members.length === 0
      ? []
      : [{ change: 'message', to: { members }, kind: 'notice', draft: { text }, dueAt: tellAt, record: submission.id }];
  return [
    submissionRecord(moved),
    ...kept(moved, now),
    ...tell([submission.member], sayDecision(submission, decision)),
    ...(decision.to === 'filed' ? tell(decision.readers, '下级支部推荐来一篇投稿，回“看投稿”就能看到。') : []),
  ];
}

/** True when it may go there from where it is, as its author allowed. */
export function mayMove({ state, body }: Pick<Submission, 'state' | 'body'>, to: Decision['to']): boolean {
  if (to === 'filed') return state === 'confirmed' && body.consent === 'upward';
  return state === 'confirmed' || state === 'filed';
}

/** The author takes it back: words and file are removed, and who may have used it is told. */
export function withdrawSubmission(submission: Submission, { tellAt }: { tellAt: Instant }): Change[] {
  const { body, state } = submission;
  const bare = { ...body, text: null, file: null, caption: null, says: null, note: null, theme: null };
  const used = state === 'filed' || state === 'received';
  const word: Change = {
    change: 'message',
    to: { members: body.readers },
    kind: 'notice',
    draft: { text: `作者撤回了投稿${titleOf(submission)}，请不要再使用，已经用了的请撤下。` },
    dueAt: tellAt,
    record: submission.id,
  };
  return [
    submissionRecord({ ...submission, state: 'withdrawn', title: '已撤回', body: bare }),
    ...(body.file ? [{ change: 'file-removed' as const, id: body.file.id }] : []),
    ...(used && body.readers.length > 0 ? [word] : []),
  ];
}

function sayDecision(submission: Submission, decision: Decision): string {
  const title = titleOf(submission);
  if (decision.to === 'filed') return `您的投稿${title}，支部已经推荐给${decision.unitName}。`;
  if (decision.to === 'received') return `您的投稿${title}，${decision.byName}收下留存了，谢谢您。`;
  const note = decision.note ? `附言：${decision.note}\n` : '';
  return `您的投稿${title}，${decision.byName}先退给您。\n${note}改好了回“投稿”可以再投。`;
}

function kept({ body }: Submission, now: Instant): Change[] {
  return body.file ? [{ change: 'file-kept', id: body.file.id, until: now + submissionLife, own: true }] : [];
}
