// Task `change-card`: shows on a pressed card what became of the press, where the answer to the press came too late for it. Says nothing to anybody.

import { z } from 'zod';
import { presses } from '../channels/channel.ts';
import { minute } from '../domain/time.ts';
import type { JobParts } from './parts.ts';
import { pressedWords } from './pressed-words.ts';
import type { TaskHandler } from './tasks.ts';

const body = z.object({
  channel: z.string(),
  account: z.string(),
  code: z.string(),
  card: z.string(),
  data: z.string(),
  became: z.enum(presses),
  /** From then on the platform takes it no more. Instant. */
  until: z.number(),
});

/** Run twice it changes the card once: the platform takes the code of a press once, and says so. */
export const changeCardTask: TaskHandler<JobParts> = async (task, { pool, library, channels, clock }) => {
  const { channel, account, code, card, data, became, until } = body.parse(task.body);
  const door = channels.get(channel);
  if (!door?.changeCard) return { kind: 'done', detail: 'no such door is open' };
  if (clock() >= until) return { kind: 'done', detail: 'too late' };
  const words = await pressedWords({ pool, labels: library.labels }, { card, data }, became);
  const outcome = await door.changeCard(account, code, words);
  switch (outcome.kind) {
    case 'sent':
      return { kind: 'done' };
    case 'throttled':
      return { kind: 'later', at: outcome.until };
    case 'unreachable':
      return { kind: 'later', at: clock() + minute };
    case 'rejected':
      // Too old, or changed already: the card stays as it is, nobody lost anything.
      return { kind: 'done', detail: outcome.detail };
  }
};
