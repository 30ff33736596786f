// Reads the counts of a digest above branches, all branches in one statement each. No statement here returns a person.

import type { BranchCounts, OverviewFacts } from '../domain/digest-overview.ts';
import type { Unit, UnitId } from '../domain/organisation.ts';
import { addDays, instantOf, monthOf } from '../domain/time.ts';
import type { DigestContext } from './digest-facts.ts';
import { spanOf, uncertainYears, unitsOfBranch, unreleasedMonth } from './digest-facts.ts';

/** Counts by branch, in order of their names. */
export async function readOverviewFacts(context: DigestContext, branches: readonly Unit[]): Promise<OverviewFacts> {
  const { client, unit, period, now } = context;
  const branchOf = new Map(
    branches.flatMap((branch) => unitsOfBranch(context.units, branch.id).map((id) => [id, branch.id] as const)),
  );
  const all = [...branchOf.keys()];
  const span = spanOf(period);
  const until = new Date(Math.min(span.until.getTime(), now));
  const month = monthOf(period.to);
  const [meetings, services, dues, unreached, heads, proposals, coming, unreleased] = await Promise.all([
    counted(
      context,
      `select d.unit, count(*) as planned, count(*) filter (where exists (select 1 from fact f where f.duty = d.id and f.kind = 'signed_in'
            and not exists (select 1 from fact c where c.corrects = f.id))) as held
        from duty d where d.unit = any($1::text[]) and d.member is null and d.starts_at between $2 and $3 and d.state <> 'excused' group by 1`,
      [all, span.from, until],
    ),
    counted(
      context,
      `select f.unit, count(*) as services, coalesce(sum((f.data->>'hours')::numeric), 0) as hours from fact f
        where f.unit = any($1::text[]) and f.kind = 'volunteer_service' and f.at >= $2 and f.on_day between $3::date and $4::date
          and not exists (select 1 from fact c where c.corrects = f.id) group by 1`,
      [all, span.from, period.from, period.to],
    ),
    counted(
      context,
      `select d.unit, count(*) as "duesAsked", count(*) filter (where d.state = 'done') as "duesConfirmed"
        from duty d join member m on m.id = d.member
        where d.unit = any($1::text[]) and d.programme = 'dues' and d.period = $2 and d.state <> 'excused' and m.left_at is null group by 1`,
      [all, month],
    ),
    counted(
      context,
      `select m.unit, count(distinct u.member) as unreached from member m join undelivered u on u.member = m.id
        where m.unit = any($1::text[]) and m.left_at is null and u.at between $2 and $3 group by 1`,
      [all, span.from, span.until],
    ),
    counted(
      context,
      `select m.unit, count(*) as heads from member m
        where m.unit = any($1::text[]) and m.left_at is null and m.roles && '{secretary,deputy}' group by 1`,
      [all],
    ),
    client.query<{ count: number }>(
      `select count(*) as count from record where kind = 'broadcast' and unit = $1 and state = 'proposed'`,
      [unit.id],
    ),
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
  const sum = (rows: readonly Counted[], branch: UnitId, key: string) =>
    rows.filter((row) => branchOf.get(row.unit) === branch).reduce((total, row) => total + Number(row[key]), 0);
  const byBranch = branches.map(
    ({ id, name }): BranchCounts => ({
      unit: { id, name },
      planned: sum(meetings, id, 'planned'),
      held: sum(meetings, id, 'held'),
      services: sum(services, id, 'services'),
      hours: sum(services, id, 'hours'),
      duesAsked: sum(dues, id, 'duesAsked'),
      duesConfirmed: sum(dues, id, 'duesConfirmed'),
      unreached: sum(unreached, id, 'unreached'),
      hasSecretary: sum(heads, id, 'heads') > 0,
    }),
  );
  return {
    kind: 'overview',
    unit: { id: unit.id, name: unit.name },
    period,
    now,
    branches: byBranch.sort((a, b) => byName.compare(a.unit.name, b.unit.name) || (a.unit.id < b.unit.id ? -1 : 1)),
    proposals: proposals.rows[0]?.count ?? 0,
    coming: coming.rows[0] ?? { events: 0, branches: 0 },
    unreleased,
    holidays: uncertainYears(context),
  };
}

type Counted = Readonly<Record<string, number>> & { readonly unit: UnitId };

async function counted({ client }: DigestContext, text: string, values: unknown[]): Promise<Counted[]> {
  const { rows } = await client.query(text, values);
  return rows;
}

const byName = new Intl.Collator('zh-CN', { numeric: true });
