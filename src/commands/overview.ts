// `zhibu overview --unit ID --year 2027 --out FILE.xlsx`: plans, meetings and records of the branches below, as counts. Names no person.

import { writeFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { Fault } from '../domain/fault.ts';
import { meetingKinds } from '../domain/meeting.ts';
import { dayOf } from '../domain/time.ts';
import { writeWorkbook } from '../library/spreadsheet.ts';
import type { Completeness } from '../store/completeness.ts';
import { completenessOf } from '../store/completeness.ts';
import type { AddCommand } from './index.ts';
import { withApp } from './with-app.ts';

export const overviewCommand: AddCommand = (program, readConfig) =>
  program
    .command('overview')
    .description('所辖支部的计划、会议、记录完成数（表格），没有个人')
    .requiredOption('--unit <id>', '哪个单位（编号）')
    .option('--year <year>', '哪一年；不写就是今年到今天', readYear)
    .requiredOption('--out <file>', '写到哪个 .xlsx 文件')
    .action(async ({ unit, year, out }: { unit: string; year?: string; out: string }) => {
      const rows = await withApp(readConfig(), async ({ app }) => {
        const units = await app.units.newest(app.pool);
        if (!units.byId.has(unit)) throw new Fault('not-found', `没有编号为 ${unit} 的单位，请检查 --unit`);
        const today = dayOf(app.clock());
        const until = year === undefined || year === today.slice(0, 4) ? today : `${year}-12-31`;
        const branches = units.below(unit).filter(({ kind }) => kind === 'branch');
        if (branches.length === 0) throw new Fault('not-found', `${unit} 下面没有支部`);
        return completenessOf(app.pool, branches, until);
      });
      try {
        writeFileSync(out, await writeWorkbook([sheetOf(rows)]), { mode: 0o600 });
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
    });

function readYear(text: string): string {
  if (!/^20\d{2}$/.test(text)) throw new InvalidArgumentError('写成 2027 这样');
  return text;
}

function sheetOf(rows: readonly Completeness[]) {
  const kinds = ['general-meeting', 'committee-meeting', 'group-meeting'] as const;
  const headings = [
    '支部',
    '年度计划',
    ...kinds.map((kind) => meetingKinds[kind]),
    '主题党日',
    '党课',
    '三会一课到期',
    '三会一课完成',
    '没收好的记录',
  ];
  const plan: Readonly<Record<string, string>> = {
    draft: '起草中',
    confirmed: '已定未报',
    filed: '已报',
    received: '已收',
    returned: '已退回',
  };
  return {
    name: '完成情况',
    title: '组织生活完成情况（按支部编号排，不分先后）',
    columns: headings.map((heading) => ({ heading, width: 14 })),
    rows: rows.map((row) => [
      row.name,
      row.plan === null ? '没有' : (plan[row.plan] ?? row.plan),
      ...kinds.map((kind) => row.held[kind] ?? 0),
      row.themeDays,
      row.lectures,
      row.due,
      row.done,
      row.openMinutes,
    ]),
    note: '会议按收好的记录数；只有支部的数字，没有个人。',
  };
}
