// A good member around us, put forward by somebody: first the one concerned is asked in private; only with a yes does the branch hear of it. Pure.

import type { Change } from './change.ts';
import type { MemberId, UnitId } from './organisation.ts';
import type { Instant } from './time.ts';
import { dayLength } from './time.ts';

/** For so long the one concerned may answer; then it is gone, and nobody was told. */
export const nominationDays = 7;

/** `asked`: only the one concerned knows. `agreed`: the branch reads it. `filed`: recommended to the unit above, where consent goes that far. */
export const nominationStates = ['asked', 'agreed', 'filed'] as const;

export interface Nomination {
  readonly id: string;
  readonly unit: UnitId;
  /** The one put forward. Who did it is not kept. */
  readonly member: MemberId;
  readonly state: (typeof nominationStates)[number];
  readonly story: string;
  /** How far the one concerned lets it go; null = not asked yet. */
  readonly consent: 'branch' | 'upward' | null;
}

export function nominationRecord({ id, unit, member, state, story, consent }: Nomination): Change {
  return {
    change: 'record',
    record: { id, kind: 'nomination', unit, member, state, title: '身边好党员', body: { story, consent } },
  };
}

/** The question to the one concerned; the story is shown when they ask to see it. */
export function askNominee({ id, member }: Nomination, now: Instant, tellAt: Instant): Change {
  return {
    change: 'message',
    to: { members: [member] },
    kind: 'notice',
    draft: {
      text: `有同志想推荐您作“身边好党员”。愿不愿意由您定，不愿意也不会有人知道。回“看推荐我的”看看写了什么，${nominationDays}天里不回就当没有这回事。`,
      buttons: [{ label: '看推荐我的', data: 's:nominated' }],
    },
    dueAt: tellAt,
    expiresAt: now + nominationDays * dayLength,
    record: id,
  };
}
