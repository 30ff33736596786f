// The quiz questions of content/quiz/: reads and checks them, and picks a few. Keeps no score and knows nobody.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { Fault } from '../domain/fault.ts';
import { forbiddenIn, lengthOf } from './wording.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

export const optionKeys = ['a', 'b', 'c', 'd'] as const;
export type OptionKey = (typeof optionKeys)[number];

export interface Question {
  /** Stable, e.g. `charter-03`. */
  readonly id: string;
  readonly subject: string;
  readonly question: string;
  /** Two to four, in the order a, b, c, d. */
  readonly options: readonly { readonly key: OptionKey; readonly text: string }[];
  readonly answer: OptionKey;
  /** Why the answer is right; shown after any answer. */
  readonly explain: string;
  readonly source: { readonly document: string; readonly part?: string | undefined };
  /** True once a person has compared the question with the official text. */
  readonly checked: boolean;
}

export type Quiz = readonly Question[];

/** Reads and checks `<contentDir>/quiz`. @throws Fault `bad-content` with every problem on a line of its own. */
export function loadQuiz(contentDir: string): Quiz {
  const { quiz, problems } = readQuiz(contentDir);
  if (problems.length > 0) throw new Fault('bad-content', problems.map(sayProblem).join('\n'));
  return quiz;
}

/** Everything that is wrong in `<contentDir>/quiz`: for `npm run check`. */
export function lintQuiz(contentDir: string): Problem[] {
  return readQuiz(contentDir).problems;
}

/**
 * `count` different questions for this seed (say, the number of the week), the same on every call. Seeds that follow
 * each other walk through the whole quiz before a question comes back, mixing the subjects.
 */
export function questionsFor(quiz: Quiz, seed: number, count: number): Question[] {
  const size = quiz.length;
  if (size === 0) return [];
  const stride = strideFor(size);
  const start = Math.trunc(seed) * count;
  return Array.from({ length: Math.min(count, size) }, (_, index) => {
    const turn = (((start + index) % size) + size) % size;
    return quiz[(turn * stride) % size]!;
  });
}

/** A step near the golden section that shares no divisor with the size, so that every question has its turn. */
function strideFor(size: number): number {
  let stride = Math.max(1, Math.round(size * 0.618));
  while (divisor(stride, size) !== 1) stride += 1;
  return stride;
}

function divisor(left: number, right: number): number {
  return right === 0 ? left : divisor(right, left % right);
}

const text = (longest: number) =>
  z
    .string()
    .trim()
    .min(1, '不能空着')
    .refine((value) => lengthOf(value) <= longest, `太长，最多${longest}字`);
const option = text(40);
const quizFile = z.strictObject({
  subject: text(20),
  questions: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[a-z]+-\d{2,3}$/, '编号写成 charter-03 这样'),
        question: text(80),
        options: z.strictObject({ a: option, b: option, c: option.optional(), d: option.optional() }),
        answer: z.enum(optionKeys),
        explain: text(120),
        source: z.strictObject({
          document: z.string().regex(/^《[^\n]+》$/, '写文件的准确全名，并加书名号《》'),
          part: text(40).optional(),
        }),
        // YAML 1.2: an unquoted no is the text "no".
        checked: z.enum(['no', 'yes'], '只能写 no 或 yes（yes 表示有人核对过原文）'),
      }),
    )
    .min(1),
});

function readQuiz(contentDir: string): { quiz: Question[]; problems: Problem[] } {
  const folder = join(contentDir, 'quiz');
  const quiz: Question[] = [];
  const problems: Problem[] = [];
  const seen = new Map<string, string>();
  for (const name of filesOf(folder)) {
    const file = join(folder, name);
    const got = readYaml(file, quizFile);
    if ('problems' in got) {
      problems.push(...got.problems);
      continue;
    }
    for (const [index, raw] of got.value.questions.entries()) {
      const say = (key: string, message: string) =>
        problems.push({ file, ...got.at(['questions', index, key]), message });
      for (const key of ['id', 'question'] as const) {
        const before = seen.get(`${key} ${raw[key]}`);
        if (before !== undefined) say(key, `${key} 和 ${before} 的重复`);
        seen.set(`${key} ${raw[key]}`, raw.id);
      }
      const options = optionKeys.flatMap((key) => {
        const said = raw.options[key];
        return said === undefined ? [] : [{ key, text: said }];
      });
      if (new Set(options.map((one) => one.text)).size < options.length) say('options', '有两个选项一样');
      if (!options.some((one) => one.key === raw.answer)) say('answer', `没有选项 ${raw.answer}`);
      if (raw.options.d !== undefined && raw.options.c === undefined) say('options', '选项要按 a、b、c、d 的次序写');
      const words = forbiddenIn([raw.question, raw.explain, ...options.map((one) => one.text)].join('\n'));
      if (words.length > 0) say('question', `不该出现的字样：${words.join('、')}`);
      quiz.push({ ...raw, subject: got.value.subject, options, checked: raw.checked === 'yes' });
    }
  }
  if (quiz.length === 0 && problems.length === 0)
    problems.push({ file: folder, line: 1, column: 1, message: '一道题也没有' });
  return { quiz, problems };
}

function filesOf(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .sort();
  } catch {
    return [];
  }
}
