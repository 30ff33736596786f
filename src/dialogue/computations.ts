// Rules of the branch that a flow may work out (`compute`), by the name a flow.yaml uses. Pure; nothing here is stored.

import { categoryOf, duesOf, sayYuan } from '../domain/dues.ts';
import type { Tag } from '../domain/organisation.ts';
import type { Json } from './session.ts';

type Computation = (values: Readonly<Record<string, Json>>) => Json;

export const computations = {
  /** Which figure the dues of a member rest on, from the tags. */
  'dues-category': ({ tags }) => categoryOf(tags as Tag[]),
  /** The monthly dues for a figure; `amount` is written as people say it (120, 22.5). */
  dues: ({ category, figure }) => {
    const due = duesOf(category as never, figure as number);
    return { amount: sayYuan(due.amount), rule: due.rule };
  },
} satisfies Record<string, Computation>;

export type ComputationName = keyof typeof computations;
