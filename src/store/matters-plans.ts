// What of a branch's plans wants its secretary's eye in the coming days: a plan to file or given back, and once a month what the month holds.

import { monthLines, toConvene } from '../domain/arrangement.ts';
import type { Matter } from '../domain/digest.ts';
import { addDays, monthOf, sayDay, sayMonth } from '../domain/time.ts';
import { arrangementFacts } from './arrangement.ts';
import type { DigestContext } from './digest-context.ts';

/** From how many days before its deadline an unfiled plan is spoken of. */
const nearDays = 14;

/** The yearly plan that is not with the unit above though its day comes near, or that came back. */
export async function planToFile({ client, unit, period }: DigestContext): Promise<Matter | null> {
  const { rows } = await client.query<{ due: string; note: string | null; state: string | null }>({
    name: 'matter-plan-to-file',
    text: `select d.due_on as due, r.state, r.body->>'note' as note from duty d
        left join record r on r.kind = 'plan' and r.unit = d.unit and r.body->>'year' = d.period
      where d.unit = $1 and d.programme = 'plan' and d.member is null and d.period = $2
        and (d.state = 'open' and d.due_on <= $3::date and r.state is distinct from 'returned' or r.state = 'returned')`,
    values: [unit.id, period.comingTo.slice(0, 4), addDays(period.comingTo, nearDays)],
  });
  const [plan] = rows;
  if (!plan) return null;
  if (plan.state === 'returned')
    return {
      label: '年度计划上级退回了',
      items: [plan.note ?? '请再改一改'],
      hint: '。直接说怎么改，改好回“上报计划”',
    };
  const hint = plan.state === 'confirmed' ? '。回“上报计划”' : '。回“年度计划”先拟一份';
  return { label: '年度计划还没上报', items: [`${sayDay(plan.due)}前报`], hint };
}

/** In the first week of a month what is planned for it and has no day yet, and its study task. */
export async function monthAhead({ client, units, unit, period, now }: DigestContext): Promise<Matter | null> {
  if (Number(period.comingTo.slice(8)) > 7) return null;
  const month = monthOf(period.comingTo);
  const facts = await arrangementFacts(client, units, unit, now);
  const items = [
    ...toConvene(facts, month).map(({ name, topics }) => (topics ? `${name}（${topics}）` : name)),
    ...monthLines(facts, month, period.comingTo).filter((line) => line.startsWith('学习：')),
  ];
  return items.length === 0
    ? null
    : { label: `${sayMonth(month)}要安排的`, items, hint: '。回“按计划开会”一个个定日子，全部看“本月安排”' };
}
