// Sentences that call a meeting together: which kind, when, where, about what. In doubt undefined: to ask again is better than to convene what nobody meant.

import { findClockTime, findDay } from './chinese/dates.ts';
import { plain } from './chinese/plain.ts';
import { meetingKindIn } from './meeting.ts';
import { noName, surnames } from './sentences.ts';
import type { Instant } from './time.ts';
import { dayOf } from './time.ts';

const longest = 120;

export type Convened = {
  readonly kind: string;
  readonly on?: string;
  readonly start?: string;
  readonly place?: string;
  readonly topics?: string;
};

/** `下周三下午3点在二楼会议室开支委会，研究发展党员`. A question or something past is none. */
export function convenes(text: string, now: Instant): Convened | undefined {
  const line = plain(text).trim();
  const renewsOath = /誓词|宣誓/u.test(line);
  const kind = meetingKindIn(line) ?? (renewsOath ? 'other' : undefined);
  if (
    !kind ||
    line.length > longest ||
    /[?？吗呢没]|了$|什么时候|几点|哪|请假|取消|改到|建议|讲的|怎[么样]|如何|一般|多久|多长|每[周月季年]|[开上讲][了过完]/u.test(
      line,
    )
  )
    return undefined;
  // With a day and a time it need not be said that it is to be held.
  const isAppointed =
    findDay(line, dayOf(now), 'future') !== undefined &&
    (findClockTime(line) !== undefined || /[上下]午|晚上|地点/u.test(line));
  const isOrdered =
    /(?:召?开|上|组织|安排|举行|召集|通知|定)(?:一[次个堂下])?.{0,8}(?:会|党课|学习|研讨|讨论|誓词)/u.test(line);
  if (!isAppointed && !isOrdered) return undefined;
  return { kind, ...(renewsOath ? { topics: '重温入党誓词' } : {}), ...detailsOfMeeting(line, now) };
}

/** Day, time, place and topics in what was said about a meeting. */
export function detailsOfMeeting(line: string, now: Instant): Omit<Convened, 'kind'> {
  const day = findDay(line, dayOf(now), 'future');
  const time = findClockTime(line);
  const place =
    /在([^，,。；;]{2,20}?)(?:召?开|举行|上|集中|组织|安排|[，,。；;]|$)/u.exec(line)?.[1] ??
    /地[点方](?:是|在|定在|[:：])?\s*([^，,。；;\s]{2,20})/u.exec(line)?.[1] ??
    /[，,]([^，,。；;\d]{0,8}(?:会议室|活动室|办公室|礼堂|党员之家|报告厅|[一二三四五六七八九十\d]楼))(?=[，,。；;]|$)/u.exec(
      line,
    )?.[1];
  const topics =
    /(?:研究|讨论|议题(?:是|为)?[:：]?|内容(?:是|为)?[:：]?|主题(?:是|为)?[:：]?|题目(?:是|为)?[:：]?|传达|学习)(\S.*)$/u.exec(
      line,
    );
  const verb = topics && /研究|讨论|传达|学习/u.exec(topics[0])?.[0];
  const isKindItself = topics && /^(?:会|一次|研讨$)/u.test(topics[1]!);
  return {
    ...(day ? { on: day.day } : {}),
    ...(time ? { start: time.time } : {}),
    ...(place && !findDay(place, dayOf(now), 'future') ? { place: place.trim() } : {}),
    ...(topics && !isKindItself
      ? { topics: `${verb && topics[0].startsWith(verb) ? verb : ''}${topics[1]}`.replace(/[。.]$/u, '') }
      : {}),
  };
}

export type Lectured = { readonly topic?: string; readonly on?: string };

