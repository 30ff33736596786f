// Reads the answers of several questions out of one line, for flows that read everything back before they keep it. Pure.

import { findDay } from '../domain/chinese/dates.ts';
import { surnames } from '../domain/sentences.ts';
import type { Day } from '../domain/time.ts';
import { answerTypes } from './answers/index.ts';
import type { Flow } from './flow.ts';
import type { Json } from './session.ts';
import type { Step } from './steps/index.ts';

type Ask = Step & { readonly kind: 'ask' };

/**
 * The answers that stand in what was said behind a starting word: days, lengths of time and options wherever they stand, and the pieces between
 * commas for the questions that take words — for all of them only where the pieces are as many as the questions. With `worded` false the line
 * is the whole sentence: of the words only a name and a branch are taken from it.
 */
export function answersInLine(flow: Flow, line: string, today: Day, worded = true): Record<string, Json> {
  const asks = flow.steps.filter((step): step is Ask => step.kind === 'ask');
  const answers: Record<string, Json> = optionsIn(flow, line);
  let left = piecesOf(line);
  for (const ask of asks) {
    if (ask.type !== 'date' && ask.type !== 'duration') continue;
    const type = answerTypes[ask.type];
    const found = left.find((piece) => type.find(piece, { ...ask, today, people: [] }) !== undefined);
    if (found === undefined) continue;
    answers[ask.ask] = type.find(found, { ...ask, today, people: [] })!;
    left = left.flatMap((piece) => (piece === found ? withoutDay(piece, today) : piece));
  }
  const texts = asks.filter(({ type }) => ['text', 'text-or-file', 'members'].includes(type));
  for (const [index, ask] of wordedBy(texts, left).entries()) {
    const said = texts.length === 1 ? (labelled(left) ?? left.join('，')) : left[index];
    const answer = worded
      ? said && ((ask.ask === 'whom' && nameAtHead(said)) || tidy(said, index))
      : knownIn(ask.ask, line);
    if (answer) answers[ask.ask] = answer;
  }
  const [first] = asks;
  if (
    first &&
    worded &&
    texts.length === 0 &&
    answerTypes[first.type].read({ kind: 'text', text: line }, { ...first, today, people: [] })
  )
    answers[first.ask] ??= line;
  return answers;
}

/** Which questions the pieces answer: those that must be answered, or all, where there are as many; else only the first. */
function wordedBy(asks: readonly Ask[], said: readonly string[]): readonly Ask[] {
  const needed = asks.filter(({ skip }) => skip.length === 0);
  if (said.length === needed.length) return needed;
  return said.length === asks.length ? asks : asks.slice(0, 1);
}

/** A choice whose label was said, where it is the only one of its question. */
function optionsIn(flow: Flow, line: string): Record<string, Json> {
  return Object.fromEntries(
    flow.steps.flatMap((step) => {
      if (step.kind !== 'choose' || step.many) return [];
      const named = Object.entries(step.options).filter(([, { label, words }]) =>
        [label, ...words].some((word) => word.length >= 2 && line.includes(word)),
      );
      return named.length === 1 ? [[step.choose, named[0]![0]]] : [];
    }),
  );
}

function piecesOf(line: string): string[] {
  return line
    .split(/[,，;；。\n]+/u)
    .map((piece) => piece.trim())
    .filter(Boolean);
}

/** What a piece says beside its day; nothing where that is only 走的, 起 or the like. */
function withoutDay(piece: string, today: Day): string[] {
  const day = findDay(piece, today, 'near');
  const rest = day ? piece.slice(0, day.from) + piece.slice(day.to) : piece;
  return rest.replace(/[起前的了走到在从于,，\s]/gu, '').length < 2 ? [] : [rest.trim()];
}

/** The name that a piece begins with: 刘洋 in 刘洋被确定为积极分子. */
function nameAtHead(piece: string): string | undefined {
  const name =
    /^(.{2,4}?)(?:同志)?(?:$|被|去|在|要|的|递|列|确|转|从|已|是|到|于|调|成|上|交|今|昨|办|好[久长几]|很久|长期|没|老是|一直|几个|组|提|写|想|入|申|成|\d|[\s:：])/u.exec(
      piece,
    )?.[1];
  return name && surnames.includes(name[0]!) && /^[\u4e00-\u9fff]+$/u.test(name) ? name : undefined;
}

/** The one piece that says itself what it is: 主题是从严治党. */
function labelled(said: readonly string[]): string | undefined {
  return said.map((piece) => /^(?:题目|名称|内容|主题)[是为:：]+\s*(\S.*)$/u.exec(piece)?.[1]).find(Boolean);
}

/** A name or a branch somewhere in a sentence. */
function knownIn(ask: string, line: string): string | undefined {
  if (ask === 'branch') return /第[一-龥\d]{1,3}党?支部/u.exec(line)?.[0];
  return ask === 'whom' || ask === 'people'
    ? nameAtHead(
        line.replace(/^(?:有个|有位|(?:请|帮我)?(?:登记|记|把|给|帮|替)(?:一下|一个|一位)?|我?们?支部的?)/u, ''),
      )
    : undefined;
}

/** What was asked for, without the words that lead up to it: 去了苏州, 地址雨花路215号, 题目是学党章. */
function tidy(piece: string, index: number): string {
  if (index === 0) return piece.replace(/^(?:题目|名称|内容|主题)[是为:：]+\s*/u, '') || piece;
  return piece.replace(/^(?:地址|地点|题目|名称|内容|去了?|在|到了?|是)[是为:：]?\s*/u, '') || piece;
}
