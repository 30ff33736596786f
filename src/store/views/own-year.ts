// A member's own year: what was studied together, and how often one took part. Seen by that member only; nothing of anybody else.

import { dayOf } from '../../domain/time.ts';
import { yearSpan } from '../book.ts';
import { attendanceOf, isStudy, studyTopicsOf, wasRecorded } from '../book-meetings.ts';
import { membersOf } from '../members.ts';
import { heldMeetings } from '../minutes.ts';
import { ownFacts } from './mine.ts';
import type { View, ViewContext } from './view.ts';

/** How many are listed; the file has all. */
const mostListed = 10;

/** `{year, together: [{on, title, topics}], times, more, alone, notes, lectures}`; cards that were noted count without order or measure. */
export const ownStudy: View = async (context) => {
  const { member, now } = context;
  const year = dayOf(now).slice(0, 4);
  const facts = await ownFacts(context.client, member.id, `${year}-01-01`);
  const together = (await recorded(context))
    .filter((meeting) => isStudy(meeting) && meeting.came.some(({ id }) => id === member.id))
    .map((meeting) => ({ on: meeting.day, title: meeting.title, topics: studyTopicsOf(meeting).join('；') || null }));
  const of = (kind: string) => facts.filter((fact) => fact.kind === kind);
  return {
    year,
    together: together.slice(-mostListed),
    times: together.length,
    more: Math.max(0, together.length - mostListed),
    alone: of('studied').length,
    notes: of('noted').length,
    lectures: of('lectured').map(({ on, data }) => ({ on, topic: data.topic ?? '' })),
    empty: together.length + facts.filter(({ kind }) => ['studied', 'noted', 'lectured'].includes(kind)).length === 0,
  };
};

/** `{year, expected, came, leave, unknown, dues, lectures, hours, services}`: the same figures the committee sees, and own service, which it does not. */
export const ownAttendance: View = async (context) => {
  const { member, now, client } = context;
  const year = dayOf(now).slice(0, 4);
  const facts = await ownFacts(client, member.id, `${year}-01-01`);
  const { expected, came, leave, unknown } = attendanceOf(member, await recorded(context));
  const services = facts.filter(({ kind }) => kind === 'volunteer_service');
  return {
    year,
    expected,
    came,
    leave,
    unknown: unknown.map(({ day, title }) => ({ on: day, title })),
    dues: new Set(
      facts.filter(({ kind, month }) => kind === 'dues_confirmed' && month?.startsWith(year)).map(({ month }) => month),
    ).size,
    lectures: facts.filter(({ kind }) => kind === 'lectured').length,
    services: services.length,
    hours: services.reduce((sum, { data }) => sum + (Number(data.hours) || 0), 0),
  };
};

async function recorded({ client, unit, units, now }: ViewContext) {
  const members = await membersOf(client, units.partsOf(unit.id));
  const meetings = await heldMeetings(client, unit.id, members, yearSpan(dayOf(now).slice(0, 4), now));
  return meetings.filter(wasRecorded);
}
