// Effects of plans: drafted, confirmed, changed with a trace, filed upward, received or given back. Names nobody to the unit above but the branch.

import type { Change } from '../change.ts';
import type { Plan, PlanState, PlanVersion } from '../plan.ts';
import { dayInYear, holds } from '../plan.ts';
import type { PlanBook, PlanView } from '../plan-talk.ts';
import type { Effect, EffectInput } from './effect.ts';
import { audited } from './effect.ts';

/** A draft as it stands after each wish, so that nothing said is lost. */
export const planDrafted: Effect = (input) => {
  const book = input.values.book as unknown as PlanBook;
  return [planRecord(input, book, 'draft', before(input, book.year))];
};

/** The secretary holds the draft good; from now on members see it. */
export const planConfirmed: Effect = (input) => {
  const book = input.values.book as unknown as PlanBook;
  return [planRecord(input, book, 'confirmed', before(input, book.year))];
};

/** A confirmed plan is changed. What lay with the unit above is kept as it was, with who, when and why, and is to be filed again. */
export const planChanged: Effect = (input) => {
  const { book, why } = input.values as unknown as { book: PlanBook; why?: string | null };
  const plan = before(input, book.year);
  if (!plan) return [];
  const wasUp = plan.state === 'filed' || plan.state === 'received' || plan.state === 'returned';
  const old: PlanVersion = {
    on: input.today,
    by: input.member.id,
    why: why ?? null,
    state: plan.state,
    items: plan.items,
  };
  const history = wasUp ? [...plan.history, old] : plan.history;
  const state = plan.state === 'draft' ? 'draft' : 'confirmed';
  return [planRecord(input, book, state, { ...plan, history, received: null, note: null })];
};

/** One tap: the plan lies with the unit above. */
export const planFiled: Effect = (input) => {
  const book = input.values.book as unknown as PlanBook;
  const { above } = input.views.plan as PlanView;
  if (!above) return [];
  const plan = before(input, book.year);
  const filed = { on: input.today, by: input.member.id, to: above.id };
  return [planRecord(input, book, 'filed', { ...emptyPlan(input, book), ...plan, filed, received: null, note: null })];
};

/** A plan as the unit above sees it. */
export interface PlanBelow extends Plan {
  readonly unitName: string;
}

/** The unit above has it, or wants something changed; those who look after the plan in the branch hear of it. */
export const planAnswered: Effect = (input) => {
  const { plan, to, note } = input.values as unknown as {
    plan: PlanBelow;
    to: 'received' | 'returned';
    note?: string | null;
  };
  const { id, unit, year, items, history, filed } = plan;
  const received = to === 'received' ? { on: input.today, by: input.member.id } : null;
  const text =
    to === 'received'
      ? `${year}年三会一课年度计划，${input.unit.name}收到了。`
      : `${year}年三会一课年度计划，${input.unit.name}请再改一改${note ? `：${note}` : '。'}\n改好了回“上报计划”。`;
  const told: Change[] = filed
    ? [
        {
          change: 'message',
          to: { members: [filed.by] },
          kind: 'notice',
          draft: { text },
          dueAt: input.pushAt,
          record: id,
        },
      ]
    : [];
  return [
    {
      change: 'record',
      record: {
        id,
        kind: 'plan',
        unit,
        state: to,
        title: titleOf(year),
        body: {
          by: filed?.by ?? null,
          year,
          items,
          history,
          filed,
          received,
          note: note ?? null,
          on: filed ? dayInYear(filed.on, year) : null,
        },
      },
    },
    ...told,
    ...audited(input, `plan-${to}`, filed ? [filed.by] : []),
  ];
};

/** The day by which the units below are to file; their open duties of this year follow. */
export const planDeadline: Effect = (input) => {
  const day = String(input.values.day).slice(5);
  return [
    {
      change: 'unit-settings',
      unit: input.unit.id,
      patch: { deadlines: { ...input.unit.settings.deadlines, plan: day } },
    },
    { change: 'audit', actor: input.member.id, action: 'plan-deadline', unit: input.unit.id, detail: { day } },
    {
      change: 'task',
      kind: 'plan',
      key: `plan-deadline/${input.unit.id}/${input.key}`,
      body: { what: 'deadline', unit: input.unit.id },
    },
  ];
};

/** A filled-in sheet came: it is read as soon as its bytes are here, see src/jobs/plan-task.ts. */
export const planSheet: Effect = ({ values, member, unit, key }) => {
  const { ref } = values.file as { ref: string };
  return [
    {
      change: 'record',
      record: {
        id: `plan-sheet/${unit.id}`,
        kind: 'plan-sheet',
        unit: unit.id,
        state: 'waiting',
        title: '年度计划表',
        body: { by: member.id, file: ref },
      },
    },
    {
      change: 'task',
      kind: 'plan',
      key: `plan-sheet/${ref}/${key}`,
      body: { what: 'sheet', unit: unit.id, file: ref },
    },
  ];
};

/** What the sheet brought becomes the plan: confirmed, or a change of one that was filed. */
export const planSheetUsed: Effect = (input) => {
  const { uploaded } = input.views.plan as PlanView;
  if (!uploaded) return [];
  const plan = before(input, uploaded.year);
  const book = { ...(input.values.book as unknown as PlanBook), items: uploaded.items };
  const changed = plan && holds(plan.state) ? planChanged({ ...input, values: { book, why: '改用填好的计划表' } }) : [];
  return [
    ...(changed.length > 0 ? changed : planConfirmed({ ...input, values: { book } })),
    {
      change: 'record',
      record: {
        id: `plan-sheet/${input.unit.id}`,
        kind: 'plan-sheet',
        unit: input.unit.id,
        state: 'used',
        title: '年度计划表',
        body: { by: input.member.id },
      },
    },
  ];
};

/** The blank, by the next message. */
export const planForm: Effect = ({ unit, member, key }) => [
  {
    change: 'task',
    kind: 'plan',
    key: `plan-form/${unit.id}/${key}`,
    body: { what: 'form', unit: unit.id, member: member.id },
  },
];

function before(input: EffectInput, year: number): Plan | undefined {
  return (input.views.plan as PlanView).plans.find((plan) => plan.year === year);
}

function emptyPlan({ unit }: EffectInput, { id, year, items, state }: PlanBook): Plan {
  return { id, unit: unit.id, year, items, history: [], state };
}

function titleOf(year: number): string {
  return `${year}年三会一课年度计划`;
}

function planRecord(input: EffectInput, book: PlanBook, state: PlanState, plan: Plan | undefined): Change {
  const { history, filed, received, note } = plan ?? emptyPlan(input, book);
  return {
    change: 'record',
    record: {
      id: book.id,
      kind: 'plan',
      unit: input.unit.id,
      state,
      title: titleOf(book.year),
      body: {
        by: input.member.id,
        year: book.year,
        items: book.items,
        history,
        filed: filed ?? null,
        received: received ?? null,
        note: note ?? null,
        // A plan filed before its year counts for that year.
        on: dayInYear(input.today, book.year),
      },
    },
  };
}
