// Effects of the study plan: held good by the branch. Its older versions stay with it.

import type { StudyPlan } from '../study-plan.ts';
import type { Effect } from './effect.ts';

export const studyPlanned: Effect = ({ values, views, unit, member, today }) => {
  const plan = values.plan as unknown as StudyPlan;
  const before = (views.studyPlan as { plans: readonly (StudyPlan & { history?: readonly unknown[] })[] }).plans.find(
    ({ year }) => year === plan.year,
  );
  const { topics, quarters, months } = before ?? plan;
  const history = before ? [...(before.history ?? []), { on: today, by: member.id, topics, quarters, months }] : [];
  return [
    {
      change: 'record',
      record: {
        id: `study-plan/${unit.id}/${plan.year}`,
        kind: 'study-plan',
        unit: unit.id,
        state: 'confirmed',
        title: `${plan.year}年学习计划`,
        body: { by: member.id, ...plan, history },
      },
    },
  ];
};
