// repair: cancel, back, restart, repeat the conversation below; only the flows of general repair use it.

import { z } from 'zod';
import type { Flow } from '../flow.ts';
import type { Run, StepKind } from '../run.ts';
import { endFrame, onward } from '../run.ts';
import type { Frame } from '../session.ts';

export const repairForm = z.strictObject({ repair: z.enum(['cancel', 'back', 'restart', 'repeat']) });

/** Sets `found` (was there a conversation to repair?) and `title` (which) among the answers of the repairing flow. */
export const repairing: StepKind<z.output<typeof repairForm>> = {
  enter(run, frame, step) {
    const below = run.stack[run.stack.indexOf(frame) - 1];
    const flow = below && run.flows.revision(below.flow, below.revision);
    frame.vars.found = Boolean(below && flow);
    if (!below || !flow) return onward;
    frame.vars.title = flow.title;
    frame.vars.first = below.trail.length === 0;
    repairs[step.repair](run, below, flow);
    return onward;
  },
};

const repairs = {
  /** Ends the innermost conversation together with those that called it. */
  cancel(run: Run, below: Frame) {
    let frame: Frame | undefined = below;
    while (frame) {
      const caller: Frame | undefined = frame.called ? run.stack[run.stack.indexOf(frame) - 1] : undefined;
      endFrame(run, frame, 'cancelled');
      frame = caller;
    }
  },

  /** Takes the last answer back and asks that question again. */
  back(_run: Run, below: Frame, flow: Flow) {
    const at = below.trail.pop();
    if (at !== undefined) below.at = at;
    const step = flow.steps[below.at];
    if (step?.kind === 'ask') delete below.vars[step.ask];
    if (step?.kind === 'choose') delete below.vars[step.choose];
    below.waiting = false;
    below.misses = 0;
  },

  restart(_run: Run, below: Frame) {
    below.at = 0;
    below.vars = {};
    below.trail = [];
    below.waiting = false;
    below.misses = 0;
  },

  repeat(_run: Run, below: Frame) {
    below.waiting = false;
  },
};
