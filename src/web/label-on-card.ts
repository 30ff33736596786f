// Finds what stood on the button of a card that was pressed, from the card's number. Changes nothing.

import type pg from 'pg';
import { serialOf } from '../channels/wecom/compose.ts';
import { buttonLabel } from '../store/pressed-button.ts';

/** For the callback: the label by task_id and key; undefined when the card is not ours or is gone. */
export function labelOnCard(pool: pg.Pool): (taskId: string, key: string) => Promise<string | undefined> {
  return async (taskId, key) => {
    const serial = serialOf(taskId);
    return serial === undefined ? undefined : buttonLabel(pool, serial, key);
  };
}
