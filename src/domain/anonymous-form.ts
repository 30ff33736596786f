// Anonymous forms: questions with options, or one text; what is counted, and from when on totals may be seen. Knows no person.

import type { Day } from './time.ts';

/** A question has options, or it asks for a text. */
export type FormQuestion = { readonly say: string; readonly options: readonly string[] } | { readonly text: string };

/** One of content/anonymous-forms.yaml. */
export interface FormTemplate {
  readonly form: string;
  readonly title: string;
  readonly about: string;
  readonly questions: readonly FormQuestion[];
}

/** Below this nothing is opened, to nobody: few answers would point at those who gave them. */
export const fewestAnswers = 5;

/** An opened form: a record of kind `form-<template>`, state `open` or `closed`. */
export interface OpenForm {
  readonly id: string;
  readonly kind: string;
  readonly unit: string;
  readonly title: string;
  readonly closes: Day;
  readonly questions: readonly FormQuestion[];
}

/** One answer to each question: the option's place, a text, or null for none. */
export type FormAnswers = readonly (number | string | null)[];

/** Whether it is over: totals are seen once, after the end, so that nobody can subtract what they were before the last answer. */
export function isOver(form: { readonly closes: Day; readonly state: string }, today: Day): boolean {
  return form.state === 'closed' || form.closes < today;
}

/** Where somebody is in a form, as the conversation holds it. */
export interface FormPlace {
  readonly at: number;
  readonly answers: FormAnswers;
  readonly say: string;
  readonly options: readonly { readonly id: string; readonly name: string }[];
  readonly text: boolean;
  readonly done: boolean;
}

/** The first question, or the one after `said`. `said` is an option's place as text, or words; null = nothing to say. */
export function nextPlace(
  { questions }: Pick<OpenForm, 'questions'>,
  before: FormPlace | null,
  said: string | null,
): FormPlace {
  const answers = before ? [...before.answers, before.text ? said : Number(said)] : [];
  const at = answers.length;
  const question = questions[at];
  if (!question) return { at, answers, say: '', options: [], text: false, done: true };
  const number = questions.length > 1 ? `${at + 1}/${questions.length} ` : '';
  if ('text' in question) return { at, answers, say: number + question.text, options: [], text: true, done: false };
  const options = question.options.map((name, index) => ({ id: String(index), name }));
  return { at, answers, say: number + question.say, options, text: false, done: false };
}

export interface FormTotals {
  readonly taken: number;
  /** By question and option. */
  readonly counts: readonly { readonly question: number; readonly option: number; readonly count: number }[];
  readonly notes: readonly string[];
}

/** What is said of a form that is over: totals, or that there were too few. */
export function sayTotals({ questions }: Pick<OpenForm, 'questions'>, { taken, counts, notes }: FormTotals): string {
  if (taken < fewestAnswers) return `不满${fewestAnswers}份，按约定不打开，谁也看不到。`;
  const lines = questions.map((question, index) => {
    if ('text' in question) {
      return notes.length === 0 ? '没有人写意见。' : `写了的意见：${notes.map((note) => `\n· ${note}`).join('')}`;
    }
    const shares = question.options.map(
      (name, option) => `${name}${counts.find((one) => one.question === index && one.option === option)?.count ?? 0}`,
    );
    return `${question.say}${shares.join('，')}`;
  });
  return [`收到${taken}份。`, ...lines].join('\n');
}
