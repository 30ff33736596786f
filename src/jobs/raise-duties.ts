// Raises the duties of the running month and of the next one, from the programmes. Raising again is harmless.

import type { UnitId } from '../domain/organisation.ts';
import type { Programme } from '../domain/programme.ts';
import { dutiesOf } from '../domain/programme.ts';
import type { Instant } from '../domain/time.ts';
import { addMonths, dayOf, monthOf } from '../domain/time.ts';
import { settleDuties } from '../store/completion.ts';
import { closeDuties, raiseDuties, unraised } from '../store/duties.ts';
import { membersOf } from '../store/members.ts';
import { chunks } from '../store/outbox-rows.ts';
import type { JobParts } from './parts.ts';

/** Units read at once: enough to be quick, few enough to stay small in memory (50 branches ≈ 2,500 people). */
const unitsAtOnce = 50;

/** What is to be raised; absent = everything everywhere. */
export interface Raising {
  readonly units: readonly UnitId[];
  readonly programmes: readonly Programme[];
}

/** The next month only for events: their notice may fall into this month, and people ask for leave early. */
export async function raiseDutiesFor(parts: JobParts, at: Instant, only?: Raising): Promise<number> {
  const { pool, library, log } = parts;
  const units = await parts.units.newest(pool);
  const month = monthOf(dayOf(at));
  const programmes = only?.programmes ?? [...library.programmes.values()];
  let raised = 0;
  for (const some of chunks(only?.units.map((id) => units.byId.get(id)!) ?? [...units.byId.values()], unitsAtOnce)) {
    const members = await membersOf(
      pool,
      some.flatMap(({ id }) => units.partsOf(id)),
    );
    const duties = some.flatMap((unit) => {
      const own = members.filter((member) => units.branchOf(member.unit).id === unit.id);
      const settings = units.settings(unit.id);
      return programmes.flatMap((programme) => [
        ...dutiesOf(programme, month, unit, own, settings, library.calendar),
        ...(programme.items.some(({ event }) => event)
          ? dutiesOf(programme, addMonths(month, 1), unit, own, settings, library.calendar).filter(
              ({ startsAt }) => startsAt !== null,
            )
          : []),
      ]);
    });
    // Most days nothing is new: asked by key first, little is sent and nothing is locked.
    const wanted = await unraised(
      pool,
      duties.map(({ id }) => id),
    );
    raised += await raiseDuties(
      pool,
      duties.filter(({ id }) => wanted.has(id)),
      at,
    );
    await settleDuties(
      pool,
      duties.filter(({ details }) => details.done_by).map(({ id }) => id),
      at,
    );
  }
  if (raised > 0) log.info({ month, raised }, 'duties raised');
  return raised;
}

/** Closes duties whose time is over. */
export async function closeDutiesAt(parts: JobParts, at: Instant): Promise<number> {
  return closeDuties(parts.pool, dayOf(at), at);
}
