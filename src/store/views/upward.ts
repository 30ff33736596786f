// What those above may know of the branches below: counts of plans, meetings and records, a draw for visits, receipts. Never a person.

import { drawOf } from '../../domain/draw.ts';
import { meetingKinds } from '../../domain/meeting.ts';
import { dayOf } from '../../domain/time.ts';
import type { Completeness } from '../completeness.ts';
import { completenessOf } from '../completeness.ts';
import type { View, ViewContext } from './view.ts';

const planWords: Readonly<Record<string, string>> = {
  draft: '起草中',
  confirmed: '已定未报',
  filed: '已报',
  received: '已收',
  returned: '已退回',
};

/** `{rows: [{name, plan, meetings, …}], totals}` of the branches below. */
export const completeness: View = async (context) => {
  const rows = await completenessOf(context.client, branchesBelow(context), dayOf(context.now));
  return { rows: rows.map(shown), totals: totalsOf(rows), year: dayOf(context.now).slice(0, 4) };
};

/** `{list: [{name}], seed}`: three branches to visit, the same for everybody who draws on this day. */
export const draw: View = async (context) => {
  const seed = dayOf(context.now);
  return { list: drawOf(branchesBelow(context), 3, seed).map(({ name }) => ({ name })), seed };
};

/** Notices from above that this unit has not received yet: `{open: {id, heading, text, due} | null}`. */
export const incoming: View = async ({ client, units, unit }) => {
  const { rows } = await client.query(
    `select n.id, n.title as heading, n.body->>'text' as text, n.body->>'due' as due from record n
      where n.kind = 'notice-down' and n.unit = any($1::text[]) and n.state = 'sent'
        and not exists (select 1 from record r where r.id = 'receipt/' || n.id || '/' || $2) order by n.created_at limit 1`,
    [units.above(unit.id).map(({ id }) => id), unit.id],
  );
  return { open: rows[0] ?? null };
};

/** The newest notice of this unit to those below: who, as units, has received it. */
export const receipts: View = async (context) => {
  const { client, unit } = context;
  const { rows } = await client.query<{ id: string; heading: string; due: string | null }>(
    `select id, title as heading, body->>'due' as due from record where kind = 'notice-down' and unit = $1 order by created_at desc limit 1`,
    [unit.id],
  );
  const [newest] = rows;
  if (!newest) return null;
  const known = await client.query<{ unit: string }>(
    `select unit from record where kind = 'receipt' and body->>'notice' = $1`,
    [newest.id],
  );
  const received = new Set(known.rows.map((row) => row.unit));
  const branches = branchesBelow(context);
  return {
    ...newest,
    received: branches.filter(({ id }) => received.has(id)).length,
    open: branches.filter(({ id }) => !received.has(id)).map(({ name }) => name),
  };
};

/** Secretaries and deputies of the branches below, for what goes to them and not to members. */
export const secretariesBelow: View = async (context) => {
  const ids = branchesBelow(context).map(({ id }) => id);
  const { rows } = await context.client.query<{ id: string }>(
    `select id from member where unit = any($1::text[]) and left_at is null and roles && '{secretary,deputy}'::text[] order by id`,
    [ids],
  );
  return { ids: rows.map(({ id }) => id), branches: ids.length };
};

/** What is switched off in this unit: by itself, and by those above. */
export const modules: View = async ({ units, unit }) => {
  const own = unit.settings.off ?? [];
  return { off: own, above: units.settings(unit.id).off.filter((one) => !own.includes(one)) };
};

function branchesBelow({ units, unit }: ViewContext) {
  return units.below(unit.id).filter(({ kind }) => kind === 'branch');
}

function shown({ name, plan, held, due, done, themeDays, lectures, openMinutes }: Completeness) {
  const meetings = Object.entries(held).map(
    ([kind, count]) => `${meetingKinds[kind as never] ?? '主题党日'}${count}次`,
  );
  return {
    name,
    planWord: plan === null ? '没有计划' : `计划${planWords[plan] ?? plan}`,
    meetings: meetings.length > 0 ? meetings.join('、') : '没有收好的会议记录',
    due,
    done,
    themeDays,
    lectures,
    openMinutes,
  };
}

function totalsOf(rows: readonly Completeness[]) {
  const sum = (of: (row: Completeness) => number) => rows.reduce((total, row) => total + of(row), 0);
  return {
    branches: rows.length,
    filed: rows.filter(({ plan }) => plan === 'filed' || plan === 'received').length,
    meetings: sum(({ held }) => Object.values(held).reduce((total, count) => total + count, 0)),
    themeDays: sum(({ themeDays }) => themeDays),
    lectures: sum(({ lectures }) => lectures),
    due: sum(({ due }) => due),
    done: sum(({ done }) => done),
  };
}
