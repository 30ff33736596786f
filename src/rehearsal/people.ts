// How simulated people behave: who answers at once, late, wrongly or never, and in which words. Knows no world, no clock and no database.

import type { Calendar } from '../domain/calendar.ts';
import type { Draft } from '../domain/message.ts';
import type { Member, MemberId } from '../domain/organisation.ts';
import type { ClockTime, Day, Instant } from '../domain/time.ts';
import { addDays, dayOf, hour, instantOf, minute, sayDay } from '../domain/time.ts';
import { type Chance, oneOf } from './chance.ts';

export type Temper = 'prompt' | 'late' | 'clumsy' | 'silent';

/** One thing said, or a button pressed by what it carries. */
export type Word = string | { readonly press: string };

/** A conversation that somebody begins at a moment: each word follows the answer to the one before. */
export interface Deed {
  readonly at: Instant;
  readonly member: MemberId;
  readonly says: readonly Word[];
}

export interface Person {
  readonly id: MemberId;
  readonly branch: string;
  readonly roles: Member['roles'];
  readonly tags: Member['tags'];
  readonly temper: Temper;
}

export function personOf({ id, roles, tags }: Member, branch: string, chance: Chance): Person {
  const among = chance('temper', id);
  const isBusy = roles.length > 0;
  const temper: Temper = isBusy
    ? among < 0.8
      ? 'prompt'
      : 'late'
    : among < 0.4
      ? 'prompt'
      : among < 0.65
        ? 'late'
        : among < 0.8
          ? 'clumsy'
          : 'silent';
  return { id, branch, roles, tags, temper };
}

/** When people look at their telephone. Few moments, so that a rehearsal has few of them to go through. */
const moments: readonly ClockTime[] = ['09:10', '12:20', '15:30', '18:40', '21:10'];

function momentAfter(at: Instant, days: number, chance: number): Instant {
  const day = addDays(dayOf(at), days);
  const left = moments.map((time) => instantOf(day, time)).filter((one) => one > at);
  return left.length > 0 ? oneOf(left, chance) : instantOf(addDays(day, 1), moments[0]!);
}

type Subject = 'event' | 'dues' | 'check' | 'study';

const clumsyWords: Readonly<Record<Subject, readonly (readonly Word[])[]>> = {
  event: [
    ['好的好的'],
    ['？'],
    ['几点来着'],
    ['请假', '嗯', '取消'],
    ['收到收到收到谢谢'],
    ['可能去可能不去'],
    ['请假', '有事', '嗯嗯', '家里有事'],
  ],
  dues: [['交了吧'], ['交了50块'], ['党费'], ['算党费', '八千多', '8000'], ['已交党费', '撤销', '已交党费']],
  check: [
    ['核对记录', '不是我说的', '取消'],
    ['核对记录', '？', '对'],
  ],
  study: [['在哪里看'], ['学习', '嗯'], ['8个小时']],
};

/** What somebody does about a message that came unasked; undefined = nothing. */
export function answerTo(
  person: Person,
  { at, draft }: { readonly at: Instant; readonly draft: Draft },
  chance: Chance,
): Deed | undefined {
  const about = subjectOf(draft);
  if (!about || person.temper === 'silent') return undefined;
  const here = (what: string) => chance(what, person.id, about, dayOf(at));
  // Nobody asks for an answer to a card; few give one.
  if (about === 'study' && here('reads') > 0.08) return undefined;
  const days = person.temper === 'late' ? 1 + Math.floor(here('days') * 4) : 0;
  return {
    at: momentAfter(at + 10 * minute, days, here('moment')),
    member: person.id,
    says: person.temper === 'clumsy' ? oneOf(clumsyWords[about], here('words')) : plainAnswer(about, draft, here),
  };
}

function subjectOf({ buttons = [] }: Draft): Subject | undefined {
  const has = (label: string) => buttons.some((button) => button.label === label);
  if (has('收到')) return 'event';
  if (has('已交党费')) return 'dues';
  if (has('核对记录')) return 'check';
  return has('已读') ? 'study' : undefined;
}

function plainAnswer(about: Subject, draft: Draft, here: (what: string) => number): readonly Word[] {
  const press = (label: string): Word => {
    const button = draft.buttons?.find((one) => one.label === label);
    return button && here('presses') < 0.5 ? { press: button.data } : label;
  };
  switch (about) {
    case 'event':
      return here('leave') < 0.85 ? [press('收到')] : oneOf([[press('请假'), '出差'], ['请假 生病']], here('words'));
    case 'dues':
      return [press('已交党费')];
    case 'check':
      return ['核对记录', '对'];
    case 'study':
      return here('words') < 0.8 ? [press('已读')] : [press('记一笔'), '读完了，准备在小组里说一说', '对'];
  }
}

