// What a pressed card shows from now on: the label of what was pressed, and what became of it. Changes no card.

import type pg from 'pg';
import type { Press } from '../channels/channel.ts';
import { serialOf } from '../channels/wecom/compose.ts';
import type { Labels } from '../library/labels.ts';
import { chosenLabels } from '../store/pressed-button.ts';

/** A press on one card. */
export interface PressedCard {
  readonly card: string;
  /** What came back with it. */
  readonly data: string;
}

export async function pressedWords(
  { pool, labels }: { readonly pool: pg.Pool; readonly labels: Pick<Labels, 'pressed'> },
  { card, data }: PressedCard,
  became: Press,
): Promise<string> {
  const serial = serialOf(card);
  return labels.pressed(became, serial === undefined ? undefined : await chosenLabels(pool, serial, data));
}
