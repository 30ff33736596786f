// The lists of a record book besides meetings: deeds, dues months, entries of registers, what was to be done. Never an amount, never what is a member's own.

import type { BookRow } from '../domain/book.ts';
import { fullDay, gap } from '../domain/book.ts';
import type { Member, UnitId } from '../domain/organisation.ts';
import type { Register } from '../domain/register.ts';
import type { Day, Instant } from '../domain/time.ts';
import { addMonths, dayOf, isDay, monthOf, sayHours } from '../domain/time.ts';
import type { BookContext } from './book.ts';

export interface Deeds {
  readonly lectures: readonly {
    readonly on: Day;
    readonly member: string | null;
    readonly lecturer: string | null;
    readonly topic: string | null;
  }[];
  readonly service: readonly BookRow[];
  readonly services: { readonly times: number; readonly people: number; readonly hours: number };
  readonly solved: number;
  /** Days of training that the one who asks has kept for themselves; null = nobody asks. */
  readonly training: number | null;
}

/** Lectures with speaker and topic; service only as figures by month, for its words are the member's own. */
export async function readDeeds({ client, year, member }: BookContext, units: readonly UnitId[]): Promise<Deeds> {
  const { rows } = await client.query<{
    kind: string;
    on: Day;
    member: string | null;
    data: { topic?: string; lecturer?: string; hours?: unknown };
  }>({
    name: 'book-deeds',
    text: `select f.kind, coalesce(f.on_day, (f.at at time zone 'Asia/Shanghai')::date) as on, f.member, f.data from fact f
      where f.unit = any($1::text[]) and f.kind in ('volunteer_service', 'lectured', 'problem_solved')
        and coalesce(f.on_day, (f.at at time zone 'Asia/Shanghai')::date) between $2::date and $3::date
        and not exists (select 1 from fact c where c.corrects = f.id) order by 2, f.id`,
    values: [units, `${year}-01-01`, `${year}-12-31`],
  });
  const trained = member
    ? await client.query<{ days: number }>({
        name: 'book-training',
        text: `select coalesce(sum((body->>'days')::float8), 0) as days from record
          where kind = 'training' and member = $1 and body->>'on' between $2 and $3`,
        values: [member, `${year}-01-01`, `${year}-12-31`],
      })
    : undefined;
  const services = rows.filter(({ kind }) => kind === 'volunteer_service');
  const figures = (list: typeof services) => ({
    times: list.length,
    people: new Set(list.map(({ member }, index) => member ?? `forgotten ${index}`)).size,
    hours: list.reduce((sum, { data }) => sum + (Number(data.hours) || 0), 0),
  });
  return {
    lectures: rows
      .filter(({ kind }) => kind === 'lectured')
      .map(({ on, member, data }) => ({ on, member, lecturer: data.lecturer ?? null, topic: data.topic ?? null })),
    service: monthsOf(year).flatMap((month): BookRow[] => {
      const list = services.filter(({ on }) => monthOf(on) === month);
      const { times, people, hours } = figures(list);
      return times === 0 ? [] : [{ month: monthWord(month), times, people, hours: sayHours(hours) }];
    }),
    services: figures(services),
    training: trained?.rows[0]?.days ?? null,
    solved: rows.filter(({ kind }) => kind === 'problem_solved').length,
  };
}

export interface DuesYear {
  /** A line for each present member: a tick in each month that is confirmed. */
  readonly ledger: readonly BookRow[];
  readonly months: readonly BookRow[];
  /** Confirmed months by member. */
  readonly confirmedOf: ReadonlyMap<string, number>;
  readonly confirmed: number;
  readonly due: number;
}

export async function readDues({ client, unit, year }: BookContext, members: readonly Member[]): Promise<DuesYear> {
  const { rows } = await client.query<{ member: string; month: string; done: boolean }>({
    name: 'book-dues',
    text: `select member, period as month, state = 'done' as done from duty
      where unit = $1 and programme = 'dues' and member is not null and period between $2 and $3`,
    values: [unit.id, `${year}-01`, `${year}-12`],
  });
  const months = monthsOf(year);
  const of = (month: string) => rows.filter((row) => row.month === month);
  const tick = (row: (typeof rows)[number] | undefined) => (row ? (row.done ? '✓' : '') : '—');
  const confirmedOf = new Map(
    members.map(({ id }) => [id, rows.filter(({ member, done }) => member === id && done).length]),
  );
  return {
    ledger: members.map(({ id, name }) => ({
      name,
      ...Object.fromEntries(
        months.map((month, index) => [`m${index + 1}`, tick(of(month).find(({ member }) => member === id))]),
      ),
    })),
    months: months.map((month) => {
      const due = of(month).length;
      return due === 0
        ? { month: monthWord(month), confirmed: '—', due: '—' }
        : { month: monthWord(month), confirmed: of(month).filter(({ done }) => done).length, due };
    }),
    confirmedOf,
    confirmed: rows.filter(({ done }) => done).length,
    due: rows.length,
  };
}

export interface Entries {
  readonly byKind: ReadonlyMap<string, readonly BookRow[]>;
  readonly plan: Readonly<Record<string, unknown>> | undefined;
  readonly planState: string | undefined;
  readonly studyPlan: Readonly<Record<string, unknown>> | undefined;
}

interface RecordRow {
  readonly kind: string;
  readonly state: string;
  readonly title: string;
  readonly by: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  readonly created_at: Instant;
}

