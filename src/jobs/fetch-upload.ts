// Fetches what a member sent in while its platform still has it, and keeps it as a file if it is what was asked for. Says something only when it failed.

import type pg from 'pg';
import { z } from 'zod';
import type { Fetched } from '../channels/channel.ts';
import type { Change } from '../domain/change.ts';
import { mayPush, nextPushTime } from '../domain/quiet.ts';
import { handIn } from '../domain/submission.ts';
import type { Instant } from '../domain/time.ts';
import type { UploadLimits, Verdict } from '../domain/upload.ts';
import { fetchableFor, judgeUpload, looseFileLife, nextFetchAfter, sayRefusal, usualLimits } from '../domain/upload.ts';
import { keepAttachment } from '../store/attachments.ts';
import { sheetsWaitingFor } from '../store/plans.ts';
import { draftsWaitingFor } from '../store/submissions.ts';
import { inTransaction } from '../store/transaction.ts';
import type { WaitingUpload } from '../store/uploads.ts';
import { settleUpload, waitingUpload } from '../store/uploads.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { JobParts } from './parts.ts';
import type { TaskHandler } from './tasks.ts';

const body = z.object({ upload: z.string() });

/** Task `fetch`, due at once: the AI bot's addresses live five minutes. Run twice it keeps once and speaks once. */
export const fetchUpload: TaskHandler<JobParts> = async (task, parts) => {
  const { upload: id } = body.parse(task.body);
  const upload = await waitingUpload(parts.pool, id);
  if (!upload) return { kind: 'done', detail: 'settled' };
  const limits = parts.uploadLimits ?? usualLimits;
  const fetched = await fetchFrom(parts, upload, limits);
  const age = parts.clock() - upload.sentAt;
  if (fetched.kind === 'unreachable' && age < fetchableFor(upload.channel))
    return { kind: 'later', at: parts.clock() + nextFetchAfter(age) };
  const verdict = verdictOn(fetched, upload, limits);
  await inTransaction(parts.pool, async (client) => {
    if (!(await waitingUpload(client, id, true))) return;
    const bytes = fetched.kind === 'fetched' ? fetched.bytes : Buffer.alloc(0);
    await settle(client, parts, upload, { verdict, bytes });
  });
  return { kind: 'done', detail: verdict.kind === 'kept' ? 'kept' : verdict.why };
};

async function fetchFrom(parts: JobParts, upload: WaitingUpload, limits: UploadLimits): Promise<Fetched> {
  const channel = parts.channels.get(upload.channel);
  if (!channel?.fetch) return { kind: 'gone', detail: 'the door is closed' };
  return channel.fetch(upload.ref, Math.max(limits.picture, limits.file));
}

function verdictOn(fetched: Fetched, upload: WaitingUpload, limits: UploadLimits): Verdict {
  if (fetched.kind === 'too-large') return { kind: 'refused', why: 'too-large' };
  if (fetched.kind !== 'fetched') return { kind: 'refused', why: 'gone' };
  return judgeUpload({ ...upload, name: upload.name ?? fetched.name ?? null }, fetched.bytes, limits);
}

async function settle(
  client: pg.PoolClient,
  parts: JobParts,
  { id, member, channel, takes }: WaitingUpload,
  { verdict, bytes }: { readonly verdict: Verdict; readonly bytes: Buffer },
): Promise<void> {
  const now = parts.clock();
  const units = await parts.units.newest(client);
  if (verdict.kind === 'kept') {
    const { name, type } = verdict;
    await keepAttachment(client, { id, name, type, bytes, member }, now, now + looseFileLife);
    await settleUpload(client, id, { state: 'kept', name });
  } else await settleUpload(client, id, { state: 'refused', why: verdict.why });
  const drafts = await draftsWaitingFor(client, id);
  const sheets = verdict.kind === 'kept' ? await sheetsWaitingFor(client, id) : [];
  const changes: Change[] =
    verdict.kind === 'kept'
      ? drafts.flatMap((draft) => handIn(draft, { now, tellAt: tellAt(parts, now), quietly: false }))
      : [
          {
            change: 'message',
            to: { members: [member] },
            kind: 'reply',
            draft: {
              text:
                drafts.length > 0
                  ? '投稿里的文件没有取到，还没有交上去。请回“投稿”再来一次。'
                  : sayRefusal(verdict.why, takes, parts.uploadLimits ?? usualLimits),
            },
          },
        ];
  for (const unit of sheets)
    changes.push({
      change: 'task',
      kind: 'plan',
      key: `plan-sheet/${id}/kept`,
      body: { what: 'sheet', unit, file: id },
    });
  // It is said where it was sent, as far as that door can still be used.
  const doors = [...parts.doors.doors].sort((a, b) => Number(b.name === channel) - Number(a.name === channel));
  await writeChanges(client, changes, { now, doors: { ...parts.doors, doors }, units });
}

function tellAt({ library }: JobParts, now: Instant): Instant {
  return mayPush(now, library.calendar, { morningOfEvent: false }) ? now : nextPushTime(now, '08:00', library.calendar);
}
