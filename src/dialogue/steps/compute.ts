// compute: a rule of the branch worked out from answers, kept under a name and never stored by itself.

import { z } from 'zod';
import { dayOf } from '../../domain/time.ts';
import type { ComputationName } from '../computations.ts';
import { computations } from '../computations.ts';
import type { StepKind } from '../run.ts';
import { onward, scopeOf } from '../run.ts';
import { fillValues, values } from './forms.ts';

export const computeForm = z.strictObject({
  compute: z.enum(Object.keys(computations) as [ComputationName]),
  with: values.default({}),
  as: z.string().regex(/^[a-z][a-zA-Z0-9]*$/),
});

export const computing: StepKind<z.output<typeof computeForm>> = {
  enter(run, frame, step) {
    const scope = scopeOf(run, frame);
    const given = fillValues(step.with, scope);
    // Without the view that it works on there is nothing to work out.
    const blind = 'view' in step.with && given.view === undefined;
    frame.vars[step.as] = blind ? null : computations[step.compute](given, dayOf(run.now), run.now);
    return onward;
  },
};
