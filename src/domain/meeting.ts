// Meetings of a branch: which kinds there are, who should come, when enough are there, and what a line of minutes says. Pure; invents nothing.

import type { Member, MemberId, Role } from './organisation.ts';
import { isSameName } from './person-name.ts';
import type { Day } from './time.ts';
import { sayDay } from './time.ts';

/** Kinds of meetings, in the words of 《中国共产党支部工作条例（试行）》 Art. 11–17. The key is the item of programme `meeting`. */
export const meetingKinds = {
  'general-meeting': '党员大会',
  'committee-meeting': '支委会会议',
  'group-meeting': '党小组会',
  'party-lecture': '党课',
  'org-life-meeting': '组织生活会',
  study: '集体学习',
  deliberation: '民主议事会',
  other: '会议',
} as const;
export type MeetingKind = keyof typeof meetingKinds;

export const committeeRoles: readonly Role[] = [
  'secretary',
  'deputy',
  'commissioner-organisation',
  'commissioner-publicity',
  'commissioner-discipline',
];

/** Those who should come; with `partyGroup` only that group's. Of a committee meeting the committee; mobile members are welcome at every meeting and expected at none. */
export function expectedAt(kind: MeetingKind, members: readonly Member[], partyGroup: string | null): Member[] {
  const here = members.filter(({ tags }) => !tags.includes('mobile'));
  if (kind === 'committee-meeting') return here.filter(isCommittee);
  // A group may meet for more than its group meeting: 组织生活会 by groups, collective study.
  if (partyGroup !== null) return here.filter((one) => one.partyGroup === partyGroup);
  return here;
}

export function isCommittee({ roles }: Pick<Member, 'roles'>): boolean {
  return roles.some((role) => committeeRoles.includes(role));
}

/** Probationary members have no vote (党章 Art. 7). */
export function mayVote({ status }: Pick<Member, 'status'>): boolean {
  return status === 'full';
}

export interface Quorum {
  /** Who counts: members with a vote, or the committee's. */
  readonly voters: number;
  readonly present: number;
  /** At least half of them are there (条例 Art. 11, 12). */
  readonly enough: boolean;
  /** So many must agree: more than half of all who should attend, not of those present (条例 Art. 11). */
  readonly needed: number;
}

/** `voters` are those with a vote who should attend; mobile members are in the count only when they came. */
export function quorumOf(voters: readonly MemberId[], present: ReadonlySet<MemberId>): Quorum {
  const there = voters.filter((id) => present.has(id)).length;
  return {
    voters: voters.length,
    present: there,
    enough: there > 0 && there * 2 >= voters.length,
    needed: Math.floor(voters.length / 2) + 1,
  };
}

/** Meetings at which people criticise themselves and one another: what is said there is written down nowhere. */
export function keepsNoWords(kind: string): boolean {
  return kind === 'org-life-meeting';
}

export type MinutePart = 'topic' | 'statement' | 'decision' | 'vote' | 'observers' | 'note';

export interface MinuteLine {
  readonly part: MinutePart;
  readonly text: string;
  readonly speaker?: MemberId;
  readonly speakerName?: string;
  readonly votes?: { readonly for: number; readonly against: number; readonly abstain: number };
}

/**
 * What a line that the recorder sent means: `议题：…`, `赵磊：…`, `决议：…`, `表决：同意8 反对0 弃权1`, `列席：…`; anything else is a note of the course.
 * Only a name of the branch before the colon makes a statement; nothing is guessed.
 */
export function readMinuteLine(line: string, people: readonly { id: MemberId; name: string }[]): MinuteLine {
  const said = line.trim();
  const votes = votesIn(said);
  if (votes) return { part: 'vote', text: said.replace(/^表决(?:结果)?[:：\s]*/u, ''), votes };
  const marked =
    /^(议题|议程|学习|学习内容|决议|决定|会议决定|形成决议|列席)[一二三四五六七八九十\d]*[:：、\s]\s*(\S[\s\S]*)$/u.exec(
      said,
    );
  if (marked) {
    const [, mark, text] = marked as unknown as [string, string, string];
    if (mark === '列席') return { part: 'observers', text };
    if (/决/u.test(mark)) return { part: 'decision', text };
    return { part: 'topic', text: /^学习/u.test(mark) && !/^学习/u.test(text) ? `学习${text}` : text };
  }
  const { speakers, text } = spokenBy(said, people);
  const [speaker, ...others] = speakers;
  if (speaker && others.length === 0)
    return { part: 'statement', text, speaker: speaker.id, speakerName: speaker.name };
  return { part: 'note', text: said };
}

