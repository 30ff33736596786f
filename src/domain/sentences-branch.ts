// Sentences of secretaries and questions about the branch's day, read like those of sentences.ts: in doubt undefined.

import { plain, plainAnswer } from './chinese/plain.ts';
import type { LeaveReason } from './sentences.ts';
import { leaveReasonIn, noName, surnames } from './sentences.ts';

/** Longer texts are more than a question or an order. */
const longest = 24;

/** When, at what time or where the next theme day or meeting is. */
export function asksEvent(text: string): boolean {
  const line = plainAnswer(text).replace(/[?？吗呢]+$/u, '');
  if (line.length > longest || /党费|改|换|取消|谁|请假|签到|建议|希望/u.test(line)) return false;
  const asked = /哪[一]?[天日]|几号|几月几|什么时[候间]|何时|几点|周几|星期几|哪[里儿]|在哪|什么地方|地点|时间是/u;
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
  const people = parts && namesIn(parts[1]!);
  if (!people || /[?？吗没谁]/u.test(line)) return undefined;
  const reason = leaveReasonIn(parts[2] ?? '') ?? (/请病假/u.test(line) ? 'illness' : undefined);
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
    (name) => /^[\u4e00-\u9fff·]{2,3}$/u.test(name) && surnames.includes(name[0]!) && !noName.test(name),
  );
  return areNames ? [...new Set(names)] : undefined;
}