/** `12月5日我给支部讲了党课，题目是学习党章`: a lecture that was given, with its day and topic if they were said. */
export function lectured(text: string, now: Instant): Lectured | undefined {
  const line = plain(text).trim();
  if (line.length > longest || /[?？吗呢没]|要讲|想讲|准备|打算|听了?|上课|时候|讲得/u.test(line)) return undefined;
  if (!/讲(?:了|过|完|完了)?(?:一[次堂节]|[一-龥]{0,6}的)?(?:微|专题|廉政)?党课|党课.{0,4}讲(?:了|过|完)/u.test(line))
    return undefined;
  if (!/讲(?:了|过|完)|讲完|我/u.test(line)) return undefined;
  const day = findDay(line.replace(/七一(?!勋章)/u, '7月1日'), dayOf(now), 'past');
  // Between quotes a title may have commas. It is taken as it was written, with its own signs.
  const found =
    /(?:题目|主题|内容|讲的|党课)(?:是|为|叫)?[,，:：\s]*[“"《](?<topic>[^”"》]{2,60})[”"》]/du.exec(line) ??
    /(?:题目|主题|内容|讲的)(?:是|为|叫)?[:：]?\s*[“"《]?(?<topic>[^”"》。，,；;]{2,60})/du.exec(line);
  const [from, to] = found?.indices?.groups?.topic ?? [0, 0];
  const topic = text.trim().slice(from, to);
  return { ...(day ? { on: day.day } : {}), ...(topic ? { topic: topic.trim() } : {}) };
}

/** `昨天赵磊给大家上了党课，讲的是铁军精神`: a lecture that somebody else of the branch gave. */
export function lecturedBy(
  text: string,
  now: Instant,
): { readonly who: 'own'; readonly people: string; readonly topic?: string; readonly on?: string } | undefined {
  const line = plain(text).trim();
  if (line.length > longest || /[?？吗呢没]|要讲|想讲|准备|打算|听/u.test(line)) return undefined;
  if (!/党课/u.test(line) || !/[讲上](?:了|过|完)|讲的/u.test(line)) return undefined;
  const day = findDay(line, dayOf(now), 'past');
  const rest = day ? line.slice(0, day.from) + line.slice(day.to) : line;
  const people = /^[\s,，]*([\u4e00-\u9fff]{2,3}?)(?:同志|书记)?(?:给|为|[上讲])/u.exec(rest)?.[1];
  if (!people || !surnames.includes(people[0]!) || noName.test(people)) return undefined;
  const topic = /(?:题目|主题|内容|讲的)(?:是|为|叫)?[:：]?\s*[“"《]?([^”"》。，,；;]{2,60})/u.exec(line)?.[1];
  return { who: 'own', people, ...(day ? { on: day.day } : {}), ...(topic ? { topic: topic.trim() } : {}) };
}

/** `我的一件实事：帮张大爷修好了楼道灯，办好了`: one's own real problem, with whether it is solved if that was said. */
export function solvedOwn(text: string): { readonly what: string; readonly stage?: string } | undefined {
  const said = /^(?:我的|我有|报|办了)?一?件?实事[是为]?[:：,，\s]\s*(\S[\s\S]{3,})$/u.exec(text.trim())?.[1];
  if (!said || said.length > longest || /[?？吗]$/u.test(said)) return undefined;
  const told = stageTold(said);
  return told.what.length < 4 ? undefined : { what: told.what, ...(told.stage ? { stage: told.stage } : {}) };
}

/** What was told without the words at its end that say how far it is. */
export function stageTold(said: string): { readonly what: string; readonly stage?: 'done' | 'open' } {
  const done = /[,，。;；\s]*(?:已经?)?(?:办好|办成|解决|完成|做好)了?[。.]?$/u.exec(said);
  const open = /[,，。;；\s]*(?:还在办|正在办|还没办好)[。.]?$/u.exec(said);
  const end = done ?? open;
  const what = end && end.index > 3 ? said.slice(0, end.index) : said;
  return { what, ...(done ? { stage: 'done' as const } : open ? { stage: 'open' as const } : {}) };
}
