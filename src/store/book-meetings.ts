// Meetings of a year as rows of the record book: what was said stays as it was said, gaps are 待补, what came late is 补记. Reads nothing itself.

import { isExempt } from '../domain/audience.ts';
import type { BookData } from '../domain/book.ts';
import { fullDay, gap, gone, shortDay } from '../domain/book.ts';
import type { MinuteLine } from '../domain/meeting.ts';
import type { Member } from '../domain/organisation.ts';
import { sayWeekday } from '../domain/time.ts';
import type { Labels } from '../library/labels.ts';
import type { HeldMeeting } from './minutes.ts';

export type MeetingRow = BookData['meetings'][number];

/** True when anybody was there or anything was taken down: of a date alone nobody knows whether it was held. */
export function wasRecorded({ came, nameless, lines, state }: HeldMeeting): boolean {
  return came.length + nameless + lines.length > 0 || state !== 'none';
}

/** What was studied, as far as it was said: lectures and study meetings, and of others the topics that name study. */
export function studyTopicsOf(meeting: HeldMeeting): string[] {
  const said = topicsSaid(meeting);
  const topics = said.length > 0 ? said : meeting.topics;
  if (meeting.kind === 'study' || meeting.kind === 'party-lecture') return [...topics];
  // 政治学习 alone is what every agenda begins with, and says nothing of what was studied.
  return topics.filter((topic) => /学习|传达|党课|宣读|研讨/u.test(topic) && topic.trim() !== '政治学习');
}

/** True for meetings that belong into the archive of study. */
export function isStudy(meeting: HeldMeeting): boolean {
  return meeting.kind === 'study' || meeting.kind === 'party-lecture' || studyTopicsOf(meeting).length > 0;
}

/** How often a member took part; the first three make up `expected`. Of those who are exempt nothing is expected, but what they did counts. */
export function attendanceOf({ id, tags }: Pick<Member, 'id' | 'tags'>, meetings: readonly HeldMeeting[]) {
  const has = (list: readonly { readonly id: string }[]) => list.some((one) => one.id === id);
  const taken = meetings.filter(({ came, nameless }) => came.length + nameless > 0);
  const came = taken.filter((meeting) => has(meeting.came));
  const leave = taken.filter((meeting) => has(meeting.leave));
  const unknown = isExempt({ tags }) ? [] : taken.filter((meeting) => has(meeting.absent));
  return { expected: came.length + leave.length + unknown.length, came: came.length, leave: leave.length, unknown };
}

/** One row; `number` counts within its section, `lecturers` are those who reported a lecture of that day. */
export function meetingRow(meeting: HeldMeeting, labels: Labels, lecturers: readonly string[]): MeetingRow {
  const { expected, came, nameless, leave, absent, quorum } = meeting;
  const count = came.length + nameless;
  const of = (part: MinuteLine['part']) => meeting.lines.filter((line) => line.part === part);
  const late = (line: { readonly late: boolean }) => (line.late ? '（补记）' : '');
  const plain = (part: MinuteLine['part']) => of(part).map((line) => `${line.text}${late(line)}`);
  const topics = plain('topic');
  const agenda = meeting.topics.map((topic) => `${topic}（通知所列）`);
  const decisions = plain('decision');
  const votes = plain('vote');
  const statements = of('statement').map(
    (line) =>
      `${line.speakerName || gone}：${line.text}${late(line)}${line.speaker && !line.confirmed ? '（待本人核对）' : ''}`,
  );
  const onLeave = leave.map(({ name, reason }) => `${name}（${labels.leaveReason(reason)}）`);
  return {
    key: meeting.id,
    kind: meeting.kind,
    isStudy: isStudy(meeting) ? 1 : 0,
    number: 0,
    title: meeting.group ? `${meeting.title}（${meeting.group}）` : meeting.title,
    group: meeting.group ?? gap,
    date: fullDay(meeting.day),
    day: shortDay(meeting.day),
    time: `${fullDay(meeting.day)}（${sayWeekday(meeting.day)}）${meeting.start}`,
    place: meeting.place ?? gap,
    chair: meeting.chairName ?? (meeting.chair === null ? gap : gone),
    recorder: meeting.recorderName ?? (meeting.recorder === null ? gap : gone),
    lecturer: lecturers.join('、') || gap,
    expected: expected.length + nameless,
    came: count === 0 ? gap : count,
    cameCount: count,
    leaveCount: count === 0 && leave.length === 0 ? gap : leave.length,
    absentCount: count === 0 ? gap : absent.length,
    present:
      count === 0
        ? gap
        : [
            ...came.map((one) => `${one.name}${one.late ? '（补记）' : ''}`),
            ...(nameless > 0 ? [`另有已调离的${nameless}人`] : []),
          ].join('、'),
    absent: absentOf(count, onLeave, absent),
    observers: plain('observers').join('、'),
    topics: topics.length > 0 ? numbered(topics) : agenda.length > 0 ? numbered(agenda) : gap,
    agenda: topics.length > 0 ? numbered(topics) : meeting.topics.length > 0 ? numbered(meeting.topics) : gap,
    statements: statements.length > 0 ? statements : gap,
    decisions: decisions.length > 0 ? numbered(decisions) : votes.length > 0 ? '见表决情况' : gap,
    votes:
      votes.length > 0 ? [`应到会有表决权的${quorum.voters}人，到会${quorum.present}人`, ...votes] : '没有表决记录',
    notes: plain('note'),
    summary: summaryOf([...topics, ...statements, ...plain('note'), ...decisions]),
    state: stateOf(meeting),
  };
}

function topicsSaid({ lines }: HeldMeeting): string[] {
  return lines.filter(({ part }) => part === 'topic').map(({ text }) => text);
}

function absentOf(count: number, onLeave: readonly string[], absent: HeldMeeting['absent']): string | string[] {
  if (count === 0 && onLeave.length === 0) return gap;
  const missing = count === 0 ? [] : absent.filter(({ exempt }) => !exempt).map(({ name }) => name);
  const exempt = count === 0 ? 0 : absent.filter((one) => one.exempt).length;
  const lines = [
    ...(onLeave.length > 0 ? [`请假：${onLeave.join('、')}`] : []),
    ...(missing.length > 0 ? [`没有签到、也没有请假记录：${missing.join('、')}`] : []),
    ...(exempt > 0 ? [`年老体弱，不作到会要求：${exempt}人`] : []),
  ];
  return lines.length > 0 ? lines : '无';
}

function summaryOf(lines: readonly string[]): string | readonly string[] {
  return lines.length > 0 ? lines : gap;
}

function numbered(lines: readonly string[]): string[] {
  return lines.length === 1 ? [...lines] : lines.map((line, index) => `${index + 1}. ${line}`);
}

function stateOf({ state, confirmedBy, recorder, chair }: HeldMeeting): string {
  if (state === 'filed' || state === 'received') return '已核对，已报上级';
  if (state === 'confirmed') return '记录人、主持人已核对';
  const recorded = recorder !== null && confirmedBy.includes(recorder);
  return recorded && chair !== recorder ? '记录人已核对，待主持人核对' : '待核对';
}
