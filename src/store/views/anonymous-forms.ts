// Anonymous forms: those that may be opened, those that wait for this member, and what came of those that are over. Never who answered what.

import type { FormQuestion } from '../../domain/anonymous-form.ts';
import { isOver, sayTotals } from '../../domain/anonymous-form.ts';
import { addDays, dayOf } from '../../domain/time.ts';
import { readTotals } from '../anonymous-forms.ts';
import type { View, ViewContext } from './view.ts';

/** For how long totals are shown after the end, in days. */
const shownFor = 120;

interface FormRow {
  readonly id: string;
  readonly kind: string;
  readonly unit: string;
  readonly title: string;
  readonly state: string;
  readonly body: { readonly closes: string; readonly questions: readonly FormQuestion[]; readonly by: string };
}

/** `{templates: [{id, name, …}], open: [{id, name, count}]}`: what may be opened, and what is open with how many were handed in. */
export const formsToOpen: View = async (context) => {
  const today = dayOf(context.now);
  const open = (await formsOf(context)).filter((form) => !isOver({ ...form.body, state: form.state }, today));
  return {
    templates: context.library.anonymousForms.map((form) => ({ id: form.form, name: form.title, ...form })),
    open: open.map(({ id, title, body }) => ({ id, name: title, closes: body.closes })),
  };
};

/** `{list: [{id, name, closes, questions}], taken}`: forms this member has not handed in; `taken` = there were others. */
export const formsToFill: View = async (context) => {
  const { client, member, now } = context;
  const today = dayOf(now);
  const open = (await formsOf(context)).filter((form) => !isOver({ ...form.body, state: form.state }, today));
  const { rows } = await client.query<{ form: string }>(
    'select form from anonymous_taken where member = $1 and form = any($2::text[])',
    [member.id, open.map(({ id }) => id)],
  );
  const list = open.filter(({ id }) => !rows.some(({ form }) => form === id));
  return {
    list: list.map(({ id, kind, unit, title, body }) => ({
      id,
      kind,
      unit,
      title,
      name: title,
      closes: body.closes,
      questions: body.questions,
    })),
    taken: rows.length > 0,
  };
};

/** `{over: [{title, text}], open: [{title, closes}]}`, newest first. */
export const formResults: View = async (context) => {
  const { client, now, cipher } = context;
  const today = dayOf(now);
  const all = await formsOf(context);
  const over = all.filter(
    (form) => isOver({ ...form.body, state: form.state }, today) && form.body.closes > addDays(today, -shownFor),
  );
  const results = [];
  for (const form of over.slice(0, 3))
    results.push({ title: form.title, text: sayTotals(form.body, await readTotals(client, form.id, cipher)) });
  return {
    over: results,
    open: all
      .filter((form) => !isOver({ ...form.body, state: form.state }, today))
      .map(({ title, body }) => ({ title, closes: body.closes })),
  };
};

async function formsOf({ client, unit }: ViewContext): Promise<FormRow[]> {
  const { rows } = await client.query<FormRow>({
    text: `select id, kind, unit, title, state, body from record where unit = $1 and kind like 'form-%' order by created_at desc, id desc limit 30`,
    values: [unit.id],
  });
  return rows;
}
