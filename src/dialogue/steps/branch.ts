// branch: goes where the first condition that holds points; on when none does. What it forgets is asked again: the way a question is repeated.

import { z } from 'zod';
import type { StepKind } from '../run.ts';
import { goTo, onward, scopeOf } from '../run.ts';
import { condition } from './forms.ts';

export const branchForm = z.strictObject({
  branch: z
    .array(z.strictObject({ if: condition.optional(), go: z.string(), forget: z.array(z.string()).default([]) }))
    .min(1),
});

export const branching: StepKind<z.output<typeof branchForm>> = {
  enter(run, frame, step) {
    const scope = scopeOf(run, frame);
    const taken = step.branch.find((way) => way.if === undefined || way.if.holds(scope));
    for (const name of taken?.forget ?? []) delete frame.vars[name];
    return taken ? goTo(taken.go) : onward;
  },
};
