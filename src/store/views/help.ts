// The words this member can use, from the flows themselves; nobody is shown what is not theirs to do.

import { mayStart } from '../../dialogue/meaning.ts';
import type { View } from './view.ts';

/** From this rank on a flow is named without its hint: a help that explains forty words is read by nobody. */
const furtherFrom = 50;

/** `{usual: [{word, hint}], further: [word]}` of all flows that carry a hint, what is everybody's first, in the order of their rank. */
export const help: View = async ({ library, member }) => {
  const flows = [...library.flows.newest.values()]
    .filter((flow) => flow.hint && flow.start.words[0] && mayStart(flow, member))
    .sort((a, b) => Number(b.who.includes('member')) - Number(a.who.includes('member')) || a.rank - b.rank)
    .map(({ start, hint, rank }) => ({ word: start.words[0], hint, rank }));
  return {
    usual: flows.filter(({ rank }) => rank < furtherFrom),
    further: flows.filter(({ rank }) => rank >= furtherFrom).map(({ word }) => word),
  };
};
