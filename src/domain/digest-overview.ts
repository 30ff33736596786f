// The weekly digest of a unit above branches: counts by branch and nothing about a person.

import type { BranchDigest, BranchFacts } from './digest.ts';
import { titlesOf } from './digest.ts';
import type { DigestPeriod } from './digest-schedule.ts';
import type { UnitId } from './organisation.ts';
import type { Day, Instant } from './time.ts';
import { dayOf, isoOf } from './time.ts';

/** Counts of one branch over the period, its groups included. */
export interface BranchCounts {
  readonly unit: { readonly id: UnitId; readonly name: string };
  /** Theme days and meetings of the period, and at how many of them people signed in. */
  readonly planned: number;
  readonly held: number;
  readonly services: number;
  readonly hours: number;
  /** Dues of the month in which the period ends: members asked and confirmed. */
  readonly duesAsked: number;
  readonly duesConfirmed: number;
  /** Members whom some message did not reach. */
  readonly unreached: number;
  readonly hasSecretary: boolean;
}

export interface OverviewFacts {
  readonly kind: 'overview';
  readonly unit: { readonly id: UnitId; readonly name: string };
  readonly period: DigestPeriod;
  readonly now: Instant;
  /** In order of their names. */
  readonly branches: readonly BranchCounts[];
  /** Materials of this unit that wait for a second person. */
  readonly proposals: number;
  /** Yearly plans that were filed to this unit and that nobody has received yet. */
  readonly plansWaiting?: number;
  readonly coming: { readonly events: number; readonly branches: number };
  readonly unreleased: BranchFacts['unreleased'];
  readonly holidays: BranchFacts['holidays'];
}

export interface OverviewDigest {
  readonly kind: 'overview';
  readonly unit: { readonly id: UnitId; readonly name: string };
  readonly from: Day;
  readonly to: Day;
  readonly comingFrom: Day;
  readonly comingTo: Day;
  readonly writtenAt: string;
  readonly titles: BranchDigest['titles'];
  readonly branches: readonly Omit<BranchCounts, 'hasSecretary'>[];
  readonly totals: Omit<BranchCounts, 'unit' | 'hasSecretary'>;
  readonly decisions: {
    readonly proposals: number;
    readonly plansWaiting: number;
    /** Branches without a secretary or deputy: nobody gets their digest. */
    readonly withoutSecretary: readonly string[];
    readonly unreleased: OverviewFacts['unreleased'];
    readonly holidays: OverviewFacts['holidays'];
  };
  readonly coming: OverviewFacts['coming'];
}

/** Sums up; the branches stay in the order of their names, never in one of their figures. */
export function buildOverview(facts: OverviewFacts): OverviewDigest {
  const { period, now, branches } = facts;
  const sum = (key: keyof OverviewDigest['totals']) => branches.reduce((total, branch) => total + branch[key], 0);
  return {
    kind: 'overview',
    unit: facts.unit,
    ...period,
    writtenAt: isoOf(now),
    titles: titlesOf(period, dayOf(now)),
    branches: branches.map(({ hasSecretary: _, ...counts }) => counts),
    totals: {
      planned: sum('planned'),
      held: sum('held'),
      services: sum('services'),
      hours: sum('hours'),
      duesAsked: sum('duesAsked'),
      duesConfirmed: sum('duesConfirmed'),
      unreached: sum('unreached'),
    },
    decisions: {
      proposals: facts.proposals,
      plansWaiting: facts.plansWaiting ?? 0,
      withoutSecretary: branches.filter(({ hasSecretary }) => !hasSecretary).map(({ unit }) => unit.name),
      unreleased: facts.unreleased,
      holidays: facts.holidays,
    },
    coming: facts.coming,
  };
}
