// Brings together the state holidays of the chinese-days package, taken as data, and those in content/holidays. Never asks the package whether a day is a workday: it answers so for years it does not know.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Calendar, HolidayYear } from '../domain/calendar.ts';
import { buildCalendar } from '../domain/calendar.ts';
import { Fault } from '../domain/fault.ts';
import type { Day } from '../domain/time.ts';
import { addDays, isDay } from '../domain/time.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

const day = z.string().refine(isDay, '日期写成 2027-02-05 这样');

/** A file `content/holidays/<year>.yaml`. `checked` is the day on which somebody compared it with the notice, or no. */
export const holidayFile = z
  .strictObject({
    year: z.int().min(2000).max(2099),
    status: z.enum(['暂定', '已公布']),
    source: z.string().min(1),
    checked: z.union([z.literal('no'), day]),
    off: z.array(
      z
        .strictObject({ from: day, to: day, name: z.string().min(1).max(10) })
        .refine(({ from, to }) => from <= to, 'from 不能晚于 to'),
    ),
    work: z.array(day),
  })
  .refine(
    ({ year, off, work }) =>
      [...off.flatMap(({ from, to }) => [from, to]), ...work].every((each) => each.startsWith(`${year}-`)),
    '所有日期都要在这一年里',
  );

/** The calendar of everything that is known. Throws a `bad-content` fault that names file and line when a holiday file is wrong. */
export function loadCalendar(contentDir: string): Calendar {
  const files = readHolidayFiles(contentDir);
  if ('problems' in files) throw new Fault('bad-content', files.problems.map(sayProblem).join('\n'));
  return buildCalendar(merge(readPackage(), files.years));
}

/** What a person should do about holidays, one line each, for doctor, digest and rehearsal: this year and, from December on, the next must be published. */
export function holidayProblems(calendar: Calendar, today: Day): string[] {
  const year = Number(today.slice(0, 4));
  return (today.slice(5, 7) === '12' ? [year, year + 1] : [year]).flatMap((each) => {
    const certainty = calendar.certaintyOf(each);
    const remedy = `国务院的放假通知公布后，请写进 content/holidays/${each}.yaml。`;
    if (certainty === 'unknown') return [`还没有${each}年的放假安排，只按周末和固定节日推算。${remedy}`];
    return certainty === 'provisional' ? [`${each}年的放假安排是暂定的，没有调休。${remedy}`] : [];
  });
}

/** The years in content/holidays, or what is wrong in them. */
export function readHolidayFiles(contentDir: string): { years: HolidayYear[] } | { problems: Problem[] } {
  const folder = join(contentDir, 'holidays');
  const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.yaml')) : [];
  const problems: Problem[] = [];
  const years: HolidayYear[] = [];
  for (const name of names.sort()) {
    const file = join(folder, name);
    const read = readYaml(file, holidayFile);
    if ('problems' in read) {
      problems.push(...read.problems);
    } else if (name !== `${read.value.year}.yaml`) {
      problems.push({ file, ...read.at(['year']), message: `文件名应是 ${read.value.year}.yaml` });
    } else {
      const { year, status, source, off, work } = read.value;
      years.push({ year, status: status === '已公布' ? 'published' : 'provisional', source, off, work });
    }
  }
  return problems.length > 0 ? { problems } : { years };
}

/** A published file stands above the package, the package above a provisional file: an update of the package retires it by itself. */
function merge(fromPackage: readonly HolidayYear[], fromFiles: readonly HolidayYear[]): HolidayYear[] {
  const byYear = new Map<number, HolidayYear>();
  for (const each of fromFiles) if (each.status === 'provisional') byYear.set(each.year, each);
  for (const each of fromPackage) byYear.set(each.year, each);
  for (const each of fromFiles) if (each.status === 'published') byYear.set(each.year, each);
  return [...byYear.values()];
}

const packageYear = z.object({
  holidays: z.record(day, z.string()),
  workdays: z.record(day, z.string()),
});

/** One year for each data file that the package really holds and that is not empty. */
function readPackage(): HolidayYear[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('chinese-days/package.json')), 'dist', 'years');
  const names = readdirSync(folder).filter((name) => /^\d{4}\.json$/.test(name));
  return names.flatMap((name): HolidayYear[] => {
    const { holidays, workdays } = packageYear.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    const days = Object.keys(holidays).sort();
    if (days.length === 0) return [];
    return [
      {
        year: Number(name.slice(0, 4)),
        status: 'published',
        source: 'chinese-days',
        off: spans(days.map((each) => ({ day: each, name: nameIn(holidays[each]!) }))),
        work: Object.keys(workdays).sort(),
      },
    ];
  });
}

/** The package writes `National Day,国庆节,3`. */
function nameIn(label: string): string {
  return label.split(',')[1] ?? label;
}

function spans(days: readonly { day: Day; name: string }[]): { from: Day; to: Day; name: string }[] {
  const result: { from: Day; to: Day; name: string }[] = [];
  for (const { day: here, name } of days) {
    const last = result.at(-1);
    if (last?.name === name && addDays(last.to, 1) === here) last.to = here;
    else result.push({ from: here, to: here, name });
  }
  return result;
}
