// Effects of menus: a unit above sets one, a branch chooses from it and adds its own.

import type { Menu } from '../theme-menu.ts';
import type { Effect } from './effect.ts';

export const menuSet: Effect = ({ values, unit, member }) => {
  const { month, required, optional } = values.menu as unknown as Menu;
  return [
    {
      change: 'record',
      record: {
        id: `menu/${unit.id}/${month}`,
        kind: 'menu',
        unit: unit.id,
        state: 'confirmed',
        title: `${month} 主题党日菜单`,
        body: { by: member.id, month, required, optional },
      },
    },
  ];
};

export const menuChosen: Effect = ({ values, unit, member }) => {
  const { month, picked, own } = values as unknown as {
    month: string;
    picked?: { readonly names: readonly string[] } | null;
    own: readonly string[];
  };
  return [
    {
      change: 'record',
      record: {
        id: `menu-choice/${unit.id}/${month}`,
        kind: 'menu-choice',
        unit: unit.id,
        state: 'confirmed',
        title: `${month} 主题党日自选动作`,
        body: { by: member.id, month, chosen: picked?.names ?? [], own },
      },
    },
  ];
};
