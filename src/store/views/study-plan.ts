// The branch's study plan, and the suggestion for one. Knows no person.

import { planYear } from '../../domain/plan.ts';
import type { StudyPlan } from '../../domain/study-plan.ts';
import { dayOf } from '../../domain/time.ts';
import { studyPlansOf } from '../plans.ts';
import type { View } from './view.ts';

/** `{plans, year, suggested}`: those of this year and later ones; the year meant when none is said. */
export const studyPlan: View = async ({ client, library, unit, now }) => {
  const today = dayOf(now);
  const plans: StudyPlan[] = await studyPlansOf(client, unit.id, Number(today.slice(0, 4)));
  return { plans, year: planYear(today), suggested: library.planProposal.study_topics };
};
