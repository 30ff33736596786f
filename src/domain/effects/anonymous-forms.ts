// Effects of anonymous forms: one is opened, handed in, closed. What was answered is passed on as counts, never kept with who answered.

import type { FormPlace, FormTemplate, OpenForm } from '../anonymous-form.ts';
import type { Effect } from './effect.ts';

export const formOpened: Effect = ({ values, unit, member, key }) => {
  const { template, closes } = values as unknown as { template: FormTemplate; closes: string };
  const id = `form-${template.form}/${unit.id}/${key}`;
  return [
    {
      change: 'record',
      record: {
        id,
        kind: `form-${template.form}`,
        unit: unit.id,
        state: 'open',
        title: template.title,
        body: { by: member.id, closes, questions: template.questions },
      },
    },
    {
      change: 'form-opened',
      form: id,
      options: template.questions.map((question) => ('options' in question ? question.options.length : 0)),
    },
  ];
};

/** Handing in after the end counts for nothing. */
export const formTaken: Effect = ({ values, member, today }) => {
  const { form, place } = values as unknown as { form: OpenForm; place: FormPlace };
  if (form.closes < today || !place.done) return [];
  return [{ change: 'form-taken', form: form.id, member: member.id, answers: place.answers }];
};

export const formClosed: Effect = ({ values, unit, member }) => [
  { change: 'form-closed', form: String(values.form) },
  { change: 'audit', actor: member.id, action: 'closed-form', unit: unit.id, detail: { form: values.form } },
];
