// What a pressed card shows from now on, and its change later where the exchange was over first. Changes nothing of what the press means.

import type pg from 'pg';
import type { Inbound, Press } from '../channels/channel.ts';
import { serialOf } from '../channels/wecom/compose.ts';
import type { Instant } from '../domain/time.ts';
import type { Labels } from '../library/labels.ts';
import { noteCardChange } from '../store/card-changes.ts';
import { chosenLabels } from '../store/pressed-button.ts';

/** A press whose card may be changed once. */
export interface PressedCard {
  readonly taskId: string;
  /** What came back with it. */
  readonly data: string;
}

export interface PressedCards {
  /** `became` undefined = nobody knows any more what became of it. */
  words(pressed: PressedCard, became: Press | undefined): Promise<string>;
  /** Notes that the card is to be changed; a repeat of the message notes it once. */
  changeLater(inbound: Inbound, words: string): Promise<void>;
}

export interface PressedCardsParts {
  readonly pool: pg.Pool;
  readonly labels: Pick<Labels, 'pressed'>;
  readonly now: () => Instant;
  /** Called when a change was noted. */
  readonly onNoted?: () => void;
}

export function pressedCards({ pool, labels, now, onNoted = () => {} }: PressedCardsParts): PressedCards {
  return {
    async words({ taskId, data }, became) {
      const serial = serialOf(taskId);
      const chosen = serial === undefined ? undefined : await chosenLabels(pool, serial, data);
      return labels.pressed(became ?? 'plain', chosen);
    },
    async changeLater({ channel, messageId, account, at, content }, words) {
      if (content.kind !== 'tap' || content.update === undefined) return;
      await noteCardChange(pool, { channel, messageId, account, code: content.update, words, pressedAt: at }, now());
      onNoted();
    },
  };
}
