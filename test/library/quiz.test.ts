import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { lintQuiz, loadQuiz, optionKeys, questionsFor } from '../../src/library/quiz.ts';

const quiz = loadQuiz('content');

describe('the questions of the product', () => {
  test('are at least 60, in at least five subjects, each with a source and a reason', () => {
    expect(lintQuiz('content')).toEqual([]);
    expect(quiz.length).toBeGreaterThanOrEqual(60);
    expect(new Set(quiz.map((one) => one.subject)).size).toBeGreaterThanOrEqual(5);
    for (const one of quiz) expect(one.explain.length * one.source.document.length, one.id).toBeGreaterThan(0);
  });

  test('cannot be answered by always taking the same letter', () => {
    for (const key of optionKeys)
      expect(quiz.filter((one) => one.answer === key).length).toBeLessThan(quiz.length * 0.4);
  });
});

describe('the choice of questions', () => {
  test('is the same for the same seed and never repeats a question within it', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5000, max: 5000 }), fc.integer({ min: 0, max: 90 }), (seed, count) => {
        const chosen = questionsFor(quiz, seed, count);
        expect(chosen).toEqual(questionsFor(quiz, seed, count));
        expect(chosen.length).toBe(Math.min(count, quiz.length));
        expect(new Set(chosen.map((one) => one.id)).size).toBe(chosen.length);
      }),
    );
  });

  test('asks every question once before one returns, whatever the size of the quiz', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: quiz.length }), (size) => {
        const part = quiz.slice(0, size);
        const asked = Array.from({ length: size }, (_, seed) => questionsFor(part, seed, 1)[0]!.id);
        expect(new Set(asked).size).toBe(size);
      }),
    );
  });

  test('mixes the subjects', () => {
    expect(new Set(questionsFor(quiz, 49, 5).map((one) => one.subject)).size).toBeGreaterThanOrEqual(3);
  });

  test('is empty where there are no questions', () => {
    expect(questionsFor([], 3, 5)).toEqual([]);
  });
});

describe('the lint', () => {
  let content: string;
  beforeEach(() => {
    content = mkdtempSync(join(tmpdir(), 'zhibu-quiz-'));
    cpSync('content/quiz', join(content, 'quiz'), { recursive: true });
  });
  afterEach(() => rmSync(content, { recursive: true, force: true }));

  function change(edit: (text: string) => string): string[] {
    const file = join(content, 'quiz', 'charter.yaml');
    const before = readFileSync(file, 'utf8');
    const after = edit(before);
    expect(after).not.toBe(before);
    writeFileSync(file, after);
    return lintQuiz(content).map(({ message }) => message);
  }

  test.each<[string, (text: string) => string, string]>([
    ['an answer without its option', (text) => text.replace('answer: b', 'answer: d'), '没有选项 d'],
    ['two equal options', (text) => text.replace('a: 年满十六岁', 'a: 年满十八岁'), '有两个选项一样'],
    ['a repeated id', (text) => text.replace('charter-02', 'charter-01'), 'id 和 charter-01 的重复'],
    ['a missing source', (text) => text.replace(/ {4}source: .*\n/, ''), 'source 缺这一项'],
    ['a missing reason', (text) => text.replace(/ {4}explain: .*\n/, ''), 'explain 缺这一项'],
    [
      'an over-long question',
      (text) => text.replace(/question: .*/, `question: ${'问'.repeat(81)}`),
      'question 太长，最多80字',
    ],
    [
      'a gap among the options',
      (text) => text.replace('c: 年满二十岁', 'd: 年满二十岁'),
      '选项要按 a、b、c、d 的次序写',
    ],
    ['words of command', (text) => text.replace(/explain: .*/, 'explain: 快答！'), '不该出现的字样：！'],
    [
      'a question marked neither checked nor unchecked',
      (text) => text.replace('    checked: no', '    checked: maybe'),
      'checked 只能写 no 或 yes（yes 表示有人核对过原文）',
    ],
  ])('names %s', (_, edit, message) => {
    expect(change(edit)).toEqual([message]);
    expect(() => loadQuiz(content)).toThrow(message);
  });

  test('names a question asked twice', () => {
    const twice = (text: string) =>
      text.replace('党章规定的党员义务一共几项？', '申请加入中国共产党，年龄上有什么要求？');
    expect(change(twice)).toEqual(['question 和 charter-01 的重复']);
  });

  test('says so when there is no quiz', () => {
    rmSync(join(content, 'quiz'), { recursive: true });
    expect(lintQuiz(content).map(({ message }) => message)).toEqual(['一道题也没有']);
  });
});
