// hand-over: the flow cannot help; a person is told that help is wanted (never what was said), and the conversation ends.

import { z } from 'zod';
import type { StepKind } from '../run.ts';
import { say, scopeOf } from '../run.ts';
import { fill, text } from './forms.ts';

export const handOverForm = z.strictObject({
  'hand-over': z.enum(['secretary']),
  say: text,
  /** What that person is told. */
  tell: text,
});

export const handingOver: StepKind<z.output<typeof handOverForm>> = {
  enter(run, frame, step) {
    say(run, frame, fill(step.say, scopeOf(run, frame)));
    const tell = fill(step.tell, scopeOf(run, frame));
    run.events.push({ kind: 'hand-over', flow: frame.flow, to: step['hand-over'], tell });
    return { go: 'end', reason: 'handed-over' };
  },
};
