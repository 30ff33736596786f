// Meetings as they were held: who came, what the recorder took down, who confirmed it. For the minutes, the record book and the digest; changes nothing.

import type pg from 'pg';
import { isExempt } from '../domain/audience.ts';
import { groupBy } from '../domain/group-by.ts';
import type { MeetingKind, MinuteLine, Quorum } from '../domain/meeting.ts';
import { expectedAt, isCommittee, mayVote, quorumOf } from '../domain/meeting.ts';
import type { Member, MemberId, UnitId } from '../domain/organisation.ts';
import type { ClockTime, Day, Instant } from '../domain/time.ts';
import { clockTimeOf, dayOf, hour } from '../domain/time.ts';
import { all } from './all.ts';

/** A line of minutes, with the number of the fact that holds it. */
export interface TakenLine extends MinuteLine {
  readonly id: number;
  /** Taken down more than a day after the meeting began: printed as 补记. */
  readonly late: boolean;
  /** By the speaker, of what is attributed to them. */
  readonly confirmed: boolean;
}

export interface HeldMeeting {
  readonly id: string;
  readonly programme: string;
  readonly kind: MeetingKind | 'theme-day';
  readonly title: string;
  readonly day: Day;
  readonly start: ClockTime;
  readonly startsAt: Instant;
  readonly place: string | null;
  /** The Party group whose meeting it was. */
  readonly group: string | null;
  readonly topics: readonly string[];
  readonly chair: MemberId | null;
  readonly chairName: string | null;
  readonly recorder: MemberId | null;
  readonly recorderName: string | null;
  /** Nothing taken down yet, being taken down, or confirmed by recorder and chair. */
  readonly state: 'none' | 'draft' | 'confirmed' | 'filed' | 'received';
  /** The recorder has said that all is taken down. */
  readonly closed: boolean;
  /** Who has confirmed the whole: recorder, chair. */
  readonly confirmedBy: readonly MemberId[];
  /** Those who were called, as the branch was then; where nobody was called (written down afterwards) as it is now. */
  readonly expected: readonly Person[];
  readonly came: readonly (Person & { readonly late: boolean })[];
  /** How many more came of whom no name is kept any more. */
  readonly nameless: number;
  readonly leave: readonly (Person & { readonly reason: string | null })[];
  /** `exempt`: of whom it is not asked to come (elderly, away); nobody may name them as missing. */
  readonly absent: readonly (Person & { readonly exempt: boolean })[];
  readonly quorum: Quorum;
  readonly lines: readonly TakenLine[];
}

export interface Person {
  readonly id: MemberId;
  readonly name: string;
}

interface EventRow {
  id: string;
  programme: string;
  item: string;
  starts_at: number;
  details: { title: string; place?: string; topics?: string[]; chair?: string; group?: string };
  state: HeldMeeting['state'] | null;
  body: { recorder?: string; closed?: boolean; confirmed_by?: string[] } | null;
}

interface FactRow {
  id: number;
  kind: 'signed_in' | 'leave' | 'minute' | 'minute_confirmed';
  duty: string;
  member: string | null;
  data: Record<string, unknown>;
  corrected_own: boolean;
  at: Instant;
}

interface CalledRow {
  event: string;
  member: string;
  in_time: boolean;
}

/** What is entered later than this after the beginning counts as entered afterwards. */
const lateAfter = 24 * hour;

/** The unit's meetings that began between two instants, earliest first. `members` are those of the unit and its groups, `secretary` chairs where nobody was named. */
export async function heldMeetings(
  client: pg.ClientBase | pg.Pool,
  unit: UnitId,
  members: readonly Member[],
  between: { from: Instant; until: Instant },
): Promise<HeldMeeting[]> {
  const { rows } = await client.query<EventRow>({
    name: 'held-meetings',
    text: `select d.id, d.programme, d.item, d.starts_at, d.details, r.state, r.body
      from duty d left join record r on r.id = 'minutes/' || d.id
      where d.unit = $1 and d.member is null and d.starts_at between $2 and $3 and d.state <> 'excused' order by d.starts_at, d.id`,
    values: [unit, new Date(between.from), new Date(between.until)],
  });
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const [facts, called] = await all([
    client.query<FactRow>({
      name: 'held-facts',
      text: `select f.id, f.kind, f.duty, f.member, f.data, f.corrects is not null and f.recorded_by is null as corrected_own, f.at from fact f
      where f.duty = any($1::text[]) and f.kind in ('signed_in', 'leave', 'minute', 'minute_confirmed')
        and not exists (select 1 from fact c where c.corrects = f.id) order by f.id`,
      values: [ids],
    }),
    client.query<CalledRow>({
      name: 'held-called',
      text: `select e.id as event, d.member, coalesce(d.raised_at <= e.starts_at, true) as in_time
      from duty e join duty d on d.member is not null and d.unit = e.unit and d.due_on = e.due_on and d.starts_at = e.starts_at and d.id = e.id || '/' || d.member
      where e.id = any($1::text[])`,
      values: [ids],
    }),
  ]);
  const byEvent = groupBy(facts.rows, ({ duty }) => duty);
  const calledTo = groupBy(called.rows, ({ event }) => event);
  return rows.map((row) => meetingOf(row, byEvent.get(row.id) ?? [], calledTo.get(row.id) ?? [], members));
}

