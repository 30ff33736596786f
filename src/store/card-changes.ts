// A pressed card that could not be changed in the exchange is noted here, for a task to change it. Changes no card itself.

import type pg from 'pg';
import { hour, type Instant } from '../domain/time.ts';

/** W94888: a press may change its card once, within 72 hours. */
const codeLife = 72 * hour;

export interface CardChange {
  readonly channel: string;
  /** The message that told of the press; a repeat of it notes the change once. */
  readonly messageId: string;
  readonly account: string;
  readonly code: string;
  readonly words: string;
  readonly pressedAt: Instant;
}

export async function noteCardChange(
  pool: pg.Pool,
  { messageId, pressedAt, ...change }: CardChange,
  now: Instant,
): Promise<void> {
  await pool.query(
    `insert into task (kind, key, body, due_at, created_at) values ('change-card', $1, $2, $3, $3) on conflict do nothing`,
    [
      `change-card/${change.channel}/${messageId}`,
      JSON.stringify({ ...change, until: pressedAt + codeLife }),
      new Date(now),
    ],
  );
}
