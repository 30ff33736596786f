// The kinds of answers a question can ask for: how each is read from what a person said. One line each; pure.

import { z } from 'zod';
import { findDay, readClockTime, readDay } from '../../domain/chinese/dates.ts';
import { findDuration, readDuration } from '../../domain/chinese/durations.ts';
import { findNumber, readNumber } from '../../domain/chinese/numbers.ts';
import type { Day, Month } from '../../domain/time.ts';
import { addDays, addMonths, isDay, monthOf } from '../../domain/time.ts';
import type { Json, Said } from '../session.ts';
import { readMembers } from './members.ts';
import { readFile } from './sent-file.ts';

/** Bounds a question may set. Days are relative to today. */
export const limits = {
  min: z.number().optional(),
  max: z.number().optional(),
  /** Days from today that the answer may not be before / after; 0 = today. */
  earliest: z.int().optional(),
  latest: z.int().optional(),
};
export interface Limits {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly earliest?: number | undefined;
  readonly latest?: number | undefined;
}

export interface Asked extends Limits {
  readonly today: Day;
  /** The people a name may mean. */
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

export interface AnswerType {
  /** The value of a whole answer; undefined = not understood or outside the bounds. */
  read(said: Said, asked: Asked): Json | undefined;
  /** The value somewhere in a sentence, e.g. in a correction: `改成3小时`. */
  find?(sentence: string, asked: Asked): Json | undefined;
}

/** A text answer may be this long; more is cut off by the question again, never silently. */
const longestText = 500;

const words = (said: Said): string | undefined => (said.kind === 'text' ? said.text.trim() : undefined);

export const answerTypes = {
  text: {
    read: (said, asked) => {
      const text = words(said);
      return text && text.length <= (asked.max ?? longestText) ? text : undefined;
    },
    find: (sentence) => /(?:内容|做的|做了|事情|题目|标题)(?:是|改成|改为|应该是|：|:)\s*(.+)$/.exec(sentence)?.[1],
  },
  number: {
    read: (said, asked) => within(readNumber(stripUnit(words(said) ?? '')) ?? findNumber(words(said) ?? ''), asked),
    find: (sentence, asked) => within(findNumber(sentence), asked),
  },
  date: {
    read: (said, asked) => dayWithin(wholeDay(words(said) ?? '', asked), asked),
    find: (sentence, asked) => dayWithin(findDay(sentence, asked.today, leanOf(asked))?.day, asked),
  },
  duration: {
    read: (said, asked) => within(hoursIn(words(said) ?? ''), asked),
    find: (sentence, asked) => within(findDuration(sentence)?.hours, asked),
  },
  time: { read: (said) => readClockTime(words(said) ?? '') },
  month: { read: (said, asked) => readMonth(words(said) ?? '', monthOf(asked.today)) },
  'yes-no': { read: (said) => yesOrNo(words(said) ?? '') },
  members: { read: (said, asked) => readMembers(words(said) ?? '', asked.people) },
  file: { read: (said) => readFile(said, 'file') },
  image: { read: (said) => readFile(said, 'image') },
  voice: { read: (said) => readFile(said, 'voice') },
  /** What was typed, or a file: for material that may come either way. */
  'text-or-file': {
    read: (said, asked) => {
      const text = words(said);
      return text ? (text.length <= (asked.max ?? longestText) ? text : undefined) : readFile(said, 'file');
    },
  },
} as const satisfies Record<string, AnswerType>;

export type AnswerTypeName = keyof typeof answerTypes;
export const answerTypeNames = Object.keys(answerTypes) as [AnswerTypeName, ...AnswerTypeName[]];

const yes =
  /^(对|对的|对对|对呀|对啊|对了|是|是的|是啊|就是|好|好的|好啊|行|行的|可以|嗯|嗯嗯|嗯对|对没错|没错|没问题|正确|确认|确定|ok|yes|y|同意|要|办)$/i;
/** 算了 is no answer: it drops the whole matter. */
const no = /^(不|不对|不是|不行|错|错了|说错了|记错了|否|不要|不同意|no|n)$/i;

/** True for 对, false for 不对; undefined for anything else. */
export function yesOrNo(text: string): boolean | undefined {
  const plain = text.replace(/[。.!！,，~～\s]/g, '');
  return yes.test(plain) ? true : no.test(plain) ? false : undefined;
}

function within(value: number | undefined, { min, max }: Limits): number | undefined {
  if (value === undefined || (min !== undefined && value < min) || (max !== undefined && value > max)) return undefined;
  return value;
}

function dayWithin(day: Day | undefined, { today, earliest, latest }: Asked): Day | undefined {
  if (day === undefined) return undefined;
  if (earliest !== undefined && day < addDays(today, earliest)) return undefined;
  if (latest !== undefined && day > addDays(today, latest)) return undefined;
  return day;
}

function leanOf({ earliest, latest }: Asked): 'past' | 'future' | 'near' {
  if (latest !== undefined && latest <= 0) return 'past';
  return earliest !== undefined && earliest >= 0 ? 'future' : 'near';
}

/** A day as a flow already holds it, or as people say it. */
function wholeDay(text: string, asked: Asked): Day | undefined {
  return isDay(text) ? text : readDay(text, asked.today, leanOf(asked));
}

/** A bare number as the answer to “how long” means hours. */
function hoursIn(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : (readDuration(text)?.hours ?? readNumber(text));
}

function stripUnit(text: string): string {
  return text.replace(/^(大概|大约|约|差不多|是)/, '').replace(/(元|块钱|块|人|个|次|岁|号|日)$/, '');
}

function readMonth(text: string, now: Month): Month | undefined {
  if (/^(这个月|本月|当月)$/.test(text)) return now;
  if (/^(上个月|上月)$/.test(text)) return addMonths(now, -1);
  const parts = /^(?:(\d{4})年)?(.{1,3})月份?$/.exec(text);
  const month = parts ? readNumber(parts[2]!) : undefined;
  if (!parts || month === undefined || !Number.isInteger(month) || month < 1 || month > 12) return undefined;
  const year = parts[1] ?? (month > Number(now.slice(5)) ? String(Number(now.slice(0, 4)) - 1) : now.slice(0, 4));
  return `${year}-${String(month).padStart(2, '0')}`;
}
