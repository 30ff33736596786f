// What conversations about meetings may know: who should come to which, and what was taken down at those that were held.

import type { MeetingKind } from '../../domain/meeting.ts';
import { expectedAt, isCommittee, meetingKinds } from '../../domain/meeting.ts';
import type { Member } from '../../domain/organisation.ts';
import { addDays, dayLength, dayOf, instantOf, minute } from '../../domain/time.ts';
import { eventsOf } from '../events.ts';
import { membersOf } from '../members.ts';
import type { HeldMeeting } from '../minutes.ts';
import { heldMeetings } from '../minutes.ts';
import type { View, ViewContext } from './view.ts';

/** How far back minutes can be taken down or confirmed. */
const backDays = 60;

/** `{expected: {kind: ids}, coming, chair, firstNotice}`: who would be called to each kind of meeting, and what is planned already. */
export const convening: View = async (context) => {
  const { client, unit, units, member, now, library } = context;
  const members = await membersOf(client, units.partsOf(unit.id));
  const settings = units.settings(unit.id);
  const coming = await eventsOf(
    client,
    unit.id,
    settings,
    { from: now - 60 * dayLength, until: now + 90 * dayLength },
    now,
  );
  const kinds = Object.keys(meetingKinds) as MeetingKind[];
  const today = dayOf(now);
  return {
    expected: Object.fromEntries(
      kinds.map((kind) => [kind, expectedAt(kind, members, groupOf(kind, member)).map(({ id }) => id)]),
    ),
    coming: coming.map(({ id, title, group, day, start, place, startsAt, window }) => ({
      id,
      title,
      group,
      day,
      start,
      place,
      startsAt,
      window,
    })),
    next: coming.filter(
      ({ startsAt, id, group }) =>
        startsAt > now && id.startsWith('meeting') && (group === null || group === member.partyGroup),
    ),
    leaders: Object.fromEntries(
      members.flatMap(({ id, partyGroup, roles }) =>
        partyGroup && roles.includes('group-leader') ? [[partyGroup, id]] : [],
      ),
    ),
    groups: Object.fromEntries(kinds.map((kind) => [kind, groupOf(kind, member)])),
    chair: members.find(({ roles }) => roles.includes('secretary'))?.id ?? member.id,
    place: settings.place ?? null,
    // A meeting before this day has no reminder of its own any more: its people are told at once.
    told: addDays(library.calendar.onOrNextWorkday(addDays(today, 1)), 1),
  };
};

/** The group that is called: of a group meeting the caller's own, and of whatever a group leader outside the committee calls. */
function groupOf(kind: MeetingKind, member: Member): string | null {
  return kind === 'group-meeting' || !isCommittee(member) ? member.partyGroup : null;
}

/** `{meetings, at}`: the meetings of the last two months and the one that is on, newest last; `at` is the one meant when none is named. */
export const minutes: View = async (context) => {
  const meetings = await recentMeetings(context);
  const { unit, units, now, library } = context;
  const opens = units.settings(unit.id).sign_in.opens * minute;
  // Several groups may meet at once: everybody means the meeting of their own.
  const own = meetings.filter(({ group }) => group === null || group === context.member.partyGroup);
  const unfinished = own.filter(({ closed, state }) => state === 'none' || (state === 'draft' && !closed));
  const on = own.filter(({ startsAt }) => startsAt - opens <= now && now < startsAt + 12 * 3_600_000).at(-1);
  return {
    meetings: meetings.map((meeting) => shown(meeting, context)),
    at: on?.id ?? unfinished.at(-1)?.id ?? meetings.at(-1)?.id ?? null,
    waitsFor: library.calendar.nextWorkday(dayOf(now)),
  };
};

/** What of the recent minutes waits for this member: whole minutes as their chair, or own words. */
export const toCheck: View = async (context) => {
  const { member } = context;
  const meetings = (await recentMeetings(context)).filter(({ closed }) => closed);
  const chaired = meetings.find(
    ({ chair, confirmedBy, state }) => state === 'draft' && chair === member.id && !confirmedBy.includes(member.id),
  );
  const own = meetings.flatMap((meeting) =>
    meeting.lines
      .filter(({ speaker, confirmed }) => speaker === member.id && !confirmed)
      .map(({ id, text }) => ({ id, text, event: meeting.id, day: meeting.day, title: meeting.title })),
  );
  return { whole: chaired ? shown(chaired, context) : null, own: own.length > 0 ? own : null };
};

async function recentMeetings({ client, unit, units, now }: ViewContext): Promise<HeldMeeting[]> {
  const members = await membersOf(client, units.partsOf(unit.id));
  const from = instantOf(addDays(dayOf(now), -backDays), '00:00');
  return heldMeetings(client, unit.id, members, { from, until: now + units.settings(unit.id).sign_in.opens * minute });
}

function shown(meeting: HeldMeeting, { library }: ViewContext) {
  return {
    ...meeting,
    leave: meeting.leave.map((one) => ({ ...one, reasonWord: library.labels.leaveReason(one.reason) })),
  };
}
