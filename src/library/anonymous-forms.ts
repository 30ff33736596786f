// Reads content/anonymous-forms.yaml: the forms a branch may open. A district may write its own; nothing else knows their questions.

import path from 'node:path';
import { z } from 'zod';
import type { FormTemplate } from '../domain/anonymous-form.ts';
import { Fault } from '../domain/fault.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

const form = z.strictObject({
  forms: z
    .array(
      z.strictObject({
        form: z.string().regex(/^[a-z][a-z-]*$/, '用小写字母和横线'),
        title: z.string().min(1).max(10),
        about: z.string().min(1).max(80),
        questions: z
          .array(
            z.union([
              z.strictObject({
                say: z.string().min(1).max(60),
                options: z.array(z.string().min(1).max(10)).min(2).max(6),
              }),
              z.strictObject({ text: z.string().min(1).max(80) }),
            ]),
          )
          .min(1)
          .max(8),
      }),
    )
    .min(1)
    .max(9),
});

/** Throws a Fault of code `bad-content` that lists every problem with its line. */
export function loadAnonymousForms(contentDir: string): readonly FormTemplate[] {
  const read = readYaml(path.join(contentDir, 'anonymous-forms.yaml'), form);
  if ('problems' in read) throw new Fault('bad-content', read.problems.map(sayProblem).join('\n'));
  return read.value.forms;
}
