// What a conversation about a meeting comes to: the plan that is read back before it is convened, and which minutes are meant. Pure.

import { gone } from './book.ts';
import { readDay } from './chinese/dates.ts';
import type { MeetingKind, MinuteLine, Quorum } from './meeting.ts';
import {
  agendaOf,
  isImpossibleVote,
  keepsNoWords,
  meetingKinds,
  readMinuteLine,
  sayVote,
  soundsLikeLeisure,
  spokenBy,
} from './meeting.ts';
import type { MemberId } from './organisation.ts';
import type { ClockTime, Day, Instant } from './time.ts';
import { dayOf, instantOf, sayDay, sayWeekday } from './time.ts';

/** Who would be called, and what is planned already: the view `convening`. */
export interface Convening {
  readonly expected: Readonly<Record<MeetingKind, readonly MemberId[]>>;
  readonly coming: readonly {
    readonly id: string;
    readonly title: string;
    readonly day: Day;
    readonly start: ClockTime;
    /** The Party group it was called for; null = the branch. */
    readonly group: string | null;
  }[];
  readonly chair: MemberId;
  /** Who leads which Party group. */
  readonly leaders: Readonly<Record<string, MemberId>>;
  /** For which group the caller calls each kind; null = for the branch. */
  readonly groups: Readonly<Partial<Record<MeetingKind, string | null>>>;
  readonly place: string | null;
  readonly told: Day;
}

export interface MeetingPlan {
  readonly kind: MeetingKind;
  readonly title: string;
  readonly on: Day;
  readonly start: ClockTime;
  readonly startsAt: Instant;
  readonly place: string | null;
  readonly topics: readonly string[];
  readonly chair: MemberId;
  /** The Party group that meets; null = the branch. */
  readonly group: string | null;
  /** What tells it from meetings of its kind that other groups hold that day: empty, `.2`, `.3`. */
  readonly suffix: string;
  readonly ids: readonly MemberId[];
  readonly count: number;
  /** Held already: it is written down afterwards, and nobody is told. */
  readonly past: boolean;
  /** So near that no reminder of its own comes any more. */
  readonly soon: boolean;
  readonly leisure: boolean;
  /** Another event of the unit at the same hour of the same day. */
  readonly clash: string | null;
  /** Such a meeting is planned for that day already. */
  readonly known: boolean;
  /** What each is asked to prepare; null = nothing. */
  readonly prompt: string | null;
  readonly notice: string;
}

export function meetingPlan(
  values: {
    readonly kind: MeetingKind;
    readonly on: Day;
    readonly start: ClockTime;
    readonly place?: string | null;
    readonly topics?: string | null;
  },
  view: Convening,
  now: Instant,
): MeetingPlan {
  const { kind, on, start } = values;
  const startsAt = instantOf(on, start);
  const today = dayOf(now);
  const title = meetingKinds[kind];
  const place = values.place ?? view.place;
  const topics = agendaOf(kind, topicsIn(values.topics ?? ''));
  const ids = view.expected[kind];
  const prompt = topics.some((topic) => /专题(?:讨论|研讨)/u.test(topic)) ? discussionPrompt : null;
  const group = view.groups[kind] ?? null;
  const sameDay = view.coming.filter(({ id, day }) => id.startsWith(`meeting.${kind}/`) && day === on);
  const suffix = ['', ...sameDay.map((_, index) => `.${index + 2}`)].find(
    (end) => !sameDay.some(({ id }) => id.endsWith(`/${on}${end}`)),
  )!;
  const clash = view.coming.find((event) => event.day === on && event.start.slice(0, 2) === start.slice(0, 2));
  return {
    kind,
    title,
    on,
    start,
    startsAt,
    place,
    topics,
    // A group meeting is led by the leader of the group (条例 Art. 14).
    chair: (group === null ? undefined : view.leaders[group]) ?? view.chair,
    group,
    suffix,
    ids,
    count: ids.length,
    past: startsAt < now,
    soon: startsAt >= now && on < view.told,
    leisure: soundsLikeLeisure(topics),
    clash: clash ? clash.title : null,
    known: sameDay.some((event) => event.group === group),
    prompt,
    notice: `${sayDay(on, today)}（${sayWeekday(on)}）${start}${title}${place ? `，在${place}` : ''}${topics.length > 0 ? `，议程：${topics.join('；')}` : ''}。${prompt ?? ''}知道了回“收到”，来不了回“请假”。`,
  };
}

/** Every member speaks: what was learnt and own shortcomings. Spoken only, nothing is handed in. */
const discussionPrompt = '请每位同志准备讲两点：学到了什么，自己还有哪些不足；回“讨论提纲”看怎么准备。';

/** Topics as people string them together. */
export function topicsIn(text: string): string[] {
  return text
    .split(/[；;\n]|(?:^|[，,。\s])(?:[一二三四五六七八九]|\d)[、.．]\s*/u)
    .map((topic) => topic.trim().replace(/[。，,]$/u, ''))
    .filter(Boolean)
    .slice(0, 10);
}

/** Minutes as the conversation holds them. */
export interface MinutesMeant {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly day: Day;
  readonly state: string;
  readonly closed: boolean;
  readonly late: boolean;
  readonly chair: MemberId | null;
  readonly recorder: MemberId | null;
  readonly confirmedBy: readonly MemberId[];
  /** Speakers whose words wait for them. */
  readonly unconfirmed: readonly MemberId[];
  readonly gaps: readonly string[];
  readonly text: string;
}

