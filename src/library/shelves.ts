// Shelves: what there is to read or to do, as data in content/shelves/, shown to each reader as far as it is meant for them. Holds titles and sentences, never links or copies.

import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { belongsTo } from '../domain/audience.ts';
import { Fault } from '../domain/fault.ts';
import type { Member, Unit } from '../domain/organisation.ts';
import { roles, tags, unitKinds } from '../domain/organisation.ts';
import type { Problem } from './yaml-file.ts';
import { readYaml, sayProblem } from './yaml-file.ts';

const group = z.strictObject({
  group: z.string().min(1).max(30),
  /** Whom it is meant for; each that is given must fit, absent = everybody. */
  audience: z.array(z.enum(tags)).min(1).optional(),
  roles: z.array(z.enum(roles)).min(1).optional(),
  kinds: z.array(z.enum(unitKinds)).min(1).optional(),
  /** Sectors of the reader's unit, as organisation files write them. */
  sectors: z.array(z.string().min(1)).min(1).optional(),
  /** Name of the selection by a unit above without which it is not shown. */
  selected: z.string().optional(),
  lines: z.array(z.string().min(2).max(90)).min(1),
});

const shelfForm = z.strictObject({
  shelf: z.string().regex(/^[a-z][a-z-]*$/),
  title: z.string().min(1).max(20),
  source: z.string().min(4).max(120),
  groups: z.array(group).min(1),
});
export type Shelf = z.infer<typeof shelfForm>;

/** By name; throws a Fault of code `bad-content` with file and line. */
export function loadShelves(contentDir: string): ReadonlyMap<string, Shelf> {
  const { shelves, problems } = readShelves(contentDir);
  if (problems.length > 0) throw new Fault('bad-content', problems.map(sayProblem).join('\n'));
  return shelves;
}

export function lintShelves(contentDir: string): Problem[] {
  return readShelves(contentDir).problems;
}

/** The groups that this member of this unit reads; `selected` are the selections made for the unit from above. */
export function groupsFor(
  { groups }: Shelf,
  { member, unit, sector, selected }: Reader,
): { group: string; lines: readonly string[] }[] {
  return groups
    .filter(
      (one) =>
        belongsTo(one.audience, member) &&
        (!one.roles || one.roles.some((role) => role === 'member' || member.roles.includes(role))) &&
        (!one.kinds || one.kinds.includes(unit.kind)) &&
        (!one.sectors || (sector !== null && one.sectors.includes(sector))) &&
        (!one.selected || selected.includes(one.selected)),
    )
    .map(({ group: name, lines }) => ({ group: name, lines }));
}

export interface Reader {
  readonly member: Pick<Member, 'tags' | 'roles'>;
  readonly unit: Pick<Unit, 'kind'>;
  /** Of the unit, or of the nearest above it that has one. */
  readonly sector: string | null;
  readonly selected: readonly string[];
}

function readShelves(contentDir: string): { shelves: Map<string, Shelf>; problems: Problem[] } {
  const folder = path.join(contentDir, 'shelves');
  const shelves = new Map<string, Shelf>();
  const problems: Problem[] = [];
  if (!existsSync(folder)) return { shelves, problems };
  for (const name of readdirSync(folder).sort()) {
    const file = path.join(folder, name);
    const read = readYaml(file, shelfForm);
    if ('problems' in read) problems.push(...read.problems);
    else if (`${read.value.shelf}.yaml` !== name)
      problems.push({ file, ...read.at(['shelf']), message: '编号要和文件名一样' });
    else shelves.set(read.value.shelf, read.value);
  }
  return { shelves, problems };
}
