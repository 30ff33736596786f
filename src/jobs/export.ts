// A member's copy of everything held about them: a table to read and the same as JSON, sent to that member only.

import { z } from 'zod';
import type { Instant } from '../domain/time.ts';
import { dayLength, isoOf } from '../domain/time.ts';
import type { Labels } from '../library/labels.ts';
import type { Library } from '../library/library.ts';
import type { SheetOutline } from '../library/spreadsheet.ts';
import { writeWorkbook } from '../library/spreadsheet.ts';
import { keepAttachment } from '../store/attachments.ts';
import type { OwnData } from '../store/own-data.ts';
import { readOwnData } from '../store/own-data.ts';
import { hasSpoken } from '../store/task-messages.ts';
import { inTransaction } from '../store/transaction.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { JobParts } from './parts.ts';
import type { TaskHandler } from './tasks.ts';

const body = z.object({ member: z.string() });
/** How long the files can be fetched. */
const fileLife = 3 * dayLength;
const spreadsheet = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Task `export`. Keyed by the task: running it twice sends once. */
export const exportTask: TaskHandler<JobParts> = async (task, parts) => {
  const { member } = body.parse(task.body);
  const now = parts.clock();
  const data = await readOwnData(parts.pool, member, now, parts.cipher);
  if (data.member?.length === 0) return { kind: 'failed', detail: 'unknown member' };
  const units = await parts.units.newest(parts.pool);
  const table = await writeWorkbook(sheetsOf(data, parts.library));
  const json = Buffer.from(JSON.stringify(data, null, 2));
  await inTransaction(parts.pool, async (client) => {
    if (await hasSpoken(client, task)) return;
    const files = [
      { id: `${task.key}.xlsx`, name: '我的数据.xlsx', type: spreadsheet, bytes: table },
      { id: `${task.key}.json`, name: '我的数据.json', type: 'application/json', bytes: json },
    ];
    for (const file of files) await keepAttachment(client, { ...file, member }, now, now + fileLife);
    const drafts = [
      ...files.map(({ id, name }) => ({ text: `这是您的数据副本（${name}），3天内可以打开。`, file: { id, name } })),
      ...ownFiles(data).map((file) => ({ text: `您投稿时发来的原件（${file.name}）`, file })),
    ];
    const messages = drafts.map((draft) => ({
      change: 'message' as const,
      to: { members: [member] },
      kind: 'reply' as const,
      draft,
      record: task.key,
    }));
    await writeChanges(client, messages, { now, doors: parts.doors, units });
  });
  return { kind: 'done' };
};

/** Most originals that are sent along; further ones stand in the list. */
const mostFiles = 20;

const withFile = z.object({ file: z.object({ id: z.string(), name: z.string() }) });

/** What the member handed in and is still kept, newest first. */
function ownFiles(data: OwnData): { id: string; name: string }[] {
  const kept = new Set((data.attachment ?? []).map(({ id }) => id));
  return (data.record ?? [])
    .flatMap(({ body: content }) => withFile.safeParse(content).data?.file ?? [])
    .filter(({ id }) => kept.has(id))
    .reverse()
    .slice(0, mostFiles);
}

/** What a person wants to read, in words; everything else stands in the JSON. */
function sheetsOf(data: OwnData, { labels, programmes }: Library): SheetOutline[] {
  const [me] = data.member ?? [];
  const rows = (table: string) => data[table] ?? [];
  const time = (value: unknown) =>
    typeof value === 'number'
      ? isoOf(value as Instant)
          .slice(0, 16)
          .replace('T', ' ')
      : '';
  const words = (values: unknown, word: (code: string) => string) =>
    ((values as string[] | undefined) ?? []).map(word).join('、');
  return [
    {
      name: '我的资料',
      columns: columns(['项目', '内容'], { 内容: 60 }),
      rows: [
        ['姓名', String(me?.name ?? '')],
        ['职务', words(me?.roles, (code) => labels.role(code))],
        ['类别', words(me?.tags, (code) => labels.tag(code))],
        ['党员类别', labels.memberStatus(String(me?.status ?? ''))],
        ['入党时间', String(me?.joined_on ?? '没有登记')],
        ...rows('account').map(({ channel, account }) => [
          `账号（${labels.channel(String(channel))}）`,
          String(account),
        ]),
      ],
    },
    {
      name: '我的纪实',
      columns: columns(['日期', '事项', '内容', '登记人', '是否收回'], { 内容: 60 }),
      rows: rows('fact').map((fact) => [
        String(fact.on_day ?? fact.month ?? time(fact.at).slice(0, 10)),
        labels.factKind(String(fact.kind)),
        sayData(fact.data as Record<string, unknown>, labels),
        fact.recorded_by ? '由支部登记' : '本人',
        fact.withdrawn ? '已收回' : '',
      ]),
    },
    {
      name: '党费和活动',
      columns: columns(['期间', '事项', '到期', '状态'], { 事项: 48 }),
      rows: rows('duty').map((duty) => [
        String(duty.period),
        String(duty.title ?? programmes.get(String(duty.programme))?.title ?? duty.programme),
        String(duty.due_on),
        labels.dutyState(String(duty.state)),
      ]),
    },
    {
      name: '我的投稿',
      columns: columns(['日期', '标题', '内容', '原件', '走到哪一步', '同意用到哪里'], {
        标题: 24,
        内容: 48,
        原件: 20,
      }),
      rows: rows('record')
        .filter(({ kind }) => kind === 'submission')
        .map(({ title, state, created_at, body: content }) => {
          const { text, caption, file, consent } = content as Readonly<Record<string, unknown>>;
          return [
            time(created_at).slice(0, 10),
            String(title),
            String(text ?? caption ?? ''),
            String((file as { name?: string } | null)?.name ?? ''),
            labels.submissionState(String(state)),
            labels.consent(String(consent)),
          ];
        }),
    },
    {
      name: '谁看过或登记过',
      columns: columns(['时间', '谁', '做了什么'], { 做了什么: 40 }),
      rows: rows('audit')
        .filter(({ about }) => about)
        .map(({ at, who, action }) => [time(at), String(who ?? '系统'), labels.auditAction(String(action))]),
    },
    {
      name: '发给我的消息',
      columns: columns(['时间', '类别']),
      rows: rows('outbox').map(({ sent_at, created_at, kind }) => [
        time(sent_at ?? created_at),
        labels.messageKind(String(kind)),
      ]),
    },
  ];
}

function sayData(data: Record<string, unknown>, labels: Labels): string {
  if (typeof data.reason === 'string') return labels.leaveReason(data.reason);
  const parts = [data.what, data.hours === undefined ? undefined : `${String(data.hours)}小时`, data.text, data.topic];
  return parts.filter((part) => part !== undefined && part !== null).join(' ');
}

function columns(headings: readonly string[], broad: Readonly<Record<string, number>> = {}): SheetOutline['columns'] {
  return headings.map((heading) => ({ heading, width: broad[heading] ?? 18 }));
}
