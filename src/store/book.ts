// Everything that a year's documents of a branch are made from: facts, duties and records as rows of words. Invents nothing; changes nothing.

import type pg from 'pg';
import type { BookData, BookRow } from '../domain/book.ts';
import { fullDay, gap } from '../domain/book.ts';
import { isCommittee, mayVote } from '../domain/meeting.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import type { PlanKind } from '../domain/plan.ts';
import { planKinds } from '../domain/plan.ts';
import type { Day, Instant } from '../domain/time.ts';
import { dayOf, instantOf, minute } from '../domain/time.ts';
import type { Library } from '../library/library.ts';
import { bookCounts } from './book-counts.ts';
import { readDeeds, readDues, readDuties, readEntries } from './book-lists.ts';
import { isStudy, meetingRow, studyTopicsOf, wasRecorded } from './book-meetings.ts';
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
  const between = yearSpan(year, now);
  const [meetings, deeds, dues, entries, duties] = await Promise.all([
    heldMeetings(client, unit.id, everybody, between),
    readDeeds(context, parts),
    readDues(context, members),
    readEntries(context, parts, everybody),
    readDuties(context),
  ]);
  const recorded = meetings.filter(wasRecorded);
  const named = (id: string | null) => everybody.find((one) => one.id === id)?.name;
  const plan = planRows(entries.plan);
  return {
    values: bookCounts({ context, members, everybody, recorded, deeds, dues, entries }),
    meetings: recorded.map((meeting) => meetingRow(meeting, library.labels)),
    entries: entries.byKind,
    duties,
    rows: {
      unit: [],
      committee: count(members.filter(isCommittee).map((member) => personRow(member, library))),
      members: count(members.map((member) => personRow(member, library))),
      graded: count(members.filter(mayVote).map(({ name }) => ({ name }))),
      plan: count(plan),
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
  const roles = member.roles.filter((role) => !['member', 'operator', 'auditor', 'broadcaster'].includes(role));
  return {
    name: member.name,
    status: labels.memberStatus(member.status),
    joinedOn: member.joinedOn ? fullDay(member.joinedOn) : gap,
    group: member.partyGroup ?? '',
    roles: roles.map((role) => labels.role(role)).join('、'),
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
  const taken = recorded.filter(({ came, nameless }) => came.length + nameless > 0);
  return members.map(({ id, name }) => {
    const has = (list: readonly { readonly id: string }[]) => list.some((one) => one.id === id);
    const wanted = taken.filter(({ expected }) => has(expected));
    return {
      name,
      expected: wanted.length,
      came: taken.filter(({ came }) => has(came)).length,
      leave: taken.filter(({ leave }) => has(leave)).length,
      unknown: wanted.filter(({ absent }) => has(absent)).length,
      duesMonths: confirmedOf.get(id) ?? 0,
      lectures: lectures.filter(({ member }) => member === id).length,
    };
  });
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
