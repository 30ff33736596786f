// The kinds of steps a flow is made of. A new kind is one file here, one line in each of the two tables, and one talk.

import { z } from 'zod';
import type { Condition } from '../condition.ts';
import type { StepKind } from '../run.ts';
import { askForm, asking } from './ask.ts';
import { branchForm, branching } from './branch.ts';
import { callForm, calling } from './call.ts';
import { chooseForm, choosing } from './choose.ts';
import { computeForm, computing } from './compute.ts';
import { confirmForm, confirming } from './confirm.ts';
import { endForm, ending } from './end.ts';
import { condition } from './forms.ts';
import { handingOver, handOverForm } from './hand-over.ts';
import { repairForm, repairing } from './repair.ts';
import { saveForm, saving } from './save.ts';
import { sayForm, saying } from './say.ts';

const forms = {
  ask: askForm,
  choose: chooseForm,
  confirm: confirmForm,
  compute: computeForm,
  branch: branchForm,
  save: saveForm,
  call: callForm,
  'hand-over': handOverForm,
  repair: repairForm,
  end: endForm,
  say: sayForm,
} as const;

export type StepName = keyof typeof forms;
type Forms = { readonly [K in StepName]: z.output<(typeof forms)[K]> };

/** One checked step: its kind, its name in the flow, the condition under which it is taken, and what its kind needs. */
export type Step = {
  [K in StepName]: Forms[K] & { readonly kind: K; readonly id: string; readonly when: Condition | undefined };
}[StepName];

export const stepKinds: { readonly [K in StepName]: StepKind<Forms[K]> } = {
  ask: asking,
  choose: choosing,
  confirm: confirming,
  compute: computing,
  branch: branching,
  save: saving,
  call: calling,
  'hand-over': handingOver,
  repair: repairing,
  end: ending,
  say: saying,
};

const names = Object.keys(forms) as StepName[];

/** The form of one step in flow.yaml: `id` and `if` may stand in any; the first known key names the kind. */
export const stepForm = z
  .record(z.string(), z.unknown())
  .transform((raw, context): Omit<Step, 'id'> & { id: string | undefined } => {
    const { id, if: when, ...rest } = raw;
    const kind = names.find((name) => name in rest);
    if (!kind) {
      context.addIssue({ code: 'custom', message: `这一步不知道做什么，可用：${names.join('、')}` });
      return z.NEVER;
    }
    const parsed = forms[kind].safeParse(rest);
    const parsedWhen = condition.optional().safeParse(when);
    const parsedId = z
      .string()
      .regex(/^[\w-]{1,60}$/)
      .optional()
      .safeParse(id);
    for (const result of [parsed, parsedWhen, parsedId]) {
      if (!result.success)
        for (const issue of result.error.issues) context.addIssue({ ...issue, code: 'custom' } as never);
    }
    if (!parsed.success || !parsedWhen.success || !parsedId.success) return z.NEVER;
    return { ...parsed.data, kind, id: parsedId.data, when: parsedWhen.data } as never;
  });
