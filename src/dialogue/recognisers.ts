// Sentences that start a flow with answers already filled in, by the name a flow.yaml uses for them.

import { findDay } from '../domain/chinese/dates.ts';
import {
  acknowledges,
  arrived,
  asksDues,
  cameList,
  complains,
  leaveReasonIn,
  paidDues,
  paidEarlierDues,
  paidList,
  served,
  servedSometime,
  suggests,
  takesLeave,
} from '../domain/sentences.ts';
import {
  asksEvent,
  asksMissing,
  asksUnpaid,
  leaveList,
  movesThemeDay,
  signedInList,
  tellsAll,
  themeDayRuleIn,
  unifiesThemeDay,
} from '../domain/sentences-branch.ts';
import { helpsReport } from '../domain/sentences-buddies.ts';
import { asksDocument } from '../domain/sentences-documents.ts';
import { convenes, lectured, lecturedBy, solvedOwn } from '../domain/sentences-meeting.ts';
import { caresFor, hadHeartTalk } from '../domain/sentences-org-life.ts';
import { asksPlan, changesPlan, setsPlanDeadline } from '../domain/sentences-plan.ts';
import { setsMenu } from '../domain/theme-menu.ts';
import type { Instant } from '../domain/time.ts';
import { dayOf } from '../domain/time.ts';
import type { Json } from './session.ts';

type Recogniser = (text: string, now: Instant) => Readonly<Record<string, Json | undefined>> | undefined;

export const recognisers = {
  served: (text, now) => served(text, now) ?? servedSometime(text, now),
  'takes-leave': (text, now) => {
    const taken = takesLeave(text);
    return taken && { ...taken, on: findDay(text, dayOf(now), 'future')?.day };
  },
  'paid-dues': (text, now) => (paidDues(text, now) ? {} : wrap('month', paidEarlierDues(text, now))),
  'asks-dues': (text) => asksDues(text),
  suggests: (text) => wrap('text', suggests(text)),
  complains: (text) => wrap('text', complains(text)),
  arrived: (text) => (arrived(text) ? {} : undefined),
  'came-list': (text) => wrap('people', (cameList(text) ?? signedInList(text))?.join(' ')),
  convenes,
  lectured,
  'lectured-by': lecturedBy,
  'helps-report': (text, now) => {
    const helped = helpsReport(text, now);
    return helped && { ...helped };
  },
  solved: (text) => solvedOwn(text),
  'had-heart-talk': hadHeartTalk,
  'cares-for': (text) => wrap('people', caresFor(text)),
  'asks-plan': asksPlan,
  'changes-plan': changesPlan,
  'sets-menu': setsMenu,
  'sets-plan-deadline': (text, now) => {
    const meant = setsPlanDeadline(text);
    return meant && { on: findDay(meant.by, dayOf(now), 'future')?.day };
  },
  'asks-book': (text, now) => asksDocument('book', text, now),
  'asks-report': (text, now) => asksDocument('report', text, now),
  'asks-appraisal': (text, now) => asksDocument('appraisal', text, now),
  'asks-study-archive': (text, now) => asksDocument('study', text, now),
  'asks-platform': (text, now) => asksDocument('platform', text, now),
  'tells-all': (text) => wrap('text', tellsAll(text)),
  'leave-list': (text) => {
    const found = leaveList(text);
    return found && { people: found.people.join(' '), reason: found.reason };
  },
  'asks-event': (text) => (asksEvent(text) ? {} : undefined),
  'asks-missing': (text) => (asksMissing(text) ? {} : undefined),
  'asks-unpaid': (text) => (asksUnpaid(text) ? {} : undefined),
  'moves-theme-day': (text) => (movesThemeDay(text) ? themeDayRuleIn(text) : undefined),
  'unifies-theme-day': (text) => (unifiesThemeDay(text) ? themeDayRuleIn(text) : undefined),
  /** Dues of the present month only: of another one nothing is understood. */
  'paid-list': (text, now) => wrap('people', paidList(thisMonth(text, now))?.join(' ')),
  /** 收到 and the like, which speak of a notice; plain thanks and 好的 may speak of anything. */
  acknowledges: (text) => (acknowledges(text) && /收到|[已知]?[知阅]|参加|到[会场]|出席/u.test(text) ? {} : undefined),
  thanks: (text) => (acknowledges(text) ? {} : undefined),
} as const satisfies Record<string, Recogniser>;

/** Ways to find which option of a question some words mean, by the name a flow.yaml uses (`reads`). */
export const optionReaders = {
  'leave-reason': leaveReasonIn,
  letter: letterIn,
} as const satisfies Record<string, (text: string) => string | undefined>;

export type RecogniserName = keyof typeof recognisers;

/** The answers a sentence brings, without those it does not; undefined when it is not such a sentence. */
export function recognise(name: RecogniserName, text: string, now: Instant): Record<string, Json> | undefined {
  const answers = recognisers[name](text, now) as Record<string, Json | undefined> | undefined;
  if (!answers) return undefined;
  return Object.fromEntries(
    Object.entries(answers).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

/** A to D as people say them: 选A, a, 1. */
function letterIn(text: string): string | undefined {
  const found = /^(?:我?选|答案?是?)?\s*([a-dA-D1-4])\s*[.。、]?$/.exec(text.normalize('NFKC').trim())?.[1];
  return found && (/\d/.test(found) ? 'ABCD'[Number(found) - 1] : found.toUpperCase());
}

/** The present month said by its number, as 本月. */
function thisMonth(text: string, now: Instant): string {
  return text.replace(new RegExp(`(?<![0-9])${Number(dayOf(now).slice(5, 7))}月份?(?![0-9])`, 'u'), '本月');
}

function wrap(key: string, value: string | undefined): Record<string, Json> | undefined {
  return value === undefined ? undefined : { [key]: value };
}
