// Reads what a weekly digest is made of, as the rows say it. Invents nothing; names of persons only for their own branch.

import type { FactKind } from '../domain/change.ts';
import { leaverDays } from '../domain/contact-change.ts';
import type { BranchFacts, MeetingFacts } from '../domain/digest.ts';
import type { OverviewFacts } from '../domain/digest-overview.ts';
import type { UnitId } from '../domain/organisation.ts';
import type { Day, Instant } from '../domain/time.ts';
import { addDays, addMonths, dayOf, instantOf, minute, monthOf } from '../domain/time.ts';
import type { DigestContext } from './digest-context.ts';
import { spanOf, uncertainYears, unreleasedMonth } from './digest-context.ts';
import { readOverviewFacts } from './digest-counts.ts';
import { readMatters } from './digest-matters.ts';
import { askedTo, eventsOf } from './events.ts';
import { leaversOf } from './leaving.ts';
import { membersOf } from './members.ts';

/** Everything for the digest of a unit: of a branch with names, of a unit above branches counts only. */
export async function readDigestFacts(context: DigestContext): Promise<BranchFacts | OverviewFacts> {
  const { units, unit } = context;
  const branches = units.below(unit.id).filter(({ id, kind }) => kind === 'branch' && id !== unit.id);
  return branches.length > 0 ? readOverviewFacts(context, branches) : readBranchFacts(context);
}

async function readBranchFacts(context: DigestContext): Promise<BranchFacts> {
  const { client, units, unit, period, now } = context;
  const ids = units.partsOf(unit.id);
  const [members, meetings, deeds, dues, undelivered, ends, gone, plan, unreleased, matters] = await Promise.all([
    membersOf(client, ids),
    readMeetings(context),
    readDeeds(context, ids),
    readDues(context),
    readUndelivered(context, ids),
    readEnds(context, ids),
    readGone(context, ids),
    readPlan(context),
    unreleasedMonth(context),
    readMatters(context),
  ]);
  return {
    kind: 'branch',
    unit: { id: unit.id, name: unit.name },
    period,
    now,
    members,
    meetings,
    ...deeds,
    dues,
    undelivered,
    ...ends,
    ...gone,
    ...plan,
    unreleased,
    matters,
    holidays: uncertainYears(context),
  };
}

/** A moved event is worth a decision while there is time for one: up to a week after the coming days. */
const lookAhead = 7;

async function readMeetings({ client, units, unit, period, now }: DigestContext): Promise<MeetingFacts[]> {
  const between = {
    from: instantOf(period.from, '00:00'),
    until: instantOf(addDays(period.comingTo, lookAhead), '23:59') + minute - 1,
  };
  const events = await eventsOf(client, unit.id, units.settings(unit.id), between, now);
  const ids = events.map(({ id }) => id);
  const [asked, moved, attendance] = await Promise.all([
    askedTo(client, ids),
    client.query<{ id: string }>({
      name: 'digest-moved',
      text: `select id from duty where id = any($1::text[]) and (details->>'moved')::boolean`,
      values: [ids],
    }),
    client.query<{ duty: string; member: string; kind: 'signed_in' | 'leave'; reason: string | null }>({
      name: 'digest-attendance',
      text: `select distinct on (f.duty, f.member) f.duty, f.member, f.kind, f.data->>'reason' as reason from fact f
        where f.duty = any($1::text[]) and f.kind in ('signed_in', 'leave') and f.member is not null
          and not exists (select 1 from fact c where c.corrects = f.id)
        order by f.duty, f.member, f.id desc`,
      values: [ids],
    }),
  ]);
  return events.map(({ id, title, day, start, startsAt, closesAt, place }) => ({
    title,
    day,
    start,
    startsAt,
    closesAt,
    place,
    moved: moved.rows.some((row) => row.id === id),
    asked: asked.get(id) ?? null,
    attendance: attendance.rows.filter(({ duty }) => duty === id),
  }));
}

interface Deed {
  readonly kind: FactKind;
  readonly on_day: Day | null;
  readonly at: Instant;
  readonly data: {
    readonly hours?: unknown;
    readonly text?: unknown;
    readonly topic?: unknown;
    readonly what?: unknown;
  };
}

