// What each kind of task does. A new kind is one handler and one line here.

import { z } from 'zod';
import type { TaskKind } from '../domain/change.ts';
import { carryBroadcast, recallBroadcast } from './broadcasts.ts';
import { changeCardTask } from './change-card.ts';
import { buildDigestTask } from './digest.ts';
import { documentTask } from './documents.ts';
import { exportTask } from './export.ts';
import { fetchUpload } from './fetch-upload.ts';
import type { JobParts } from './parts.ts';
import { phoneSheetTask } from './phone-sheet.ts';
import { planTask } from './plan-task.ts';
import { takeUpProgramme } from './take-up-programme.ts';
import type { TaskHandler } from './tasks.ts';

const broadcastBody = z.object({ record: z.string(), recall: z.boolean().default(false) });

export const taskHandlers: Readonly<Record<TaskKind, TaskHandler<JobParts>>> = {
  digest: buildDigestTask,
  export: exportTask,
  'change-card': changeCardTask,
  fetch: fetchUpload,
  document: documentTask,
  programme: takeUpProgramme,
  plan: planTask,
  'phone-sheet': phoneSheetTask,
  async broadcast(task, parts) {
    const { record, recall } = broadcastBody.parse(task.body);
    const again = recall ? await recallBroadcast(parts, record) : await carryBroadcast(parts, record);
    return again === undefined ? { kind: 'done' } : { kind: 'later', at: again };
  },
};