/** Signing in where somebody is expected: some early, some late, some on the wrong day or in the wrong words, some not at all. */
export function comesTo(person: Person, startsAt: Instant, chance: Chance): Deed | undefined {
  const here = chance('comes', person.id, startsAt);
  const plans: Readonly<Record<Temper, readonly [number, Word][]>> = {
    prompt: [
      [-10 * minute, '签到'],
      [5 * minute, '签到'],
      [5 * minute, '签到'],
    ],
    late: [
      [20 * minute, '签到'],
      [2 * hour, '签到'],
      [5 * hour, '签到'],
    ],
    clumsy: [
      [-45 * minute, '签到'],
      [20 * minute, '我到了呀'],
      [20 * minute, '签到签到'],
      [5 * minute, '打卡'],
    ],
    silent: [],
  };
  const list = plans[person.temper];
  // One in ten of those who would have come does not.
  if (list.length === 0 || here > 0.9) return undefined;
  const [offset, word] = oneOf(list, here / 0.9);
  return { at: startsAt + offset, member: person.id, says: [word] };
}

const wishes: readonly (readonly Word[])[] = [
  ['昨天下午去社区清垃圾两小时', '对'],
  ['昨天上午帮老人买菜1小时', '对'],
  ['报服务', '陪护老人', '昨天', '25小时', '2小时', '对'],
  ['后天去看望困难群众三个小时', '取消'],
  ['我的'],
  ['帮助'],
  ['学习'],
  ['测一测', 'A', '取消'],
  ['建议', '活动室周末也开放就好'],
  ['今天天气不错'],
  ['下次主题党日什么时候'],
  ['算党费', '8000'],
  ['已交党费'],
  ['查一查我的党龄补贴能报多少钱'],
];

/** What comes to somebody's own mind on a day, about once in six weeks. */
export function ownWish({ id, tags, temper }: Person, day: Day, chance: Chance): Deed | undefined {
  if (temper === 'silent' || chance('wish', id, day) > 1 / 40) return undefined;
  const here = chance('which wish', id, day);
  const says = tags.includes('elderly') && here < 0.1 ? ['少提醒'] : oneOf(wishes, here);
  return { at: instantOf(day, oneOf(moments, chance('moment', id, day))), member: id, says };
}

/** What a secretary sees to on a day: meetings, dues, the plan. Three in ten do none of it. */
export function secretaryDeeds(person: Person, day: Day, calendar: Calendar, chance: Chance): Deed[] {
  if (!person.roles.includes('secretary') || chance('diligent', person.branch) > 0.7 || !calendar.isWorkday(day))
    return [];
  const month = day.slice(0, 7);
  const onWorkday = (number: number) => calendar.onOrNextWorkday(`${month}-${String(number).padStart(2, '0')}`);
  const convened = (number: number, what: string): Word[] => [
    `${sayDay(onWorkday(number), day)}下午3点在会议室开${what}`,
    '对',
    '取消',
  ];
  const quarterEnds = Number(month.slice(5)) % 3 === 0;
  const plans: [Day, readonly Word[]][] = [
    [onWorkday(3), convened(13, '支委会，研究本月工作')],
    [onWorkday(4), quarterEnds ? convened(21, '党员大会，学习党章；讨论下一步工作') : []],
    [onWorkday(5), quarterEnds ? convened(24, '党课，学习党章第一章') : []],
    [onWorkday(6), ['确认', '对', '取消']],
    [onWorkday(26), ['谁没交', '确认', '对', '取消']],
    [onWorkday(2), chance('looks', person.id, month) < 0.3 ? ['周报', '谁没签到'] : []],
    [
      onWorkday(11 + Math.floor(chance('plan', person.id) * 8)),
      month.endsWith('-01') ? ['年度计划', '确认', '上报年度计划'] : [],
    ],
  ];
  return plans
    .filter(([on, says]) => on === day && says.length > 0)
    .map(([, says]) => ({ at: instantOf(day, '09:10'), member: person.id, says }));
}

/** The record of a meeting, taken by the secretary after it began. */
export function recordOf(person: Person, startsAt: Instant, speaker: string, chance: Chance): Deed | undefined {
  if (chance('diligent', person.branch) > 0.7 || chance('records', person.branch, startsAt) > 0.8) return undefined;
  const says = ['记录', '议题：学习党章', `${speaker}：要把学习和工作结合起来`, '大家围绕议题作了讨论', '记完了', '对'];
  return { at: startsAt + hour, member: person.id, says: [...says, '取消'] };
}
