// What a pressed card shows from now on, and its change later where the exchange was over first. Changes nothing of what the press means.

import type pg from 'pg';
import type { Inbound, Press } from '../channels/channel.ts';
import type { Instant } from '../domain/time.ts';
import { type PressedCard, pressedWords } from '../jobs/pressed-words.ts';
import type { Labels } from '../library/labels.ts';
import { noteCardChange } from '../store/card-changes.ts';

export interface PressedCards {
  /** `became` undefined = nobody knows any more what became of it. */
  words(pressed: PressedCard, became: Press | undefined): Promise<string>;
  /** Notes that the card is to be changed; a repeat of the message notes it once. */
  changeLater(inbound: Inbound, became: Press | undefined): Promise<void>;
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
    words: (pressed, became = 'plain') => pressedWords({ pool, labels }, pressed, became),
    async changeLater(inbound, became = 'plain') {
      if (await noteCardChange(pool, inbound, became, now())) onNoted();
    },
  };
}
