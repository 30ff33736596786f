// save: asks for something to be written; the named effect decides what, and it happens in the same transaction.

import { z } from 'zod';
import type { StepKind } from '../run.ts';
import { onward, scopeOf } from '../run.ts';
import { fillValues, values } from './forms.ts';

export const saveForm = z.strictObject({ save: z.string(), with: values.optional() });

export const saving: StepKind<z.output<typeof saveForm>> = {
  enter(run, frame, step) {
    const filled = step.with ? fillValues(step.with, scopeOf(run, frame)) : { ...frame.vars };
    run.events.push({ kind: 'save', flow: frame.flow, effect: step.save, values: filled });
    return onward;
  },
};