/** Who confirmed the whole besides the recorder, or the recorder who chaired as well: the secretary of then, who need not be that of now. */
function confirmedAsChair({ state, body }: EventRow): MemberId | undefined {
  const by = body?.confirmed_by ?? [];
  const isConfirmed = state !== null && ['confirmed', 'filed', 'received'].includes(state);
  return by.find((id) => id !== body?.recorder) ?? (isConfirmed ? by[0] : undefined);
}

/** Who came to the branch after a meeting was not expected at it, unless the meeting itself was only entered then. */
function expectedOf(row: EventRow, called: readonly CalledRow[], kind: MeetingKind, members: readonly Member[]) {
  const inTime = called.filter(({ in_time }) => in_time);
  const ids = new Set((inTime.length > 0 ? inTime : called).map(({ member }) => member));
  if (ids.size > 0) return members.filter(({ id }) => ids.has(id));
  const here = members.filter(({ leftAt }) => leftAt === null || leftAt > row.starts_at);
  return expectedAt(kind, here, row.details.group ?? null);
}

function meetingOf(
  row: EventRow,
  facts: readonly FactRow[],
  called: readonly CalledRow[],
  members: readonly Member[],
): HeldMeeting {
  const kind = row.programme === 'theme-day' ? 'theme-day' : (row.item as MeetingKind);
  const expected = expectedOf(row, called, kind === 'theme-day' ? 'other' : kind, members);
  const newest = new Map<string, FactRow>();
  for (const fact of facts) if (fact.member && /^(signed_in|leave)$/.test(fact.kind)) newest.set(fact.member, fact);
  const person = ({ id, name }: Member): Person => ({ id, name });
  const byId = new Map(members.map((member) => [member.id, member]));
  const those = (of: 'signed_in' | 'leave') => members.filter(({ id }) => newest.get(id)?.kind === of);
  const present = new Set(those('signed_in').map(({ id }) => id));
  const voters = members.filter(
    (one) =>
      mayVote(one) && (kind === 'committee-meeting' ? isCommittee(one) : expected.includes(one) || present.has(one.id)),
  );
  const confirmed = new Set(
    facts.filter((fact) => fact.kind === 'minute_confirmed').map(({ data }) => Number(data.line)),
  );
  const name = (id: string | undefined) => (id === undefined ? null : (byId.get(id)?.name ?? null));
  const chair =
    row.details.chair ?? confirmedAsChair(row) ?? members.find(({ roles }) => roles.includes('secretary'))?.id;
  return {
    id: row.id,
    programme: row.programme,
    kind,
    title: row.details.title,
    day: dayOf(row.starts_at),
    start: clockTimeOf(row.starts_at),
    startsAt: row.starts_at,
    place: row.details.place ?? null,
    group: row.details.group ?? null,
    topics: row.details.topics ?? [],
    chair: chair ?? null,
    chairName: name(chair),
    recorder: row.body?.recorder ?? null,
    recorderName: name(row.body?.recorder),
    state: row.state ?? 'none',
    closed: row.body?.closed ?? false,
    confirmedBy: row.body?.confirmed_by ?? [],
    expected: expected.map(person),
    came: those('signed_in').map((one) => ({
      ...person(one),
      late: newest.get(one.id)!.at - row.starts_at > lateAfter,
    })),
    nameless: facts.filter((fact) => fact.kind === 'signed_in' && fact.member === null).length,
    leave: those('leave').map((one) => ({ ...person(one), reason: String(newest.get(one.id)!.data.reason ?? '') })),
    absent: expected.filter(({ id }) => !newest.has(id)).map((one) => ({ ...person(one), exempt: isExempt(one) })),
    quorum: quorumOf(
      voters.map(({ id }) => id),
      present,
    ),
    lines: facts
      .filter((fact) => fact.kind === 'minute')
      .map((fact) => ({
        ...(fact.data as unknown as MinuteLine),
        ...(fact.member ? { speaker: fact.member, speakerName: name(fact.member) ?? '' } : {}),
        id: fact.id,
        late: fact.data.late === true,
        confirmed: fact.corrected_own || confirmed.has(fact.id),
      })),
  };
}
