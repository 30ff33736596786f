// What stood on the buttons of a message that somebody pressed: the draft it came with. Changes nothing.

import type pg from 'pg';
import type { Draft } from '../domain/message.ts';

/**
 * The labels of what was chosen in the message of an outbox row: of the button with this data, or of all that were ticked. Undefined when the row is gone
 * or had nothing of the kind.
 */
export async function chosenLabels(pool: pg.Pool, outboxId: number, data: string): Promise<string[] | undefined> {
  const { rows } = await pool.query<{ draft: Draft }>({
    name: 'outbox-draft',
    text: 'select draft from outbox where id = $1',
    values: [outboxId],
  });
  return rows[0] && labelsIn(rows[0].draft, data);
}

function labelsIn({ buttons = [], checklist }: Draft, data: string): string[] | undefined {
  const button = buttons.find((one) => one.data === data);
  if (button) return [button.label];
  const [key, query = ''] = data.split('?', 2);
  const ids = new URLSearchParams(query).getAll('o');
  if (checklist) {
    if (key !== checklist.submit.data) return undefined;
    return checklist.options.filter(({ id }) => ids.includes(id)).map(({ label }) => label);
  }
  // Buttons that were shown as a list come back by their own data.
  const listed = buttons.filter((one) => ids.includes(one.data)).map(({ label }) => label);
  return listed.length > 0 ? listed : undefined;
}
