// Works out beforehand when a broadcast would reach how many people, and whom it would not reach. Pure; carries nothing out.

import { belongsTo } from './audience.ts';
import type { BroadcastBody } from './broadcast.ts';
import { mayHaveOn, wantsBroadcasts } from './broadcast.ts';
import type { Calendar } from './calendar.ts';
import type { Member } from './organisation.ts';
import { nextPushTime } from './quiet.ts';
import type { ClockTime, Day, Instant } from './time.ts';
import { addDays, dayOf, instantOf } from './time.ts';

export interface PossibleRecipient {
  readonly member: Member;
  /** The door that reaches this member; null = none does. */
  readonly door: string | null;
  /** Days on which the member was pushed at, from the week of the start on. */
  readonly pushed: readonly Day[];
  /** The member's unit has switched broadcasts off. */
  readonly off: boolean;
}

export const missReasons = ['other-audience', 'switched-off', 'turned-down', 'no-account', 'too-late'] as const;
export type MissReason = (typeof missReasons)[number];

export interface DeliveryPlan {
  /** How many it would be sent to. */
  readonly people: number;
  /** One for each day and door, earliest first. */
  readonly rounds: readonly { readonly at: Instant; readonly door: string; readonly people: number }[];
  readonly missed: Readonly<Record<MissReason, number>>;
}

/** No broadcast is carried on for longer than this; with a last day of its own it ends earlier. */
const longestRun = 120;

/** The plan of a broadcast that begins at `start`: who has no push left that day comes on the next workday, until the last day. */
export function planDelivery(
  body: Pick<BroadcastBody, 'audience' | 'expires'>,
  people: readonly PossibleRecipient[],
  { start, pushTime, calendar }: { start: Instant; pushTime: ClockTime; calendar: Calendar },
): DeliveryPlan {
  const missed: Record<MissReason, number> = {
    'other-audience': 0,
    'switched-off': 0,
    'turned-down': 0,
    'no-account': 0,
    'too-late': 0,
  };
  let waiting = people.filter(({ member, door, off }) => {
    const reason = !belongsTo(body.audience, member)
      ? 'other-audience'
      : off
        ? 'switched-off'
        : !wantsBroadcasts(member, dayOf(start))
          ? 'turned-down'
          : door === null
            ? 'no-account'
            : undefined;
    if (reason) missed[reason] += 1;
    return reason === undefined;
  });
  const total = waiting.length;
  const last = body.expires ?? addDays(dayOf(start), longestRun);
  const rounds: { at: Instant; door: string; people: number }[] = [];
  for (let at = start; waiting.length > 0 && dayOf(at) <= last; at = nextRound(at, pushTime, calendar)) {
    const day = dayOf(at);
    const now = waiting.filter(({ member, pushed }) => mayHaveOn(day, member, pushed));
    for (const door of new Set(now.map((one) => one.door!)))
      rounds.push({ at, door, people: now.filter((one) => one.door === door).length });
    const reached = new Set(now);
    waiting = waiting.filter((one) => !reached.has(one));
  }
  missed['too-late'] = waiting.length;
  return { people: total - waiting.length, rounds, missed };
}

/** When those come who could not have it on the day of `at`. */
export function nextRound(at: Instant, pushTime: ClockTime, calendar: Calendar): Instant {
  return nextPushTime(instantOf(addDays(dayOf(at), 1), '00:00'), pushTime, calendar);
}