/** What was done: by the day it happened on; suggestions by the day they were made. Texts come without a name and in an order that says nothing. */
async function readDeeds(
  { client, period, cipher }: DigestContext,
  units: readonly UnitId[],
): Promise<Pick<BranchFacts, 'services' | 'lectures' | 'suggestions' | 'solved'>> {
  const { rows } = await client.query<Deed>({
    name: 'digest-deeds',
    text: `select f.kind, f.on_day, f.at, f.data from fact f
      where f.unit = any($1::text[]) and f.at >= $2 and f.kind in ('volunteer_service', 'lectured', 'problem_solved', 'suggestion')
        and not exists (select 1 from fact c where c.corrects = f.id)`,
    values: [units, spanOf(period).from],
  });
  const within = (day: Day) => day >= period.from && day <= period.to;
  const happened = rows.filter(({ on_day, at }) => within(on_day ?? dayOf(at)));
  const services = happened.filter(({ kind }) => kind === 'volunteer_service');
  const late = rows.filter(
    ({ kind, on_day, at }) =>
      kind === 'volunteer_service' && on_day !== null && on_day < period.from && within(dayOf(at)),
  );
  const texts = (kind: FactKind, key: keyof Deed['data']) =>
    happened
      .filter((deed) => deed.kind === kind && typeof deed.data[key] === 'string')
      .map((deed) => cipher.open(deed.data[key]))
      .sort();
  return {
    services: {
      times: services.length,
      hours: services.reduce((sum, { data }) => sum + (Number(data.hours) || 0), 0),
      late: late.length,
    },
    lectures: texts('lectured', 'topic'),
    suggestions: texts('suggestion', 'text'),
    solved: texts('problem_solved', 'what'),
  };
}

async function readDues({ client, unit, period }: DigestContext): Promise<BranchFacts['dues']> {
  const month = monthOf(period.comingTo);
  const { rows } = await client.query({
    name: 'digest-dues',
    text: `select d.member, d.period as month, d.due_on, d.state, exists (select 1 from fact f where f.member = d.member
          and f.kind = 'dues_reported' and f.month = d.period and not exists (select 1 from fact c where c.corrects = f.id)) as reported
      from duty d join member m on m.id = d.member
      where d.unit = $1 and d.programme = 'dues' and d.period between $2 and $3 and m.left_at is null order by d.period, d.member`,
    values: [unit.id, addMonths(month, -12), month],
  });
  return rows.map(({ due_on, ...row }) => ({ ...row, dueOn: due_on }));
}

async function readUndelivered(
  { client, period }: DigestContext,
  units: readonly UnitId[],
): Promise<BranchFacts['undelivered']> {
  const { from, until } = spanOf(period);
  const { rows } = await client.query({
    name: 'digest-undelivered',
    text: `select distinct on (u.member) u.member, u.reason from member m join undelivered u on u.member = m.id
      where m.unit = any($1::text[]) and m.left_at is null and u.at between $2 and $3 order by u.member, u.at desc, u.outbox desc`,
    values: [units, from, until],
  });
  return rows;
}

async function readEnds(
  { client, period }: DigestContext,
  units: readonly UnitId[],
): Promise<Pick<BranchFacts, 'callbacks' | 'gaveUp'>> {
  const { from, until } = spanOf(period);
  const { rows } = await client.query<{ member: string; reason: string }>({
    name: 'digest-ends',
    text: `select e.member, e.reason from session_end e join member m on m.id = e.member
      where e.at between $2 and $3 and e.reason in ('handed-over', 'gave-up') and m.unit = any($1::text[])`,
    values: [units, from, until],
  });
  const of = (reason: string) => rows.filter((row) => row.reason === reason).map(({ member }) => member);
  return { callbacks: [...new Set(of('handed-over'))], gaveUp: of('gave-up').length };
}

/** Who left in the period and is still gone, and who is forgotten in the coming days. */
async function readGone(
  { client, period }: DigestContext,
  units: readonly UnitId[],
): Promise<Pick<BranchFacts, 'left' | 'forgotten'>> {
  const forgottenFrom = addDays(period.comingFrom, -leaverDays);
  const forgottenTo = addDays(period.comingTo, -leaverDays);
  const [left, forgotten] = await Promise.all([
    leaversOf(client, units, spanOf(period)),
    leaversOf(client, units, spanOf({ from: forgottenFrom, to: forgottenTo })),
  ]);
  const names = (list: typeof left) => list.map(({ name }) => name);
  return { left: names(left), forgotten: names(forgotten) };
}

/** Months and quarters as long as they are open; what is due once a year, from six weeks before. Items of programmes that were taken up stand apart. */
async function readPlan({ client, unit, period }: DigestContext): Promise<Pick<BranchFacts, 'plan' | 'packs'>> {
  const { rows } = await client.query({
    name: 'digest-plan',
    text: `select d.details->>'title' as title, d.period, d.due_on, d.details ? 'pack' as pack from duty d
      where d.unit = $1 and d.member is null and d.starts_at is null and d.state = 'open' and d.due_on between $2::date and $3::date
      order by d.due_on, d.id`,
    values: [unit.id, addDays(period.from, -60), addDays(period.comingTo, 92)],
  });
  const items = rows.map(({ title, period: span, due_on, pack }) => ({ title, period: span, dueOn: due_on, pack }));
  return {
    plan: items
      .filter(({ pack, period: span, dueOn }) => !pack && (span.includes('-') || dueOn <= addDays(period.comingTo, 42)))
      .map(({ pack: _, ...item }) => item),
    packs: items.filter(({ pack }) => pack).map(({ title, dueOn }) => ({ title, dueOn })),
  };
}
