// The weekly digest of one branch: facts in, what the secretary should know out. Ranks nobody, scores nobody, and names nobody as missing who is exempt.

import { isExempt } from './audience.ts';
import type { Certainty } from './calendar.ts';
import type { DutyState } from './change.ts';
import type { DigestPeriod } from './digest-schedule.ts';
import { groupBy } from './group-by.ts';
import type { FailureReason } from './message.ts';
import type { Member, MemberId, UnitId } from './organisation.ts';
import type { ClockTime, Day, Instant, Month } from './time.ts';
import { addDays, dayOf, isoOf, monthOf, weekStartOf } from './time.ts';

/** An event of the branch with everybody who came or took leave. */
export interface MeetingFacts {
  readonly title: string;
  readonly day: Day;
  readonly start: ClockTime;
  readonly startsAt: Instant;
  /** From here on nobody can sign in any more. */
  readonly closesAt: Instant;
  readonly place: string | null;
  /** True when a day off moved it. */
  readonly moved: boolean;
  /** Whom it asks to come; null = everybody. */
  readonly asked: ReadonlySet<MemberId> | null;
  readonly attendance: readonly {
    readonly member: string;
    readonly kind: 'signed_in' | 'leave';
    readonly reason: string | null;
  }[];
}

/** What the rows say about a branch; see `readDigestFacts`. */
export interface BranchFacts {
  readonly kind: 'branch';
  readonly unit: { readonly id: UnitId; readonly name: string };
  readonly period: DigestPeriod;
  readonly now: Instant;
  /** Present members in pinyin order. */
  readonly members: readonly Member[];
  /** Events from the first day of the period on, to a week after the coming one. */
  readonly meetings: readonly MeetingFacts[];
  /** `late` services happened before the period and were reported within it. */
  readonly services: { readonly times: number; readonly hours: number; readonly late: number };
  readonly lectures: readonly string[];
  readonly suggestions: readonly string[];
  readonly solved: readonly string[];
  /** Dues months of the last year, oldest first. */
  readonly dues: readonly {
    readonly member: string;
    readonly month: Month;
    readonly dueOn: Day;
    readonly state: DutyState;
    readonly reported: boolean;
  }[];
  /** The newest failure of each member in the period. */
  readonly undelivered: readonly { readonly member: string; readonly reason: FailureReason }[];
  /** Members whose conversation was handed to the secretary. */
  readonly callbacks: readonly string[];
  /** How many conversations were given up. */
  readonly gaveUp: number;
  /** Names of those who left in the period, and of those of whom everything is deleted in the coming days. */
  readonly matters: readonly Matter[];
  readonly left: readonly string[];
  readonly forgotten: readonly string[];
  /** Open items of programmes that were taken up, for the branch itself; absent = none. */
  readonly packs?: readonly { readonly title: string; readonly dueOn: Day }[];
  /** What the plan still asks of the branch. */
  readonly plan: readonly { readonly title: string; readonly period: string; readonly dueOn: Day }[];
  /** The coming month whose study content nobody has released; null = none. */
  readonly unreleased: Month | null;
  /** Coming years whose holidays are not published. */
  readonly holidays: readonly { readonly year: number; readonly certainty: Certainty }[];
}

/** Words for codes, from content/labels.yaml. */
export interface DigestWords {
  leaveReason(code: string | null): string;
  failureReason(code: string): string;
}

export interface NameAndReason {
  readonly name: string;
  readonly reason: string;
}

export interface MeetingReport {
  readonly title: string;
  readonly day: Day;
  /** Members of whom it is expected; exempt ones are not counted. */
  readonly expected: number;
  readonly came: number;
  /** Exempt members who came all the same. */
  readonly others: number;
  readonly leave: readonly NameAndReason[];
  /** Empty while sign-in is open, and when nobody signed in at all (then nothing was recorded). */
  readonly notSignedIn: readonly string[];
  readonly state: 'open' | 'recorded' | 'unrecorded';
}

export interface ComingEvent {
  readonly title: string;
  readonly day: Day;
  readonly start: ClockTime;
  readonly place: string | null;
  readonly leave: readonly NameAndReason[];
}

