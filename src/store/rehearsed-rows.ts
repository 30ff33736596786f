// What a rehearsal asks of its database: what was sent, who is expected where. Changes no row.

import type pg from 'pg';
import type { Draft, MessageKind } from '../domain/message.ts';
import type { MemberId } from '../domain/organisation.ts';
import type { Day, Instant } from '../domain/time.ts';

export interface RehearsedRow {
  readonly at: Instant;
  /** Each recipient with the unit they belong to; a group is `@unit`. */
  readonly to: readonly { readonly id: MemberId; readonly unit: string | null }[];
  readonly channel: string;
  readonly kind: MessageKind;
  readonly duty: string | null;
  readonly draft: Draft;
}

/** What went out after `from` up to and including `until`, in order of time; recipients by id. */
export async function rehearsedRows(pool: pg.Pool, from: Instant, until: Instant): Promise<RehearsedRow[]> {
  const { rows } = await pool.query<RehearsedRow>({
    name: 'rehearsed-rows',
    text: `select o.sent_at as at, o.channel, o.kind, o.duty, o.draft, case when o.to_group is not null
        then jsonb_build_array(jsonb_build_object('id', '@' || o.to_group, 'unit', o.unit))
        else (select coalesce(jsonb_agg(jsonb_build_object('id', r.member, 'unit', coalesce(m.unit, o.unit)) order by r.member), '[]')
          from unnest(o.members) r(member) left join member m on m.id = r.member) end as "to"
      from outbox o where o.status = 2 and o.sent_at > $1 and o.sent_at <= $2 order by o.sent_at, o.id`,
    values: [new Date(from), new Date(until)],
  });
  return rows;
}

/** Who is expected where something begins on this day, by member. */
export async function expectedOn(
  pool: pg.Pool,
  day: Day,
): Promise<readonly { readonly member: MemberId; readonly startsAt: Instant }[]> {
  const { rows } = await pool.query<{ member: MemberId; startsAt: Instant }>({
    name: 'expected-on',
    text: `select member, starts_at as "startsAt" from duty
      where member is not null and starts_at is not null and due_on = $1::date and state = 'open' order by member, starts_at`,
    values: [day],
  });
  return rows;
}

/** What autovacuum does in a service: without it plans made for empty tables read whole ones months later. */
export async function keepPlansFresh(pool: pg.Pool): Promise<void> {
  await pool.query('vacuum (analyze)');
}
