// One row for each schedule and firing time: many may ring, one acts.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';

/** The newest finished firing of each schedule. */
export async function lastFirings(client: pg.Pool): Promise<Map<string, Instant>> {
  const { rows } = await client.query<{ schedule: string; at: Instant }>(
    'select schedule, max(fires_at) as at from firing where done_at is not null group by schedule',
  );
  return new Map(rows.map(({ schedule, at }) => [schedule, at]));
}

/** True when this process is to act: nobody has yet, or whoever began did not finish before `abandonedBefore`. */
export async function claimFiring(
  client: pg.Pool,
  schedule: string,
  at: Instant,
  now: Instant,
  abandonedBefore: Instant,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into firing (schedule, fires_at, claimed_at) values ($1, $2, $3)
      on conflict (schedule, fires_at) do update set claimed_at = excluded.claimed_at
        where firing.done_at is null and firing.claimed_at < $4`,
    [schedule, new Date(at), new Date(now), new Date(abandonedBefore)],
  );
  return (rowCount ?? 0) > 0;
}

export async function finishFiring(client: pg.Pool, schedule: string, at: Instant, now: Instant): Promise<void> {
  await client.query('update firing set done_at = $3 where schedule = $1 and fires_at = $2', [
    schedule,
    new Date(at),
    new Date(now),
  ]);
}
