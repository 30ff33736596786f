// A district of 20 branches lives through 2027, and everything it was told and asked is checked by code that shares nothing with the product.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Rehearsed, rehearse } from '../../src/rehearsal/rehearse.ts';

const file = new URL('../fixtures/orgs/district-20.yaml', import.meta.url).pathname;

interface Org {
  units: {
    id: string;
    kind: string;
    theme_day?: { day?: number; weekday?: string; nth?: number };
    start?: string;
    on_weekends?: boolean;
  }[];
  members: { id: string; name: string; unit: string; roles?: string[]; tags?: string[] }[];
}
const org = parse(readFileSync(file, 'utf8')) as Org;
const members = new Map(org.members.map((member) => [member.id, member]));
const branches = org.units.filter(({ kind }) => kind === 'branch');
const holidays = parse(readFileSync(new URL('../../content/holidays/2027.yaml', import.meta.url).pathname, 'utf8')) as {
  off: { from: string; to: string }[];
  work: string[];
};

// Days as numbers of days since 1970, so that no helper of the product is needed.
const numberOf = (day: string) => Date.parse(`${day}T00:00:00Z`) / 86_400_000;
const dayAt = (number: number) => new Date(number * 86_400_000).toISOString().slice(0, 10);
/** Monday = 0. */
const weekday = (day: string) => (numberOf(day) + 3) % 7;
const isHoliday = (day: string) => holidays.off.some(({ from, to }) => from <= day && day <= to);
const isDayOff = (day: string) => !holidays.work.includes(day) && (isHoliday(day) || weekday(day) > 4);
const nextWorkday = (day: string): string => (isDayOff(day) ? nextWorkday(dayAt(numberOf(day) + 1)) : day);
const previousWorkday = (day: string): string => (isDayOff(day) ? previousWorkday(dayAt(numberOf(day) - 1)) : day);
const mondayOf = (day: string) => dayAt(numberOf(day) - weekday(day));

/** The contract's rule: a day off gives way to the next workday of the month, else to the last workday before it. */
function themeDay({ theme_day: rule, on_weekends: keeps }: Org['units'][number], month: string): string {
  const days = Array.from({ length: 31 }, (_, index) => `${month}-${String(index + 1).padStart(2, '0')}`).filter(
    (day) => dayAt(numberOf(day)).startsWith(month),
  );
  const week = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
  const ruled =
    rule!.day === undefined
      ? days.filter((day) => week[weekday(day)] === rule!.weekday).at(rule!.nth === -1 ? -1 : rule!.nth! - 1)!
      : days[Math.min(rule!.day, days.length) - 1]!;
  if (!isDayOff(ruled) || (keeps && !isHoliday(ruled))) return ruled;
  return nextWorkday(ruled).startsWith(month) ? nextWorkday(ruled) : previousWorkday(ruled);
}

interface Seen {
  readonly told: Rehearsed[];
  readonly duties: DutyRow[];
  readonly facts: { kind: string; member: string; about: string; times: number }[];
  readonly faults: readonly string[];
}
interface DutyRow {
  id: string;
  programme: string;
  item: string;
  unit: string;
  member: string | null;
  period: string;
  due: string;
  starts: string | null;
  raised: string;
  state: string;
}

async function live(from: string, days: number): Promise<Seen> {
  const told: Rehearsed[] = [];
  const seen = { told, duties: [] as DutyRow[], facts: [] as Seen['facts'], faults: [] as readonly string[] };
  await rehearse(
    {
      from,
      days,
      org: file,
      lively: 1,
      async look({ app, faults }) {
        seen.faults = faults;
        seen.duties = (
          await app.pool.query<DutyRow>(
            `select id, programme, item, unit, member, period, due_on::text as due, state,
              to_char(starts_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI') as starts,
              to_char(raised_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD') as raised from duty`,
          )
        ).rows;
        seen.facts = (
          await app.pool.query<Seen['facts'][number]>(
            `select kind, member, coalesce(duty, month, '') as about, count(*)::int as times from fact
              where kind in ('signed_in', 'leave', 'dues_reported', 'dues_confirmed') and corrects is null
                and not exists (select 1 from fact c where c.corrects = fact.id) group by 1, 2, 3`,
          )
        ).rows;
      },
    },
    (message) => told.push(message),
  );
  return seen;
}

