// `zhibu plan-form --unit ID`: the form of the yearly plan as a spreadsheet to fill in and send to the bot. Writes nothing into the database.

import { writeFileSync } from 'node:fs';
import { InvalidArgumentError } from 'commander';
import { Fault } from '../domain/fault.ts';
import { planYear } from '../domain/plan.ts';
import { dayOf } from '../domain/time.ts';
import { planForm } from '../jobs/plan-task.ts';
import type { AddCommand } from './index.ts';
import { withApp } from './with-app.ts';

interface PlanFormArguments {
  readonly unit: string;
  readonly year?: number;
  readonly out?: string;
}

export const planFormCommand: AddCommand = (program, readConfig) =>
  program
    .command('plan-form')
    .description('一个支部的年度计划表（.xlsx），填好发给支部通')
    .requiredOption('--unit <id>', '哪个支部（编号）')
    .option('--year <year>', '哪一年；不写就是眼下该做的那一年', readYear)
    .option('--out <file>', '写到哪个文件；不写就用表的名字')
    .action(async ({ unit, year, out }: PlanFormArguments) => {
      const { bytes, name } = await withApp(readConfig(), async ({ app }) => {
        const known = (await app.units.newest(app.pool)).byId.get(unit);
        if (!known) throw new Fault('not-found', `没有编号为 ${unit} 的单位，请检查 --unit`);
        return planForm(app.jobs, unit, known.name, year ?? planYear(dayOf(app.clock())));
      });
      const file = out ?? name;
      try {
        writeFileSync(file, bytes, { mode: 0o600 });
      } catch (cause) {
        throw new Fault('bad-file', `写不进 ${file}；请检查文件夹是否存在、可写`, { cause });
      }
      console.log(`已写到 ${file}`);
    });

function readYear(text: string): number {
  if (!/^20\d{2}$/.test(text)) throw new InvalidArgumentError('写成 2027 这样');
  return Number(text);
}
