// What the conversation about the study plan comes to. Pure.

import type { StudyPlan } from './study-plan.ts';
import { editStudyPlan, proposeStudyPlan, studyPlanText, studyTopicsIn } from './study-plan.ts';

export interface StudyPlanView {
  readonly plans: readonly StudyPlan[];
  readonly year: number;
  readonly suggested: readonly string[];
}

export interface StudyPlanBook {
  readonly year: number;
  readonly plan: StudyPlan;
  /** The branch holds it good already. */
  readonly kept: boolean;
  readonly suggested: readonly string[];
  readonly reply: string;
}

/** The plan there is, else one of these topics. */
export function studyPlanBook({ plans, year, suggested }: StudyPlanView, topics: string | undefined): StudyPlanBook {
  const known = plans.find((one) => one.year === year);
  const said = topics ? studyTopicsIn(topics) : [];
  const plan = known ?? proposeStudyPlan(year, said.length > 0 ? said : suggested);
  return { year, plan, kept: known !== undefined, suggested, reply: `${year}年学习计划\n${studyPlanText(plan)}` };
}

/** The book after a wish; what was not understood changes nothing. */
export function editedStudyPlan(book: StudyPlanBook, wish: string): StudyPlanBook {
  const edited = editStudyPlan(book.plan, wish);
  if (!edited) return { ...book, reply: '没看懂要改哪里，计划没有动。' };
  return { ...book, plan: edited.plan, reply: `${edited.said}\n${studyPlanText(edited.plan)}` };
}
