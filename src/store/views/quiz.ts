// One quiz question, another one each minute. Nobody's answers are kept, so nobody's are loaded.

import { minute } from '../../domain/time.ts';
import { questionsFor } from '../../library/quiz.ts';
import type { View } from './view.ts';

/** `{id, question, options: [{letter, text, id, name}], answer, explain, source}`; letters are A to D, and are what is chosen. */
export const quiz: View = async ({ library, now }) => {
  const [picked] = questionsFor(library.quiz, Math.floor(now / minute), 1);
  if (!picked) return null;
  const { document, part } = picked.source;
  return {
    id: picked.id,
    question: picked.question,
    options: picked.options.map(({ key, text }) => {
      const letter = key.toUpperCase();
      return { letter, text, id: letter, name: letter };
    }),
    answer: picked.answer.toUpperCase(),
    explain: picked.explain,
    source: part ? `${document}${part}` : document,
  };
};
