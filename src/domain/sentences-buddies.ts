// What is said on behalf of an elder: 帮孙波报服务 昨天…. Reads the words only; whether the speaker may is for others to say.

import { findDay } from './chinese/dates.ts';
import { findDuration } from './chinese/durations.ts';
import { plain } from './chinese/plain.ts';
import { served } from './sentences.ts';
import type { Instant } from './time.ts';
import { dayOf } from './time.ts';

export interface HelpedReport {
  readonly person: string;
  readonly deed: 'signed_in' | 'leave' | 'dues_reported' | 'volunteer_service';
  readonly what?: string;
  readonly on?: string;
  readonly hours?: number;
  readonly reason?: string;
}

const deeds: readonly [RegExp, HelpedReport['deed']][] = [
  [/^(?:签个?到|报到)/u, 'signed_in'],
  [/^请个?假/u, 'leave'],
  [/^(?:[报说]一?下?)?(?:党费(?:已?交了?|已缴|缴了)?|[交缴]了?党费|已[交缴]党费)/u, 'dues_reported'],
  [/^(?:报|记)?(?:一下)?(?:一次)?(?:志愿服务|服务|志愿)/u, 'volunteer_service'],
];

/** The name, what is to be reported, and what stands behind it; undefined when it is no such sentence. */
export function helpsReport(text: string, now: Instant): HelpedReport | undefined {
  const parts =
    /^[帮替代给]\s*([\u4e00-\u9fff]{2,4}?|[\u4e00-\u9fff·•・‧]{2,40}?)(?:同志)?\s*((?:签个?到|报到|请个?假|党费|[交缴]了?党费|已[交缴]党费|报|记|志愿服务|服务)[\s\S]*)$/u.exec(
      plain(text).trim(),
    );
  if (!parts || /[?？吗]$/u.test(text.trim())) return undefined;
  const said = parts[2]!;
  const found = deeds.find(([words]) => words.test(said));
  if (!found) return undefined;
  const [words, deed] = found;
  const rest = said.replace(words, '').replace(/^[了\s,，:：、]+/u, '');
  const report = { person: parts[1]!, deed };
  if (deed === 'volunteer_service' && rest) {
    return { ...report, ...serviceIn(rest, now) };
  }
  return deed === 'leave' && rest ? { ...report, reason: rest } : report;
}

/** What, when and how long, as far as it was said: that it is a service is known from the words before. */
function serviceIn(text: string, now: Instant): Pick<HelpedReport, 'what' | 'on' | 'hours'> {
  const told = served(text, now);
  if (told) return told;
  const duration = findDuration(text);
  const without = duration ? text.slice(0, duration.from) + text.slice(duration.to) : text;
  const day = findDay(without, dayOf(now), 'past');
  const what = (day ? without.slice(0, day.from) + without.slice(day.to) : without).replace(
    /^[\s,，:：、]+|[\s,，。、]+$/gu,
    '',
  );
  return { ...(what ? { what } : {}), ...(day ? { on: day.day } : {}), ...(duration ? { hours: duration.hours } : {}) };
}
