// The organisation tree in memory: small, read by every turn, read again when its version says so.

import type pg from 'pg';
import type { Unit, UnitId } from '../domain/organisation.ts';
import type { Settings } from '../domain/settings.ts';
import { settingsOf } from '../domain/settings.ts';

export interface Units {
  readonly version: number;
  readonly byId: ReadonlyMap<UnitId, Unit>;
  /** What holds in a unit, with everything set above it. */
  settings(unit: UnitId): Settings;
  /** The unit and all below it. */
  below(unit: UnitId): Unit[];
  /** The unit and all above it, itself first. */
  above(unit: UnitId): Unit[];
  /** Where a member of this unit belongs: a Party group's branch, else the unit itself. */
  branchOf(unit: UnitId): Unit;
  /** A branch with its Party groups: members may be kept in either. */
  partsOf(unit: UnitId): UnitId[];
  /** The unit whose group has this id in this channel. */
  ofGroup(channel: string, group: string): Unit | undefined;
}

/** Reads all units. */
export async function readUnits(client: pg.ClientBase | pg.Pool): Promise<Units> {
  const { rows } = await client.query(
    'select id, name, kind, parent, sector, settings, groups, (select version from org_version) as version from unit',
  );
  return makeUnits(rows as Unit[], Number((rows[0] as { version?: number } | undefined)?.version ?? 0));
}

/** Keeps the tree and reads it again when its version has moved. */
export interface UnitsCache {
  at(version: number, client: pg.ClientBase | pg.Pool): Promise<Units>;
  /** The newest, asking the database which that is. */
  newest(client: pg.ClientBase | pg.Pool): Promise<Units>;
}

export function makeUnitsCache(): UnitsCache {
  let units: Units | undefined;
  const at: UnitsCache['at'] = async (version, client) => {
    if (units?.version !== version) units = await readUnits(client);
    return units;
  };
  return {
    at,
    async newest(client) {
      const { rows } = await client.query<{ version: number }>('select version from org_version');
      return at(rows[0]?.version ?? 0, client);
    },
  };
}

export function makeUnits(units: readonly Unit[], version: number): Units {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  const settings = new Map<UnitId, Settings>();
  const above = (id: UnitId): Unit[] => {
    const chain: Unit[] = [];
    for (
      let unit = byId.get(id);
      unit && !chain.includes(unit);
      unit = unit.parent === null ? undefined : byId.get(unit.parent)
    )
      chain.push(unit);
    return chain;
  };
  return {
    version,
    byId,
    above,
    below: (id) => units.filter((unit) => above(unit.id).some((higher) => higher.id === id)),
    settings(id) {
      const known = settings.get(id);
      if (known) return known;
      const made = settingsOf(byId.get(id)!, byId);
      settings.set(id, made);
      return made;
    },
    branchOf: (id) => above(id).find(({ kind }) => kind !== 'group') ?? byId.get(id)!,
    partsOf: (id) => [
      id,
      ...units.filter(({ parent, kind }) => parent === id && kind === 'group').map((unit) => unit.id),
    ],
    // Where no group was bound, the unit's own id stands for its group: so in the simulator and the terminal.
    ofGroup: (channel, group) =>
      units.find((unit) => unit.groups[channel as keyof Unit['groups']] === group) ?? byId.get(group),
  };
}
