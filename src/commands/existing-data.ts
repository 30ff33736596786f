// Refuses to work on a database that is not there yet, so that a wrong DATA_DIR is noticed and no empty one appears.

import type { Config } from '../config.ts';
import { Fault } from '../domain/fault.ts';
import { hasCluster, sayPlace } from '../store/embedded/place.ts';

/** Throws a Fault of code `not-found`; always content with DATABASE_URL. */
export function requireExistingData({ databaseUrl, dataDir }: Config): void {
  if (databaseUrl || hasCluster(dataDir)) return;
  throw new Fault('not-found', `${sayPlace(dataDir)} 里还没有数据；请检查 DATA_DIR 或 DATABASE_URL`);
}
