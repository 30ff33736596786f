// say: one message; the flow goes on at once.

import { z } from 'zod';
import type { StepKind } from '../run.ts';
import { onward, say, scopeOf } from '../run.ts';
import { buttons, fill, showButtons, text } from './forms.ts';

export const sayForm = z.strictObject({ say: text, title: text.optional(), buttons: buttons.optional() });

export const saying: StepKind<z.output<typeof sayForm>> = {
  enter(run, frame, step) {
    const scope = scopeOf(run, frame);
    say(run, frame, fill(step.say, scope), {
      title: step.title ? fill(step.title, scope) : null,
      buttons: showButtons(step.buttons, scope),
    });
    return onward;
  },
};
