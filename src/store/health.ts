// How the service stands, in figures for the operator: form, backlog, what failed. Counts only, never a person. Changes nothing.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';
import { dayLength, minute } from '../domain/time.ts';
import { appliedMigrations } from './migrate.ts';

/** What the database is: version of the server, steps of the schema, how many units it holds. */
export async function readForm(pool: pg.Pool): Promise<{ version: string; applied: string[]; units: number }> {
  const client = await pool.connect();
  try {
    const applied = await appliedMigrations(client);
    const { rows } = await client.query<{ server_version: string }>('show server_version');
    const units =
      applied.length === 0
        ? 0
        : (await client.query<{ count: number }>('select count(*)::int as count from unit')).rows[0]!.count;
    return { version: rows[0]!.server_version.split(' ')[0]!, applied, units };
  } finally {
    client.release();
  }
}

export interface Health {
  /** Messages that are due and not sent, and since when the oldest of them is. */
  readonly due: { readonly count: number; readonly since: Instant | null };
  /** Calls that failed within a day, by reason. */
  readonly failed: readonly { readonly reason: string; readonly count: number }[];
  readonly tasks: { readonly due: number; readonly failed: number };
  /** Scheduled runs of the last two days that were begun and not finished. */
  readonly unfinished: readonly { readonly schedule: string; readonly at: Instant }[];
  /** When any schedule last ran. */
  readonly lastRun: Instant | null;
  /** Messages of a day that could not be answered because of an error of ours. */
  readonly brokenTurns: number;
  readonly members: number;
  /** Members without an account in any of the doors asked about. */
  readonly unbound: number;
  /** Members whom WeCom, within a month, took out of the app's sight and who are not back. */
  readonly outOfRange: number;
}

/** A run that takes longer than this was cut short. */
const longestRun = 10 * minute;

/** `doors` are those that are open now. */
export async function readHealth(pool: pg.Pool, now: Instant, doors: readonly string[]): Promise<Health> {
  const at = new Date(now);
  const dayAgo = new Date(now - dayLength);
  const one = async <T extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<T> =>
    (await pool.query<T>(text, values)).rows[0]!;
  const { rows: failed } = await pool.query<{ reason: string; count: number }>(
    `select coalesce(outcome, '') as reason, count(*)::int as count from outbox
      where status in (3, 4) and created_at >= $1 group by 1 order by 2 desc`,
    [dayAgo],
  );
  const { rows: unfinished } = await pool.query<{ schedule: string; at: Instant }>(
    `select schedule, fires_at as at from firing where done_at is null and claimed_at < $1 and fires_at >= $2 order by fires_at`,
    [new Date(now - longestRun), new Date(now - 2 * dayLength)],
  );
  return {
    due: await one(
      'select count(*)::int as count, min(due_at) as since from outbox where status < 2 and due_at <= $1',
      [at],
    ),
    failed,
    tasks: await one(
      `select count(*) filter (where status < 2 and due_at <= $1)::int as due,
        count(*) filter (where status = 3 and created_at >= $2)::int as failed from task`,
      [at, new Date(now - 7 * dayLength)],
    ),
    unfinished,
    lastRun: (await one<{ at: Instant | null }>('select max(done_at) as at from firing', [])).at,
    brokenTurns: (
      await one<{ count: number }>(
        `select count(*)::int as count from audit where action = 'turn-failed' and at >= $1`,
        [dayAgo],
      )
    ).count,
    ...(await one<{ members: number; unbound: number; outOfRange: number }>(
      `select count(*) filter (where m.left_at is null)::int as members,
          count(*) filter (where m.left_at is null and not exists
            (select 1 from account a where a.member = m.id and a.channel = any($1::text[])))::int as unbound,
          count(*) filter (where m.left_why = 'out-of-range' and m.left_at >= $2)::int as "outOfRange"
        from member m`,
      [doors, new Date(now - 30 * dayLength)],
    )),
  };
}

/** Which of these months a second broadcaster has released. */
export async function releasedMonths(pool: pg.Pool, months: readonly string[]): Promise<string[]> {
  const { rows } = await pool.query<{ month: string }>(
    'select month from content_release where month = any($1::text[]) and approved_by is not null',
    [months],
  );
  return rows.map(({ month }) => month);
}