/** Whose words a line may be, by the name before its colon; several where two have one name. Names of other peoples are long: 艾力·买买提江. */
export function spokenBy<Person extends { readonly name: string }>(
  line: string,
  people: readonly Person[],
): { readonly speakers: readonly Person[]; readonly text: string } {
  const spoken = /^([\u4e00-\u9fff·•・‧]{2,40}?)(?:同志)?(?:发言|说|讲|表示)?[:：]\s*(\S[\s\S]*)$/u.exec(line.trim());
  if (!spoken) return { speakers: [], text: line };
  return { speakers: people.filter(({ name }) => isSameName(name, spoken[1]!)), text: spoken[2]! };
}

function votesIn(line: string): MinuteLine['votes'] | undefined {
  // 同意8票 is read before 8票同意: in 同意8 反对0 the 8 belongs to the word before it.
  const after = (words: string) => new RegExp(`(?:${words})(?:的|票)?[:：]?\\s*(\\d{1,3})`, 'u').exec(line)?.[1];
  const before = (words: string) => new RegExp(`(\\d{1,3})\\s*[票人名]?\\s*(?:${words})`, 'u').exec(line)?.[1];
  const order = after('同意|赞成') === undefined ? before : after;
  const agree = order('(?<!不)同意|赞成');
  if (agree === undefined || !/表决|反对|弃权|[票人]/u.test(line)) return undefined;
  return {
    for: Number(agree),
    against: Number(order('反对|不同意') ?? 0),
    abstain: Number(order('弃权') ?? 0),
  };
}

/** What the recorder hears back about a vote: the count as the regulations count it, or that the figures cannot be. */
export function sayVote(votes: NonNullable<MinuteLine['votes']>, quorum: Quorum): string {
  const cast = votes.for + votes.against + votes.abstain;
  if (cast > quorum.voters) return `这里有${cast}票，比有表决权的${quorum.voters}人还多，没有记。请核对后再发一次。`;
  const passed = votes.for >= quorum.needed;
  return `记下了：同意${votes.for}、反对${votes.against}、弃权${votes.abstain}。应到会有表决权的${quorum.voters}人，过半数是${quorum.needed}人，${passed ? '同意的够了' : '同意的还不够'}。`;
}

/** True when the figures of a vote cannot be. */
export function isImpossibleVote({ votes }: MinuteLine, quorum: Quorum): boolean {
  return votes !== undefined && votes.for + votes.against + votes.abstain > quorum.voters;
}

/** The agenda as the notice shows it: it begins with study (seeds: 突出政治学习和教育). */
export function agendaOf(kind: MeetingKind, topics: readonly string[]): string[] {
  const studies = topics.some((topic) => /学习|传达|党课|宣读/u.test(topic));
  return kind === 'party-lecture' || studies || kind === 'study' ? [...topics] : ['政治学习', ...topics];
}

/** Leisure in an agenda is a matter for a second thought, never refused (条例: 不得以娱乐、旅游代替组织生活). */
export function soundsLikeLeisure(topics: readonly string[]): boolean {
  return topics.some((topic) => /旅游|游玩|聚餐|K歌|唱歌|打牌|采摘|漂流|温泉|爬山|烧烤|团建/u.test(topic));
}

/** `12月20日党员大会`. */
export function sayMeeting(title: string, day: Day, today: Day): string {
  return `${sayDay(day, today)}${title}`;
}

/** The kind of meeting that some words name. */
export function meetingKindIn(text: string): MeetingKind | undefined {
  if (/党员大会|支部大会|全体党员(?:会|大会)/u.test(text)) return 'general-meeting';
  if (/支委会|支部委员会|委员会会议|支委开?会/u.test(text)) return 'committee-meeting';
  if (/党小组会|小组会/u.test(text)) return 'group-meeting';
  if (/组织生活会/u.test(text)) return 'org-life-meeting';
  if (/民主议事/u.test(text)) return 'deliberation';
  if (/党课/u.test(text)) return 'party-lecture';
  if (/集[体中]学习|学习会|专题学习|研讨|讨论会|专题讨论|学习日/u.test(text)) return 'study';
  if (/座谈会/u.test(text)) return 'other';
  return undefined;
}
