// A member's own dues: months and their status, never an amount.

import { addMonths, dayOf, monthOf } from '../../domain/time.ts';
import type { View } from './view.ts';

export interface DuesMonth {
  readonly month: string;
  readonly status: 'open' | 'reported' | 'confirmed';
}

/** `{month, status, due, open: [earlier months], unreported: [months], months: [{month, status}]}`: the present month and the twelve behind it. */
export const dues: View = async ({ client, member, unit, now }) => {
  const month = monthOf(dayOf(now));
  const { rows } = await client.query<{
    month: string;
    due_on: string;
    state: string;
    reported: boolean;
    fact: number | null;
  }>({
    name: 'view-dues',
    text: `select d.period as month, d.due_on, d.state, f.id is not null as reported, f.id as fact
      from duty d left join lateral (
        select id from fact f where f.member = d.member and f.kind = 'dues_reported' and f.month = d.period
          and not exists (select 1 from fact c where c.corrects = f.id) order by f.id desc limit 1) f on true
      where d.member = $1 and d.programme = 'dues' and d.period between $2 and $3 order by d.period`,
    values: [member.id, addMonths(month, -12), month],
  });
  const months: DuesMonth[] = rows.map((row) => ({
    month: row.month,
    status: row.state === 'done' ? 'confirmed' : row.reported ? 'reported' : 'open',
  }));
  const present = rows.find((row) => row.month === month);
  return {
    month,
    status: months.find((entry) => entry.month === month)?.status ?? 'open',
    due: present?.due_on ?? null,
    duty: `dues/${unit.id}/${month}`,
    open: months.filter(({ status, month: one }) => status === 'open' && one < month).map((entry) => entry.month),
    unreported: months.filter(({ status }) => status === 'open').map((entry) => entry.month),
    months,
  };
};
