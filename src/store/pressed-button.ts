// What stood on a button that somebody pressed: the draft of the message it came with. Changes nothing.

import type pg from 'pg';
import type { Draft } from '../domain/message.ts';

/** The label of the button with this data in an outbox row; undefined when the row is gone or had no such button. */
export async function buttonLabel(pool: pg.Pool, outboxId: number, data: string): Promise<string | undefined> {
  const { rows } = await pool.query<{ draft: Draft }>({
    name: 'outbox-draft',
    text: 'select draft from outbox where id = $1',
    values: [outboxId],
  });
  return rows[0]?.draft.buttons?.find((button) => button.data === data)?.label;
}
