// What the operator's page shows of the work at hand, in counts. Never a text, a name or an account; writes only who looked.

import type pg from 'pg';
import type { MemberId } from '../domain/organisation.ts';
import { dayLength, dayOf, type Instant, instantOf } from '../domain/time.ts';

export interface Counted {
  readonly name: string;
  readonly count: number;
}

export interface ConsoleFigures {
  /** Messages not sent yet, by kind. */
  readonly waiting: readonly Counted[];
  /** Messages that failed within a day, by reason. */
  readonly failed: readonly Counted[];
  /** Duties raised today (Shanghai), by programme. */
  readonly raised: readonly Counted[];
  /** Work that is not a message: waiting, and failed within a week. */
  readonly tasks: { readonly waiting: number; readonly failed: number };
}

export async function readConsoleFigures(pool: pg.Pool, now: Instant): Promise<ConsoleFigures> {
  const ask = async <T extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await pool.query<T>(text, values)).rows;
  const today = new Date(instantOf(dayOf(now), '00:00'));
  const [waiting, failed, raised, tasks] = await Promise.all([
    ask<Counted>(
      'select kind as name, count(*)::int as count from outbox where status < 2 group by 1 order by 2 desc, 1',
    ),
    ask<Counted>(
      `select coalesce(outcome, '') as name, count(*)::int as count from outbox
        where status in (3, 4) and created_at >= $1 group by 1 order by 2 desc, 1`,
      [new Date(now - dayLength)],
    ),
    ask<Counted>(
      'select programme as name, count(*)::int as count from duty where raised_at >= $1 group by 1 order by 2 desc, 1',
      [today],
    ),
    ask<{ waiting: number; failed: number }>(
      `select count(*) filter (where status < 2)::int as waiting,
        count(*) filter (where status = 3 and created_at >= $1)::int as failed from task`,
      [new Date(now - 7 * dayLength)],
    ),
  ]);
  return { waiting, failed, raised, tasks: tasks[0]! };
}

/** Whether this member is here and has the role. */
export async function isOperator(pool: pg.Pool, member: MemberId): Promise<boolean> {
  const { rowCount } = await pool.query(
    `select 1 from member where id = $1 and left_at is null and 'operator' = any(roles)`,
    [member],
  );
  return rowCount === 1;
}

/** Writes down who looked at the operator's page; null = somebody at this very machine, while no real door is open. */
export async function noteConsoleView(pool: pg.Pool, actor: MemberId | null, page: string, at: Instant): Promise<void> {
  await pool.query(`insert into audit (at, actor, action, detail) values ($1, $2, 'console-viewed', $3)`, [
    new Date(at),
    actor,
    JSON.stringify({ page }),
  ]);
}
