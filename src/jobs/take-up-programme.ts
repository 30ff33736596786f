// Makes the duties follow when a unit takes up an offered programme or puts it down: raised at once, or taken away. Tells nobody.

import { z } from 'zod';
import { isTakenUp } from '../domain/programme.ts';
import { putDownDuties, takeUpDuties } from '../store/duties.ts';
import type { JobParts } from './parts.ts';
import { raiseDutiesFor } from './raise-duties.ts';
import type { TaskHandler } from './tasks.ts';

const body = z.object({ unit: z.string(), programme: z.string() });

/** Looks at what holds now in the unit and everywhere below it, so running it late or twice does no harm. */
export const takeUpProgramme: TaskHandler<JobParts> = async (task, parts) => {
  const { unit, programme: id } = body.parse(task.body);
  const programme = parts.library.programmes.get(id);
  const units = await parts.units.newest(parts.pool);
  if (!programme || !units.byId.has(unit)) return { kind: 'failed', detail: 'unknown' };
  const now = parts.clock();
  const concerned = units.below(unit).filter(({ kind }) => kind !== 'group');
  const taken = concerned.filter(({ id: one }) => isTakenUp(programme, units.settings(one))).map((one) => one.id);
  const rest = concerned.map((one) => one.id).filter((one) => !taken.includes(one));
  await takeUpDuties(parts.pool, taken, id, now);
  await putDownDuties(parts.pool, rest, id, now);
  await raiseDutiesFor(parts, now, { units: taken, programmes: [programme] });
  return { kind: 'done' };
};
