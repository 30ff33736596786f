// Effects of meetings: one is convened or called off, a line of its minutes is taken down, minutes are closed and confirmed.

import type { Change, NewDuty } from '../change.ts';
import type { MeetingPlan, MinutesMeant } from '../meeting-plan.ts';
import { quietFrom, quietUntil } from '../quiet.ts';
import type { Instant } from '../time.ts';
import { addDays, clockTimeOf, dayOf, hour, instantOf } from '../time.ts';
import type { Effect, EffectInput } from './effect.ts';
import { audited } from './effect.ts';

/** Convenes: an event of the unit, a duty of each who should come. Whom no reminder can reach in time is told at once. */
export const convene: Effect = (input) => {
  const plan = input.values.plan as unknown as MeetingPlan;
  const { unit, member } = input;
  const id = `meeting.${plan.kind}/${unit.id}/${plan.on}${plan.suffix}`;
  const details = {
    title: plan.title,
    closes: 30,
    topics: plan.topics,
    chair: plan.chair,
    ...(plan.place ? { place: plan.place } : {}),
    ...(plan.prompt ? { prompt: plan.prompt } : {}),
    ...(plan.group ? { group: plan.group } : {}),
  };
  const base = {
    programme: 'meeting',
    item: plan.kind,
    unit: unit.id,
    period: plan.on,
    dueOn: plan.on,
    startsAt: plan.startsAt,
    details,
  };
  const duties: NewDuty[] = [
    { ...base, id, member: null },
    ...(plan.past ? [] : plan.ids.map((one) => ({ ...base, id: `${id}/${one}`, member: one }))),
  ];
  const others = plan.ids.filter((one) => one !== member.id);
  return [
    { change: 'duties', duties },
    ...(plan.soon && others.length > 0
      ? [
          {
            change: 'message' as const,
            to: { members: others },
            kind: 'urgent' as const,
            draft: {
              text: plan.notice,
              buttons: [
                { label: '收到', data: '收到' },
                { label: '请假', data: '请假' },
              ],
            },
            dueAt: toldAt(input, plan.startsAt),
            expiresAt: plan.startsAt,
            duty: id,
          },
        ]
      : []),
  ];
};

/** Calls a meeting off that was not held: it and the duties of its people are excused, and those who knew of it are told. */
export const callOff: Effect = (input) => {
  const { event, ids, text, startsAt } = input.values as {
    event: string;
    ids: readonly string[];
    text: string;
    startsAt: Instant;
  };
  const others = ids.filter((one) => one !== input.member.id);
  return [
    { change: 'duty-state', duty: event, state: 'excused' },
    ...ids.map((one): Change => ({ change: 'duty-state', duty: `${event}/${one}`, state: 'excused' })),
    ...(others.length > 0
      ? [
          {
            change: 'message' as const,
            to: { members: others },
            kind: 'urgent' as const,
            draft: { text },
            dueAt: toldAt(input, startsAt),
            duty: event,
          },
        ]
      : []),
  ];
};

/** One line, as it was said. The first opens the minutes. */
export const minuteLine: Effect = (input) => {
  const { book, line } = input.values as unknown as {
    book: MinutesMeant;
    line: { speaker?: string } & Record<string, unknown>;
  };
  const { speaker, speakerName: _name, ...data } = line;
  return [
    {
      change: 'fact',
      fact: {
        kind: 'minute',
        unit: input.unit.id,
        member: speaker ?? null,
        duty: book.id,
        onDay: book.day,
        data: { ...data, ...(book.late ? { late: true } : {}) },
        recordedBy: input.member.id,
      },
    },
    ...(book.state === 'none' || book.recorder === null
      ? [minutesRecord(input, book, { recorder: input.member.id })]
      : []),
  ];
};

/** The recorder has taken down all and confirms it: the chair and each speaker are asked to check, by the push of a day that they get anyway. */
export const closeMinutes: Effect = (input) => {
  const { book, waitsFor } = input.values as unknown as { book: MinutesMeant; waitsFor: string };
  const recorder = input.member.id;
  const confirmedBy = [...new Set([...book.confirmedBy, recorder])];
  const done = book.chair === null || confirmedBy.includes(book.chair);
  const checkers = [...new Set([...(done || book.chair === null ? [] : [book.chair]), ...book.unconfirmed])].filter(
    (one) => one !== recorder,
  );
  return [
    minutesRecord(input, book, { recorder, closed: true, confirmed_by: confirmedBy }, done ? 'confirmed' : 'draft'),
    ...(done ? [held(book)] : []),
    {
      change: 'duties',
      duties: checkers.map((member) => ({
        id: `minutes.check/${input.unit.id}/${book.day}/${book.kind}/${member}`,
        programme: 'minutes',
        item: 'check',
        unit: input.unit.id,
        member,
        period: book.day,
        dueOn: waitsFor,
        startsAt: null,
        details: { title: `核对${book.title}记录`, closes: 14 },
      })),
    },
  ];
};