/** A branch's digest, all plain data. */
export interface BranchDigest {
  readonly kind: 'branch';
  readonly unit: { readonly id: UnitId; readonly name: string };
  readonly from: Day;
  readonly to: Day;
  readonly comingFrom: Day;
  readonly comingTo: Day;
  readonly writtenAt: string;
  readonly titles: { readonly past: string; readonly coming: string };
  readonly meetings: readonly MeetingReport[];
  readonly services: BranchFacts['services'];
  readonly lectures: readonly string[];
  readonly solved: readonly string[];
  /** Without names. */
  readonly suggestions: readonly string[];
  readonly dues: {
    readonly month: Month;
    readonly confirmed: number;
    readonly waiting: number;
    readonly open: number;
  } | null;
  readonly decisions: {
    readonly duesWaiting: readonly { readonly name: string; readonly months: readonly Month[] }[];
    readonly moved: readonly { readonly title: string; readonly day: Day; readonly start: ClockTime }[];
    readonly callbacks: readonly string[];
    readonly gaveUp: number;
    /** Gone from WeCom: nothing is sent to them any more, and their clock of forgetting runs. */
    readonly left: readonly string[];
    readonly forgotten: readonly string[];
    readonly matters: readonly Matter[];
    readonly unreleased: Month | null;
    readonly holidays: BranchFacts['holidays'];
  };
  readonly unreached: readonly { readonly reason: string; readonly names: readonly string[] }[];
  /** Open dues months of a member, three or more. A notice, never a conclusion. */
  readonly arrears: readonly { readonly name: string; readonly months: number }[];
  readonly coming: {
    readonly events: readonly ComingEvent[];
    readonly dues: readonly { readonly month: Month; readonly dueOn: Day }[];
    readonly plan: BranchFacts['plan'];
    readonly packs: NonNullable<BranchFacts['packs']>;
  };
}

/** From how many open months on the secretary is told: the six-month clock, discreetly (domain notes §2C). */
const arrearsFrom = 3;

/** Something of a feature of its own that wants the secretary's eye: what it is, which ones, and what to answer. */
export interface Matter {
  readonly label: string;
  readonly items: readonly string[];
  /** How to go on, put behind the list: `。回“记录”接着记`; empty = nothing. */
  readonly hint: string;
}

/** Puts together what the secretary should know. */
export function buildBranchDigest(facts: BranchFacts, words: DigestWords): BranchDigest {
  const { period, now, members } = facts;
  const known = new Set(members.map(({ id }) => id));
  const names = (ids: ReadonlySet<string>) => members.filter(({ id }) => ids.has(id)).map(({ name }) => name);
  // A running week ends today: what has begun is past, the rest is coming. Other coming days are whole ones.
  const isPast = (meeting: MeetingFacts) => meeting.day <= period.to && meeting.startsAt <= now;
  const past = facts.meetings.filter(isPast);
  const ahead = facts.meetings.filter((meeting) => meeting.day >= period.comingFrom && !isPast(meeting));
  const coming = ahead.filter(({ day }) => day <= period.comingTo);
  return {
    kind: 'branch',
    unit: facts.unit,
    ...period,
    writtenAt: isoOf(now),
    titles: titlesOf(period, dayOf(now)),
    meetings: past.map((meeting) => reportOf(meeting, facts, words)),
    services: facts.services,
    lectures: facts.lectures,
    solved: facts.solved,
    suggestions: facts.suggestions,
    dues: duesOfMonth(facts),
    decisions: {
      duesWaiting: members.flatMap(({ id, name }) => {
        const months = facts.dues.filter((one) => one.member === id && isWaiting(one)).map(({ month }) => month);
        return months.length > 0 ? [{ name, months }] : [];
      }),
      moved: ahead.filter(({ moved }) => moved).map(({ title, day, start }) => ({ title, day, start })),
      callbacks: names(new Set(facts.callbacks)),
      gaveUp: facts.gaveUp,
      left: facts.left,
      forgotten: facts.forgotten,
      matters: facts.matters,
      unreleased: facts.unreleased,
      holidays: facts.holidays,
    },
    unreached: [...groupBy(facts.undelivered, ({ reason }) => reason)]
      .map(([reason, list]) => ({
        reason: words.failureReason(reason),
        names: names(new Set(list.map(({ member }) => member))),
      }))
      .filter((group) => group.names.length > 0),
    arrears: members.flatMap(({ id, name }) => {
      const months = facts.dues.filter((one) => one.member === id && isOverdue(one, dayOf(now))).length;
      return months >= arrearsFrom ? [{ name, months }] : [];
    }),
    coming: {
      events: coming.map((meeting) => ({
        title: meeting.title,
        day: meeting.day,
        start: meeting.start,
        place: meeting.place,
        leave: leaveOf(meeting, members, words),
      })),
      dues: duesComing(facts, known),
      plan: facts.plan,
      packs: packsDue(facts),
    },
  };
}

