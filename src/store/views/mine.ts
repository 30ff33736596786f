// What a member did, as seen by that member only: the answer to 我的, 我的数据 and 撤销.

import type { FactKind } from '../../domain/change.ts';
import type { Register } from '../../domain/register.ts';
import { addDays, dayOf, sayDay, sayHours } from '../../domain/time.ts';
import { submissionsBy } from '../submissions.ts';
import type { View } from './view.ts';

interface OwnFact {
  readonly id: number;
  readonly kind: FactKind;
  readonly on: string;
  readonly month: string | null;
  readonly duty: string | null;
  readonly data: Record<string, unknown>;
  readonly recordedBy: string | null;
}

/** This year's services, sign-ins, leaves, dues months and notes, newest first; hours in total. */
export const mine: View = async ({ client, library, member, now, cipher }) => {
  const facts = await ownFacts(client, member.id, `${dayOf(now).slice(0, 4)}-01-01`);
  const of = (...kinds: FactKind[]) => facts.filter((fact) => kinds.includes(fact.kind));
  const services = of('volunteer_service').map((fact) => ({ ...fact, what: fact.data.what, hours: fact.data.hours }));
  const said = (list: OwnFact[], key: string) => list.map((fact) => ({ on: fact.on, what: fact.data[key] ?? null }));
  const kept = await ownEntries(client, library.registers, member.id, addDays(dayOf(now), -730));
  return {
    services,
    hours: services.reduce((sum, service) => sum + Number(service.hours), 0),
    signIns: of('signed_in'),
    leaves: of('leave'),
    dues: [...new Set(of('dues_confirmed').map((fact) => fact.month))].sort().map((month) => ({ month })),
    studied: of('studied').length,
    roles: member.roles.filter((role) => role !== 'member').map((role) => library.labels.role(role)),
    lectures: said(of('lectured'), 'topic'),
    deeds: said(of('problem_solved'), 'what'),
    tasks: said(of('item_done'), 'title'),
    kept,
    // Services that can be corrected one by one, as a question offers them.
    choices: services.slice(0, 9).map(({ id, on, what, hours, kind, duty }) => ({
      id: String(id),
      name: `${sayDay(on)} ${String(what)} ${sayHours(Number(hours))}`.slice(0, 40),
      on,
      what,
      kind,
      duty,
    })),
    notes: of('noted').map((fact) => ({ on: fact.on, text: cipher.open(fact.data.text) })),
    empty: facts.length === 0 && kept.length === 0,
    year: dayOf(now).slice(0, 4),
  };
};

/** What the member keeps in registers for themselves, of the last two years: pledges, own problems, posts. */
async function ownEntries(
  client: Parameters<View>[0]['client'],
  registers: ReadonlyMap<string, Register>,
  member: string,
  from: string,
): Promise<{ title: string; heading: string; stateWord: string }[]> {
  const { rows } = await client.query<{ kind: string; heading: string; state: string }>({
    name: 'own-entries',
    text: `select kind, title as heading, state from record where member = $1 and created_by = $1 and kind = any($2::text[])
        and state <> 'withdrawn' and created_at > $3::date and not (kind = 'problem' and state = 'done') order by created_at desc limit 20`,
    values: [member, [...registers.keys()], from],
  });
  return rows.map(({ kind, heading, state }) => {
    const { title, states } = registers.get(kind)!;
    return { title, heading, stateWord: states[state] ?? state };
  });
}

/** Hours of service the member has reported, by day: `{2026-12-04: 2.5}`, of the last thirteen months. */
export const serviceHours: View = async ({ client, member, now }) => {
  const { rows } = await client.query<{ on: string; hours: number }>({
    name: 'view-service-hours',
    text: `select f.on_day as on, sum((f.data->>'hours')::float8) as hours from fact f
      where f.member = $1 and f.kind = 'volunteer_service' and f.on_day >= $2::date
        and not exists (select 1 from fact c where c.corrects = f.id) group by 1`,
    values: [member.id, addDays(dayOf(now), -400)],
  });
  return Object.fromEntries(rows.map(({ on, hours }) => [on, hours]));
};

/** The member's newest own entry of the last 24 hours that can be taken back; null = none. */
export const last: View = async ({ client, member, now }) => {
  const { rows } = await client.query({
    name: 'view-last',
    text: `select f.id, f.kind, f.duty, f.month, f.on_day as on, f.data from fact f
      where (f.member = $1 and f.recorded_by is null or f.member is null and f.recorded_by = $1 and f.kind = 'item_done')
        and f.at > $2 and f.kind <> 'withdrawn'
        and not exists (select 1 from fact c where c.corrects = f.id) order by f.id desc limit 1`,
    values: [member.id, new Date(now - 24 * 3_600_000)],
  });
  return rows[0] ?? null;
};

/** What is held about the member, by kind with counts, through which doors they are known, and who looked at or changed it. Holds no account. */
export const holdings: View = async ({ client, library, member, now }) => {
  const [facts, looks, consents, submissions, doors] = await Promise.all([
    ownFacts(client, member.id, '2000-01-01'),
    client.query(
      `select a.at, a.action, m.name as who from audit a left join member m on m.id = a.actor
        where a.subject = $1 and a.actor is distinct from $1 and a.at > $2 order by a.id desc limit 10`,
      [member.id, new Date(now - 180 * 24 * 3_600_000)],
    ),
    client.query('select item from consent where member = $1 and withdrawn_at is null', [member.id]),
    submissionsBy(client, member.id),
    doorsOf(client, member.id),
  ]);
  const count = (...kinds: FactKind[]) => facts.filter((fact) => kinds.includes(fact.kind)).length;
  return {
    attendance: count('signed_in', 'leave'),
    dues: count('dues_reported', 'dues_confirmed'),
    services: count('volunteer_service'),
    notes: count('studied', 'noted'),
    voices: count('suggestion', 'complaint'),
    submissions: submissions.length,
    doors: doors.map((door) => library.labels.channel(door)),
    wechat: doors.includes('wechaty'),
    looks: looks.rows.map((row) => ({ on: dayOf(row.at), who: row.who ?? '系统', action: row.action })),
    consents: consents.rows.map((row) => row.item),
  };
};

/** The doors to the outside in which the member has an account; our own page and terminal know everybody by their id. */
async function doorsOf(client: Parameters<View>[0]['client'], member: string): Promise<string[]> {
  const { rows } = await client.query<{ channel: string }>({
    name: 'own-doors',
    text: `select channel from account where member = $1 and channel = any($2::text[]) order by array_position($2::text[], channel)`,
    values: [member, ['wecom', 'wecom-bot', 'wechaty']],
  });
  return rows.map(({ channel }) => channel);
}

/** Facts about one member that count, newest first. */
export async function ownFacts(
  client: Parameters<View>[0]['client'],
  member: string,
  from: string,
): Promise<OwnFact[]> {
  const { rows } = await client.query({
    name: 'own-facts',
    text: `select f.id, f.kind, coalesce(f.on_day, (f.at at time zone 'Asia/Shanghai')::date) as on, f.month, f.duty, f.data, f.recorded_by
      from fact f where f.member = $1 and f.kind <> 'withdrawn' and coalesce(f.on_day, (f.at at time zone 'Asia/Shanghai')::date) >= $2::date
        and not exists (select 1 from fact c where c.corrects = f.id) order by 3 desc, f.id desc limit 500`,
    values: [member, from],
  });
  return rows.map((row) => ({ ...row, recordedBy: row.recorded_by }));
}
