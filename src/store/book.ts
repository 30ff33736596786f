// Everything that a year's documents of a branch are made from: facts, duties and records as rows of words. Invents nothing; changes nothing.

import type pg from 'pg';
import { isExempt } from '../domain/audience.ts';
import type { BookData, BookRow } from '../domain/book.ts';
import { fullDay, gap, shortDay } from '../domain/book.ts';
import { committeeRoles, isCommittee, mayVote } from '../domain/meeting.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import type { PlanKind } from '../domain/plan.ts';
import { planKinds } from '../domain/plan.ts';
import type { Day, Instant } from '../domain/time.ts';
import { dayOf, instantOf, minute } from '../domain/time.ts';
import type { Library } from '../library/library.ts';
import { bookCounts } from './book-counts.ts';
import { readDeeds, readDues, readDuties, readEntries } from './book-lists.ts';
import { attendanceOf, isStudy, meetingRow, studyTopicsOf, wasRecorded } from './book-meetings.ts';
import { forgottenLeavers } from './leaving.ts';
import { memberColumns, memberOf } from './members.ts';
import type { HeldMeeting } from './minutes.ts';
import { heldMeetings } from './minutes.ts';
import type { Units } from './units.ts';

export interface BookContext {
  readonly client: pg.ClientBase | pg.Pool;
  readonly library: Library;
  readonly units: Units;
  readonly unit: Unit;
  /** `2026`. */
  readonly year: string;
  readonly now: Instant;
  /** Whose own study is shown; absent = nobody's. */
  readonly member?: string;
}

/** Reads one unit's year up to now. */
export async function readBook(context: BookContext): Promise<BookData> {
  const { client, library, units, unit, year, now } = context;
  const parts = units.partsOf(unit.id);
  const everybody = await everybodyOf(client, parts);
  const members = everybody.filter(({ leftAt }) => leftAt === null);
  const leavers = everybody.filter(({ leftAt }) => leftAt !== null && dayOf(leftAt).startsWith(year));
  const between = yearSpan(year, now);
  const [meetings, deeds, dues, entries, duties, forgotten] = await Promise.all([
    heldMeetings(client, unit.id, everybody, between),
    readDeeds(context, parts),
    readDues(context, [...members, ...leavers]),
    readEntries(context, parts, everybody),
    readDuties(context),
    forgottenLeavers(client, parts, year),
  ]);
  const recorded = meetings.filter(wasRecorded);
  const named = (id: string | null) => everybody.find((one) => one.id === id)?.name;
  const plan = planRows(entries.plan);
  const lecturersOn = (day: Day) =>
    deeds.lectures.flatMap(({ on, member, lecturer }) => (on === day ? (named(member) ?? lecturer ?? []) : []));
  return {
    values: bookCounts({
      context,
      members,
      leavers: leavers.length + forgotten,
      everybody,
      recorded,
      deeds,
      dues,
      entries,
    }),
    meetings: recorded.map((meeting) => meetingRow(meeting, library.labels, lecturersOn(meeting.day))),
    entries: entries.byKind,
    duties,
    rows: {
      unit: [],
      committee: count(
        members
          .filter(isCommittee)
          .sort((one, other) => rankOf(one) - rankOf(other))
          .map((member) => personRow(member, library)),
      ),
      members: count([...members, ...leavers].map((member) => personRow(member, library))),
      graded: count(members.filter(mayVote).map(({ name }) => ({ name }))),
      plan: count(plan),
      'study-plan': count(studyPlanRows(entries.studyPlan)),
      unrecorded: count(
        meetings
          .filter((meeting) => !wasRecorded(meeting))
          .map((meeting) => ({ title: meeting.title, date: fullDay(meeting.day) })),
      ),
      lectures: count(
        deeds.lectures.map(({ on, member, lecturer, topic }) => ({
          date: fullDay(on),
          speaker: named(member) ?? lecturer ?? gap,
          topic: topic ?? gap,
        })),
      ),
      service: deeds.service,
      dues: count(dues.ledger),
      'dues-months': dues.months,
      attendance: count(attendanceRows(members, recorded, deeds.lectures, dues.confirmedOf)),
      'own-study': count(ownStudyRows(recorded, context.member)),
    },
  };
}

