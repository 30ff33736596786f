// Effects of secretaries, deputies and commissioners: dues months, the theme day, notices to the own branch.

import type { Change } from '../change.ts';
import type { ThemeDayRule } from '../organisation.ts';
import { sayRule } from '../theme-day-plan.ts';
import type { Effect, EffectInput, NamedPeople } from './effect.ts';
import { audited } from './effect.ts';

/** Dues are in: month status only, never an amount. `waiting` = the reports that were read out, by month; or `people` named for one `month`. */
export const confirmDues: Effect = (input) => {
  const { people, month, waiting } = input.values as {
    people?: NamedPeople;
    month?: string;
    waiting?: readonly { readonly month: string; readonly ids: readonly string[] }[];
  };
  const months = waiting ?? [{ month: month!, ids: withoutConfirmed(input, people!.ids) }];
  return months.flatMap((one) => confirmMonth(input, one.month, one.ids));
};

/** Who is confirmed already stays so, without a second fact. */
function withoutConfirmed({ views }: EffectInput, ids: readonly string[]): string[] {
  const done = (views.duesList as { done?: { ids: readonly string[] } } | undefined)?.done?.ids ?? [];
  return ids.filter((id) => !done.includes(id));
}

function confirmMonth(input: EffectInput, month: string, ids: readonly string[]): Change[] {
  return [
    ...ids.flatMap((member): Change[] => [
      {
        change: 'fact',
        fact: {
          kind: 'dues_confirmed',
          unit: input.unit.id,
          member,
          month,
          duty: `dues/${input.unit.id}/${month}`,
          data: { by: input.member.id },
          recordedBy: input.member.id,
        },
      },
      { change: 'duty-state', duty: `dues/${input.unit.id}/${month}/${member}`, state: 'done' },
    ]),
    ...audited(input, 'confirmed-dues', ids),
  ];
}

/** Sets the branch's theme day (null = as above sets it). Events already raised and not yet near are moved by the view's plan. */
export const setThemeDay: Effect = (input) => {
  const { rule, start, moves } = input.values as {
    rule: ThemeDayRule | null;
    start?: string | null;
    moves?: readonly { duty: string; dueOn: string; startsAt: number; moved: boolean }[];
  };
  const patch = { theme_day: rule, ...(start ? { start } : {}) } as never;
  const text = rule ? `主题党日定在${sayRule(rule)}${start ?? ''}` : '主题党日按上级统一的日子办';
  // Filed upward at once; each new rule takes the place of the one before.
  const filed: Change[] =
    input.unit.parent === null
      ? []
      : [
          {
            change: 'record',
            record: {
              id: `filing/${input.unit.id}/theme-day`,
              kind: 'filing',
              unit: input.unit.id,
              state: 'filed',
              title: text,
              body: { kind: 'situation', text, by: input.member.id },
            },
          },
        ];
  return [
    { change: 'unit-settings', unit: input.unit.id, patch },
    ...(moves ?? []).map(
      ({ duty, dueOn, startsAt, moved }): Change => ({
        change: 'event-moved',
        duty,
        dueOn,
        startsAt,
        details: { moved },
      }),
    ),
    ...filed,
    { change: 'audit', actor: input.member.id, action: 'set-theme-day', unit: input.unit.id, detail: { rule } },
  ];
};

/** The last finished week's digest as a spreadsheet, by the next message. */
export const digestFile: Effect = ({ unit, member, key, now }) => [
  {
    change: 'task',
    kind: 'digest',
    key: `digest-file/${unit.id}/${key}`,
    body: { unit: unit.id, member: member.id, file: true },
    dueAt: now,
  },
];

/** A notice to the own branch: a broadcast record that needs no second person, delivered under the push budget. */
export const noticeToBranch: Effect = (input) => {
  const id = `notice/${input.unit.id}/${input.key}`;
  return [
    {
      change: 'record',
      record: {
        id,
        kind: 'broadcast',
        unit: input.unit.id,
        state: 'approved',
        title: '支部通知',
        body: {
          by: input.member.id,
          title: `${input.unit.name}通知`,
          text: input.values.text,
          source: input.unit.name,
          public: true,
          audience: [],
          at: null,
          expires: null,
          own: true,
        },
      },
    },
    { change: 'task', kind: 'broadcast', key: `broadcast/${id}`, body: { record: id } },
  ];
};
