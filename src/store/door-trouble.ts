// What each door last complained of, for the operator. One row a door; says nothing of people.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';

/** Keeps the newest trouble of a door (`DoorName`); `code` is `troubleCode` of what it said. */
export async function keepTrouble(pool: pg.Pool, door: string, code: string, at: Instant): Promise<void> {
  await pool.query({
    name: 'door-trouble',
    text: `insert into door_trouble (door, at, code) values ($1, $2, $3)
      on conflict (door) do update set at = excluded.at, code = excluded.code where door_trouble.at <= excluded.at`,
    values: [door, new Date(at), code],
  });
}
