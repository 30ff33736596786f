// Makes a document of a unit's year that somebody asked for and sends it to that person only: record book, report, appraisal facts, archives. Decides nothing.

import { z } from 'zod';
import type { BookFormat, DocumentName } from '../domain/book.ts';
import { documents } from '../domain/book.ts';
import type { Change } from '../domain/change.ts';
import type { MemberId, Unit } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { dayLength, dayOf } from '../domain/time.ts';
import { writeBookDocument } from '../library/book-document.ts';
import { bookPages } from '../library/book-pages.ts';
import { bookSheets } from '../library/book-sheets.ts';
import type { BookTemplate } from '../library/book-template.ts';
import { writeWorkbook } from '../library/spreadsheet.ts';
import { keepAttachment } from '../store/attachments.ts';
import { readBook } from '../store/book.ts';
import { membersOf } from '../store/members.ts';
import { hasSpoken } from '../store/task-messages.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Units } from '../store/units.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { JobParts } from './parts.ts';
import type { TaskHandler } from './tasks.ts';

const body = z.object({
  document: z.enum(Object.keys(documents) as [DocumentName, ...DocumentName[]]),
  unit: z.string(),
  member: z.string(),
  year: z.string().regex(/^\d{4}$/),
  format: z.enum(['docx', 'xlsx']).optional(),
});

/** How long the file can be fetched. */
const fileLife = 3 * dayLength;
const types: Readonly<Record<BookFormat, string>> = {
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
/** Documents that name members: who asked for one can be seen by each of them. */
const naming: readonly DocumentName[] = ['book', 'appraisal', 'study', 'platform'];

/** Task `document`. Keyed by the task: running it twice sends once. */
export const documentTask: TaskHandler<JobParts> = async (task, parts) => {
  const asked = body.parse(task.body);
  const { document, member, year } = asked;
  const now = parts.clock();
  const units = await parts.units.newest(parts.pool);
  const unit = units.byId.get(asked.unit);
  if (!unit) return { kind: 'failed', detail: 'unknown unit' };
  const template = templateFor(parts, units, unit, document);
  const missing = document === 'book' ? missingTemplate(parts, units, unit) : undefined;
  const format = template.sheet_only ? 'xlsx' : (asked.format ?? documents[document].format);
  const { bytes, file } = await makeDocument(parts, { units, unit, year, template, format, member });
  const name = `${file}.${format}`;
  await inTransaction(parts.pool, async (client) => {
    if (await hasSpoken(client, task)) return;
    const own = document === 'own-study' ? { member } : {};
    await keepAttachment(client, { id: task.key, name, type: types[format], bytes, ...own }, now, now + fileLife);
    const changes: Change[] = [
      {
        change: 'message',
        to: { members: [member] },
        kind: 'reply',
        draft: {
          text: `${file}做好了，3天内可以打开。${missing ? `没有找到“${missing}”这个样式，先用了通用的，请告诉管理员。` : ''}`,
          file: { id: task.key, name },
        },
        record: task.key,
      },
      ...(await auditOf(parts, { units, unit, document, year, actor: member })),
    ];
    await writeChanges(client, changes, { now, doors: parts.doors, units, cipher: parts.cipher });
  });
  return { kind: 'done' };
};

export interface DocumentWanted {
  readonly units: Units;
  readonly unit: Unit;
  readonly year: string;
  readonly template: BookTemplate;
  readonly format: BookFormat;
  /** Whose own study it shows; only for that. */
  readonly member?: MemberId;
}

/** Reads the year and fills the template; `file` is the name without its ending. */
export async function makeDocument(
  { pool, library, clock }: Pick<JobParts, 'pool' | 'library' | 'clock'>,
  { units, unit, year, template, format, member }: DocumentWanted,
): Promise<{ bytes: Buffer; file: string }> {
  const now: Instant = clock();
  const data = await readBook({ client: pool, library, units, unit, year, now, ...(member ? { member } : {}) });
  const pages = bookPages(template, data);
  const bytes = format === 'docx' ? await writeBookDocument(pages) : await writeWorkbook(bookSheets(pages));
  return { bytes, file: pages.file };
}

/** The template of a document; for the record book the one that the unit or a unit above has chosen. */
export function templateFor(
  { library }: Pick<JobParts, 'library'>,
  units: Units,
  unit: Unit,
  document: DocumentName,
): BookTemplate {
  const chosen = document === 'book' ? units.settings(unit.id).book : undefined;
  return (chosen ? library.books.get(chosen) : undefined) ?? library.books.get(documents[document].template)!;
}

/** The template that a unit chose and that is not there; undefined = all is well. */
export function missingTemplate({ library }: Pick<JobParts, 'library'>, units: Units, unit: Unit): string | undefined {
  const { book } = units.settings(unit.id);
  return book !== undefined && !library.books.has(book) ? book : undefined;
}

/** That it was made, and for each whom it names, who asked for it (`actor` null = by command). */
export async function auditOf(
  { pool }: Pick<JobParts, 'pool'>,
  made: {
    readonly units: Units;
    readonly unit: Unit;
    readonly document: DocumentName;
    readonly year: string;
    readonly actor: MemberId | null;
  },
): Promise<Change[]> {
  const { units, unit, document, year, actor } = made;
  if (document === 'own-study') return [];
  const named = naming.includes(document) ? await membersOf(pool, units.partsOf(unit.id)) : [];
  const entry = { change: 'audit' as const, actor, action: `made-${document}`, unit: unit.id, detail: { year } };
  return [entry, ...named.filter(({ id }) => id !== actor).map(({ id }): Change => ({ ...entry, subject: id }))];
}

/** The year that is meant where none was said. */
export function thisYear(now: Instant): string {
  return dayOf(now).slice(0, 4);
}
