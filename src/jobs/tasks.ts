// Runs tasks: work that is not a message, like digests, exports and the planning of broadcasts. What a task does is its handler's business.

import type pg from 'pg';
import type { Logger } from 'pino';
import { type Instant, minute } from '../domain/time.ts';
import {
  claimTasks,
  type HeldTask,
  holdTask,
  keepTask,
  markTask,
  nextTaskAt,
  releaseTasks,
  taskStatus,
} from '../store/task-rows.ts';
import type { Line } from './dispatcher.ts';
import { mostAttempts, waitAfter } from './retry.ts';

/** What a handler gets. `body` was written by this or an older version of the program: parse it. */
export interface Task {
  readonly id: number;
  readonly key: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** 1 = the first. */
  readonly attempt: number;
  readonly dueAt: Instant;
  /** False once somebody else may run the task: a long handler asks before it writes. */
  readonly isHeld: () => boolean;
}

/** What became of a task. A handler that throws is run again after a while; what would fail the same way again is `failed`. */
export type TaskOutcome =
  | { readonly kind: 'done'; readonly detail?: string }
  | { readonly kind: 'failed'; readonly detail: string }
  /** Not yet: again at `at`, without counting as an attempt. */
  | { readonly kind: 'later'; readonly at: Instant };

/** May be run twice for one task (a process dies between the work and the mark): what it writes is keyed by the task's key. */
export type TaskHandler<Context> = (task: Task, context: Context) => Promise<TaskOutcome>;

export interface TaskParts<Context> {
  readonly pool: pg.Pool;
  readonly handlers: Readonly<Record<string, TaskHandler<Context>>>;
  readonly context: Context;
  readonly clock: () => Instant;
  readonly log: Pick<Logger, 'info' | 'warn' | 'error'>;
  /** Milliseconds after which a task whose process died comes back; a running one holds on by itself. */
  readonly lease?: number;
  readonly concurrency?: number;
}

/** What happened in this process since it started, for the metrics page. */
export const taskCounters = { done: 0, failed: 0, retried: 0, lost: 0 };

/** The line of tasks. */
export function taskLine<Context>(parts: TaskParts<Context>): Line {
  const { pool, clock, lease = 2 * minute, concurrency = 2 } = parts;
  return {
    name: 'task',
    concurrency,
    claim(limit) {
      const now = clock();
      return claimTasks(pool, limit, now, now + lease);
    },
    async handle(id) {
      const now = clock();
      const row = await holdTask(pool, id, now, now + lease);
      if (row) await runHeld(parts, row, lease);
    },
    release: (ids) => releaseTasks(pool, ids, clock()),
    nextAt: () => nextTaskAt(pool, clock()),
  };
}

async function runHeld<Context>(parts: TaskParts<Context>, row: HeldTask, lease: number): Promise<void> {
  const { pool, handlers, context, clock, log } = parts;
  const handler = handlers[row.kind];
  if (!handler) return settle(parts, row, row.heldUntil, { kind: 'failed', detail: `no handler for ${row.kind}` });
  // Only a task whose runners died can come here.
  if (row.attempts > mostAttempts) return settle(parts, row, row.heldUntil, { kind: 'failed', detail: 'gave-up' });

  let heldUntil: Instant | undefined = row.heldUntil;
  let holding = Promise.resolve();
  const timer = setInterval(() => {
    holding = holding
      .then(async () => {
        if (heldUntil === undefined) return;
        const until = clock() + lease;
        if (until <= heldUntil) return;
        const kept = await keepTask(pool, { id: row.id, heldUntil }, until);
        heldUntil = kept ? until : undefined;
      })
      .catch((err) => log.warn({ err, id: row.id }, 'a task could not hold on'));
  }, lease / 3);
  try {
    const { id, key, body, attempts, dueAt } = row;
    const isHeld = () => heldUntil !== undefined && clock() < heldUntil;
    const result = await handler({ id, key, body, attempt: attempts, dueAt, isHeld }, context).catch((err: unknown) => {
      log.error({ err, id, kind: row.kind, attempt: attempts }, 'a task threw');
      return undefined;
    });
    clearInterval(timer);
    await holding;
    if (heldUntil === undefined) taskCounters.lost += 1;
    else await settle(parts, row, heldUntil, result);
  } finally {
    clearInterval(timer);
  }
}

async function settle<Context>(
  { pool, clock, log }: TaskParts<Context>,
  { id, kind, attempts, dueAt }: HeldTask,
  heldUntil: Instant,
  result: TaskOutcome | undefined,
): Promise<void> {
  const now = clock();
  const write = async (status: number, due: Instant, outcome: string, counted: number) => {
    if (!(await markTask(pool, { id, heldUntil }, { status, dueAt: due, outcome, attempts: counted }, now)))
      taskCounters.lost += 1;
  };
  if (!result && attempts < mostAttempts) {
    taskCounters.retried += 1;
    return write(taskStatus.waiting, now + waitAfter(attempts), 'threw', attempts);
  }
  if (result?.kind === 'later') return write(taskStatus.waiting, Math.max(result.at, now + 100), 'later', attempts - 1);
  if (result?.kind === 'done') {
    taskCounters.done += 1;
    return write(taskStatus.done, dueAt, result.detail ?? 'done', attempts);
  }
  const detail = result?.detail ?? 'gave-up';
  taskCounters.failed += 1;
  log.error({ id, kind, detail }, 'a task failed');
  return write(taskStatus.failed, dueAt, detail, attempts);
}
