// Handing over and marking tasks: the same claims and fence as the outbox has. Decides nothing and runs nothing.

import type pg from 'pg';
import type { Instant } from '../domain/time.ts';
import type { Claimed, Hold } from './outbox.ts';

/** What `status` of a task means. */
export const taskStatus = { waiting: 0, handedOver: 1, done: 2, failed: 3 } as const;

/** A task that this holder alone may run until `heldUntil`. */
export interface HeldTask {
  readonly id: number;
  readonly kind: string;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** This attempt included. */
  readonly attempts: number;
  readonly dueAt: Instant;
  readonly heldUntil: Instant;
}

/** Hands over due tasks, and those whose lease ran out, in the order in which they are due. */
export async function claimTasks(pool: pg.Pool, limit: number, now: Instant, until: Instant): Promise<Claimed[]> {
  const { rows } = await pool.query<Claimed & { due_at: Instant }>({
    name: 'task-claim',
    text: `update task t set status = 1, lease_until = $3 from (select id from task
        where status < 2 and due_at <= $1 and (status = 0 or lease_until <= $1) order by due_at, id limit $2 for update skip locked) c
      where t.id = c.id returning t.id, t.attempts, t.due_at`,
    values: [new Date(now), limit, new Date(until)],
  });
  return rows.sort((a, b) => a.due_at - b.due_at || a.id - b.id).map(({ id, attempts }) => ({ id, attempts }));
}

/** The next instant after `now` at which a task falls due or a lease runs out. */
export async function nextTaskAt(pool: pg.Pool, now: Instant): Promise<Instant | null> {
  const { rows } = await pool.query<{ at: Instant | null }>({
    name: 'task-next',
    text: `select min(case status when 0 then due_at else lease_until end) as at from task
      where status < 2 and case status when 0 then due_at else lease_until end > $1`,
    values: [new Date(now)],
  });
  return rows[0]?.at ?? null;
}

/** Puts back tasks that were handed over and not begun. */
export async function releaseTasks(pool: pg.Pool, ids: readonly number[], now: Instant): Promise<void> {
  await pool.query(
    `update task set status = 0, lease_until = null where id in
      (select id from task where id = any($1::bigint[]) and status = 1 and due_at <= $2 order by id for update skip locked)`,
    [ids, new Date(now)],
  );
}

/** The fence: one holder gets the task, a second one gets nothing. While it is held, `due_at` is the end of the hold. */
export async function holdTask(pool: pg.Pool, id: number, now: Instant, until: Instant): Promise<HeldTask | undefined> {
  const { rows } = await pool.query<HeldTask>(
    `with held as (select id, due_at from task where id = $1 and status = 1 and due_at <= $2 for update)
      update task t set attempts = t.attempts + 1, lease_until = $3, due_at = $3 from held where t.id = held.id
      returning t.id, t.kind, t.key, t.body, t.attempts, held.due_at as "dueAt", t.due_at as "heldUntil"`,
    [id, new Date(now), new Date(until)],
  );
  return rows[0];
}

/** Holds on for longer; false when the hold was lost. */
export async function keepTask(pool: pg.Pool, { id, heldUntil }: Hold, until: Instant): Promise<boolean> {
  const { rowCount } = await pool.query(
    'update task set due_at = $3, lease_until = $3 where id = $1 and status = 1 and due_at = $2',
    [id, new Date(heldUntil), new Date(until)],
  );
  return rowCount === 1;
}

/** Marks a held task; false, and nothing is written, when the hold was lost. */
export async function markTask(
  pool: pg.Pool,
  { id, heldUntil }: Hold,
  change: { readonly status: number; readonly dueAt: Instant; readonly outcome: string; readonly attempts: number },
  now: Instant,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update task set status = $3, due_at = $4, attempts = $5, outcome = $6, lease_until = null,
        done_at = case when $3::smallint >= 2 then $7::timestamptz end
      where id = $1 and status = 1 and due_at = $2`,
    [id, new Date(heldUntil), change.status, new Date(change.dueAt), change.attempts, change.outcome, new Date(now)],
  );
  return rowCount === 1;
}
