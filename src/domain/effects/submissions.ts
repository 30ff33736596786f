// Effects of submissions: handed in and taken back by the author, looked at and decided by those who look after them.

import type { Change } from '../change.ts';
import type { Submission, SubmissionBody } from '../submission.ts';
import { decide, handIn, submissionRecord, withdrawSubmission } from '../submission.ts';
import { sayDay } from '../time.ts';
import { noticeToBranch } from './branch.ts';
import type { Effect } from './effect.ts';
import { audited } from './effect.ts';

interface Box {
  readonly count: number;
  readonly readers: readonly string[];
  readonly above: { readonly id: string; readonly name: string; readonly readers: readonly string[] } | null;
}

/** Given to the branch; as a draft while its file is still on the way. */
export const submitted: Effect = ({ values, views, member, unit, key, now, pushAt, today }) => {
  const { form, text, file: sent, caption, says, consent, theme } = values.submission as SubmissionBody;
  const box = views.submissionBox as Box;
  const files = (views.uploads ?? {}) as Readonly<Record<string, { readonly state: string; readonly name: string }>>;
  // Its name is by now that of what it really is.
  const file = sent && { ...sent, name: files[sent.id]?.name ?? sent.name };
  const submission: Submission = {
    id: `submission/${unit.id}/${key}`,
    unit: unit.id,
    member: member.id,
    state: 'draft',
    title: String(values.title),
    body: {
      ...{ form, text, file, caption, says, consent, theme },
      ...{ by: member.id, on: today, readers: box.readers, to: null, note: null },
    },
  };
  const arrived = !file || files[file.id]?.state === 'kept';
  if (!arrived) return [submissionRecord(submission)];
  return handIn(submission, { now, tellAt: pushAt, quietly: box.count > 0 });
};

export const submissionWithdrawn: Effect = ({ values, member, pushAt }) => {
  const submission = values.submission as unknown as Submission;
  return submission.member === member.id ? withdrawSubmission(submission, { tellAt: pushAt }) : [];
};

/** Somebody else's: the author can see who looked. The file follows by the next message. */
export const submissionOpened: Effect = (input) => {
  const { id, member, title, body } = input.values.submission as unknown as Submission;
  const file: Change[] = body.file
    ? [
        {
          change: 'message',
          to: { members: [input.member.id] },
          kind: 'reply',
          draft: { text: `投稿《${title}》的原件`, file: body.file },
          record: id,
        },
      ]
    : [];
  return [...file, ...audited(input, 'looked-at-submission', [member])];
};

export const submissionDecided: Effect = (input) => {
  const { submission, to, note } = input.values as unknown as {
    submission: Submission;
    to: 'filed' | 'received' | 'returned';
    note?: string | null;
  };
  const { unit, now, pushAt, views } = input;
  const { above } = views.submissionBox as Box;
  const times = { now, tellAt: pushAt };
  const log = audited(input, `submission-${to}`, [submission.member]);
  if (to === 'filed') {
    if (!above) return [];
    const up = { to, unit: above.id, unitName: above.name, readers: above.readers };
    return [...decide(bare(submission), up, times), ...log];
  }
  const by = to === 'received' ? { to, byName: unit.name } : { to, byName: unit.name, note: note ?? null };
  return [...decide(bare(submission), by, times), ...log];
};

/** Without what the view added for showing. */
function bare({ id, unit, member, state, title, body }: Submission): Submission {
  return { id, unit, member, state, title, body };
}

/** Asks the branch for submissions: a notice as any other, and what comes in answer knows what it answers. */
export const callForSubmissions: Effect = (input) => {
  const { theme, until } = input.values as { theme: string; until: string };
  const text = `征稿：${theme}。文章、朗读、照片都可以，到${sayDay(until, input.today)}为止。想投的回“投稿”，不投也没关系。`;
  const call: Change = {
    change: 'record',
    record: {
      id: `call/${input.unit.id}/${input.key}`,
      kind: 'call',
      unit: input.unit.id,
      state: 'open',
      title: theme,
      body: { by: input.member.id, until },
    },
  };
  return [call, ...noticeToBranch({ ...input, values: { text } })];
};
