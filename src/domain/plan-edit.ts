// What a secretary says to change a plan, and what the plan becomes: 3月党课改成学习党章, 5月加一次集体学习：学习党史, 8月党员大会不开. Pure.

import { findNumber, readNumber } from './chinese/numbers.ts';
import type { PlanItem, PlanKind } from './plan.ts';
import { planKindIn, planKinds, sayItem, sorted } from './plan.ts';

export type PlanEdit =
  | { readonly edit: 'set'; readonly months: readonly number[]; readonly kind: PlanKind; readonly topic: string }
  | { readonly edit: 'add'; readonly months: readonly number[]; readonly kind: PlanKind; readonly topic: string }
  | { readonly edit: 'remove'; readonly months: readonly number[]; readonly kind: PlanKind }
  | { readonly edit: 'move'; readonly months: readonly number[]; readonly kind: PlanKind; readonly to: number }
  | { readonly edit: 'speaker'; readonly months: readonly number[]; readonly kind: PlanKind; readonly speaker: string };

const number = String.raw`(?:\d{1,2}|十[一二]?|[一二三四五六七八九])`;
// A range first: of 1-3月 the list would take the 1.
const monthWord = String.raw`(?:每个?月|\d{1,2}(?:月份?)?[-—~到至]\d{1,2}月份?|${number}(?:月份?)?(?:[、,，和及]${number}(?:月份?)?)*月?份?)`;
const kindWord =
  '主题党日(?:活动)?|专题讨论会?|专题研讨会?|组织生活会|支部?党员大会|全体党员大会|党员大会|支部大会|大会|支委会(?:会议)?|支部委员会(?:会议)?|党小组会|小组会|微党课|党课|集体学习|学习会|民主议事会?|其他活动|活动';

/** What the words want changed; several wishes are set apart by ；or lines. Undefined = they are no wish of this kind. */
export function planEdits(text: string): PlanEdit[] | undefined {
  const parts = text
    .replace(/[０-９]/gu, (digit) => String.fromCharCode(digit.charCodeAt(0) - 0xfee0))
    .split(/[;；\n。]|[,，](?=\s*(?:\d{1,2}|[一二三四五六七八九十]{1,2})月)/u)
    .map((part) => part.trim())
    .filter(Boolean);
  const edits = parts.map(editIn);
  return parts.length > 0 && edits.every((one) => one !== undefined)
    ? (edits as PlanEdit[]).flatMap(withSpeaker)
    : undefined;
}

/** `学习党章，由赵磊讲` is a topic and a speaker. */
function withSpeaker(edit: PlanEdit): PlanEdit[] {
  const both = 'topic' in edit && /^(.+?)[,，、]?由([一-龥·]{2,6}?)(?:同志)?(?:来|主)?讲$/u.exec(edit.topic);
  if (!both) return [edit];
  const { months, kind } = edit;
  return [{ ...edit, topic: both[1]! } as PlanEdit, { edit: 'speaker', months, kind, speaker: both[2]! }];
}

function editIn(part: string): PlanEdit | undefined {
  const line = part
    .replace(/^(?:请|麻烦|帮我|把|将|那|计划里?的?)+/u, '')
    // 主题党日3月改成…: the month may stand behind.
    .replace(new RegExp(`^(${kindWord})(${monthWord})(?=[改换挪移不取由定])`, 'u'), '$2$1');
  const first = /^(?:取消|去掉|删掉|删除|不要|不开)\s*(.+)$/u.exec(line);
  if (first) {
    const meant = new RegExp(`^(${monthWord})的?(${kindWord})(?:了|吧)?$`, 'u').exec(first[1]!);
    const months = meant && monthsIn(meant[1]!);
    return months ? { edit: 'remove', months, kind: planKindIn(meant![2]!)! } : undefined;
  }
  const addFirst = /^(?:再|也)?(?:增加|新增|加上|加|添|补|安排)(?:一[次场个堂节项])?\s*(.+)$/u.exec(line);
  const shape = new RegExp(`^(${monthWord})[的里份]?\\s*(.+)$`, 'u').exec(addFirst ? addFirst[1]! : line);
  const months = shape ? monthsIn(shape[1]!) : undefined;
  if (!shape || !months) return undefined;
  const rest = `${addFirst ? '加' : ''}${shape[2]!.trim()}`;
  const add = new RegExp(
    `^(?:各|都|再|也)*(?:增加|新增|加上|加开|加|添|补|安排)(?:上|个)?(?:一[次场个堂节项])?的?(${kindWord})\\s*(?:[,，:：]\\s*)?(.*)$`,
    'u',
  ).exec(rest);
  if (add) return { edit: 'add', months, kind: planKindIn(add[1]!)!, topic: topicIn(add[2]!) };
  const named = new RegExp(`^的?(${kindWord})(.*)$`, 'u').exec(rest);
  if (!named) return undefined;
  const kind = planKindIn(named[1]!)!;
  return changeOf(named[2]!.trim(), months, kind);
}

