// What a task has put into the outbox: so that a task run twice speaks once. Sends nothing.

import type pg from 'pg';

/** True when the messages of this task lie in the outbox already; holds the task for the caller's transaction, so that two runners cannot both find nothing. */
export async function hasSpoken(
  client: pg.ClientBase,
  task: { readonly id: number; readonly key: string },
): Promise<boolean> {
  await client.query('select 1 from task where id = $1 for update', [task.id]);
  const { rowCount } = await client.query('select 1 from outbox where record = $1 limit 1', [task.key]);
  return rowCount !== 0;
}
