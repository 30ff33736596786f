// What conversations about plans may know: the branch's own, and for a unit above how far those below are, without a person.

import { committeeRoles } from '../../domain/meeting.ts';
import { holds, planText } from '../../domain/plan.ts';
import type { PlanView } from '../../domain/plan-talk.ts';
import { sayPlanState } from '../../domain/plan-talk.ts';
import { sayRule } from '../../domain/theme-day-plan.ts';
import { dayOf, sayDay } from '../../domain/time.ts';
import { membersOf } from '../members.ts';
import { plansOf, readSheetOf } from '../plans.ts';
import type { View } from './view.ts';

export const plan: View = async ({ client, library, units, unit, now }): Promise<PlanView> => {
  const year = Number(dayOf(now).slice(0, 4));
  const settings = units.settings(unit.id);
  const [plans, members, uploaded] = await Promise.all([
    plansOf(client, [unit.id], year - 1),
    membersOf(client, units.partsOf(unit.id)),
    readSheetOf(client, unit.id),
  ]);
  const above = unit.parent === null ? undefined : units.byId.get(unit.parent);
  const isCommittee = ({ roles }: { roles: readonly string[] }) =>
    roles.some((role) => committeeRoles.includes(role as never));
  return {
    unit: unit.id,
    plans,
    proposal: library.planProposal,
    has: {
      groups: units.partsOf(unit.id).length > 1 || members.some(({ partyGroup }) => partyGroup !== null),
      // Fewer than seven full members have a secretary and no committee (条例 Art. 20).
      committee: members.length >= 7 || members.filter(isCommittee).length >= 3,
    },
    above: above ? { id: above.id, name: above.name } : null,
    deadline: settings.deadlines.plan ?? '01-31',
    uploaded,
    themeDay: `${sayRule(settings.theme_day)}${settings.start}`,
  };
};

/** Of the branches below: which plans lie here, which are missing. Unit names and counts only. */
export const plansBelow: View = async ({ client, units, unit, now }) => {
  const today = dayOf(now);
  const branches = units.below(unit.id).filter(({ id, kind }) => id !== unit.id && kind === 'branch');
  const all = await plansOf(
    client,
    branches.map(({ id }) => id),
    Number(today.slice(0, 4)),
  );
  // The coming year is spoken of as soon as somebody has filed for it.
  const next = Number(today.slice(0, 4)) + 1;
  const year =
    Number(today.slice(5, 7)) >= 11 || all.some((one) => one.year === next && one.state === 'filed') ? next : next - 1;
  const plans = all.filter((one) => one.year === year);
  const of = (id: string) => plans.find((one) => one.unit === id);
  const isHere = (id: string) => ['filed', 'received'].includes(of(id)?.state ?? '');
  const list = branches
    .filter(({ id }) => isHere(id))
    .map(({ id, name }) => {
      const one = of(id)!;
      const items = one.items.map(({ speaker: _, ...item }) => item);
      return {
        ...one,
        name: `${name}${one.state === 'received' ? '（已收）' : ''}`,
        unitName: name,
        text: planText(items, false),
        stateWord: sayPlanState(one.state, one),
        waits: one.state === 'filed',
        versions: one.history.length > 0 ? one.history.length + 1 : null,
        changes: one.history.map(({ on, why }) => `${sayDay(on)}改过${why ? `：${why}` : ''}`),
      };
    })
    .sort((a, b) => Number(b.waits) - Number(a.waits));
  const missing = branches.filter(({ id }) => !isHere(id));
  return {
    year,
    total: branches.length,
    list: list.length > 0 ? list : null,
    filed: list.length,
    received: list.filter(({ waits }) => !waits).length,
    missing: missing.map(({ name }) => name),
    working: missing.filter(({ id }) => holds(of(id)?.state ?? 'none')).length,
    deadline: `${year}-${units.settings(unit.id).deadlines.plan ?? '01-31'}`,
  };
};
