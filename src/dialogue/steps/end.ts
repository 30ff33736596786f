// end: the conversation is over here.

import { z } from 'zod';
import type { StepKind } from '../run.ts';

export const endForm = z.strictObject({ end: z.literal(true) });

export const ending: StepKind<z.output<typeof endForm>> = {
  enter: () => ({ go: 'end', reason: 'done' }),
};
