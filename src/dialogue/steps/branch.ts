// branch: goes where the first condition that holds points; on when none does.

import { z } from 'zod';
import type { StepKind } from '../run.ts';
import { goTo, onward, scopeOf } from '../run.ts';
import { condition } from './forms.ts';

export const branchForm = z.strictObject({
  branch: z.array(z.strictObject({ if: condition.optional(), go: z.string() })).min(1),
});

export const branching: StepKind<z.output<typeof branchForm>> = {
  enter(run, frame, step) {
    const scope = scopeOf(run, frame);
    const taken = step.branch.find((way) => way.if === undefined || way.if.holds(scope));
    return taken ? goTo(taken.go) : onward;
  },
};
