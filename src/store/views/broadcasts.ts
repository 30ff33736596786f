// What a broadcaster may know: whom a material would reach, what waits for approval, how deliveries stand. Counts, never names of recipients.

import type { BroadcastRecord } from '../../domain/broadcast.ts';
import { mayBroadcast, targetOf } from '../../domain/broadcast.ts';
import { addMonths, dayOf, monthOf, sayDay } from '../../domain/time.ts';
import { broadcastersOf, deliveryOf } from '../broadcasts.ts';
import type { View, ViewContext } from './view.ts';

/** The other broadcasters of the member's unit and of those above it: who may approve. */
export const approvers: View = ({ client, units, unit, member }) =>
  broadcastersOf(
    client,
    units.above(unit.id).map(({ id }) => id),
    member.id,
  );

/** How many a material to all of this unit would reach, in calls. */
export const reach: View = async ({ client, units, unit, channels }) => {
  const below = units.below(unit.id);
  const { rows } = await client.query<{ members: number; reachable: number }>(
    `select count(*)::int as members,
        count(*) filter (where exists (select 1 from account a where a.member = m.id and a.channel = any($2::text[])))::int as reachable
      from member m where m.unit = any($1::text[]) and m.left_at is null`,
    [below.map(({ id }) => id), channels],
  );
  const counts = rows[0]!;
  return {
    ...counts,
    branches: below.filter(({ kind }) => kind === 'branch').length,
    calls: Math.ceil(counts.reachable / 1000),
    unreachable: counts.members - counts.reachable,
  };
};

/** Materials for this unit or units below it: the one to approve (not one's own), the newest, and how it stands. */
export const broadcasts: View = async (context) => {
  const known = await materialsOf(context);
  const waiting = known.filter(({ state }) => state === 'proposed');
  const above = (known: BroadcastRecord) => context.units.above(targetOf(known)).map(({ id }) => id);
  const toApprove = waiting.filter(
    (known) => known.body.by !== context.member.id && mayBroadcast(context.member, above(known)),
  );
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

/** Newest first. Who answers only for a lower unit does not decide on what goes beyond it. */
async function materialsOf({ client, units, unit, member }: ViewContext): Promise<BroadcastRecord[]> {
  const below = units.below(unit.id).map(({ id }) => id);
  const { rows } = await client.query<BroadcastRecord>(
    `select id, unit, title, state, body from record
      where kind = 'broadcast' and (coalesce(body->>'to', unit) = any($1::text[]) or body->>'by' = $2)
        and coalesce((body->>'own')::boolean, false) = false order by created_at desc limit 20`,
    [below, member.id],
  );
  return rows;
}

function shown(known: BroadcastRecord) {
  const { body } = known;
  return {
    ...known,
    text: body.text.slice(0, 200),
    source: body.source,
    link: body.link,
    when: body.at === null ? '下一个推送时间' : sayDay(dayOf(body.at)),
  };
}

async function progressOf({ client, library }: ViewContext, { id, state }: BroadcastRecord) {
  const delivery = await deliveryOf(client, id);
  return {
    ...delivery,
    reasons: delivery.reasons.map((row) => ({ ...row, reasonWord: library.labels.failureReason(row.reason) })),
    stateWord: library.labels.broadcastState(state),
  };
}
