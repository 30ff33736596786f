// Reads the counts of a digest above branches, all branches in one statement each. No statement here returns a person.

import type { BranchCounts, OverviewFacts } from '../domain/digest-overview.ts';
import type { Unit, UnitId } from '../domain/organisation.ts';
import { addDays, instantOf, monthOf } from '../domain/time.ts';
import type { DigestContext } from './digest-context.ts';
import { spanOf, uncertainYears, unreleasedMonth } from './digest-context.ts';
import { plansWaitingIn } from './plans.ts';

/** Counts by branch, in order of their names. */
export async function readOverviewFacts(context: DigestContext, branches: readonly Unit[]): Promise<OverviewFacts> {
  const { client, unit, period, now } = context;
  const branchOf = new Map(
    branches.flatMap((branch) => context.units.partsOf(branch.id).map((id) => [id, branch.id] as const)),
  );
  const counted = counterFor(context, branchOf);
  const all = [...branchOf.keys()];
  const span = spanOf(period);
  const until = new Date(Math.min(span.until.getTime(), now));
  const month = monthOf(period.to);
  const [meetings, services, dues, unreached, heads, proposals, plansWaiting, coming, unreleased] = await Promise.all([
    counted(
      `select d.unit, count(*) as planned, count(*) filter (where exists (select 1 from fact f where f.duty = d.id and f.kind = 'signed_in'
            and not exists (select 1 from fact c where c.corrects = f.id))) as held
        from duty d where d.unit = any($1::text[]) and d.member is null and d.starts_at between $2 and $3 and d.state <> 'excused' group by 1`,
      [all, span.from, until],
    ),
    counted(
      `select f.unit, count(*) as services, coalesce(sum((f.data->>'hours')::numeric), 0) as hours from fact f
        where f.unit = any($1::text[]) and f.kind = 'volunteer_service' and f.at >= $2 and f.on_day between $3::date and $4::date
          and not exists (select 1 from fact c where c.corrects = f.id) group by 1`,
      [all, span.from, period.from, period.to],
    ),
    counted(
      `select d.unit, count(*) as "duesAsked", count(*) filter (where d.state = 'done') as "duesConfirmed"
        from duty d join member m on m.id = d.member
        where d.unit = any($1::text[]) and d.programme = 'dues' and d.period = $2 and d.state <> 'excused' and m.left_at is null group by 1`,
      [all, month],
    ),
    counted(
      `select m.unit, count(distinct u.member) as unreached from member m join undelivered u on u.member = m.id
        where m.unit = any($1::text[]) and m.left_at is null and u.at between $2 and $3 group by 1`,
      [all, span.from, span.until],
    ),
    counted(
      `select m.unit, count(*) as heads from member m
        where m.unit = any($1::text[]) and m.left_at is null and m.roles && '{secretary,deputy}' group by 1`,
      [all],
    ),
    client.query<{ count: number }>(
      `select count(*) as count from record where kind = 'broadcast' and unit = $1 and state = 'proposed'`,
      [unit.id],
    ),
    plansWaitingIn(client, unit.id),
    client.query<{ events: number; branches: number }>(
      `select count(*) as events, count(distinct unit) as branches from duty
        where unit = any($1::text[]) and member is null and state <> 'excused' and starts_at >= $2 and starts_at < $3`,
      [
        all,
        new Date(period.to === period.comingFrom ? now : instantOf(period.comingFrom, '00:00')),
        new Date(instantOf(addDays(period.comingTo, 1), '00:00')),
      ],
    ),
    unreleasedMonth(context),
  ]);
  const byBranch = branches.map(({ id, name }): BranchCounts => {
    const of = (totals: Totals, key: string) => totals.get(id)?.[key] ?? 0;
    return {
      unit: { id, name },
      planned: of(meetings, 'planned'),
      held: of(meetings, 'held'),
      services: of(services, 'services'),
      hours: of(services, 'hours'),
      duesAsked: of(dues, 'duesAsked'),
      duesConfirmed: of(dues, 'duesConfirmed'),
      unreached: of(unreached, 'unreached'),
      hasSecretary: of(heads, 'heads') > 0,
    };
  });
  return {
    kind: 'overview',
    unit: { id: unit.id, name: unit.name },
    period,
    now,
    branches: byBranch.sort((a, b) => byName.compare(a.unit.name, b.unit.name) || (a.unit.id < b.unit.id ? -1 : 1)),
    proposals: proposals.rows[0]?.count ?? 0,
    plansWaiting,
    coming: coming.rows[0] ?? { events: 0, branches: 0 },
    unreleased,
    holidays: uncertainYears(context),
  };
}

/** Sums of a statement's counts, by branch. */
type Totals = ReadonlyMap<UnitId, Readonly<Record<string, number>>>;

/** Runs a statement that gives `unit` and counts; what belongs to a branch's groups is added to the branch. */
function counterFor({ client }: DigestContext, branchOf: ReadonlyMap<UnitId, UnitId>) {
  return async (text: string, values: unknown[]): Promise<Totals> => {
    const { rows } = await client.query<Record<string, string | number>>(text, values);
    const totals = new Map<UnitId, Record<string, number>>();
    for (const { unit, ...counts } of rows) {
      const branch = branchOf.get(String(unit)) ?? '';
      const before = totals.get(branch) ?? {};
      const summed = Object.entries(counts).map(([key, count]) => [key, (before[key] ?? 0) + Number(count)]);
      totals.set(branch, Object.fromEntries(summed));
    }
    return totals;
  };
}

const byName = new Intl.Collator('zh-CN', { numeric: true });