/** Records of the unit by kind; those of registers that only the writer sees, and members' own ones of other kinds, stay out. */
export async function readEntries(
  { client, library, year }: BookContext,
  units: readonly UnitId[],
  everybody: readonly Member[],
): Promise<Entries> {
  const shared = [...library.registers.values()].filter(({ seen_by }) => seen_by !== 'self');
  const own = [...library.registers.values()].filter(({ seen_by }) => seen_by === 'self');
  const { rows } = await client.query<RecordRow>({
    name: 'book-records',
    text: `select kind, state, title, created_by as by, body, created_at from record
      where unit = any($1::text[]) and kind not in ('minutes', 'broadcast', 'submission') and kind <> all($2::text[])
        and (member is null or kind = any($3::text[])) order by created_at, id`,
    values: [units, own.map(({ register }) => register), shared.map(({ register }) => register)],
  });
  const byKind = new Map<string, BookRow[]>();
  const dated = rows
    .map((row) => ({ row, on: dayIn(row) }))
    .filter(({ on }) => on.startsWith(year))
    .sort((one, other) => (one.on < other.on ? -1 : one.on > other.on ? 1 : 0));
  for (const { row, on } of dated) {
    const list = byKind.get(row.kind) ?? [];
    byKind.set(row.kind, list);
    list.push(entryRow(row, on, library.registers.get(row.kind), everybody, list.length + 1));
  }
  const ofYear = (wanted: string) => rows.find(({ kind, body }) => kind === wanted && String(body.year ?? '') === year);
  const plan = ofYear('plan');
  return { byKind, plan: plan?.body, planState: plan?.state, studyPlan: ofYear('study-plan')?.body };
}

function dayIn({ body, created_at }: RecordRow): Day {
  const on = body.on ?? body.date;
  return typeof on === 'string' && isDay(on) ? on : dayOf(created_at);
}

function entryRow(
  { state, title, by, body }: RecordRow,
  on: Day,
  register: Register | undefined,
  everybody: readonly Member[],
  number: number,
): BookRow {
  const moved = body.moved as { on?: string } | undefined;
  const fields = Object.entries(body).filter(([name]) => !['by', 'moved'].includes(name));
  return {
    ...Object.fromEntries(fields.map(([name, value]) => [name, cellOf(name, value, register)])),
    number,
    date: fullDay(on),
    heading: title,
    state: register?.states[state] ?? recordStates[state] ?? state,
    by: everybody.find(({ id }) => id === by)?.name ?? '',
    closedOn: typeof moved?.on === 'string' && isDay(moved.on) ? fullDay(moved.on) : '',
  };
}

/** States that records of all kinds share. */
const recordStates: Readonly<Record<string, string>> = {
  draft: '草稿',
  confirmed: '已确定',
  filed: '已报上级',
  received: '上级已收到',
  open: '在办',
  done: '办好了',
};

function cellOf(name: string, value: unknown, register: Register | undefined): string | number {
  const field = register?.fields.find((one) => one.field === name);
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return field?.type === 'duration' ? sayHours(value) : value;
  if (typeof value === 'object') {
    const { names } = value as { names?: readonly string[] };
    return Array.isArray(names) ? names.join('、') : '';
  }
  const text = String(value);
  if (isDay(text)) return fullDay(text);
  return field?.options?.[text] ?? text;
}

/**
 * What programmes asked of the unit this year, by programme: steps with their days, nothing of their content. A step that each member takes in
 * private stands in its place, and nobody learns here who took it.
 */
export async function readDuties({ client, library, unit, year, now }: BookContext): Promise<Map<string, BookRow[]>> {
  const { rows } = await client.query<{
    programme: string;
    item: string;
    own: boolean;
    title: string | null;
    period: string;
    due_on: Day;
    state: string;
    state_at: Instant | null;
  }>({
    name: 'book-duties',
    text: `select programme, item, false as own, details->>'title' as title, period, due_on, state, state_at, id from duty
        where unit = $1 and member is null and starts_at is null and due_on between $2::date and $3::date
      union all select programme, item, true, min(details->>'title'), period, due_on, '', null, min(id) from duty
        where unit = $1 and member is not null and starts_at is null and due_on between $2::date and $3::date
        group by programme, item, period, due_on
      order by due_on, id`,
    values: [unit.id, `${year}-01-01`, `${year}-12-31`],
  });
  const isPrivate = (programme: string, item: string) =>
    library.programmes.get(programme)?.items.some((one) => one.item === item && one.private) ?? false;
  const byProgramme = new Map<string, BookRow[]>();
  const orderOf = ({ programme, item }: (typeof rows)[number]) =>
    library.programmes.get(programme)?.items.findIndex((one) => one.item === item) ?? -1;
  const today = dayOf(now);
  for (const row of rows.sort((one, other) => orderOf(one) - orderOf(other))) {
    if (row.own && !isPrivate(row.programme, row.item)) continue;
    const list = byProgramme.get(row.programme) ?? [];
    byProgramme.set(row.programme, list);
    list.push({
      number: list.length + 1,
      title: row.title ?? gap,
      period: row.period,
      due: fullDay(row.due_on),
      state: row.own
        ? '本人自己办，不登记'
        : row.state === 'expired' || (row.state === 'open' && row.due_on < today)
          ? '没有记录'
          : library.labels.dutyState(row.state),
      doneOn: row.state === 'done' && row.state_at !== null ? fullDay(dayOf(row.state_at)) : '',
    });
  }
  return byProgramme;
}

function monthsOf(year: string): string[] {
  return Array.from({ length: 12 }, (_, index) => addMonths(`${year}-01`, index));
}

function monthWord(month: string): string {
  return `${Number(month.slice(5))}月`;
}
