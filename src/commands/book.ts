// `zhibu book` and `zhibu report`: the documents of a branch's year as a file to print and sign. Sends nothing; that it was made is kept.

import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { App } from '../app.ts';
import type { DocumentName } from '../domain/book.ts';
import { documents } from '../domain/book.ts';
import { Fault } from '../domain/fault.ts';
import type { Unit } from '../domain/organisation.ts';
import { auditOf, makeDocument, missingTemplate, templateFor, thisYear } from '../jobs/documents.ts';
import type { BookTemplate } from '../library/book-template.ts';
import { loadBook } from '../library/book-template.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Units } from '../store/units.ts';
import { writeChanges } from '../store/write-changes.ts';
import type { AddCommand } from './index.ts';
import { withApp } from './with-app.ts';

interface BookArguments {
  readonly unit: string;
  readonly year?: string;
  readonly out: string;
  readonly template?: string;
}

export const bookCommand: AddCommand = (program, readConfig) =>
  yearly(program.command('book').description('支部工作记录册：按记录生成一年的册子，打印签字'))
    .option('--template <file>', '样式：content/book/ 里的名字（如 study、platform、appraisal），或者一个 .yaml 文件')
    .action((asked: BookArguments) => write(readConfig, 'book', asked));

export const reportCommand: AddCommand = (program, readConfig) =>
  yearly(program.command('report').description('书记述职报告初稿：只摆事实和数字，该本人写的印“待补”')).action(
    (asked: BookArguments) => write(readConfig, 'report', asked),
  );

function yearly(command: ReturnType<Parameters<AddCommand>[0]['command']>) {
  return command
    .requiredOption('--unit <id>', '哪个单位（编号）')
    .option('--year <year>', '哪一年，如 2026；不写就是今年', readYear)
    .requiredOption('--out <file>', '写到哪个文件，.docx 或 .xlsx');
}

function readYear(text: string): string {
  if (!/^20\d\d$/.test(text)) throw new InvalidArgumentError('写成 2026 这样');
  return text;
}

async function write(
  readConfig: Parameters<AddCommand>[1],
  document: DocumentName,
  { unit: id, year: asked, out, template: wanted }: BookArguments,
): Promise<void> {
  const format = path.extname(out).slice(1).toLowerCase();
  if (format !== 'docx' && format !== 'xlsx') throw new Fault('bad-file', `${out}：文件名要以 .docx 或 .xlsx 结尾`);
  const file = await withApp(readConfig(), async ({ app }) => {
    const units = await app.units.newest(app.pool);
    const unit = units.byId.get(id);
    if (!unit) throw new Fault('not-found', `没有编号为 ${id} 的单位，请检查 --unit`);
    const year = asked ?? thisYear(app.clock());
    if (year > thisYear(app.clock())) throw new Fault('not-found', `${year}年还没有到，没有可写的记录`);
    const missing = wanted || document !== 'book' ? undefined : missingTemplate(app.jobs, units, unit);
    if (missing)
      throw new Fault(
        'bad-file',
        `${unit.name}用的样式是“${missing}”（组织文件里的 book），content/book/ 里没有 ${missing}.yaml；可用：${[...app.library.books.keys()].join('、')}`,
      );
    const template = wanted ? named(app, wanted) : templateFor(app.jobs, units, unit, document);
    if (template.sheet_only && format !== 'xlsx')
      throw new Fault('bad-file', `${template.title}列太多，纸上放不下，只能做成 .xlsx`);
    const made = await makeDocument(app.jobs, { units, unit, year, template, format });
    await audited(app, { units, unit, document: documentOf(wanted) ?? document, year });
    return made;
  });
  save(out, file.bytes);
}

function named({ library }: App, wanted: string): BookTemplate {
  const kept = library.books.get(wanted);
  if (kept) return kept;
  if (!existsSync(wanted))
    throw new Fault(
      'bad-file',
      `没有 ${wanted} 这个样式；可用：${[...library.books.keys()].join('、')}，或者写 .yaml 文件的路径`,
    );
  return loadBook(wanted, library);
}

/** Which of the documents a template that was named makes. */
function documentOf(wanted: string | undefined): DocumentName | undefined {
  return (Object.keys(documents) as DocumentName[]).find((name) => documents[name].template === wanted);
}

async function audited(
  app: App,
  made: { readonly units: Units; readonly unit: Unit; readonly document: DocumentName; readonly year: string },
): Promise<void> {
  const changes = await auditOf(app.jobs, { ...made, actor: null });
  await inTransaction(app.pool, (client) =>
    writeChanges(client, changes, { now: app.clock(), doors: app.jobs.doors, units: made.units }),
  );
}

function save(out: string, bytes: Buffer): void {
  try {
    writeFileSync(out, bytes, { mode: 0o600 });
  } catch (cause) {
    throw new Fault(
      'bad-file',
      `写不进 ${out}（${(cause as NodeJS.ErrnoException).code}）；请检查文件夹是否存在、可写`,
      {
        cause,
      },
    );
  }
  console.log(`已写到 ${out}`);
}