function changeOf(tail: string, months: readonly number[], kind: PlanKind): PlanEdit | undefined {
  if (/^(?:就|先)?(?:不开|不搞|不办|不上|不要|取消|去掉|删掉|删除|免)了?(?:吧)?$/u.test(tail))
    return { edit: 'remove', months, kind };
  const moved = /^(?:改到|挪到|移到|调到|推迟到|提前到|放到|改在)\s*(\S{1,3}?)月份?(?:去|吧)?$/u.exec(tail);
  const to = moved ? readNumber(moved[1]!) : undefined;
  if (to !== undefined && to >= 1 && to <= 12) return { edit: 'move', months, kind, to };
  const speaker = /^(?:改?由|请|让)([一-龥·]{2,12}?)(?:同志)?(?:来|主)?讲?课?$/u.exec(tail);
  if (speaker) return { edit: 'speaker', months, kind, speaker: speaker[1]! };
  const set =
    /^(?:的?(?:主题|题目|内容|议题|专题))?\s*(?:改成|改为|换成|换为|改作|定为|定成|变成|是|为|改|[:：])\s*(\S.*)$/u.exec(
      tail,
    ) ?? /^(?:的?(?:主题|题目|内容|议题|专题))(\S.*)$/u.exec(tail);
  const topic = set && topicIn(set[1]!);
  // 改一下 says that, not what.
  return topic && !/^(?:一?下|改|动)吧?$/u.test(topic) ? { edit: 'set', months, kind, topic } : undefined;
}

function topicIn(text: string): string {
  return text
    .trim()
    .replace(/^(?:的?(?:主题|题目|内容|议题|专题)(?:是|为|[:：])?|[,，:：])\s*/u, '')
    .replace(/[。.!！]$/u, '')
    .replace(/^[“"「](.*)[”"」]$/u, '$1')
    .slice(0, 60);
}

/** Months in words; undefined where one of them is none. */
export function monthsIn(text: string): number[] | undefined {
  if (/^每个?月$/u.test(text)) return Array.from({ length: 12 }, (_, index) => index + 1);
  const range = /^(\d{1,2})(?:月份?)?[-—~到至](\d{1,2})月份?$/u.exec(text);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    return from >= 1 && from <= to && to <= 12
      ? Array.from({ length: to - from + 1 }, (_, index) => from + index)
      : undefined;
  }
  if (!/月/u.test(text)) return undefined;
  const months = text
    .split(/[、,，和及]/u)
    .filter(Boolean)
    .map((word) => readNumber(word.replace(/月份?$/u, '')) ?? findNumber(word));
  return months.every((month) => month !== undefined && Number.isInteger(month) && month >= 1 && month <= 12)
    ? (months as number[])
    : undefined;
}

export interface Edited {
  readonly items: readonly PlanItem[];
  /** What was done, one line each; also what could not be. */
  readonly said: readonly string[];
  readonly changed: boolean;
}

/** The plan after these wishes. A topic for a meeting that the month does not have yet adds it. */
export function editPlan(items: readonly PlanItem[], edits: readonly PlanEdit[]): Edited {
  let now: readonly PlanItem[] = items;
  let changed = false;
  const said: string[] = [];
  for (const edit of edits) {
    for (const month of edit.months) {
      const at = now.findIndex((item) => item.month === month && item.kind === edit.kind);
      const before = now[at];
      const name = `${month}月${planKinds[edit.kind]}`;
      if (!before && edit.edit !== 'add' && edit.edit !== 'set') {
        said.push(`${name}：计划里没有`);
        continue;
      }
      changed = true;
      if (edit.edit === 'remove') now = now.filter((_, index) => index !== at);
      else if (edit.edit === 'add' || !before)
        now = [...now, { month, kind: edit.kind, topic: 'topic' in edit ? edit.topic : '' }];
      else if (edit.edit === 'set') now = now.with(at, { ...before, topic: edit.topic });
      else if (edit.edit === 'move') now = now.with(at, { ...before, month: edit.to });
      else now = now.with(at, { ...before, speaker: edit.speaker });
      said.push(sayEdit(edit, month, before));
    }
  }
  return { items: sorted(now), said, changed };
}

function sayEdit(edit: PlanEdit, month: number, before: PlanItem | undefined): string {
  const name = `${month}月${planKinds[edit.kind]}`;
  switch (edit.edit) {
    case 'remove':
      return `${name}去掉了`;
    case 'move':
      return `${name}改到${edit.to}月`;
    case 'speaker':
      return `${name}由${edit.speaker}讲`;
    case 'set':
      return before
        ? `${name}：${edit.topic}${before.topic ? `（原来是${before.topic}）` : ''}`
        : `${month}月加上了${sayItem({ month, kind: edit.kind, topic: edit.topic })}`;
    case 'add':
      return `${month}月加上了${sayItem({ month, kind: edit.kind, topic: edit.topic })}`;
  }
}
