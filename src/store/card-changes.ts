// A pressed card that could not be changed in the exchange is noted here, for a task to change it. Changes no card itself.

import type pg from 'pg';
import { hour, type Instant } from '../domain/time.ts';

/** W94888: a press may change its card once, within 72 hours. */
const codeLife = 72 * hour;

/** A message of a door that told of a press. */
export interface PressMessage {
  readonly channel: string;
  readonly messageId: string;
  readonly account: string;
  readonly at: Instant;
  readonly content: {
    readonly kind: string;
    readonly data?: string;
    readonly card?: string;
    /** What allows one change of the card; without it the card stays as it is. */
    readonly update?: string;
  };
}

/** Notes what became of the press; a repeat of the message notes it once. False = the card cannot be changed. */
export async function noteCardChange(
  pool: pg.Pool,
  { channel, messageId, account, at, content }: PressMessage,
  became: string,
  now: Instant,
): Promise<boolean> {
  const { data, card, update: code } = content;
  if (code === undefined || card === undefined || data === undefined) return false;
  const body = { channel, account, code, card, data, became, until: at + codeLife };
  await pool.query(
    `insert into task (kind, key, body, due_at, created_at) values ('change-card', $1, $2, $3, $3) on conflict do nothing`,
    [`change-card/${channel}/${messageId}`, JSON.stringify(body), new Date(now)],
  );
  return true;
}
