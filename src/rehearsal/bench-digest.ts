// `zhibu bench digest`: a branch's weekly digest from rows to text, beside reading the same rows alone.

import path from 'node:path';
import { buildBranchDigest } from '../domain/digest.ts';
import { periodOfWeek } from '../domain/digest-schedule.ts';
import { digestText } from '../domain/digest-text.ts';
import { instantOf } from '../domain/time.ts';
import { home, loadLibrary } from '../library/library.ts';
import { openThrowaway } from '../store/database.ts';
import { readDigestFacts } from '../store/digest-facts.ts';
import { fieldCipher } from '../store/field-cipher.ts';
import { migrate } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';
import { makeUnitsCache } from '../store/units.ts';
import { viewNames } from '../store/views/index.ts';
import { simulatorDoor } from './doors.ts';
import { fillOrganisation } from './organisation.ts';
import { openWorld } from './world.ts';

export interface BenchDigest {
  /** Milliseconds of one digest, the median. */
  readonly ours_ms: number;
  /** Milliseconds of reading its rows, the median. */
  readonly floor_ms: number;
  readonly ratio: number;
}

const times = 40;
const warmUp = 20;

/** The sample organisation after a month in which everybody reported a service. */
export async function benchDigest(): Promise<BenchDigest> {
  const library = loadLibrary(viewNames, { sample: true });
  const db = await openThrowaway();
  try {
    await migrate(db, migrations);
    await fillOrganisation(db.pool, path.join(home, 'content/sample/organisation.yaml'));
    const world = await openWorld({ db, library, at: instantOf('2026-12-01', '00:00'), openDoor: simulatorDoor });
    await world.moveTo(instantOf('2026-12-28', '09:30'));
    await db.pool.query(
      `insert into fact (kind, unit, member, on_day, data, at) select 'volunteer_service', unit, id, '2026-12-23', '{"hours":2,"what":"清扫楼道"}', '2026-12-23T10:00:00Z' from member`,
    );
    const units = await makeUnitsCache().newest(db.pool);
    const unit = [...units.byId.values()].find(({ kind }) => kind === 'branch')!;
    const period = periodOfWeek('2026-W52', '2026-12-28')!;
    const context = {
      client: db.pool,
      units,
      unit,
      period,
      now: world.now(),
      calendar: library.calendar,
      sample: true,
      registers: library.registers,
      cipher: fieldCipher(undefined),
    };
    const read = () => readDigestFacts(context);
    const whole = async () => {
      const facts = await read();
      if (facts.kind === 'branch') digestText(buildBranchDigest(facts, library.labels));
    };
    // In turns, and not before both are warm: whatever goes first would pay for the other.
    const taken = { read: [] as number[], whole: [] as number[] };
    for (let count = -warmUp; count < times; count += 1) {
      const [readTime, wholeTime] = [await timed(read), await timed(whole)];
      if (count < 0) continue;
      taken.read.push(readTime);
      taken.whole.push(wholeTime);
    }
    const [floor, ours] = [median(taken.read), median(taken.whole)];
    await world.close();
    return { ours_ms: ours, floor_ms: floor, ratio: Number((ours / floor).toFixed(3)) };
  } finally {
    await db.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function median(all: number[]): number {
  return Number(all.sort((a, b) => a - b)[Math.floor(all.length / 2)]!.toFixed(2));
}
