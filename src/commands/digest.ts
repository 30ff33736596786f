// `zhibu digest --unit ID`: a unit's weekly digest as its secretary gets it, as text, data, table or document. Sends nothing.

import { writeFileSync } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { digestSheets } from '../domain/digest-sheets.ts';
import type { Digest } from '../domain/digest-text.ts';
import { digestText } from '../domain/digest-text.ts';
import { Fault } from '../domain/fault.ts';
import { dayOf, mondayOfIsoWeek } from '../domain/time.ts';
import { digestOf } from '../jobs/digest.ts';
import { writeDigestDocument } from '../library/digest-document.ts';
import { writeWorkbook } from '../library/spreadsheet.ts';
import type { AddCommand } from './index.ts';
import { withApp } from './with-app.ts';

const formats = ['text', 'json', 'xlsx', 'docx'] as const;

interface DigestArguments {
  readonly unit: string;
  readonly week?: string;
  readonly format: (typeof formats)[number];
  readonly out?: string;
}

export const digestCommand: AddCommand = (program, readConfig) =>
  program
    .command('digest')
    .description('一个单位的一周小结：支部的有名单，上级的只有数字')
    .requiredOption('--unit <id>', '哪个单位（编号）')
    .option('--week <week>', '哪一周，如 2026-W49；不写就是刚过完的一周', readWeek)
    .addOption(new Option('--format <format>', '格式').choices(formats).default('text'))
    .option('--out <file>', '写到文件；不写就打印出来')
    .action(async ({ unit, week, format, out }: DigestArguments) => {
      if (out === undefined && process.stdout.isTTY && (format === 'xlsx' || format === 'docx'))
        throw new Fault('bad-file', `${format} 不能打印在屏幕上，请加 --out 写到文件`);
      const digest = await withApp(readConfig(), async ({ app }) => {
        const units = await app.units.newest(app.pool);
        const known = units.byId.get(unit);
        if (!known) throw new Fault('not-found', `没有编号为 ${unit} 的单位，请检查 --unit`);
        return digestOf(app.jobs, units, known, week, dayOf(app.clock()));
      });
      if (!digest) throw new Fault('not-found', `没有 ${week} 这一周的小结`);
      await deliver(await written[format](digest), out);
    });

function readWeek(text: string): string {
  if (mondayOfIsoWeek(text) === undefined) throw new InvalidArgumentError('写成 2026-W49 这样');
  return text;
}

const written: Readonly<Record<DigestArguments['format'], (digest: Digest) => string | Promise<Buffer>>> = {
  text: (digest) => `${digestText(digest)}\n`,
  json: (digest) => `${JSON.stringify(digest, null, 2)}\n`,
  xlsx: (digest) => writeWorkbook(digestSheets(digest)),
  docx: (digest) => writeDigestDocument(digestSheets(digest)),
};

async function deliver(content: string | Buffer, out: string | undefined): Promise<void> {
  if (out === undefined) {
    await new Promise((resolve) => process.stdout.write(content, resolve));
    return;
  }
  try {
    writeFileSync(out, content, { mode: 0o600 });
  } catch (cause) {
    throw new Fault(
      'bad-file',
      `写不进 ${out}（${(cause as NodeJS.ErrnoException).code}）；请检查文件夹是否存在、可写`,
      { cause },
    );
  }
  console.log(`已写到 ${out}`);
}
