// Sentences of secretaries and questions about the branch's day, read like those of sentences.ts: in doubt undefined.

import { findClockTime } from './chinese/dates.ts';
import { readNumber } from './chinese/numbers.ts';
import { plain, plainAnswer } from './chinese/plain.ts';
import { hasNameDot } from './person-name.ts';
import type { LeaveReason } from './sentences.ts';
import { beginsLikeName, leaveReasonIn, noName } from './sentences.ts';

/** Longer texts are more than a question or an order. */
const longest = 24;

/** When, at what time or where the next theme day or meeting is. */
export function asksEvent(text: string): boolean {
  const line = plainAnswer(text).replace(/[?？吗呢]+$/u, '');
  if (line.length > longest || /党费|改|换|取消|谁|请假|签到|建议|希望/u.test(line)) return false;
  const asked =
    /哪[一]?[天日]|几号|几月几|什么时[候间]|何时|几点|周几|星期几|哪[里儿]|在哪|什么地方|地点(?=$|是$|在$|定)|时间是/u;
  return asked.test(line) && /主题党日|党日|活动|开会|集合|开始|会议|党课/u.test(line);
}

/** Who came, is missing or on leave. */
export function asksMissing(text: string): boolean {
  const line = plainAnswer(text);
  return (
    line.length <= longest &&
    /(?:谁|哪[些几]个?人?|多少人|几个人).{0,6}(?:没?[来到]|签到|请假|没参加|缺席)/u.test(line) &&
    !/党费|交/u.test(line)
  );
}

/** Whose dues are open. */
export function asksUnpaid(text: string): boolean {
  const line = plainAnswer(text);
  return (
    line.length <= longest &&
    /(?:谁|哪[些几]个?人?|多少人|几个人).{0,8}(?:[交缴].{0,3}党费|党费.{0,4}[交缴])/u.test(line)
  );
}

/** That the theme day is to be set or moved. */
export function movesThemeDay(text: string): boolean {
  const line = plainAnswer(text);
  if (line.length > longest || /谁|吗|能不能|可不可以|建议|希望/u.test(line)) return false;
  return /(?:改|定|调整|更改|设|换).{0,6}主题党日|主题党日.{0,8}(?:改|定[在到为]|调整|更改|设|换)/u.test(line);
}

export type ThemeDayRule = {
  readonly way?: 'date' | 'weekday';
  readonly day?: number;
  readonly nth?: string;
  readonly weekday?: string;
  /** Null = as it was: the day was said and nothing about the time. */
  readonly start?: string | null;
};

/** The rule in `主题党日改到每月15号`, `定在每个月第一个星期五下午2点`, as far as it was said. */
export function themeDayRuleIn(text: string): ThemeDayRule {
  const line = plain(text).replace(/\s/gu, '');
  const time = findClockTime(line)?.time;
  const start = time ? { start: time } : /[上下]午|早上|晚上/u.test(line) ? {} : { start: null };
  const nth = /第([一二三四1-4])个?|(最后)一?个?/u.exec(line);
  const weekday = /(?:周|星期|礼拜)([一二三四五])/u.exec(line)?.[1];
  if (nth && weekday)
    return {
      way: 'weekday',
      nth: nth[2] ? '-1' : String(readNumber(nth[1]!)),
      weekday: weekdays['一二三四五'.indexOf(weekday)]!,
      ...start,
    };
  const day = readNumber(
    /(?:每个?月|到|在|成|为)(?:的)?(\d{1,2}|[一二三]?十?[一二三四五六七八九十])[号日]/u.exec(line)?.[1] ?? '',
  );
  return day !== undefined && day >= 1 && day <= 31 ? { way: 'date', day, ...start } : {};
}

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'];

/** That the theme day of all branches is to be the same. */
export function unifiesThemeDay(text: string): boolean {
  return (
    plainAnswer(text).length <= longest &&
    /统一/u.test(text) &&
    /主题党日|党日/u.test(text) &&
    !/[?？吗谁]|是不是/u.test(text)
  );
}

/** Names and, if it was said, the reason in `孙波请假`, `替孙波、李洁请假 出差`; whether there are such members is for others to say. */
export function leaveList(
  text: string,
): { readonly people: readonly string[]; readonly reason?: LeaveReason } | undefined {
  const line = plain(text).trim();
  if (line.length > 40) return undefined;
  const parts =
    /^(?:[替帮代给]\s*)?(\S.*?)[\s,，]*(?:都|也)?请[一个]*(?:了|病|事)?假了?(?:[\s,，:：]*(?:因为|原因是?)?(\S.*))?$/u.exec(
      line,
    );
  // 孙波身体不好，明天来不了: the names stand first, then why, then that they cannot come.
  const absent =
    /^([\u4e00-\u9fff·]{2,3}?(?:[、和及与][\u4e00-\u9fff·]{2,3}?)*)(?:同志)?(?=[\s,，]|因|身|生病|病|发烧|感冒|住院|[出值加]|家|有事|[今明后]天|[上下]午|临时|突然|[来去到]不|参加不|在外|外出|孩|老|腿|腰)[\s,，]*((?:(?!我).){0,16}?)[\s,，]*(?:今天|明天|后天|下午|上午|这次|主题党日|活动)*(?:来|去|到|参加)不(?:了|成)了?$/u.exec(
      line,
    ) ?? undefined;
  const people = (parts && namesIn(parts[1]!)) ?? (absent && namesIn(absent[1]!));
  if (!people || /[?？吗没谁]/u.test(line)) return undefined;
  const reason = leaveReasonIn(parts?.[2] ?? absent?.[2] ?? '') ?? (/请病假/u.test(line) ? 'illness' : undefined);
  return { people, ...(reason ? { reason } : {}) };
}

/** The names in `替孙波签到` or `孙波、李洁 签到`; whether there are such members is for others to say. */
export function signedInList(text: string): readonly string[] | undefined {
  const listed = /^(?:[替帮代给]\s*)?(\S.*?)[\s,，]*(?:都|也)?(?:签到|签个到|补签|到)$/u.exec(plain(text).trim())?.[1];
  return listed === undefined ? undefined : namesIn(listed);
}

/** The notice itself in `通知大家明天下午开会`. */
export function tellsAll(text: string): string | undefined {
  const said = /^通知(?:一下)?(?:大家|全体党员|各位党员|各位同志|同志们|所有人)[\s,，:：]*(\S[\s\S]{3,})$/u.exec(
    text.trim(),
  )?.[1];
  return said !== undefined && said.length <= 500 && !/[吗?？]$|了[没吗]/u.test(said) ? said.trim() : undefined;
}

/** All names of a list; undefined when anything in it is no name. */
function namesIn(list: string): string[] | undefined {
  const names = list.split(/[\s、,，;；和及与]+/u).map((name) => name.replace(/(?:同志|老师)$/u, ''));
  const areNames = names.every(
    (name) => hasNameDot(name) || (/^[\u4e00-\u9fff]{2,3}$/u.test(name) && beginsLikeName(name) && !noName.test(name)),
  );
  return areNames ? [...new Set(names)] : undefined;
}
