// Reads content/plan/proposal.yaml: how drafts of a branch's plans look before anybody has changed them. A district may write its own.

import path from 'node:path';
import { Fault } from '../domain/fault.ts';
import type { Proposal } from '../domain/plan.ts';
import { proposalForm } from '../domain/plan.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

/** Throws a Fault of code `bad-content` that lists every problem with its line. */
export function loadProposal(contentDir: string): Proposal {
  const read = readYaml(path.join(contentDir, 'plan', 'proposal.yaml'), proposalForm);
  if ('problems' in read) throw new Fault('bad-content', read.problems.map(sayProblem).join('\n'));
  return read.value;
}
