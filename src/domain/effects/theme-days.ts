// Effects of arranging a theme day: the arrangement is kept, and the event carries what notices say of it.

import type { Agenda } from '../theme-day-agenda.ts';
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
