// Matters of a branch that want its secretary's eye in the coming days: one function each, one line in the table. Reads only the branch itself.

import type { Matter } from '../domain/digest.ts';
import { sayDay } from '../domain/time.ts';
import type { DigestContext } from './digest-context.ts';
import { askedTalks, endingTerm, longAway, longSearches } from './matters-organisational-life.ts';
import { monthAhead, planToFile } from './matters-plans.ts';

type Read = (context: DigestContext) => Promise<Matter | null>;

/** Entries of registers that are still in their first state and due until the end of the coming days. */
const dueEntries: Read = async ({ client, unit, period, registers }) => {
  const open = [...registers.values()].filter(({ states }) => Object.keys(states).length > 1);
  const { rows } = await client.query<{ title: string; due: string }>({
    name: 'matter-due-entries',
    text: `select r.title, r.body->>'due' as due from record r join unnest($2::text[], $3::text[]) as register(kind, state)
        on r.kind = register.kind and r.state = register.state
      where r.unit = $1 and r.body->>'due' <= $4 order by 2, r.id limit 30`,
    values: [
      unit.id,
      open.map(({ register }) => register),
      open.map(({ states }) => Object.keys(states)[0]!),
      period.comingTo,
    ],
  });
  return matter(
    '到期要办的',
    rows.map(({ title }) => title),
  );
};

/** Minutes that are taken down and wait for somebody to confirm them. */
const openMinutes: Read = async ({ client, unit, period }) => {
  const { rows } = await client.query<{ title: string }>({
    name: 'matter-open-minutes',
    text: `select title from record where kind = 'minutes' and unit = $1 and state = 'draft' and created_at > $2 order by created_at limit 10`,
    values: [unit.id, new Date(Date.parse(`${period.from}T00:00:00+08:00`) - 60 * 86_400_000)],
  });
  return matter(
    '会议记录还没收好',
    rows.map(({ title }) => title.replace(/^\d{4}-\d\d-\d\d(?= )/, (day) => sayDay(day))),
    '。回“记录”接着记，主持人回“核对记录”',
  );
};

const reads: readonly Read[] = [
  askedTalks,
  longAway,
  longSearches,
  endingTerm,
  dueEntries,
  openMinutes,
  planToFile,
  monthAhead,
];

export async function readMatters(context: DigestContext): Promise<Matter[]> {
  const found: Matter[] = [];
  for (const read of reads) {
    const one = await read(context);
    if (one) found.push(one);
  }
  return found;
}

function matter(label: string, items: readonly string[], hint = ''): Matter | null {
  return items.length === 0 ? null : { label, items, hint };
}
