// What the conversations about a plan come to: which plan is meant, how it reads, and what a wish makes of it. Pure.

import type { Plan, PlanItem, PlanState, Proposal } from './plan.ts';
import { holds, planGaps, planId, planText, planYear, proposePlan } from './plan.ts';
import { editPlan, planEdits } from './plan-edit.ts';
import type { Day } from './time.ts';
import { sayDay } from './time.ts';

/** The view `plan`: the plans of this and the next year, and what a draft would be made of. */
export interface PlanView {
  readonly unit: string;
  readonly plans: readonly Plan[];
  readonly proposal: Proposal;
  readonly has: { readonly groups: boolean; readonly committee: boolean };
  readonly above: { readonly id: string; readonly name: string } | null;
  /** The day by which the unit above wants it, in the plan's year: `01-31`. */
  readonly deadline: string;
  /** What a spreadsheet brought that nobody has taken yet. */
  readonly uploaded: { readonly year: number; readonly items: readonly PlanItem[] } | null;
  readonly themeDay: string;
}

/** A plan as a conversation holds it. */
export interface PlanBook {
  readonly id: string;
  readonly year: number;
  readonly state: PlanState;
  readonly items: readonly PlanItem[];
  readonly text: string;
  readonly isNew: boolean;
  /** Confirmed at least. */
  readonly kept: boolean;
  /** With the unit above: a change needs a reason and filing again. */
  readonly up: boolean;
  /** What is said above the question. */
  readonly reply: string;
  readonly gaps: readonly string[];
  readonly stateWord: string;
  readonly dueOn: Day;
  readonly changes: readonly string[];
  readonly changed: boolean;
  readonly refused: boolean;
}

/** The plan meant. Without a year: the one that the time of year asks for, or the one there is. Null where the unit has no plan view. */
export function planBook(view: PlanView, year: number | undefined, today: Day, onlyKept = false): PlanBook | null {
  const meant = year ?? planYear(today);
  const found =
    view.plans.find((plan) => plan.year === meant) ??
    (year === undefined && onlyKept ? view.plans.find((plan) => plan.year === Number(today.slice(0, 4))) : undefined);
  if (!found && onlyKept) return null;
  const items = found?.items ?? proposePlan(view.proposal, view.has);
  const state = found?.state ?? 'none';
  return bookOf(view, { year: found?.year ?? meant, state, items }, found);
}

function bookOf(
  view: PlanView,
  { year, state, items }: { year: number; state: PlanState; items: readonly PlanItem[] },
  plan?: Plan,
): PlanBook {
  const gaps = planGaps(items, view.has);
  const text = planText(items);
  const head = `${year}年三会一课年度计划`;
  return {
    id: planId(view.unit, year),
    year,
    state,
    items,
    text,
    isNew: state === 'none',
    kept: holds(state),
    up: state === 'filed' || state === 'received',
    reply: `${head}（${state === 'none' ? '照《支部工作条例》的次数先拟了一份' : sayPlanState(state, plan)}）\n主题党日：${view.themeDay}\n${text}${state === 'none' && !view.has.committee ? '\n不设支委会的支部，回“每月支委会不开”就去掉。' : ''}`,
    gaps,
    stateWord: sayPlanState(state, plan),
    dueOn: `${year}-${view.deadline}`,
    changes: [],
    changed: false,
    refused: false,
  };
}

/** The book after what was said; `refused` where the words change nothing. */
export function editedBook(book: PlanBook, said: string, has: PlanView['has']): PlanBook {
  const edits = planEdits(said);
  if (!edits)
    return {
      ...book,
      changes: [],
      changed: false,
      refused: true,
      reply:
        '没看懂要改哪里，计划没有动。说月份和会就行，比如“3月党课改成学习党章”“5月加一次集体学习：学习党史”“8月党员大会不开”“9月党课改到10月”。',
    };
  const { items, said: changes, changed } = editPlan(book.items, edits);
  const gaps = planGaps(items, has);
  return {
    ...book,
    items,
    text: planText(items),
    gaps,
    changes,
    changed,
    refused: !changed,
    reply: `${changes.join('；')}。${gaps.length > 0 ? `\n提醒一句：${gaps.join('；')}。` : ''}`,
  };
}

/** How far a plan is, in words. */
export function sayPlanState(state: PlanState, plan?: Pick<Plan, 'filed' | 'received' | 'note'>): string {
  switch (state) {
    case 'none':
      return '还没有';
    case 'draft':
      return '草稿';
    case 'confirmed':
      return '已定，还没有上报';
    case 'filed':
      return plan?.filed ? `${sayDay(plan.filed.on)}已上报` : '已上报';
    case 'received':
      return '上级已收到';
    case 'returned':
      return `上级退回${plan?.note ? `：${plan.note}` : ''}`;
  }
}