function checkPushes({ told, duties }: Seen): void {
  const wrong: string[] = [];
  const pushes = told.filter(({ kind }) => kind !== 'reply');
  const days = new Set<string>();
  const weeks = new Map<string, number>();
  const meets = new Set(
    duties.flatMap(({ member, starts }) => (member && starts ? `${member} ${starts.slice(0, 10)}` : [])),
  );
  const names = org.members.map(({ name }) => name);
  for (const { at, to, kind, text } of told)
    if (to.startsWith('@') && names.some((name) => text.includes(name))) wrong.push(`named in a group: ${at} ${text}`);
    else if (kind !== 'reply' && !to.startsWith('@') && !members.has(to)) wrong.push(`nobody: ${to}`);
  for (const { at, to, kind, text } of pushes) {
    if (kind !== 'digest' && /算起，还有党费没有记上.*党费还没有记上。交过了/su.test(text))
      wrong.push(`dues twice: ${to} ${at}`);
    if (/(\d+月\d+日)（\1）/u.test(text)) wrong.push(`a day said twice: ${to} ${at}`);
    const [day, time] = [at.slice(0, 10), at.slice(11, 16)];
    if (days.has(`${to} ${day}`)) wrong.push(`two on one day: ${to} ${at}`);
    days.add(`${to} ${day}`);
    if (members.get(to)?.tags?.includes('elderly')) {
      const week = `${to} ${mondayOf(day)}`;
      weeks.set(week, (weeks.get(week) ?? 0) + 1);
      if (weeks.get(week)! > 3) wrong.push(`four in one week: ${week}`);
    }
    if (time < '08:00' || time >= '20:30') wrong.push(`in quiet hours: ${to} ${at}`);
    const isMorningOfEvent = meets.has(`${to} ${day}`) && time < '12:00' && ['notice', 'reminder'].includes(kind);
    if (isDayOff(day) && !isMorningOfEvent) wrong.push(`on a day off: ${to} ${kind} ${at}`);
  }
  expect(wrong).toEqual([]);
  expect(pushes.length).toBeGreaterThan(5000);
}

function checkDigests({ told }: Seen, first: string, last: string): void {
  const expected = new Set<string>();
  for (let monday = mondayOf(first); monday <= last; monday = dayAt(numberOf(monday) + 7)) {
    const day = nextWorkday(monday);
    if (day >= first && day <= last)
      for (const { id, roles } of org.members) if (roles?.includes('secretary')) expected.add(`${id} ${day}`);
  }
  const came = told.filter(({ kind }) => kind === 'digest').map(({ to, at }) => `${to} ${at.slice(0, 10)}`);
  expect(came.filter((one) => members.get(one.split(' ')[0]!)!.roles?.includes('secretary')).sort()).toEqual(
    [...expected].sort(),
  );
}

