// The seat of one member at a terminal: while it is taken, the terminal is an account of that member, and what lies in the outbox for it is handed over here.

import type pg from 'pg';
import type { MemberId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';

/** Other members keep the doors they have. Taking a taken seat changes nothing. */
export async function takeSeat(pool: pg.Pool, member: MemberId): Promise<void> {
  await pool.query(
    `insert into account (channel, account, member) values ('terminal', $1, $1) on conflict do nothing`,
    [member],
  );
}

/** What still waits for the seat waits for nobody. */
export async function leaveSeat(pool: pg.Pool, member: MemberId): Promise<void> {
  await pool.query(`delete from account where channel = 'terminal' and member = $1`, [member]);
  await pool.query(
    `update outbox set status = 5, outcome = 'cancelled' where channel = 'terminal' and status = 0 and accounts = array[$1]`,
    [member],
  );
}

/** Hands over what is due for the seat or said in the unit's group, oldest first; nobody else gets it before `until`. */
export async function handOverToSeat(
  pool: pg.Pool,
  { member, group }: { readonly member: MemberId; readonly group: string },
  now: Instant,
  until: Instant,
): Promise<{ id: number; lane: number }[]> {
  const { rows } = await pool.query<{ id: number; lane: number }>(
    `update outbox o set status = 1, lease_until = $4 from (select id from outbox
        where channel = 'terminal' and status = 0 and due_at <= $3 and (accounts = array[$1] or to_group = $2)
        order by due_at, id for update skip locked) c
      where o.id = c.id returning o.id, o.lane`,
    [member, group, new Date(now), new Date(until)],
  );
  return rows.sort((a, b) => a.id - b.id);
}
