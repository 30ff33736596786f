// Gathers what the operator's page shows: doors, queue, timetable, the program itself. Counts and times only.

import { sayTrouble } from '../../channels/wecom/next-steps.ts';
import { type DoorJudged, type DoorName, doorNames, judgeDoor, noFigures } from '../../domain/door-health.ts';
import type { Instant } from '../../domain/time.ts';
import { addDays, dayOf, instantOf } from '../../domain/time.ts';
import type { JobParts } from '../../jobs/parts.ts';
import { schedules } from '../../jobs/schedules.ts';
import type { ConsoleFigures } from '../../store/console-figures.ts';
import { readConsoleFigures } from '../../store/console-figures.ts';
import { readDoorFigures } from '../../store/door-figures.ts';
import { doorStates } from '../../store/door-state.ts';

/** What the process says of itself. */
export interface About {
  readonly version: string;
  /** Where the database is, in words. */
  readonly where: string;
  /** Who hands out the work, in words. */
  readonly dispatcher: string;
  readonly startedAt: Instant;
}

export interface DoorShown extends DoorJudged {
  readonly door: DoorName;
  /** To be scanned with a phone. */
  readonly qr?: { readonly text: string; readonly until: Instant };
}

export interface ConsoleState extends ConsoleFigures {
  readonly now: Instant;
  readonly doors: readonly DoorShown[];
  readonly closed: readonly DoorName[];
  /** The next firing of each schedule, soonest first. */
  readonly rings: readonly { readonly name: string; readonly at: Instant }[];
  readonly about: About;
}

export interface StateParts {
  readonly jobs: JobParts;
  readonly openDoors: () => Promise<readonly DoorName[]>;
  readonly about: About;
}

export async function readConsoleState({ jobs, openDoors, about }: StateParts): Promise<ConsoleState> {
  const now = jobs.clock();
  const [open, figures, logins, counts, units] = await Promise.all([
    openDoors(),
    readDoorFigures(jobs.pool, now),
    doorStates(jobs.pool, now),
    readConsoleFigures(jobs.pool, now),
    jobs.units.newest(jobs.pool),
  ]);
  const doors = open.map((door): DoorShown => {
    if (door === 'contacts') return { door, level: 'good', what: '密钥已设置；通不通用 zhibu doctor 查' };
    const login = logins.find((one) => one.door === door);
    const judged = judgeDoor(door, figures.get(door) ?? noFigures, { now, running: true, say: sayTrouble, login });
    const qr = login?.state === 'waiting-for-scan' && login.qr !== null && login.qrUntil !== null;
    return { door, ...judged, ...(qr ? { qr: { text: login.qr!, until: login.qrUntil! } } : {}) };
  });
  const until = instantOf(addDays(dayOf(now), 8), '00:00');
  const rings = schedules
    .flatMap((schedule) => {
      const [at] = schedule.times(now, until, { units, parts: jobs });
      return at === undefined ? [] : [{ name: schedule.name, at }];
    })
    .sort((a, b) => a.at - b.at);
  return { ...counts, now, doors, closed: doorNames.filter((door) => !open.includes(door)), rings, about };
}
