// call: another flow, after whose end this one goes on with its answers.

import { z } from 'zod';
import type { StepKind } from '../run.ts';
import { scopeOf } from '../run.ts';
import { fillValues, values } from './forms.ts';

export const callForm = z.strictObject({ call: z.string(), with: values.default({}) });

export const calling: StepKind<z.output<typeof callForm>> = {
  enter: (run, frame, step) => ({ go: 'call', flow: step.call, with: fillValues(step.with, scopeOf(run, frame)) }),
};
