// Makes the large-type pages for members whom no door reaches and sends them to the one of the branch's leaders who asked. Decides nothing.

import { z } from 'zod';
import { dayLength, dayOf, sayDay, sayWeekday } from '../domain/time.ts';
import { writeLargePrint } from '../library/large-print.ts';
import { keepAttachment } from '../store/attachments.ts';
import { eventsOf } from '../store/events.ts';
import { hasSpoken } from '../store/task-messages.ts';
import { inTransaction } from '../store/transaction.ts';
import { unreached } from '../store/unreached.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { JobParts } from './parts.ts';
import type { TaskHandler } from './tasks.ts';

const body = z.object({ unit: z.string(), member: z.string() });
const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const name = '大字单.docx';

/** Task `phone-sheet`. Keyed by the task: running it twice sends once. */
export const phoneSheetTask: TaskHandler<JobParts> = async (task, parts) => {
  const { unit: id, member } = body.parse(task.body);
  const now = parts.clock();
  const units = await parts.units.newest(parts.pool);
  const unit = units.byId.get(id);
  if (!unit) return { kind: 'failed', detail: 'unknown unit' };
  const people = await unreached(
    parts.pool,
    units.partsOf(id),
    parts.doors.doors.map((door) => door.name),
  );
  const [event] = await eventsOf(parts.pool, id, units.settings(id), { from: now, until: now + 45 * dayLength }, now);
  const lines = [
    ...(event
      ? [
          `${sayDay(event.day)}（${sayWeekday(event.day)}）${event.start}，${event.title}。`,
          ...(event.place ? [`在${event.place}。`] : []),
          '身体不方便，就不用来。',
        ]
      : []),
    `${Number(dayOf(now).slice(5, 7))}月的党费，方便时交一下，托人带来也行。`,
    '想听学习内容，说一声，我们念给您听。',
    '有事打电话给支部：________________',
  ];
  // Nobody prints an empty page.
  const bytes =
    people.length === 0
      ? null
      : await writeLargePrint(people.map((person) => ({ title: `${person.name}同志`, lines })));
  await inTransaction(parts.pool, async (client) => {
    if (await hasSpoken(client, task)) return;
    if (bytes) await keepAttachment(client, { id: task.key, name, type: docx, bytes }, now, now + 3 * dayLength);
    const text =
      bytes === null
        ? '支部的同志都能收到消息，不用打印大字单。'
        : `大字单做好了，${people.length}人，一人一页，3天内可以打开。`;
    const draft = { text, ...(bytes ? { file: { id: task.key, name } } : {}) };
    await writeChanges(
      client,
      [{ change: 'message', to: { members: [member] }, kind: 'reply', draft, record: task.key }],
      { now, doors: parts.doors, units },
    );
  });
  return { kind: 'done' };
};