type DuesMonth = BranchFacts['dues'][number];
const isWaiting = ({ state, reported }: DuesMonth) => state === 'open' && reported;
const isOverdue = ({ state, reported, dueOn }: DuesMonth, today: Day) => state === 'open' && !reported && dueOn < today;

function reportOf(meeting: MeetingFacts, { members, now }: BranchFacts, words: DigestWords): MeetingReport {
  const answered = new Set(meeting.attendance.map(({ member }) => member));
  const came = new Set(meeting.attendance.filter(({ kind }) => kind === 'signed_in').map(({ member }) => member));
  const isExpected = (member: Member) => !isExempt(member) && (meeting.asked?.has(member.id) ?? true);
  const due = members.filter(isExpected);
  const state = now < meeting.closesAt ? 'open' : came.size > 0 ? 'recorded' : 'unrecorded';
  return {
    title: meeting.title,
    day: meeting.day,
    expected: due.length,
    came: due.filter(({ id }) => came.has(id)).length,
    others: members.filter((member) => !isExpected(member) && came.has(member.id)).length,
    leave: leaveOf(meeting, members, words),
    notSignedIn: state === 'recorded' ? due.filter(({ id }) => !answered.has(id)).map(({ name }) => name) : [],
    state,
  };
}

function leaveOf({ attendance }: MeetingFacts, members: readonly Member[], words: DigestWords): NameAndReason[] {
  const reasons = new Map(attendance.filter(({ kind }) => kind === 'leave').map((one) => [one.member, one.reason]));
  return members
    .filter(({ id }) => reasons.has(id))
    .map(({ id, name }) => ({ name, reason: words.leaveReason(reasons.get(id) ?? null) }));
}

/** In the month's first week what is due that month, in the others what is due in the coming days: an item is not read out every Monday. */
function packsDue({ packs = [], period: { comingFrom, comingTo } }: BranchFacts): BranchDigest['coming']['packs'] {
  const isFirstWeek = Number(comingFrom.slice(8)) <= 7;
  return packs.filter(
    ({ dueOn }) =>
      (isFirstWeek && monthOf(dueOn) === monthOf(comingFrom)) || (dueOn >= comingFrom && dueOn <= comingTo),
  );
}

/** The dues of the month in which the period ends; null when nothing was asked. */
function duesOfMonth({ dues, period }: BranchFacts): BranchDigest['dues'] {
  const month = period.to.slice(0, 7);
  const asked = dues.filter((one) => one.month === month && one.state !== 'excused');
  if (asked.length === 0) return null;
  const confirmed = asked.filter(({ state }) => state === 'done').length;
  const waiting = asked.filter(isWaiting).length;
  return { month, confirmed, waiting, open: asked.length - confirmed - waiting };
}

function duesComing({ dues, period }: BranchFacts, known: ReadonlySet<string>): BranchDigest['coming']['dues'] {
  const due = dues.filter(
    ({ member, state, dueOn }) =>
      known.has(member) && state === 'open' && dueOn >= period.comingFrom && dueOn <= period.comingTo,
  );
  return [...new Map(due.map(({ month, dueOn }) => [`${month} ${dueOn}`, { month, dueOn }])).values()];
}

/** How a reader would call the two spans, today. */
export function titlesOf({ from, to, comingFrom, comingTo }: DigestPeriod, today: Day): BranchDigest['titles'] {
  const thisWeek = weekStartOf(today);
  const isLast = to === addDays(thisWeek, -1);
  const past = to === today ? '到今天' : isLast && from === addDays(thisWeek, -7) ? '上周' : '这段时间';
  const coming =
    comingFrom <= today && today <= comingTo ? (comingTo <= addDays(thisWeek, 6) ? '本周' : '接下来七天') : '之后一周';
  return { past, coming };
}
