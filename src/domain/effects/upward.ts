// Effects between levels: a notice to the secretaries below, its receipt, and which parts of the product a unit uses.

import type { Effect } from './effect.ts';

/** To secretaries and deputies of the branches below, not to members; each unit answers for itself. */
export const noticeDown: Effect = (input) => {
  const { text, due, to } = input.values as { text: string; due: string | null; to: { ids: readonly string[] } };
  const { unit, member, key, pushAt } = input;
  const id = `notice-down/${unit.id}/${key}`;
  return [
    {
      change: 'record',
      record: {
        id,
        kind: 'notice-down',
        unit: unit.id,
        state: 'sent',
        title: text.slice(0, 40),
        body: { by: member.id, text, due },
      },
    },
    {
      change: 'message',
      to: { members: to.ids },
      kind: 'notice',
      draft: { title: `${unit.name}通知`, text, buttons: [{ label: '收到通知', data: '收到通知' }] },
      dueAt: pushAt,
      record: id,
    },
  ];
};

/** The unit has received a notice from above. */
export const receipt: Effect = ({ values, unit, member, today }) => {
  const { id, heading } = values.notice as { id: string; heading: string };
  return [
    {
      change: 'record',
      record: {
        id: `receipt/${id}/${unit.id}`,
        kind: 'receipt',
        unit: unit.id,
        state: 'received',
        title: heading,
        body: { by: member.id, notice: id, on: today },
      },
    },
  ];
};

/** Switches a part of the product off or on for the unit and those below; what stands off above stays off. */
export const switchModule: Effect = ({ values, unit, member }) => {
  const { module, on, off } = values as { module: string; on: boolean; off: readonly string[] };
  const rest = off.filter((one) => one !== module);
  return [
    { change: 'unit-settings', unit: unit.id, patch: { off: on ? rest : [...rest, module] } },
    { change: 'audit', actor: member.id, action: on ? 'module-on' : 'module-off', unit: unit.id, detail: { module } },
  ];
};
