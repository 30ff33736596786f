// Whether the world is as a talk says: what was told, which facts, duties and records there are. Changes nothing.

import type pg from 'pg';
import type { Draft } from '../../domain/message.ts';
import type { Heard } from '../world.ts';
import type { TalkStep } from './talk.ts';

/** What did not come as expected. */
export interface Miss {
  readonly expected: string;
  readonly came: string;
}

export type Expectation = Extract<TalkStep, { kind: 'to' | 'silent' | 'count' | 'fact' | 'duty' | 'record' }>;

/** Undefined when it is so. `since` is everything that was told since the last action. */
export async function expectStep(step: Expectation, since: readonly Heard[], pool: pg.Pool): Promise<Miss | undefined> {
  switch (step.kind) {
    case 'to': {
      const told = toldTo(since, step.to);
      const text = told.map(({ draft }) => printed(draft)).join('\n');
      const missing = step.wanted.has.filter((part) => !text.includes(part));
      const present = step.wanted.not.filter((part) => text.includes(part));
      if (missing.length === 0 && present.length === 0) return undefined;
      const expected = [...missing.map((part) => `有“${part}”`), ...present.map((part) => `没有“${part}”`)].join('，');
      return { expected: `对 ${step.to} 说的话里${expected}`, came: text || elsewhere(since) };
    }
    case 'silent': {
      const told = toldTo(since, step.to.startsWith('@') ? step.to : step.to).concat(toldTo(since, `@${step.to}`));
      return told.length === 0
        ? undefined
        : { expected: `没有对 ${step.to} 说话`, came: told.map(({ draft }) => printed(draft)).join('\n') };
    }
    case 'count': {
      const told = toldTo(since, step.to);
      return told.length === step.count
        ? undefined
        : {
            expected: `对 ${step.to} 说了 ${step.count} 条`,
            came: `${told.length} 条：\n${told.map(({ draft }) => printed(draft)).join('\n---\n')}`,
          };
    }
    case 'fact': {
      const { rows } = await pool.query(
        `select kind, member, unit, duty as event, on_day as on, month, data, recorded_by as by from fact f
          where kind = $1 and not exists (select 1 from fact c where c.corrects = f.id) order by id`,
        [step.wanted.kind],
      );
      return matchRows(rows, step.wanted, step);
    }
    case 'duty': {
      const { rows } = await pool.query(
        `select programme, item, unit, member, due_on as due, state, period from duty where programme = $1 order by due_on`,
        [step.wanted.programme ?? ''],
      );
      const ofUnit = step.wanted.member === undefined;
      return matchRows(
        nearest(
          rows.filter((row) => (row.member === null) === ofUnit),
          step.wanted,
        ),
        step.wanted,
        { times: null, none: step.none },
      );
    }
    case 'record': {
      const { rows } = await pool.query(
        'select kind, unit, member, state, title, body as data from record where kind = $1 order by created_at',
        [step.wanted.kind ?? ''],
      );
      return matchRows(rows, step.wanted, { times: null, none: step.none });
    }
  }
}

/** What a person or group was told. `@b1` names a group. */
export function toldTo(since: readonly Heard[], to: string): Heard[] {
  return since.filter((one) => one.to === to);
}

/** A message as people see it, with the labels of its buttons. */
export function printed({ title, text, rows = [], link, file, buttons, checklist }: Draft): string {
  const lines = [
    ...(title ? [title] : []),
    text,
    ...rows.map(({ label, value }) => `${label}：${value}`),
    ...(link ? [`${link.label} ${link.url}`] : []),
    ...(file ? [`附件：${file.name}`] : []),
    ...(checklist ? checklist.options.map(({ label }) => `□ ${label}`) : []),
    ...(buttons?.length ? [`[${buttons.map(({ label }) => label).join('] [')}]`] : []),
  ];
  return lines.join('\n');
}

type Row = Record<string, unknown> & { data?: Record<string, unknown> };

function matchRows(
  rows: readonly Row[],
  wanted: Readonly<Record<string, string>>,
  { times, none }: { times: number | null; none: boolean },
): Miss | undefined {
  const matching = rows.filter((row) => Object.entries(wanted).every(([name, value]) => fieldIs(row, name, value)));
  const right = none ? matching.length === 0 : times === null ? matching.length > 0 : matching.length === times;
  if (right) return undefined;
  const many = none ? '没有这样的记录' : times === null ? '有这样的记录' : `正好 ${times} 条这样的记录`;
  return {
    expected: `${many}：${JSON.stringify(wanted)}`,
    came: rows.length === 0 ? '一条也没有' : rows.map((row) => JSON.stringify(row)).join('\n'),
  };
}

/** Compared as text. An event may be named by its id, its programme or its day. */
function fieldIs(row: Row, name: string, value: string): boolean {
  const found = row[name] ?? row.data?.[name];
  if (name === 'event') {
    const id = String(found ?? '');
    return id === value || id.split('/')[0] === value || id.endsWith(`/${value}`) || row.on === value;
  }
  if (Array.isArray(found)) return found.map(String).includes(value) || found.join(',') === value;
  return found === undefined || found === null ? value === '' : String(found) === value;
}

/** Duties of a programme repeat every month: without a day the talk means any of them that fits. */
function nearest(rows: readonly Row[], wanted: Readonly<Record<string, string>>): readonly Row[] {
  return rows.filter((row) => wanted.due === undefined || row.due === wanted.due);
}

function elsewhere(since: readonly Heard[]): string {
  const others = since.map(({ to, draft }) => `（对 ${to}）${printed(draft)}`).join('\n');
  return others ? `什么也没说。别处说了：\n${others}` : '什么也没说';
}
