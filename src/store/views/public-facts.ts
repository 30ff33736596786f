// What may be told of a branch in public: what was held and has confirmed minutes, what was done together as sums. Never a member's name.

import { sayRule } from '../../domain/theme-day-plan.ts';
import { addMonths, dayOf, daysOfMonth, monthOf, sayDay, sayHours, sayMonth } from '../../domain/time.ts';
import type { View, ViewContext } from './view.ts';

interface HeldRow {
  readonly unit: string;
  readonly day: string;
  readonly programme: string;
  readonly title: string;
  readonly theme: string | null;
  readonly came: number;
}

/** `{name, members, rule, year, held: [{title, count}], service, cases, posts, pledges}` of this year: for the branch's card. */
export const branchCard: View = async (context) => {
  const { unit, units, now } = context;
  const year = dayOf(now).slice(0, 4);
  const settings = units.settings(unit.id);
  const span = { from: `${year}-01-01`, until: `${year}-12-31` };
  const [held, service, records, members] = await Promise.all([
    heldIn(context, [unit.id], span),
    serviceIn(context, units.partsOf(unit.id), span),
    recordsOf(context),
    membersIn(context),
  ]);
  const titles = [...new Set(held.map(({ title }) => title))];
  return {
    name: unit.name,
    year,
    members,
    rule: `${sayRule(settings.theme_day)}${settings.start}`,
    held: titles.map((title) => ({ title, count: held.filter((one) => one.title === title).length })),
    service,
    ...records,
  };
};

/** `{month, lines}`: this month and the one before, for a text of the branch or of all branches below; `lines` empty where nothing is confirmed. */
export const publicity: View = async (context) => {
  const { unit, units, now } = context;
  const today = dayOf(now);
  const branches = units.below(unit.id).filter(({ kind }) => kind === 'branch');
  const names = new Map(branches.map(({ id, name }) => [id, name]));
  const months = await Promise.all(
    [monthOf(today), addMonths(monthOf(today), -1)].map(async (month) => {
      const { first, last } = daysOfMonth(month);
      const span = { from: first, until: last };
      const ids = branches.map(({ id }) => id);
      const held = await heldIn(context, ids, span);
      const service = await serviceIn(
        context,
        branches.flatMap(({ id }) => units.partsOf(id)),
        span,
      );
      const lines = [
        ...held.map(
          ({ unit: of, day, title, theme, came }) =>
            `${sayDay(day, today)}，${names.get(of) ?? unit.name}开展${title}${theme ? `，主题是“${theme}”` : ''}${came > 0 ? `，${came}名党员参加` : ''}。`,
        ),
        ...(service ? [`${sayMonth(month, today)}，党员参加志愿服务${service.times}人次，共${service.hours}。`] : []),
      ];
      return { name: sayMonth(month, today), text: lines.join('\n') };
    }),
  );
  const { cases } = await recordsOf(context);
  return { from: unit.name, month: months[0], before: months[1], cases };
};

interface Span {
  readonly from: string;
  readonly until: string;
}

/** Meetings and theme days whose minutes are confirmed. */
async function heldIn({ client }: ViewContext, units: readonly string[], { from, until }: Span): Promise<HeldRow[]> {
  const { rows } = await client.query<HeldRow>({
    text: `select d.unit, to_char(d.due_on, 'YYYY-MM-DD') as day, d.programme, d.details->>'title' as title, a.body->>'theme' as theme,
        (select count(distinct f.member)::int from fact f where f.duty = d.id and f.kind = 'signed_in'
          and not exists (select 1 from fact c where c.corrects = f.id)) as came
      from duty d join record r on r.id = 'minutes/' || d.id and r.state in ('confirmed', 'filed', 'received')
        left join record a on a.id = 'theme-day-agenda/' || d.id
      where d.unit = any($1::text[]) and d.member is null and d.starts_at is not null and d.due_on between $2::date and $3::date
      order by d.due_on, d.id limit 200`,
    values: [units, from, until],
  });
  return rows;
}

async function serviceIn(
  { client }: ViewContext,
  units: readonly string[],
  { from, until }: Span,
): Promise<{ times: number; hours: string } | null> {
  const { rows } = await client.query<{ times: number; hours: number | null }>({
    name: 'view-public-service',
    text: `select count(*)::int as times, sum((f.data->>'hours')::float8) as hours from fact f
      where f.unit = any($1::text[]) and f.kind = 'volunteer_service' and f.on_day between $2::date and $3::date
        and not exists (select 1 from fact c where c.corrects = f.id)`,
    values: [units, from, until],
  });
  const [sum] = rows;
  return sum && sum.times > 0 ? { times: sum.times, hours: sayHours(Math.round((sum.hours ?? 0) * 10) / 10) } : null;
}

/** Experience that was recommended, posts, and pledges that their members made public in the branch: titles and counts. */
async function recordsOf({ client, units, unit }: ViewContext) {
  const { rows } = await client.query<{ kind: string; title: string; state: string }>({
    text: `select kind, title, state from record where unit = any($1::text[]) and (kind = 'good-case' and state = 'filed'
        or kind = 'post' and unit = $2 or kind = 'pledge' and unit = $2 and body->>'seen' = 'branch') order by created_at desc limit 200`,
    values: [units.below(unit.id).map(({ id }) => id), unit.id],
  });
  const pledges = rows.filter(({ kind }) => kind === 'pledge');
  return {
    cases: rows.filter(({ kind }) => kind === 'good-case').map(({ title }) => title),
    posts: rows.filter(({ kind }) => kind === 'post').length,
    pledges:
      pledges.length > 0
        ? { made: pledges.length, kept: pledges.filter(({ state }) => state !== 'open').length }
        : null,
  };
}

async function membersIn({ client, units, unit }: ViewContext): Promise<number> {
  const { rows } = await client.query<{ count: number }>({
    name: 'view-public-members',
    text: 'select count(*)::int as count from member where unit = any($1::text[]) and left_at is null',
    values: [units.partsOf(unit.id)],
  });
  return rows[0]!.count;
}
