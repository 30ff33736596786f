// What a broadcaster may know: whom a material would reach, what waits for approval, how deliveries stand. Counts, never names of recipients.

import type { BroadcastBody } from '../../domain/broadcast.ts';
import { addMonths, dayOf, monthOf, sayDay } from '../../domain/time.ts';
import type { View, ViewContext } from './view.ts';

interface Known {
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly state: string;
  readonly body: BroadcastBody;
}

/** The other broadcasters of the member's unit and of those above it: who may approve. */
export const approvers: View = async ({ client, units, unit, member }) => {
  const above = units.above(unit.id).map(({ id }) => id);
  const { rows } = await client.query<{ id: string }>(
    `select id from member where unit = any($1::text[]) and 'broadcaster' = any(roles) and id <> $2 and left_at is null`,
    [above, member.id],
  );
  return rows.map(({ id }) => id);
};

/** How many a material to all of this unit would reach, in calls. */
export const reach: View = async ({ client, units, unit, channels }) => {
  const below = units.below(unit.id).map(({ id }) => id);
  const { rows } = await client.query<{ members: number; reachable: number; branches: number }>(
    `select count(*)::int as members, count(distinct m.unit)::int as branches,
        count(*) filter (where exists (select 1 from account a where a.member = m.id and a.channel = any($2::text[])))::int as reachable
      from member m where m.unit = any($1::text[]) and m.left_at is null`,
    [below, channels],
  );
  const counts = rows[0]!;
  return { ...counts, calls: Math.ceil(counts.reachable / 1000), unreachable: counts.members - counts.reachable };
};

/** Materials of this unit: the one to approve (not one's own), the newest, and how it stands. */
export const broadcasts: View = async (context) => {
  const known = await materialsOf(context);
  const waiting = known.filter(({ state }) => state === 'proposed');
  const toApprove = waiting.filter(({ body }) => body.by !== context.member.id);
  const newest = known.find(({ state }) => state !== 'proposed') ?? known[0];
  return {
    toApprove: toApprove[0] ? shown(toApprove[0]) : null,
    more: Math.max(0, toApprove.length - 1),
    ownWaiting: waiting.some(({ body }) => body.by === context.member.id),
    newest: newest ? { ...shown(newest), ...(await progressOf(context, newest)) } : null,
  };
};

/** Whether this and the next month's study cards are released, and by whom they were proposed. */
export const release: View = async ({ client, now, member }) => {
  const month = monthOf(dayOf(now));
  const months = [month, addMonths(month, 1)];
  const { rows } = await client.query(
    'select month, proposed_by, approved_by from content_release where month = any($1::text[])',
    [months],
  );
  const open = months.find((one) => !rows.some((row) => row.month === one && row.approved_by !== null));
  const row = rows.find((one) => one.month === open);
  return { open: open ?? null, proposed: Boolean(row), own: row?.proposed_by === member.id };
};

async function materialsOf({ client, units, unit }: ViewContext): Promise<Known[]> {
  const above = units.above(unit.id).map(({ id }) => id);
  const { rows } = await client.query<Known>(
    `select id, unit, title, state, body from record where kind = 'broadcast' and unit = any($1::text[])
        and coalesce((body->>'own')::boolean, false) = false order by created_at desc limit 20`,
    [above],
  );
  return rows;
}

function shown(known: Known) {
  const { body } = known;
  return {
    ...known,
    text: body.text.slice(0, 200),
    source: body.source,
    link: body.link,
    when: body.at === null ? '下一个推送时间' : sayDay(dayOf(body.at)),
  };
}

async function progressOf({ client, library }: ViewContext, { id, state }: Known) {
  const { rows } = await client.query<{ total: number; sent: number; failed: number; waiting: number }>(
    `select coalesce(sum(cardinality(members)), 0)::int as total,
        coalesce(sum(cardinality(members)) filter (where status = 2), 0)::int as sent,
        coalesce(sum(cardinality(members)) filter (where status in (3, 4)), 0)::int as failed,
        coalesce(sum(cardinality(members)) filter (where status < 2), 0)::int as waiting
      from outbox where record = $1 and kind = 'broadcast'`,
    [id],
  );
  const { rows: reasons } = await client.query<{ reason: string; count: number; missed: number }>(
    `select u.reason, count(*)::int as count, count(*) filter (where o.status = 2)::int as missed
      from undelivered u join outbox o on o.id = u.outbox where o.record = $1 group by 1 order by 2 desc`,
    [id],
  );
  // Of calls that went through, those whom WeCom named as not reached.
  const missed = reasons.reduce((sum, row) => sum + row.missed, 0);
  const counts = rows[0]!;
  return {
    ...counts,
    sent: counts.sent - missed,
    failed: counts.failed + missed,
    reasons: reasons.map((row) => ({ ...row, reasonWord: library.labels.failureReason(row.reason) })),
    stateWord: stateWords[state] ?? state,
  };
}

const stateWords: Readonly<Record<string, string>> = {
  proposed: '等待审批',
  approved: '已批准，等待发送',
  sending: '正在发送',
  sent: '已发完',
  cancelled: '已停止',
  recalling: '正在撤回',
  recalled: '已撤回',
};