/** As lists of a committee are written: secretary, deputy, then the commissioners. */
function rankOf({ roles }: Member): number {
  return committeeRoles.findIndex((role) => roles.includes(role));
}

/** Everybody of these units of whom anything is kept, also those who left lately, in pinyin order. */
async function everybodyOf(client: BookContext['client'], units: readonly string[]): Promise<Member[]> {
  const { rows } = await client.query({
    name: 'book-members',
    text: `select ${memberColumns} from member m where m.unit = any($1::text[]) order by m.name collate "zh-x-icu", m.id`,
    values: [units],
  });
  return rows.map(memberOf);
}

/** The year as far as it is over. */
export function yearSpan(year: string, now: Instant): { from: Instant; until: Instant } {
  const end = instantOf(`${year}-12-31`, '23:59') + minute - 1;
  return { from: instantOf(`${year}-01-01`, '00:00'), until: Math.min(end, now) };
}

function count(rows: readonly BookRow[]): BookRow[] {
  return rows.map((row, index) => ({ number: index + 1, ...row }));
}

function personRow(member: Member, { labels }: Library): BookRow {
  const roles = [...committeeRoles, 'group-leader' as const].filter((role) => member.roles.includes(role));
  return {
    name: member.name,
    status: labels.memberStatus(member.status),
    joinedOn: member.joinedOn ? fullDay(member.joinedOn) : gap,
    group: member.partyGroup ?? '',
    roles: roles.map((role) => labels.role(role)).join('、'),
    note:
      member.leftAt !== null
        ? `${shortDay(dayOf(member.leftAt))}离开支部`
        : member.tags.includes('mobile')
          ? labels.tag('mobile')
          : '',
  };
}

function planRows(plan: Readonly<Record<string, unknown>> | undefined): BookRow[] {
  const items = Array.isArray(plan?.items) ? (plan.items as Record<string, unknown>[]) : [];
  const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
  return items.map((item) => ({
    month: /^\d{1,2}$/.test(text(item.month)) ? `${text(item.month)}月` : text(item.month),
    kind: planKinds[item.kind as PlanKind] ?? text(item.kind),
    topic: text(item.topic) || gap,
    speaker: text(item.speaker),
  }));
}

/** Facts only, in the order of names; what is not known is called so and not judged. */
function attendanceRows(
  members: readonly Member[],
  recorded: readonly HeldMeeting[],
  lectures: readonly { readonly member: string | null }[],
  confirmedOf: ReadonlyMap<string, number>,
): BookRow[] {
  return members.map((member) => {
    const { expected, came, leave, unknown } = attendanceOf(member, recorded);
    return {
      name: member.name,
      expected,
      came,
      leave,
      unknown: unknown.length,
      duesMonths: confirmedOf.get(member.id) ?? 0,
      lectures: lectures.filter((lecture) => lecture.member === member.id).length,
      note: isExempt(member) ? '不作到会要求' : '',
    };
  });
}

/** What the branch studies in each quarter, and month by month. */
function studyPlanRows(plan: Readonly<Record<string, unknown>> | undefined): BookRow[] {
  const texts = (value: unknown) =>
    (Array.isArray(value) ? value : []).map((one) => (typeof one === 'string' && one !== '' ? one : gap));
  const [quarters, months] = [texts(plan?.quarters), texts(plan?.months)];
  return quarters.flatMap((topic, index) => [
    { when: `${'一二三四'[index] ?? ''}季度`, topic },
    ...months
      .slice(index * 3, index * 3 + 3)
      .map((task, month) => ({ when: `${index * 3 + month + 1}月`, topic: task })),
  ]);
}

function ownStudyRows(recorded: readonly HeldMeeting[], member: string | undefined): BookRow[] {
  return recorded
    .filter((meeting) => isStudy(meeting) && meeting.came.some(({ id }) => id === member))
    .map((meeting) => ({
      date: fullDay(meeting.day),
      title: meeting.title,
      topics: studyTopicsOf(meeting).length > 0 ? studyTopicsOf(meeting) : gap,
    }));
}

/** The day of an instant, in full. */
export function fullDayOf(at: Instant): string {
  return fullDay(dayOf(at) as Day);
}
