// How much each platform takes, and how much of it each lane may use. Counts nothing itself.

import { lanes } from '../store/outbox-rows.ts';
import type { Limit } from '../store/platform-limits.ts';

/**
 * What the platforms take to one account, chat or group. WeCom drops the surplus without an error (reference: app W90236, AI bot W101463,
 * group robot W91770).
 */
const platformLimits: Readonly<Record<string, readonly Limit[]>> = {
  wecom: [
    { per: 'minute', most: 30 },
    { per: 'hour', most: 1000 },
  ],
  'wecom-bot': [
    { per: 'minute', most: 30 },
    { per: 'hour', most: 1000 },
  ],
  webhook: [{ per: 'minute', most: 20 }],
};

/**
 * Of 30 a minute: replies 25, pushes 20, bulk 16 (80 % of what pushes have). The rest is room for answers within the exchange, which are not
 * counted, and for rows to many, which are counted but never wait.
 */
const shares: Readonly<Record<number, number>> = {
  [lanes.reply]: 25 / 30,
  [lanes.push]: 20 / 30,
  [lanes.bulk]: 16 / 30,
};

/** Stands for a lane where a door may use all that its platform takes: the AI bot counts its answers within the exchange too. */
export const wholeLimit = -1;

/**
 * What WeCom takes into all groups of an app together (W90248): a member gets 200 group messages a minute from one app, and the surplus is dropped
 * without an error. Who sits in which groups is not known here, so that somebody who sits in all of them counts.
 */
const allGroupsLimits: Readonly<Record<string, readonly Limit[]>> = {
  wecom: [{ per: 'minute', most: 200 }],
};

/** The limits of one account or group of this door in this lane; none where the platform has none. */
export function limitsFor(channel: string, lane: number): readonly Limit[] {
  return share(platformLimits[channel], lane);
}

/** The limits of all groups of this door together in this lane. */
export function limitsOfAllGroups(channel: string, lane: number): readonly Limit[] {
  return share(allGroupsLimits[channel], lane);
}

function share(limits: readonly Limit[] = [], lane: number): readonly Limit[] {
  const part = shares[lane] ?? 1;
  return limits.map(({ per, most }) => ({ per, most: Math.floor(most * part + 1e-9) }));
}
