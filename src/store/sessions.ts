// Open conversations that want attention at a moment: waits that ran out, and what expired.

import type pg from 'pg';
import type { Member } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import type { MemberRow } from './members.ts';
import { memberColumns, memberOf } from './members.ts';
import { personLock } from './person-lock.ts';

/** Members whose conversations have something due, at most 500 at once. */
export async function dueSessions(pool: pg.Pool, now: Instant): Promise<string[]> {
  const { rows } = await pool.query<{ member: string }>(
    'select member from session where wakes_at <= $1 or expires_at <= $1 order by least(wakes_at, expires_at) limit 500',
    [new Date(now)],
  );
  return rows.map(({ member }) => member);
}

/** When the next conversation wants attention; undefined = none does. */
export async function nextSessionAt(pool: pg.Pool): Promise<Instant | undefined> {
  const { rows } = await pool.query<{ at: Instant | null }>(
    'select least(min(wakes_at), min(expires_at)) as at from session',
  );
  return rows[0]?.at ?? undefined;
}

/** Locks the member as a turn does and reads the open conversations. */
export async function lockSession(
  client: pg.PoolClient,
  member: string,
): Promise<{ member: Member; state: unknown } | undefined> {
  await client.query(`select pg_advisory_xact_lock(${personLock('$1')})`, [member]);
  const { rows: people } = await client.query<MemberRow>(`select ${memberColumns} from member m where m.id = $1`, [
    member,
  ]);
  const { rows } = await client.query<{ state: unknown }>('select state from session where member = $1', [member]);
  return people[0] && { member: memberOf(people[0]), state: rows[0]?.state };
}
