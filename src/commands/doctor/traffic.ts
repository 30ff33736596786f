// What went through each door that is open, from the database: so that a door is found out that is set up and that nobody ever used.

import { sayTrouble } from '../../channels/wecom/next-steps.ts';
import type { Config } from '../../config.ts';
import { doorTitles, judgeDoor, noFigures } from '../../domain/door-health.ts';
import type { Unit } from '../../domain/organisation.ts';
import type { Instant } from '../../domain/time.ts';
import type { Labels } from '../../library/labels.ts';
import type { Database } from '../../store/database.ts';
import { readDoorFigures } from '../../store/door-figures.ts';
import { doorState } from '../../store/door-state.ts';
import { openDoors } from '../open-doors.ts';
import type { Finding } from './finding.ts';

export interface TrafficParts {
  readonly now: Instant;
  readonly running: boolean | undefined;
  /** Words for reasons; absent where content/ cannot be read. */
  readonly labels: Labels | undefined;
  readonly units: readonly Pick<Unit, 'groups'>[];
}

/** One finding for each open door; rows for doors that are not open are told too. */
export async function checkTraffic(
  config: Config,
  { pool }: Pick<Database, 'pool'>,
  parts: TrafficParts,
): Promise<Finding[]> {
  const { now, running, labels } = parts;
  const figures = await readDoorFigures(pool, now);
  const open = openDoors(config, parts.units).filter((door) => door !== 'contacts');
  const findings: Finding[] = [];
  for (const door of open) {
    const of = figures.get(door) ?? noFigures;
    const login = door === 'wechaty' ? await doorState(pool, door, now) : undefined;
    const judged = judgeDoor(door, of, { now, running, login, say: sayTrouble });
    const lost = of.failed
      .map(({ reason, count }) => `${labels?.failureReason(reason) ?? reason} ${count}条`)
      .join('、');
    findings.push({
      check: '来往',
      ...judged,
      what: `${doorTitles[door]}：${judged.what}${lost === '' ? '' : `（${lost}）`}`,
    });
  }
  for (const [door, { waiting }] of figures) {
    if (open.some((one) => one === door) || waiting === 0) continue;
    findings.push({
      check: '来往',
      level: 'attention',
      what: `${doorTitles[door] ?? door}没有接上，却有${waiting}条等着从那里发`,
      todo: '重新设置那扇门，或在组织文件里给这些人换一个账号',
    });
  }
  return findings;
}