/** The chair has read the whole and confirms it. */
export const confirmMinutes: Effect = (input) => {
  const book = input.values.book as unknown as MinutesMeant;
  const confirmedBy = [...new Set([...book.confirmedBy, input.member.id])];
  return [
    minutesRecord(input, book, { closed: true, confirmed_by: confirmedBy }, 'confirmed'),
    held(book),
    { change: 'duty-state', duty: checkOf(input.unit.id, book, input.member.id), state: 'done' },
    ...audited(input, 'confirmed-minutes', book.recorder ? [book.recorder] : []),
  ];
};

/** A speaker confirms what is attributed to them. */
export const confirmWords: Effect = ({ values, unit, member }) => {
  const own = values.own as readonly { id: number; event: string; day: string }[];
  return own.map(
    ({ id, event, day }): Change => ({
      change: 'fact',
      fact: { kind: 'minute_confirmed', unit: unit.id, member: member.id, duty: event, onDay: day, data: { line: id } },
    }),
  );
};

/** A speaker puts own words right: a new fact that points to the old one, and needs no further confirmation. */
export const correctWords: Effect = ({ values, unit, member }) => {
  const { line, text } = values as unknown as { line: { id: number; event: string; day: string }; text: string };
  return [
    {
      change: 'fact',
      fact: {
        kind: 'minute',
        unit: unit.id,
        member: member.id,
        duty: line.event,
        onDay: line.day,
        data: { part: 'statement', text },
        corrects: line.id,
      },
    },
  ];
};

/** A lecture that was given: by the one who says so, or entered by the committee for somebody else. */
export const recordLecture: Effect = (input) => {
  const { on, topic, lecturer, people } = input.values as {
    on: string;
    topic: string;
    lecturer?: string;
    people?: { readonly ids: readonly string[] };
  };
  const speakers: readonly (string | null)[] = people ? people.ids : [lecturer ? null : input.member.id];
  return [
    ...speakers.map(
      (member): Change => ({
        change: 'fact',
        fact: {
          kind: 'lectured',
          unit: input.unit.id,
          member,
          onDay: on,
          data: { topic, ...(lecturer ? { lecturer } : {}) },
          recordedBy: member === input.member.id ? null : input.member.id,
        },
      }),
    ),
    ...audited(input, 'recorded-lecture', people?.ids ?? []),
  ];
};

function held(book: MinutesMeant): Change {
  return { change: 'duty-state', duty: book.id, state: 'done' };
}

function checkOf(unit: string, book: MinutesMeant, member: string): string {
  return `minutes.check/${unit}/${book.day}/${book.kind}/${member}`;
}

function minutesRecord(
  input: Parameters<Effect>[0],
  book: MinutesMeant,
  patch: Readonly<Record<string, unknown>>,
  state: 'draft' | 'confirmed' = 'draft',
): Change {
  return {
    change: 'record',
    record: {
      id: `minutes/${book.id}`,
      kind: 'minutes',
      unit: input.unit.id,
      state,
      title: `${book.day} ${book.title}`,
      body: {
        by: input.member.id,
        event: book.id,
        meeting: book.kind,
        on: book.day,
        recorder: book.recorder,
        closed: book.closed,
        confirmed_by: book.confirmedBy,
        ...patch,
      },
    },
  };
}

/**
 * When the others hear of it: when somebody may be told something, unless that leaves less than an hour; then at once, on days off too, and out of the
 * night at its end. Only of what begins before the night ends they are told in it.
 */
function toldAt({ now, pushAt }: EffectInput, startsAt: Instant): Instant {
  if (pushAt <= startsAt - hour) return pushAt;
  const time = clockTimeOf(now);
  if (time >= quietUntil && time < quietFrom) return now;
  const morning = instantOf(time < quietUntil ? dayOf(now) : addDays(dayOf(now), 1), quietUntil);
  return morning < startsAt ? morning : now;
}
