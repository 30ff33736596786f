// Rules of the branch that a flow may work out (`compute`), by the name a flow.yaml uses. Pure; nothing here is stored.

import type { BroadcastBody } from '../domain/broadcast.ts';
import { gatedText, gateProblems, sayGateProblem, usualExpiry } from '../domain/broadcast.ts';
import type { DuesCategory } from '../domain/dues.ts';
import { categoryOf, duesOf, sayYuan } from '../domain/dues.ts';
import type { Tag } from '../domain/organisation.ts';
import { themeDayPlan } from '../domain/theme-day-plan.ts';
import type { Day } from '../domain/time.ts';
import { daysBetween, instantOf, sayDay } from '../domain/time.ts';
import type { Json } from './session.ts';

type Values = Readonly<Record<string, Json | undefined>>;
type Computation = (values: Values, today: Day) => Json;

export const computations = {
  /** What was shown stays what is meant, even if the world moves on before the answer: `as` a view's name hides the view. */
  keep: ({ value }) => value ?? null,

  /** Days from one day to another. */
  'days-between': ({ from, to }) => daysBetween(from as Day, to as Day),

  /** What is already in a table of numbers under a day, and together with one more. */
  'sum-on-day': ({ table, day, more }) => {
    const before = (table as Readonly<Record<string, number>> | null)?.[day as Day] ?? 0;
    return { before, sum: before + Number(more) };
  },

  same: ({ one, other }) => one === other,

  /** Of a register's entries those in a state, for somebody to choose from; with `other` none that this person wrote. */
  'choice-of': ({ entries, state, other, me }) => {
    const all = (entries as { state: string; by: string | null }[] | null) ?? [];
    const list = all.filter((one) => one.state === state && !(other === true && one.by === me));
    return { list, only: list.length === 1 } as unknown as Json;
  },

  /** The entry with this number, or the only one; null when there is none. */
  pick: ({ from, which }) => (from as Json[])[typeof which === 'number' ? which - 1 : 0] ?? null,

  /** Which figure the dues of a member rest on, from the tags. */
  'dues-category': ({ tags }) => categoryOf(tags as Tag[]),

  /** The monthly dues for a figure; `amount` is written as people say it (120, 22.5). */
  dues: ({ category, figure }) => {
    const due = duesOf(category as DuesCategory, figure as number);
    return { amount: sayYuan(due.amount), rule: due.rule };
  },

  /** What a change of the theme day would mean: the rule in words, the next days, the events it moves. */
  'theme-day': (values) => themeDayPlan(values as never) as unknown as Json,

  /** Whether a text may go out to members at all. */
  gate: ({ text, public: isPublic }) => gate(String(text ?? ''), isPublic === true),

  /** Puts a proposed material together and looks at it with the gate. */
  broadcast: (values, today) => {
    const text = typeof values.content === 'string' ? values.content : '';
    const file =
      typeof values.content === 'object' && values.content !== null
        ? (values.content as { ref: string; name: string | null })
        : null;
    const link = /^https?:\/\/\S+$/.test(text.trim()) ? text.trim() : null;
    const on = typeof values.on === 'string' ? values.on : null;
    const body: BroadcastBody = {
      by: '',
      title: String(values.title),
      text: link ? '' : text,
      link,
      file: file ? { id: file.ref, name: file.name ?? '材料' } : null,
      source: String(values.source),
      public: true,
      audience: values.audience === 'all' ? [] : [values.audience as Tag],
      // Midnight lies in the quiet hours: it goes out at that day's push time.
      at: on ? instantOf(on, '00:00') : null,
      expires: typeof values.expires === 'string' ? values.expires : usualExpiry(on ?? today),
      own: false,
      to: String(values.unit),
    };
    return {
      ...gate(gatedText(body), values.public === 'yes'),
      body: body as unknown as Json,
      preview: link ?? (file ? `文件：${file.name ?? '材料'}` : text.slice(0, 200)),
      audienceWord:
        { all: '全体党员', 'leading-cadre': '党员领导干部', retired: '离退休党员', mobile: '流动党员' }[
          String(values.audience)
        ] ?? '全体党员',
      when: on ? `${sayDay(on, today)}起` : '下一个推送时间',
    };
  },
} satisfies Record<string, Computation>;

export type ComputationName = keyof typeof computations;

function gate(text: string, isPublic: boolean): { refused: boolean; reason: string } {
  const [first] = gateProblems(text, isPublic);
  return { refused: Boolean(first), reason: first ? sayGateProblem(first) : '' };
}
