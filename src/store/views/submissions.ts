// Submissions as their author sees them, and as those see them who look after them in a unit. Never for anybody else.

import type { Submission } from '../../domain/submission.ts';
import { mayMove } from '../../domain/submission.ts';
import { dayOf } from '../../domain/time.ts';
import { membersOf } from '../members.ts';
import { openCall, submissionsBy, submissionsWaiting } from '../submissions.ts';
import type { View, ViewContext } from './view.ts';

/** The member's own, newest first, with how far each has come. */
export const ownSubmissions: View = async ({ client, member, library }) => {
  const own = await submissionsBy(client, member.id);
  return { list: own.map((one) => shown(one, library)), count: own.length };
};

/** What waits for a decision here, oldest first; who looks after submissions here, and who would in the unit above. */
export const submissionBox: View = async (context) => {
  const { client, units, unit, library, now } = context;
  const [waiting, readers] = await Promise.all([submissionsWaiting(client, unit.id), readersIn(context, unit.id)]);
  const above = unit.parent === null ? undefined : units.byId.get(unit.parent);
  return {
    list: waiting.map((one) => ({
      ...shown(one, library),
      author: one.author,
      mayFile: mayMove(one, 'filed'),
      more: waiting.length - 1,
    })),
    count: waiting.length,
    call: await openCall(client, unit.id, dayOf(now)),
    readers,
    above: above ? { id: above.id, name: above.name, readers: await readersIn(context, above.id) } : null,
  };
};

/** Secretaries, deputies and those for publicity; in units above branches also who publishes there. */
async function readersIn({ client, units }: ViewContext, unit: string): Promise<string[]> {
  const roles = ['secretary', 'deputy', 'commissioner-publicity', 'broadcaster'] as const;
  const people = await membersOf(client, units.partsOf(unit));
  return people.filter((one) => roles.some((role) => one.roles.includes(role))).map(({ id }) => id);
}

function shown(submission: Submission, { labels }: ViewContext['library']) {
  const { title, state, body } = submission;
  return {
    ...submission,
    // As the label of a button.
    name: title.length > 10 ? `${title.slice(0, 9)}…` : title,
    formWord: labels.submissionForm(body.form),
    stateWord: labels.submissionState(state),
    consentWord: labels.consent(body.consent),
    on: body.on,
    note: body.note,
  };
}
