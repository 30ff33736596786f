// Menus and choices as rows, and what they make of the theme days of many branches at once. Decides nothing.

import type pg from 'pg';
import type { UnitId } from '../domain/organisation.ts';
import type { Menu, MenuChoice } from '../domain/theme-menu.ts';
import { themeContent } from '../domain/theme-menu.ts';
import type { Month } from '../domain/time.ts';
import type { Units } from './units.ts';

type Client = pg.ClientBase | pg.Pool;

export interface MenuRow {
  readonly unit: UnitId;
  readonly kind: 'menu' | 'menu-choice';
  readonly body: Menu & MenuChoice;
}

/** Menus and choices of these units for these months. */
export async function menuRows(client: Client, units: readonly UnitId[], months: readonly Month[]): Promise<MenuRow[]> {
  const { rows } = await client.query<MenuRow>({
    name: 'menu-rows',
    text: `select unit, kind, body from record
      where unit = any($1::text[]) and kind in ('menu', 'menu-choice') and body->>'month' = any($2::text[])`,
    values: [units, months],
  });
  return rows;
}

/** What the theme days of these branches hold, under `unit month`; absent where nobody has said. */
export async function themeContents(
  client: Client,
  units: Units,
  branches: readonly UnitId[],
  months: readonly Month[],
): Promise<Map<string, string>> {
  const chains = new Map(branches.map((id) => [id, units.above(id).map((unit) => unit.id)]));
  const rows = await menuRows(client, [...new Set([...chains.values()].flat())], months);
  const found = new Map<string, string>();
  if (rows.length === 0) return found;
  for (const [branch, chain] of chains)
    for (const month of months) {
      const of = (kind: MenuRow['kind'], unit: UnitId) =>
        rows.find((row) => row.kind === kind && row.unit === unit && row.body.month === month)?.body;
      const menus = chain.toReversed().flatMap((unit) => of('menu', unit) ?? []);
      const content = themeContent(menus, of('menu-choice', branch));
      if (content !== undefined) found.set(`${branch} ${month}`, content);
    }
  return found;
}
