// Effects of arranging theme days: the arrangement is kept and the event carries what notices say of it; one day for all branches moves what is raised.

import type { Change } from '../change.ts';
import type { Agenda } from '../theme-day-agenda.ts';
import type { UniformPlan } from '../uniform-theme-day.ts';
import type { Effect } from './effect.ts';

export const themeDayArranged: Effect = ({ values, unit, member }) => {
  const agenda = values.agenda as Agenda;
  const { event, theme, names, place, line, ready } = agenda;
  return [
    {
      change: 'record',
      record: {
        id: `theme-day-agenda/${event}`,
        kind: 'theme-day-agenda',
        unit: unit.id,
        state: 'confirmed',
        title: theme ?? '主题党日',
        body: { ...agenda, by: member.id },
      },
    },
    {
      change: 'event-details',
      duty: event,
      details: { topics: names, agenda: line, ready, ...(place ? { place } : {}) },
    },
  ];
};

/** One theme day for all below, or each its own again. Who set it is kept; the branches see it when they ask. */
export const themeDayUniform: Effect = ({ values, unit, member }) => {
  const { setting, uniform, start, moves } = values.plan as UniformPlan;
  const patch = { theme_day_uniform: uniform, ...(setting ? { theme_day: setting } : {}), ...(start ? { start } : {}) };
  return [
    { change: 'unit-settings', unit: unit.id, patch: patch as never },
    ...moves.map(
      ({ duty, dueOn, startsAt, moved }): Change => ({
        change: 'event-moved',
        duty,
        dueOn,
        startsAt,
        details: { moved },
      }),
    ),
    { change: 'audit', actor: member.id, action: 'set-theme-day', unit: unit.id, detail: { rule: setting, uniform } },
  ];
};
