// Finds the unit that a roster means by a name or an id. Never creates one.

import { readNumber } from './chinese/numbers.ts';
import type { Unit, UnitId } from './organisation.ts';
import type { RosterMember } from './roster.ts';

/** The unit, or in one Chinese line why there is none. */
export type FindUnit = (wanted: RosterMember['unit']) => Unit | string;

/** A finder over these units, or over `within` and those below it; a text when `within` does not exist. */
export function findUnit(units: readonly Unit[], within?: UnitId): FindUnit | string {
  const byId = new Map(units.map((unit) => [unit.id, unit]));
  if (within !== undefined && !byId.has(within))
    return `没有编号为 ${within} 的单位，现有：${listed(units, ({ id, name }) => `${id}（${name}）`)}`;
  const candidates = within === undefined ? units : units.filter((unit) => isBelow(unit, within, byId));
  const answers = new Map<string, Unit | string>();
  return (wanted) => {
    if ('id' in wanted)
      return (
        byId.get(wanted.id) ??
        `没有编号为 ${wanted.id} 的单位，请先写进 units，或者改用：${listed(units, ({ id }) => id)}`
      );
    const known = answers.get(wanted.name);
    if (known !== undefined) return known;
    const answer = byName(wanted.name, candidates);
    answers.set(wanted.name, answer);
    return answer;
  };
}

function byName(name: string, units: readonly Unit[]): Unit | string {
  for (const same of [
    (unit: Unit) => folded(unit.name) === folded(name),
    (unit: Unit) => unit.id === name,
    (unit: Unit) => loose(unit.name) === loose(name),
  ]) {
    const all = units.filter(same);
    const branches = all.filter(({ kind }) => kind === 'branch');
    const found = all.length === 1 ? all : branches;
    if (found.length === 1 && found[0]) return found[0];
    if (all.length > 1)
      return `有${all.length}个单位叫“${name}”，请用 --unit 写明在哪个单位下面找，或者把支部写成编号：${listed(all, ({ id }) => id)}`;
  }
  const branches = units.filter(({ kind }) => kind === 'branch');
  const known = listed(branches.length > 0 ? branches : units, (unit) => unit.name);
  return known === ''
    ? `没有支部“${name}”，还没有任何单位：请先用 .yaml 文件导入单位`
    : `没有支部“${name}”，现有：${known}`;
}

function isBelow(unit: Unit, top: UnitId, byId: ReadonlyMap<UnitId, Unit>): boolean {
  for (let here: Unit | undefined = unit, steps = 0; here && steps < byId.size; steps++) {
    if (here.id === top) return true;
    here = here.parent === null ? undefined : byId.get(here.parent);
  }
  return false;
}

function folded(name: string): string {
  return name.normalize('NFKC').replaceAll(/\s+/g, '');
}

/** The same branch written otherwise: 中共…委员会, 支部 for 党支部, 第1 for 第一. */
function loose(name: string): string {
  return folded(name)
    .replace(/^(中国共产党|中共)/, '')
    .replace(/委员会$/, '')
    .replaceAll(/党?支部/g, '支部')
    .replaceAll(/第([\d一二三四五六七八九十]+)/g, (_, number: string) => `第${readNumber(number) ?? number}`);
}

function listed(units: readonly Unit[], say: (unit: Unit) => string): string {
  return `${units.slice(0, 10).map(say).join('、')}${units.length > 10 ? ` 等${units.length}个` : ''}`;
}
