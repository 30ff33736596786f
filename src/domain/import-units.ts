// What the units of an organisation file change in the tree, and whether the tree after it is sound. Removes nothing.

import type { Unit, UnitId, UnitKind } from './organisation.ts';
import type { RosterUnit } from './roster.ts';

export interface UnitPlan {
  /** Each parent before its children. */
  readonly create: readonly Unit[];
  /** The unit after the change, and which of its fields differ. */
  readonly update: readonly { readonly unit: Unit; readonly changed: readonly (keyof Unit)[] }[];
  readonly unchanged: number;
}

/** What may stand directly above what; null = nothing. A Party group is part of one branch. */
const parents: Readonly<Record<UnitKind, readonly (UnitKind | null)[]>> = {
  district: [null, 'district'],
  committee: [null, 'district', 'committee'],
  'general-branch': [null, 'district', 'committee'],
  branch: [null, 'district', 'committee', 'general-branch'],
  group: ['branch'],
};

/** The plan and all units as they are after it. Problems go to `complain` with the row of the unit. */
export function planUnits(
  existing: readonly Unit[],
  rows: readonly RosterUnit[],
  complain: (row: number, message: string) => void,
): { plan: UnitPlan; after: readonly Unit[] } {
  const before = new Map(existing.map((unit) => [unit.id, unit]));
  const after = new Map(before);
  for (const row of rows) after.set(row.id, merged(before.get(row.id), row));
  for (const row of rows) {
    const problem = checkPlace(after.get(row.id)!, after);
    if (problem !== undefined) complain(row.row, problem);
  }
  checkGroups([...after.values()], rows, complain);

  const create: Unit[] = [];
  const update: { unit: Unit; changed: (keyof Unit)[] }[] = [];
  for (const row of rows) {
    const unit = after.get(row.id)!;
    const old = before.get(row.id);
    const changed = old ? fields.filter((field) => !sameValue(old[field], unit[field])) : [];
    if (!old) create.push(unit);
    else if (changed.length > 0) update.push({ unit, changed });
  }
  create.sort((one, other) => depthOf(one, after) - depthOf(other, after));
  return {
    plan: { create, update, unchanged: rows.length - create.length - update.length },
    after: [...after.values()],
  };
}

const fields: readonly (keyof Unit)[] = ['name', 'kind', 'parent', 'sector', 'settings', 'groups'];

function merged(before: Unit | undefined, row: RosterUnit): Unit {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    parent: row.parent ?? before?.parent ?? null,
    sector: row.sector ?? before?.sector ?? null,
    settings: { ...before?.settings, ...row.settings },
    groups: { ...before?.groups, ...row.groups },
  };
}

function checkPlace(unit: Unit, units: ReadonlyMap<UnitId, Unit>): string | undefined {
  const parent = unit.parent === null ? null : units.get(unit.parent);
  if (parent === undefined) return `上级 ${unit.parent} 不存在，请写进 units 或改正 parent`;
  if (depthOf(unit, units) > units.size) return `${unit.id} 的上级绕了一圈又回到自己，请改正 parent`;
  if (parents[unit.kind].includes(parent?.kind ?? null)) return undefined;
  if (unit.kind === 'group') return `${unit.id} 是党小组（group），上级要是支部（branch）`;
  return `${unit.id}（${unit.kind}）不能在 ${parent?.id}（${parent?.kind}）下面，请改正 kind 或 parent`;
}

/** How many units stand above; more than there are units when the parents run in a circle. */
function depthOf(unit: Unit, units: ReadonlyMap<UnitId, Unit>): number {
  let depth = 0;
  for (let here = unit.parent; here !== null && depth <= units.size; here = units.get(here)?.parent ?? null) depth += 1;
  return depth;
}

/** One chat group belongs to one unit: what is said in it must have one meaning. */
function checkGroups(
  units: readonly Unit[],
  rows: readonly RosterUnit[],
  complain: (row: number, message: string) => void,
): void {
  for (const row of rows)
    for (const [channel, group] of Object.entries(row.groups ?? {})) {
      const other = units.find(
        (unit) =>
          unit.id !== row.id && Object.entries(unit.groups).some(([name, id]) => name === channel && id === group),
      );
      if (other) complain(row.row, `${channel} 群 ${group} 已经是 ${other.id} 的群，请改正`);
    }
}

/** Settings are plain JSON; the order of their keys says nothing. */
function sameValue(one: unknown, other: unknown): boolean {
  return sortedJson(one) === sortedJson(other);
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
