// The counts of a year: how often what was held, from what was recorded and from nothing else. No rating, no order of persons.

import type { BookValues } from '../domain/book.ts';
import { fullDay, gap } from '../domain/book.ts';
import { isCommittee } from '../domain/meeting.ts';
import type { Member } from '../domain/organisation.ts';
import { sayRule } from '../domain/theme-day-plan.ts';
import { dayOf, sayHours } from '../domain/time.ts';
import type { BookContext } from './book.ts';
import type { Deeds, DuesYear, Entries } from './book-lists.ts';
import { isStudy } from './book-meetings.ts';
import type { HeldMeeting } from './minutes.ts';

interface Read {
  readonly context: BookContext;
  readonly members: readonly Member[];
  /** How many left within the year, also those of whom no name is kept. */
  readonly leavers: number;
  readonly everybody: readonly Member[];
  readonly recorded: readonly HeldMeeting[];
  readonly deeds: Deeds;
  readonly dues: DuesYear;
  readonly entries: Entries;
}

export function bookCounts({ context, members, leavers, everybody, recorded, deeds, dues, entries }: Read): BookValues {
  const { units, unit, year, now, member } = context;
  const settings = units.settings(unit.id);
  const of = (kind: HeldMeeting['kind']) => recorded.filter((meeting) => meeting.kind === kind).length;
  const having = (role: Member['roles'][number]) => names(members.filter(({ roles }) => roles.includes(role)));
  const lectureDays = new Set([
    ...deeds.lectures.map(({ on }) => on),
    ...recorded.filter(({ kind }) => kind === 'party-lecture').map(({ day }) => day),
  ]);
  const confirmedStates = ['confirmed', 'filed', 'received'];
  return {
    unit: unit.name,
    upper: (unit.parent && units.byId.get(unit.parent)?.name) || gap,
    year,
    today: fullDay(dayOf(now)),
    secretary: having('secretary'),
    deputy: members.some(({ roles }) => roles.includes('deputy')) ? having('deputy') : '未设',
    committee: members.filter(isCommittee).length,
    members: members.length,
    full: members.filter(({ status }) => status === 'full').length,
    probationary: members.filter(({ status }) => status === 'probationary').length,
    mobile: members.filter(({ tags }) => tags.includes('mobile')).length,
    leavers,
    groups: new Set(members.flatMap(({ partyGroup }) => (partyGroup ? [partyGroup] : []))).size,
    themeDayRule: `${sayRule(settings.theme_day)}，${settings.start}`,
    place: settings.place ?? gap,
    me: everybody.find(({ id }) => id === member)?.name ?? '',
    planState: entries.planState === undefined ? '没有记录' : (planWords[entries.planState] ?? entries.planState),
    held: recorded.length,
    confirmed: recorded.filter(({ state }) => confirmedStates.includes(state)).length,
    generalMeetings: of('general-meeting'),
    committeeMeetings: of('committee-meeting'),
    groupMeetings: of('group-meeting'),
    partyLectures: lectureDays.size,
    themeDays: of('theme-day'),
    orgLifeMeetings: of('org-life-meeting'),
    studyMeetings: recorded.filter(isStudy).length,
    deliberations: of('deliberation'),
    lecturesByMembers: deeds.lectures.filter(({ member: speaker }) => speaker !== null).length,
    serviceTimes: deeds.services.times,
    servicePeople: deeds.services.people,
    serviceHours: sayHours(deeds.services.hours),
    problemsSolved: deeds.solved,
    trainingDays: deeds.training === null ? gap : `${deeds.training}天`,
    visits: entries.byKind.get('visit')?.length ?? 0,
    talks: entries.byKind.get('heart-talk')?.length ?? 0,
    duesConfirmed: dues.confirmed,
    duesDue: dues.due,
  };
}

const planWords: Readonly<Record<string, string>> = {
  draft: '草稿',
  confirmed: '已定，还没有上报',
  filed: '已上报',
  received: '上级已收到',
  returned: '上级退回修改',
};

function names(people: readonly Member[]): string {
  return people.map(({ name }) => name).join('、') || gap;
}