interface ShownMeeting {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly day: Day;
  readonly start: ClockTime;
  readonly startsAt: Instant;
  readonly place: string | null;
  readonly state: string;
  readonly closed: boolean;
  readonly chair: MemberId | null;
  readonly chairName: string | null;
  readonly recorder: MemberId | null;
  readonly recorderName: string | null;
  readonly confirmedBy: readonly MemberId[];
  readonly expected: readonly { readonly id: MemberId; readonly name: string }[];
  readonly came: readonly { readonly id: MemberId; readonly name: string }[];
  readonly leave: readonly { readonly name: string; readonly reasonWord: string }[];
  readonly absent: readonly { readonly name: string }[];
  readonly quorum: Quorum;
  readonly lines: readonly (MinuteLine & { readonly late: boolean; readonly confirmed: boolean })[];
}

/** The minutes meant: of the day that `line` or `on` names, else those at hand. `named` = the line was only that day. Null = no such meeting. */
export function minutesMeant(
  view: { readonly meetings: readonly ShownMeeting[]; readonly at: string | null },
  { line, on, id }: { readonly line?: string | null; readonly on?: Day | null; readonly id?: string | null },
  now: Instant,
): (MinutesMeant & { readonly named: boolean }) | null {
  const today = dayOf(now);
  const spoken = line ? readDay(line.replace(/的?(?:会议)?(?:记录)?$/u, '').trim() || line, today, 'past') : undefined;
  const day = on ?? spoken;
  const ofDay = day ? view.meetings.findLast((one) => one.day === day) : undefined;
  const meeting = ofDay ?? view.meetings.find((one) => one.id === (id ?? view.at));
  if (!meeting) return null;
  return {
    ...meeting,
    late: now - meeting.startsAt > 24 * 3_600_000,
    unconfirmed: [
      ...new Set(meeting.lines.flatMap(({ speaker, confirmed }) => (speaker && !confirmed ? [speaker] : []))),
    ],
    gaps: gapsIn(meeting),
    text: minutesText(meeting),
    named: spoken !== undefined && ofDay !== undefined,
  };
}

/** What the regulations want in minutes and nobody has said. */
export function gapsIn(meeting: Pick<ShownMeeting, 'place' | 'came' | 'lines' | 'recorder' | 'chair'>): string[] {
  const has = (part: MinuteLine['part']) => meeting.lines.some((line) => line.part === part);
  return [
    ...(meeting.place === null ? ['地点'] : []),
    ...(meeting.came.length === 0 ? ['到会的人'] : []),
    ...(has('topic') ? [] : ['议题']),
    ...(has('statement') ? [] : ['发言']),
    ...(has('decision') || has('vote') ? [] : ['决议或结论']),
  ];
}

/** The minutes as far as they go, gaps as 待补: what the recorder and the chair read before they confirm. */
function minutesText(meeting: ShownMeeting): string {
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).join('、') || '待补';
  const { quorum } = meeting;
  const late = (line: { late: boolean }) => (line.late ? '（补记）' : '');
  const of = (part: MinuteLine['part']) => meeting.lines.filter((line) => line.part === part);
  const part = (label: string, lines: readonly string[]) => (lines.length === 0 ? [] : [label, ...lines]);
  return [
    `${sayDay(meeting.day)}${meeting.start} ${meeting.title}，地点：${meeting.place ?? '待补'}`,
    `主持：${meeting.chairName ?? '待补'}　记录：${meeting.recorderName ?? '待补'}`,
    `应到${meeting.expected.length}人，实到${meeting.came.length}人：${names(meeting.came)}`,
    ...(meeting.leave.length > 0
      ? [`请假：${meeting.leave.map(({ name, reasonWord }) => `${name}（${reasonWord}）`).join('、')}`]
      : []),
    ...(of('vote').length > 0 ? [`有表决权的${quorum.voters}人，到会${quorum.present}人`] : []),
    ...part(
      '议题：',
      of('topic').map((line, index) => `${index + 1}. ${line.text}${late(line)}`),
    ),
    ...part(
      '发言：',
      of('statement').map(
        (line) => `${line.speakerName || gone}：${line.text}${late(line)}${line.confirmed ? '' : '（待本人核对）'}`,
      ),
    ),
    ...part(
      '决议：',
      of('decision').map((line) => `${line.text}${late(line)}`),
    ),
    ...part(
      '表决：',
      of('vote').map((line) => `${line.text}${late(line)}`),
    ),
    ...part('其他：', [
      ...of('observers').map((line) => `列席：${line.text}`),
      ...of('note').map((line) => `${line.text}${late(line)}`),
    ]),
  ].join('\n');
}

/** A line read, with what is said back; `refused` where it cannot be. */
export function takeLine(
  said: string,
  people: readonly { id: MemberId; name: string }[],
  quorum: Quorum,
  kind = 'other',
): { line: MinuteLine; reply: string; refused: boolean } {
  const line = readMinuteLine(said, people);
  if (keepsNoWords(kind) && (line.part === 'statement' || line.part === 'note'))
    return { line, reply: notKept, refused: true };
  const refused = isImpossibleVote(line, quorum);
  const twins = line.part === 'note' ? spokenBy(said, people).speakers : [];
  const reply = {
    topic: '议题记下了。',
    statement: `${line.speakerName ?? ''}的发言记下了。`,
    decision: '决议记下了。',
    vote: line.votes ? sayVote(line.votes, quorum) : '',
    observers: '列席的记下了。',
    note:
      twins.length > 1
        ? `支部有${twins.length}位${twins[0]!.name}，分不清是哪一位的发言，先记在“其他”里。印出来后可以补写清楚。`
        : '记下了。',
  }[line.part];
  return { line, reply, refused };
}

/** Said instead of keeping what somebody said at a meeting of organisational life. */
const notKept =
  '批评与自我批评的内容不记在这里，刚才那条没有存。走了哪几步写“议题：……”，会上定的事写“决议：……”，要整改的散会后回“记问题”。';
