// The words this member can use, from the flows themselves; nobody is shown what is not theirs to do.

import { mayStart } from '../../dialogue/meaning.ts';
import type { View } from './view.ts';

/** `[{word, hint}]` of all flows that carry a hint, what is everybody's first, in the order of their rank. */
export const help: View = async ({ library, member }) =>
  [...library.flows.newest.values()]
    .filter((flow) => flow.hint && flow.start.words[0] && mayStart(flow, member))
    .sort((a, b) => Number(b.who.includes('member')) - Number(a.who.includes('member')) || a.rank - b.rank)
    .map((flow) => ({ word: flow.start.words[0], hint: flow.hint }));