function checkDuties({ duties }: Seen, months: readonly string[], first: string): void {
  const key = ({ programme, item, unit, member, period }: DutyRow) =>
    [programme, item, unit, member ?? 'unit', period].join(' ');
  const of = (programme: string) =>
    duties.filter((duty) => duty.programme === programme && months.includes(duty.period.slice(0, 7)));
  expect(new Set(duties.filter(({ programme }) => programme !== 'meeting').map(key)).size).toBe(
    duties.filter(({ programme }) => programme !== 'meeting').length,
  );

  const themeDays = branches.flatMap((branch) =>
    months.flatMap((month) => {
      const due = themeDay(branch, month);
      const who = org.members.filter(({ unit, tags }) => unit === branch.id && !tags?.includes('mobile'));
      return ['unit', ...who.map(({ id }) => id)].map(
        (one) => `${branch.id} ${one} ${month} ${due} ${due} ${branch.start}`,
      );
    }),
  );
  expect(
    of('theme-day')
      .map(({ unit, member, period, due, starts }) => `${unit} ${member ?? 'unit'} ${period} ${due} ${starts}`)
      .sort(),
  ).toEqual(themeDays.sort());
  for (const { period, raised } of of('theme-day')) expect(raised <= `${period}-01`, period).toBe(true);

  const dues = of('dues').map(({ member, period, raised }) => `${member} ${period} ${raised}`);
  const asked = [...members.values()].filter(({ unit }) => branches.some(({ id }) => id === unit));
  expect(dues.filter((one) => !/^c\d/.test(one)).sort()).toEqual(
    asked
      .flatMap(({ id }) => months.map((month) => `${id} ${month} ${month === months[0] ? first : `${month}-01`}`))
      .sort(),
  );

  const quarters = new Set(months.map((month) => `${month.slice(0, 4)}-Q${Math.ceil(Number(month.slice(5)) / 3)}`));
  for (const [item, periods] of [
    ['committee-meeting', months],
    ['general-meeting', [...quarters]],
    ['party-lecture', [...quarters]],
  ] as const) {
    const raised = duties.filter((duty) => duty.programme === 'three-meetings' && duty.item === item);
    expect(raised.map(({ unit, period }) => `${unit} ${period}`).sort(), item).toEqual(
      branches.flatMap(({ id }) => periods.map((period) => `${id} ${period}`)).sort(),
    );
  }
  const plans = duties.filter(({ programme, unit }) => programme === 'plan' && branches.some(({ id }) => id === unit));
  expect(plans.map(({ unit, period }) => `${unit} ${period}`).sort()).toEqual(
    branches.map(({ id }) => `${id} ${months[0]!.slice(0, 4)}`).sort(),
  );
}

function checkLife({ facts, faults, duties, told }: Seen): void {
  expect(faults).toEqual([]);
  expect(facts.filter(({ times }) => times > 1)).toEqual([]);
  // The people really lived: each of these happened, and some things were left undone.
  expect([...new Set(facts.map(({ kind }) => kind))].sort()).toEqual([
    'dues_confirmed',
    'dues_reported',
    'leave',
    'signed_in',
  ]);
  expect(told.some(({ said }) => said === '签到')).toBe(true);
  expect([...new Set(duties.map(({ state }) => state))].sort()).toEqual(expect.arrayContaining(['done', 'open']));
}

test('a month with the Spring Festival in it, people answering or not: days, budget, quiet hours and duties are right', async () => {
  const seen = await live('2027-02-01', 28);
  checkPushes(seen);
  checkDigests(seen, '2027-02-01', '2027-02-28');
  checkDuties(seen, ['2027-02'], '2027-02-01');
  checkLife(seen);
}, 180_000);

test('the same seed makes the same days, another one makes others', async () => {
  const days = async (lively: number) => {
    const told: string[] = [];
    await rehearse({ from: '2027-03-01', days: 3, org: file, lively }, (one) => told.push(JSON.stringify(one)));
    return told.sort();
  };
  const first = await days(7);
  expect(await days(7)).toEqual(first);
  expect(await days(8)).not.toEqual(first);
}, 180_000);

test.skipIf(process.env.ZHIBU_ALL_TESTS !== '1')(
  'a whole year of 20 branches and 600 people: days, budget, quiet hours and duties are right in every month',
  async () => {
    const seen = await live('2027-01-01', 365);
    checkPushes(seen);
    checkDigests(seen, '2027-01-01', '2027-12-31');
    const months = Array.from({ length: 12 }, (_, index) => `2027-${String(index + 1).padStart(2, '0')}`);
    checkDuties(seen, months, '2027-01-01');
    checkLife(seen);
  },
  600_000,
);
