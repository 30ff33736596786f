// What a branch has before it in a month, a quarter or a year: from its plans and from what is on the calendar. A branch matter: no person in it.

import type { Plan, PlanItem } from './plan.ts';
import { convenedAs, holds, itemsOf, planKinds, planText, sayItem, topicsOf } from './plan.ts';
import type { StudyPlan } from './study-plan.ts';
import { studyPlanText } from './study-plan.ts';
import type { ClockTime, Day, Month } from './time.ts';
import { addMonths, monthOf, sayDay, sayMonth, sayWeekday } from './time.ts';

/** An event that has its day. */
export interface SetEvent {
  readonly id: string;
  readonly title: string;
  readonly day: Day;
  readonly start: ClockTime;
  readonly place: string | null;
}

export interface ArrangementFacts {
  readonly plans: readonly Plan[];
  readonly studyPlans: readonly StudyPlan[];
  readonly events: readonly SetEvent[];
  /** What the menu from above and the branch's own choice put into a theme day, by month. */
  readonly menus: ReadonlyMap<Month, string>;
}

/** The lines of one month; empty when nothing is planned or set. */
export function monthLines(facts: ArrangementFacts, month: Month, today: Day): string[] {
  const number = Number(month.slice(5));
  const year = Number(month.slice(0, 4));
  const plan = facts.plans.find((one) => one.year === year && holds(one.state));
  const items = plan ? itemsOf(plan.items, year, month) : [];
  const events = facts.events.filter(({ day }) => monthOf(day) === month);
  const study = facts.studyPlans.find((one) => one.year === year);
  const menu = facts.menus.get(month);
  const themeDays = items.filter(({ kind }) => kind === 'theme-day');
  return [
    ...events.map((event) => {
      const own = isThemeDay(event)
        ? themeDays
            .map(({ topic }) => topic)
            .filter(Boolean)
            .join('、')
        : '';
      return `${sayDay(event.day, today)}（${sayWeekday(event.day)}）${event.start} ${event.title}${own ? `：${own}` : ''}${event.place ? `，${event.place}` : ''}`;
    }),
    ...(menu ? [`主题党日内容：${menu}`] : []),
    ...items
      .filter((item) => !(item.kind === 'theme-day' && events.some(isThemeDay)) && !isSet(item, events))
      .map((item) => `${sayItem(item)}${convenedAs(item.kind) ? '（日子待定）' : ''}`),
    ...(study ? [`学习：${study.months[number - 1]}`] : []),
  ];
}

const isThemeDay = ({ id }: SetEvent) => id.startsWith('theme-day');

/** True when a meeting of this kind has its day already. */
function isSet({ kind }: PlanItem, events: readonly SetEvent[]): boolean {
  const meeting = convenedAs(kind);
  return meeting !== undefined && events.some(({ id }) => id.startsWith(`meeting.${meeting}/`));
}

/** What of the month's plan waits to be convened. */
export function toConvene(
  facts: ArrangementFacts,
  month: Month,
): { id: string; name: string; kind: string; topics: string }[] {
  const year = Number(month.slice(0, 4));
  const plan = facts.plans.find((one) => one.year === year && holds(one.state));
  const events = facts.events.filter(({ day }) => monthOf(day) === month);
  const items = plan ? itemsOf(plan.items, year, month).filter((item) => !isSet(item, events)) : [];
  const study = facts.studyPlans.find((one) => one.year === year);
  const number = Number(month.slice(5));
  // The quarter's discussion is convened like a meeting of the plan.
  const discussion: PlanItem[] =
    study && number % 3 === 0 && !items.some(({ kind }) => kind === 'discussion')
      ? [{ month: number, kind: 'discussion', topic: study.quarters[number / 3 - 1]! }]
      : [];
  return [...items, ...discussion.filter((item) => !isSet(item, events))].flatMap((item) => {
    const kind = convenedAs(item.kind);
    return kind ? [{ id: `${item.kind}-${item.month}`, name: planKinds[item.kind], kind, topics: topicsOf(item) }] : [];
  });
}

/** Month by month. */
export function monthsText(facts: ArrangementFacts, months: readonly Month[], today: Day): string {
  return months
    .flatMap((month) => {
      const lines = monthLines(facts, month, today);
      return lines.length > 0 ? [`【${sayMonth(month, today)}】`, ...lines] : [];
    })
    .join('\n');
}

export function monthsOfQuarter(today: Day): Month[] {
  const year = today.slice(0, 4);
  const first = Math.floor((Number(today.slice(5, 7)) - 1) / 3) * 3 + 1;
  return [0, 1, 2].map((count) => addMonths(`${year}-${String(first).padStart(2, '0')}`, count));
}

/** The year's plans as a whole; empty where there are none. */
export function yearText(facts: ArrangementFacts, year: number): string {
  const plan = facts.plans.find((one) => one.year === year && holds(one.state));
  const study = facts.studyPlans.find((one) => one.year === year);
  return [
    ...(plan ? [`${year}年三会一课年度计划`, planText(plan.items)] : []),
    ...(study ? [`${year}年学习计划`, studyPlanText(study)] : []),
  ].join('\n');
}
