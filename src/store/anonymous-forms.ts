// Keeps what anonymous forms come to: counters and unsigned notes.
//
// What somebody with the whole database could still learn: who took part while a form is open (anonymous_taken), the totals before the app shows them,
// and the wording of a note. Which answer is whose is in no row, and no row order or row version tells it, because every hand-in rewrites all rows of
// the form. But: while a member is filling a form in, the answers lie in that member's open conversation (session) until it is handed in or ends; and who
// compares copies of the database or its log from before and after one hand-in sees what that one added. Against an operator who does that, only paper helps.

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { FormTotals } from '../domain/anonymous-form.ts';
import type { Change } from '../domain/change.ts';
import type { FieldCipher } from './field-cipher.ts';

type Of<K extends Change['change']> = Change & { readonly change: K };

/** Counters at nought for every option. */
export async function openForm(client: pg.ClientBase, { form, options }: Of<'form-opened'>): Promise<void> {
  await client.query('insert into anonymous_total (form) values ($1) on conflict do nothing', [form]);
  await client.query(
    `insert into anonymous_count (form, question, option)
      select $1, q.n - 1, o.n - 1 from unnest($2::int[]) with ordinality q(size, n), generate_series(1, q.size) o(n) on conflict do nothing`,
    [form, options],
  );
}

/** Counts one hand-in, once for each member; a second one changes nothing. */
export async function takeForm(
  client: pg.ClientBase,
  { form, member, answers }: Of<'form-taken'>,
  cipher: FieldCipher | undefined,
): Promise<void> {
  // The form's total is the lock: hand-ins of one form follow one another.
  const open = await client.query(
    `select 1 from anonymous_total t join record r on r.id = t.form where t.form = $1 and r.state = 'open' for update of t`,
    [form],
  );
  if (open.rowCount === 0) return;
  const { rows: before } = await client.query<{ member: string }>(
    'delete from anonymous_taken where form = $1 returning member',
    [form],
  );
  const known = before.map((row) => row.member);
  await client.query(
    `insert into anonymous_taken (form, member) select $1, member from unnest($2::text[]) as all_of(member) order by random()`,
    [form, [...new Set([...known, member])]],
  );
  if (known.includes(member)) return;
  const chosen = answers.map((answer) => (typeof answer === 'number' ? answer : -1));
  await client.query('update anonymous_total set taken = taken + 1 where form = $1', [form]);
  await client.query(
    'update anonymous_count set count = count + case when ($2::int[])[question + 1] = option then 1 else 0 end where form = $1',
    [form, chosen],
  );
  const notes = answers.filter((answer): answer is string => typeof answer === 'string');
  const { rows: kept } = await client.query<{ text: string }>(
    'delete from anonymous_note where form = $1 returning text',
    [form],
  );
  const texts = [...kept.map(({ text }) => text), ...notes.map((note) => cipher?.seal(note) ?? note)];
  await client.query(
    `insert into anonymous_note (id, form, text) select id, $1, text from unnest($2::text[], $3::text[]) as new(id, text) order by id`,
    [form, texts.map(() => randomUUID()), texts],
  );
}

/** It is over: who took part is needed no more. */
export async function closeForm(client: pg.ClientBase, { form }: Of<'form-closed'>): Promise<void> {
  await client.query(`update record set state = 'closed' where id = $1`, [form]);
  await client.query('delete from anonymous_taken where form = $1', [form]);
}

/** Totals of a form; notes opened, in an order that says nothing. */
export async function readTotals(
  client: pg.ClientBase | pg.Pool,
  form: string,
  cipher: FieldCipher,
): Promise<FormTotals> {
  const [total, counts, notes] = [
    await client.query<{ taken: number }>('select taken from anonymous_total where form = $1', [form]),
    await client.query<FormTotals['counts'][number]>(
      'select question, option, count from anonymous_count where form = $1 order by question, option',
      [form],
    ),
    await client.query<{ text: string }>('select text from anonymous_note where form = $1 order by id', [form]),
  ];
  return {
    taken: total.rows[0]?.taken ?? 0,
    counts: counts.rows,
    notes: notes.rows.map(({ text }) => cipher.open(text)).sort(),
  };
}
