// What is wrong in a programme beyond its form, said in Chinese to those who write one. Pure; knows only what it is told of the rest.

import { factKinds } from './change.ts';
import { meetingKinds } from './meeting.ts';
import type { Programme, ProgrammeItem } from './programme.ts';
import type { Register } from './register.ts';
import { daysOfMonth, isDay } from './time.ts';

/** One mistake and where it stands in the file. */
export interface ProgrammeProblem {
  readonly at: readonly PropertyKey[];
  readonly message: string;
}

/** What a programme may refer to. */
export interface ProgrammeSurroundings {
  readonly registers: ReadonlyMap<string, Register>;
  /** Items of every programme, by its id. */
  readonly items: ReadonlyMap<string, readonly string[]>;
}

/** Records that are no register's. */
const recordKinds = ['minutes', 'plan', 'study-plan', 'problem', 'filing', 'submission', 'broadcast'];

/** Everything wrong with one programme; empty = nothing. */
export function programmeProblems(programme: Programme, around: ProgrammeSurroundings): ProgrammeProblem[] {
  const problems: ProgrammeProblem[] = [];
  const say = (at: readonly PropertyKey[], message: string) => problems.push({ at, message });
  const isPack = programme.programme.includes('/');
  if (isPack && !programme.programme.split('/')[0]!.endsWith(`-${programme.year}`))
    say(['programme'], `编号斜杠前面要写地方和年份，以“-${programme.year}”结尾，和 year 一致`);
  if (isPack && !programme.adopt) say(['programme'], '这样的编号是供支部选用的专项，请加一行 adopt: true');
  if (programme.adopt && !programme.about) say(['programme'], '供选用的专项要有 about：一句话说它是什么、出自哪份文件');
  if (programme.from && programme.until && programme.from > programme.until) say(['until'], 'until 早于 from');
  for (const tag of programme.audience ?? [])
    if (programme.exempt.includes(tag)) say(['exempt'], `“${tag}”既在 audience 里又在 exempt 里`);
  programme.items.forEach((item, index) => {
    const here = ['items', index];
    if (programme.items.findIndex((one) => one.item === item.item) < index)
      say([...here, 'item'], `编号“${item.item}”前面用过了`);
    if (programme.items.findIndex((one) => one.title === item.title) < index)
      say([...here, 'title'], `名称“${item.title}”前面用过了，别人分不清`);
    for (const kind of item.units ?? [])
      if (!programme.units.includes(kind)) say([...here, 'units'], `“${kind}”不在上面的 units 里`);
    if (item.private && item.who !== 'member') say([...here, 'private'], '只有本人看得到的，who 要写 member');
    if (item.event && item.who === 'member') say([...here, 'event'], '大家一起的活动，who 要写 unit 或 both');
    for (const [key, message] of dateProblems(item, programme)) say([...here, key], message);
    item.done_by.forEach((key, place) => {
      const message = keyProblem(key, around);
      if (message) say([...here, 'done_by', place], message);
    });
    const sum = item.at_least;
    if (sum && !item.done_by.includes(`record/${sum.record}`))
      say([...here, 'at_least'], `done_by 里要有 record/${sum.record}`);
    const register = sum && around.registers.get(sum.record);
    if (
      sum &&
      !register?.fields.some(({ field, type }) => field === sum.field && ['number', 'duration'].includes(type))
    )
      say([...here, 'at_least'], `清单“${sum.record}”里没有叫“${sum.field}”的数字`);
  });
  return problems;
}

function dateProblems({ due, opens, every }: ProgrammeItem, programme: Programme): ['due' | 'opens', string][] {
  const problems: ['due' | 'opens', string][] = [];
  const say = (key: 'due' | 'opens', message: string) => problems.push([key, message]);
  const isFull = /^\d{4}-/.test(due);
  const isDate = /^(\d{4}-)?\d{2}-\d{2}$/.test(due);
  if (isDate && !exists(due)) say('due', `没有“${due}”这一天`);
  const day = Number(/^day-(\d+)$/.exec(due)?.[1] ?? 1);
  if (day < 1 || day > 31) say('due', 'day-1 到 day-31');
  if (every === 'once' && due !== 'end' && !isFull) say('due', '只办一次的（once），日期要带年份，比如 2027-06-30');
  if (every === 'once' && due === 'end' && !programme.until) say('due', '只办一次、到期末为止的，上面要写 until');
  if (every === 'year' && !(due === 'end' || (isDate && !isFull)))
    say('due', '每年一次的，写 end 或不带年份的日期，比如 06-30');
  if (every === 'quarter' && due !== 'end') say('due', '每季度一次的，due 写 end');
  if (every === 'month' && isDate) say('due', '每月一次的，写 theme-day、dues、end 或 day-20 这样');
  if (opens === undefined) return problems;
  if (!exists(opens)) say('opens', `没有“${opens}”这一天`);
  if (every === 'month' || every === 'quarter') say('opens', '每月、每季度的不写 opens');
  if (every === 'once' && opens.length !== 10) say('opens', '只办一次的（once），日期要带年份，比如 2027-06-01');
  if (every === 'year' && opens.length === 10) say('opens', '每年一次的，opens 不带年份，比如 06-01');
  if (isDate && opens.length === due.length && opens > due) say('opens', `opens（${opens}）晚于 due（${due}）`);
  return problems;
}

/** A date without a year may be the 29th of February. */
function exists(date: string): boolean {
  if (date.length === 10) return isDay(date);
  return (
    /^(0[1-9]|1[0-2])-/.test(date) &&
    `2028-${date}` <= daysOfMonth(`2028-${date.slice(0, 2)}`).last &&
    isDay(`2028-${date}`)
  );
}

function keyProblem(key: string, { registers, items }: ProgrammeSurroundings): string | undefined {
  const [kind, ...rest] = key.split('/');
  if (kind === 'fact') {
    const known: readonly string[] = factKinds;
    return known.includes(rest[0]!) ? undefined : `没有“${key}”，fact/ 后面可以写：${factKinds.join('、')}`;
  }
  if (kind === 'record') {
    const [name, state] = rest as [string, string | undefined];
    const register = registers.get(name);
    // `form-opinions`: an anonymous form, by its name in content/anonymous-forms.yaml.
    if (!register && !recordKinds.includes(name) && !/^form-[a-z-]+$/.test(name))
      return `没有“${key}”，record/ 后面可以写：${[...recordKinds, ...registers.keys()].join('、')}`;
    if (register && state && !(state in register.states))
      return `清单“${name}”没有叫“${state}”的状态，可用：${Object.keys(register.states).join('、')}`;
    return undefined;
  }
  const name = rest.join('/');
  if (items.has(name)) return undefined;
  const [programme, item] = [rest.slice(0, -1).join('/'), rest.at(-1)!];
  if (programme === 'meeting') {
    return item in meetingKinds
      ? undefined
      : `没有“${key}”，可用：${Object.keys(meetingKinds)
          .map((one) => `duty/meeting/${one}`)
          .join('、')}`;
  }
  if (items.get(programme)?.includes(item)) return undefined;
  return `没有“${key}”，duty/ 后面写一个项目的编号，或者 编号/其中一项；会议写 duty/meeting/general-meeting 这样`;
}
