// What makes a duty done without anybody saying so again: a deed is entered once and counts wherever a programme asks for it. Pure.

import type { Change } from './change.ts';
import type { MemberId, UnitId } from './organisation.ts';
import type { Programme } from './programme.ts';
import type { Day } from './time.ts';
import { isDay } from './time.ts';

/** Something that happened and that a programme may wait for. */
export interface Deed {
  /** As `done_by` of a programme's item names it. */
  readonly key: string;
  readonly unit: UnitId;
  /** Whose deed; null = the unit's. */
  readonly member: MemberId | null;
  readonly on: Day;
}

/** Every key that some programme waits for: deeds that nobody waits for cost nothing. */
export function awaitedDeeds(programmes: Iterable<Programme>): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { items } of programmes) for (const { done_by } of items) for (const key of done_by) keys.add(key);
  return keys;
}

/** The deeds in a unit of work that a programme waits for. `today` dates what carries no day of its own. */
export function deedsIn(changes: readonly Change[], awaited: ReadonlySet<string>, today: Day): Deed[] {
  if (awaited.size === 0) return [];
  return changes.flatMap((change) => deedsOf(change, today)).filter(({ key }) => awaited.has(key));
}

function deedsOf(change: Change, today: Day): Deed[] {
  switch (change.change) {
    case 'fact': {
      const { kind, unit, member, onDay, month } = change.fact;
      return [{ key: `fact/${kind}`, unit, member, on: onDay ?? (month ? `${month}-01` : today) }];
    }
    case 'record': {
      const { kind, state, unit, member, body } = change.record;
      const on = typeof body.on === 'string' && body.on <= today ? body.on : today;
      const deed = { unit, member: member ?? null, on };
      return [
        { key: `record/${kind}`, ...deed },
        { key: `record/${kind}/${state}`, ...deed },
      ];
    }
    case 'duty-state': {
      if (change.state !== 'done') return [];
      const [programme, unit, period, member] = dutyParts(change.duty);
      if (programme === undefined || unit === undefined) return [];
      const [name, item] = programme.split('.');
      const deed = { unit, member: member ?? null, on: period && isDay(period) ? period : today };
      return [{ key: `duty/${name}`, ...deed }, ...(item ? [{ key: `duty/${name}/${item}`, ...deed }] : [])];
    }
    default:
      return [];
  }
}

/** `programme[.item]/unit/period[/member]`; a pack's programme id holds a slash itself (`nanjing-2017/six-ones`). */
function dutyParts(id: string): string[] {
  const parts = id.split('/');
  const period = parts.findIndex((part, index) => index >= 2 && /^(\d{4}(-\d{2}){0,2}(-Q[1-4])?|once)$/.test(part));
  if (period < 2) return parts;
  return [parts.slice(0, period - 1).join('/'), ...parts.slice(period - 1)];
}
