// Effects of calendar feeds: an address is given out, or exchanged for a new one. The addresses themselves come from the view.

import type { Change } from '../change.ts';
import type { Effect } from './effect.ts';

interface Addresses {
  readonly own: { readonly token: string; readonly fresh: string };
  readonly branch: { readonly token: string; readonly fresh: string };
}

/** Both addresses work from now on: the member's own, and the branch's, which holds no person. */
export const calendarOpened: Effect = ({ views, unit, member }) => {
  const { own, branch } = views.calendars as Addresses;
  return [
    { change: 'calendar-feed', token: own.token, unit: unit.id, member: member.id, renewed: false },
    { change: 'calendar-feed', token: branch.token, unit: unit.id, member: null, renewed: false },
  ];
};

/** The old address stops working at once. */
export const calendarRenewed: Effect = ({ values, views, unit, member }): Change[] => {
  const { own, branch } = views.calendars as Addresses;
  if (values.which === 'branch')
    return [
      { change: 'calendar-feed', token: branch.fresh, unit: unit.id, member: null, renewed: true },
      { change: 'audit', actor: member.id, action: 'calendar-renewed', unit: unit.id },
    ];
  return [{ change: 'calendar-feed', token: own.fresh, unit: unit.id, member: member.id, renewed: true }];
};
