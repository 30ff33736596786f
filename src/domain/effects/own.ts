// Effects of what members report about themselves, and of what they want from the bot.

import type { Change, FactKind } from '../change.ts';
import type { Reminders } from '../organisation.ts';
import { instantOf } from '../time.ts';
import type { Effect, EffectInput } from './effect.ts';

export const volunteerService: Effect = (input) => [
  fact(input, 'volunteer_service', {
    onDay: input.values.on as string,
    data: { hours: input.values.hours, what: input.values.what },
  }),
];

/** The member says so; the duty stays open until the secretary confirms (contract, 已交党费). */
export const duesReported: Effect = (input) => {
  const { month, months } = input.values as { month?: string; months?: readonly string[] };
  return (months ?? [month!]).map((one) =>
    fact(input, 'dues_reported', { month: one, duty: `dues/${input.unit.id}/${one}` }),
  );
};

/** One's own study card was noted, with a free note or without; seen by the member only. */
export const studied: Effect = (input) => [
  fact(input, 'studied', { onDay: input.today, data: { item: input.values.item, topic: input.values.topic } }),
];

export const noted: Effect = (input) => [
  fact(input, 'noted', { onDay: input.today, data: { text: input.values.text, item: input.values.item } }),
];

/** Goes to the secretary's digest without a name. */
export const suggestion: Effect = (input) => [
  fact(input, 'suggestion', { onDay: input.today, data: { text: input.values.text } }),
];

/** Goes past the branch, to the auditors and operators above it (a complaint may be about the secretary). */
export const complaint: Effect = (input) => [
  fact(input, 'complaint', { onDay: input.today, data: { text: input.values.text } }),
];

/** An auditor has read them: who and how many, without whose they are. */
export const complaintsRead: Effect = ({ member, values }) => [
  { change: 'audit', actor: member.id, action: 'read-complaints', unit: member.unit, detail: { count: values.count } },
];

/** 晚点看: the same card once more in the evening, because the person asked for it. */
export const studyLater: Effect = ({ member, views, today, now }) => {
  const card = views.study as { text: string } | null;
  const at = instantOf(today, '18:00');
  if (!card || at <= now) return [];
  return [
    {
      change: 'message',
      to: { members: [member.id] },
      kind: 'reply',
      draft: { title: '今日学习', text: card.text },
      dueAt: at,
      expiresAt: instantOf(today, '20:30'),
    },
  ];
};

/** Takes back one's own last entry: a new fact that points to it. */
export const withdraw: Effect = (input) => {
  const { id, kind, duty } = input.values.entry as { id: number; kind: FactKind; duty: string | null };
  const reopened: Change[] =
    duty && (kind === 'signed_in' || kind === 'leave')
      ? [{ change: 'duty-state', duty: `${duty}/${input.member.id}`, state: 'open' }]
      : duty && kind === 'item_done'
        ? [{ change: 'duty-state', duty, state: 'open' }]
        : [];
  return [fact(input, 'withdrawn', { corrects: id }), ...reopened];
};

/** Puts another value in the place of one's own earlier entry: a new fact that points to the old one. */
export const correctService: Effect = (input) => {
  const entry = input.values.entry as { id: number };
  return [
    fact(input, 'volunteer_service', {
      onDay: input.values.on as string,
      data: { hours: input.values.hours, what: input.values.what },
      corrects: entry.id,
    }),
  ];
};

/** 少提醒, 不再提醒, 恢复提醒, and the days on which nothing is to come. */
export const setReminders: Effect = ({ values, member }) => {
  const { level, quietWeekday, quietUntil } = values as {
    level?: Reminders['level'];
    /** 1–7, as text where it was chosen; `none` = no such day any more. */
    quietWeekday?: number | string;
    quietUntil?: string | null;
  };
  const weekday = quietWeekday === undefined ? undefined : quietWeekday === 'none' ? 0 : Number(quietWeekday);
  const reminders: Reminders = {
    level: level ?? member.reminders.level,
    quietWeekdays:
      weekday === undefined
        ? member.reminders.quietWeekdays
        : weekday === 0
          ? []
          : [...new Set([...member.reminders.quietWeekdays, weekday])].sort(),
    quietUntil: quietUntil === undefined ? member.reminders.quietUntil : quietUntil,
  };
  return [{ change: 'reminders', member: member.id, reminders }];
};

/** Opening the chat was answered: not again today. */
export const greeted: Effect = ({ member, today }) => [{ change: 'greeted', member: member.id, day: today }];

/** A copy of all that is held about the member, as files, by the next message. */
export const exportData: Effect = ({ member, key, now }) => [
  { change: 'task', kind: 'export', key: `export/${member.id}/${key}`, body: { member: member.id }, dueAt: now },
  { change: 'audit', actor: member.id, action: 'exported', subject: member.id, unit: member.unit },
];

/** What a member may delete at once: own reports, notes, suggestions. Attendance and dues months belong to the branch's record. */
export const erasableKinds: readonly FactKind[] = [
  'volunteer_service',
  'studied',
  'noted',
  'suggestion',
  'complaint',
  'withdrawn',
];

/** The account in WeChat was the member's own to bind; that in WeCom is the organisation's. */
export const eraseData: Effect = ({ member }) => [
  { change: 'erased', member: member.id, kinds: erasableKinds },
  { change: 'account-unbound', channel: 'wechaty', member: member.id },
  { change: 'audit', actor: member.id, action: 'erased', subject: member.id, unit: member.unit },
];

function fact(
  input: EffectInput,
  kind: FactKind,
  rest: {
    onDay?: string;
    month?: string;
    duty?: string | undefined;
    data?: Record<string, unknown>;
    corrects?: number;
  },
): Change {
  return {
    change: 'fact',
    fact: { kind, unit: input.unit.id, member: input.member.id, ...rest, duty: rest.duty ?? null },
  };
}
