// What a branch has before it, for any of its members: this month, the next one, this quarter, this year; and what the coming discussion is about.

import { monthLines, monthsOfQuarter, monthsText, toConvene, yearText } from '../../domain/arrangement.ts';
import { isCommittee } from '../../domain/meeting.ts';
import { nextDiscussion, speakingPrompt } from '../../domain/study-plan.ts';
import { addMonths, dayOf, monthOf, sayMonth } from '../../domain/time.ts';
import { arrangementFacts } from '../arrangement.ts';
import type { View } from './view.ts';

export const arrangement: View = async ({ client, units, unit, member, now }) => {
  const today = dayOf(now);
  const month = monthOf(today);
  const facts = await arrangementFacts(client, units, unit, now);
  const thisYear = Number(today.slice(0, 4));
  const discussions = facts.studyPlans.flatMap((plan) => nextDiscussion(plan, today) ?? []);
  const discussion = discussions[0];
  const waiting = toConvene(facts, month);
  const named = (one: string) => ({ name: sayMonth(one, today), text: monthLines(facts, one, today).join('\n') });
  return {
    month: named(month),
    next: named(addMonths(month, 1)),
    quarter: {
      name: `${'一二三四'[Math.ceil(Number(month.slice(5)) / 3) - 1]}季度`,
      text: monthsText(facts, monthsOfQuarter(today), today),
    },
    year: { name: `${thisYear}年`, text: yearText(facts, thisYear) || yearText(facts, thisYear + 1) },
    discussion: discussion ? { ...discussion, text: speakingPrompt(discussion.topic) } : null,
    mayPlan: isCommittee(member),
    toConvene: waiting.length > 0 && (isCommittee(member) || member.roles.includes('group-leader')) ? waiting : null,
  };
};
