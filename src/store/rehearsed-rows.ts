// What a rehearsal sent, one row for each recipient. Reads only.

import type pg from 'pg';
import type { Draft, MessageKind } from '../domain/message.ts';
import type { Instant } from '../domain/time.ts';

export interface RehearsedRow {
  /** The outbox row. */
  readonly id: number;
  readonly at: Instant;
  readonly to: string;
  readonly unit: string | null;
  readonly channel: string;
  readonly kind: MessageKind;
  readonly duty: string | null;
  readonly draft: Draft;
}

/** Messages sent by rows after `id`, in order of time and recipient. */
export async function rehearsedRows(pool: pg.Pool, id: number): Promise<RehearsedRow[]> {
  const { rows } = await pool.query<RehearsedRow>(
    `select o.id, o.sent_at as at, coalesce(r.member, '@' || o.to_group) as to, coalesce(m.unit, o.unit) as unit, o.channel, o.kind, o.duty, o.draft
      from outbox o left join lateral unnest(o.members) r(member) on true left join member m on m.id = r.member
      where o.id > $1 and o.status = 2 order by o.id, 3`,
    [id],
  );
  return rows;
}
