// Task `plan`: what follows from what was said about plans and takes longer than an answer: open duties take over a new deadline, a filled-in sheet is read,
// the blank is sent. Tells only the one who asked.

import type pg from 'pg';
import { z } from 'zod';
import { startButton } from '../dialogue/buttons.ts';
import type { Draft } from '../domain/message.ts';
import { planText, planYear, proposePlan } from '../domain/plan.ts';
import { dayLength, dayOf } from '../domain/time.ts';
import { readPlanSheet, writePlanForm } from '../library/plan-sheet.ts';
import { readSheets } from '../library/roster/read-sheets.ts';
import { attachmentById, keepAttachment } from '../store/attachments.ts';
import { membersOf } from '../store/members.ts';
import { keepPlanSheet, moveOpenDuties, plansOf, waitingSheet } from '../store/plans.ts';
import { hasSpoken } from '../store/task-messages.ts';
import { inTransaction } from '../store/transaction.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { JobParts } from './parts.ts';
import type { Task, TaskHandler, TaskOutcome } from './tasks.ts';

const body = z.discriminatedUnion('what', [
  z.object({ what: z.literal('deadline'), unit: z.string() }),
  z.object({ what: z.literal('sheet'), unit: z.string(), file: z.string() }),
  z.object({ what: z.literal('form'), unit: z.string(), member: z.string() }),
]);

/** What it writes is keyed by the task: running it late or twice does no harm. */
export const planTask: TaskHandler<JobParts> = async (task, parts) => {
  const asked = body.parse(task.body);
  switch (asked.what) {
    case 'deadline':
      return followDeadline(parts, asked.unit);
    case 'sheet':
      return readSheet(parts, task, asked);
    case 'form':
      return sendForm(parts, task, asked);
  }
};

async function followDeadline(parts: JobParts, unit: string): Promise<TaskOutcome> {
  const units = await parts.units.newest(parts.pool);
  if (!units.byId.has(unit)) return { kind: 'failed', detail: 'unknown unit' };
  const year = dayOf(parts.clock()).slice(0, 4);
  const moves = units.below(unit).flatMap(({ id }) => {
    const day = units.settings(id).deadlines.plan;
    return day === undefined ? [] : [{ unit: id, period: year, dueOn: `${year}-${day}` }];
  });
  await moveOpenDuties(parts.pool, 'plan', moves);
  return { kind: 'done' };
}

/** Reads the sheet once its bytes are here; before that whoever fetched them asks again (src/jobs/fetch-upload.ts). */
async function readSheet(
  parts: JobParts,
  task: Task,
  { unit, file }: { readonly unit: string; readonly file: string },
): Promise<TaskOutcome> {
  const now = parts.clock();
  const waiting = await waitingSheet(parts.pool, unit, file);
  const sent = waiting && (await attachmentById(parts.pool, file, now));
  if (!waiting || !sent) return { kind: 'done', detail: 'not here' };
  const sheets = sent.name.endsWith('.xlsx')
    ? await readSheets(sent.bytes)
    : ({ kind: 'refused', message: '请发 .xlsx 表格' } as const);
  const read =
    sheets.kind === 'refused' ? { kind: 'refused' as const, problems: [sheets.message] } : readPlanSheet(sheets.sheets);
  const year = (read.kind === 'read' ? read.year : null) ?? planYear(dayOf(now));
  await inTransaction(parts.pool, async (client) => {
    if (await hasSpoken(client, task)) return;
    if (read.kind === 'refused') {
      await keepPlanSheet(client, { unit, file, state: 'refused', content: {} }, now);
      return tell(client, parts, task, waiting.by, { text: refusal(read.problems) });
    }
    await keepPlanSheet(client, { unit, file, state: 'read', content: { year, items: read.items } }, now);
    const notes = read.notes.length > 0 ? `\n${read.notes.join('；')}` : '';
    await tell(client, parts, task, waiting.by, {
      text: `表里读到${year}年的${read.items.length}项：\n${planText(read.items)}${notes}\n用这份计划吗？回“用这份计划”，要改表就改好再发。`,
      buttons: [{ label: '用这份计划', data: startButton('plan-sheet-use') }],
    });
  });
  return { kind: 'done' };
}

/** So many problems are named at once; the rest is counted. */
const mostNamed = 8;

function refusal(problems: readonly string[]): string {
  const more = problems.length > mostNamed ? `\n……共${problems.length}处` : '';
  return `这张表还不能用，什么都没有改：\n${problems.slice(0, mostNamed).join('\n')}${more}\n改好回“上传计划”再发一次。`;
}

async function sendForm(
  parts: JobParts,
  task: Task,
  { unit, member }: { readonly unit: string; readonly member: string },
): Promise<TaskOutcome> {
  const now = parts.clock();
  const units = await parts.units.newest(parts.pool);
  const known = units.byId.get(unit);
  if (!known) return { kind: 'failed', detail: 'unknown unit' };
  const { bytes, name } = await planForm(parts, unit, known.name, planYear(dayOf(now)));
  await inTransaction(parts.pool, async (client) => {
    if (await hasSpoken(client, task)) return;
    const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
    await keepAttachment(client, { id: task.key, name, type, bytes }, now, now + 14 * dayLength);
    await tell(client, parts, task, member, { text: '填好回“上传计划”，把表发过来。', file: { id: task.key, name } });
  });
  return { kind: 'done' };
}

/** The form of a unit: the plan there is, else the draft that the frequencies give. */
export async function planForm(
  parts: Pick<JobParts, 'pool' | 'library' | 'units'>,
  unit: string,
  unitName: string,
  year: number,
): Promise<{ bytes: Buffer; name: string }> {
  const units = await parts.units.newest(parts.pool);
  const [plans, members] = await Promise.all([
    plansOf(parts.pool, [unit], year),
    membersOf(parts.pool, units.partsOf(unit)),
  ]);
  const groups = units.partsOf(unit).length > 1 || members.some(({ partyGroup }) => partyGroup !== null);
  const items = plans.find((one) => one.year === year)?.items ?? proposePlan(parts.library.planProposal, { groups });
  return { bytes: await writePlanForm(unitName, year, items), name: `${unitName}${year}年年度计划表.xlsx` };
}

async function tell(client: pg.PoolClient, parts: JobParts, task: Task, member: string, draft: Draft): Promise<void> {
  const now = parts.clock();
  const units = await parts.units.newest(client);
  const message = {
    change: 'message' as const,
    to: { members: [member] },
    kind: 'reply' as const,
    draft,
    record: task.key,
  };
  await writeChanges(client, [message], { now, doors: parts.doors, units });
}
