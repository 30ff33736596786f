// What went through each door, in counts and times for the operator. Never a text, a name or an account. Changes nothing.

import type pg from 'pg';
import { type DoorFigures, type DoorName, noFigures } from '../domain/door-health.ts';
import { dayLength, type Instant } from '../domain/time.ts';

/** Groups that the app made go through the same channel as its members. */
const door = `case when channel = 'wecom' and to_group is not null then 'appchat' else channel end`;

/** Figures of all doors that anything ever went through, as far back as rows are kept; other doors are absent. */
export async function readDoorFigures(pool: pg.Pool, now: Instant): Promise<ReadonlyMap<DoorName, DoorFigures>> {
  const found = new Map<DoorName, DoorFigures>();
  const add = (name: DoorName, part: Partial<DoorFigures>) =>
    found.set(name, { ...(found.get(name) ?? noFigures), ...part });
  const ask = async <T extends pg.QueryResultRow>(text: string, values: unknown[]) =>
    (await pool.query<T & { door: DoorName }>(text, values)).rows;
  const [heard, outgoing, failed, troubles, announced] = await Promise.all([
    ask<{ at: Instant }>('select channel as door, max(received_at) as at from inbound group by 1', []),
    ask<{ at: Instant | null; waiting: number; since: Instant | null }>(
      `select ${door} as door, max(sent_at) as at, count(*) filter (where status < 2)::int as waiting,
        min(due_at) filter (where status < 2 and due_at <= $1) as since from outbox group by 1`,
      [new Date(now)],
    ),
    ask<{ reason: string; count: number }>(
      `select ${door} as door, coalesce(outcome, '') as reason, count(*)::int as count from outbox
        where status in (3, 4) and created_at >= $1 group by 1, 2 order by 3 desc`,
      [new Date(now - dayLength)],
    ),
    ask<{ at: Instant; code: string }>('select door, at, code from door_trouble', []),
    ask<{ at: Instant; event: string; effectAt: Instant | null }>(
      `select 'wecom' as door, at, detail->>'event' as event, (detail->>'effectAt')::float8 as "effectAt" from audit
        where action = 'app-alert' and at >= $1 order by at desc, id desc limit 1`,
      [new Date(now - 60 * dayLength)],
    ),
  ]);
  for (const { door: name, at } of heard) add(name, { heardAt: at });
  for (const { door: name, at, waiting, since } of outgoing) add(name, { sentAt: at, waiting, dueSince: since });
  for (const { door: name, reason, count } of failed)
    add(name, { failed: [...(found.get(name)?.failed ?? []), { reason, count }] });
  for (const { door: name, at, code } of troubles) add(name, { trouble: { at, code } });
  for (const { at, event, effectAt } of announced) add('wecom', { announced: { at, event, effectAt } });
  return found;
}
