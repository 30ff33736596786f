// Runs a command's work on the assembled application: the database joined or started, the doors known, the service's clock. Starts no jobs.

import { pino } from 'pino';
import type { App } from '../app.ts';
import { makeApp } from '../app.ts';
import type { Channel } from '../channels/channel.ts';
import type { Config } from '../config.ts';
import { loadLibrary } from '../library/library.ts';
import type { Database } from '../store/database.ts';
import { giveLocalAccounts } from '../store/organisation.ts';
import { viewNames } from '../store/views/index.ts';
import { doorsOf } from './doors.ts';
import { openMigrated } from './open-database.ts';
import { simulatedTime } from './simulated-time.ts';

export interface OpenApp {
  readonly app: App;
  readonly db: Database;
  /** Open doors, best first. */
  readonly channels: readonly Channel[];
}

/** `ownDoors` come before those of the environment. Everything is closed again, however the work ends. */
export async function withApp<T>(
  config: Config,
  work: (open: OpenApp) => Promise<T>,
  ownDoors: readonly Channel[] = [],
): Promise<T> {
  const db = await openMigrated(config);
  try {
    const time = simulatedTime(db.pool, config.simulator && !config.isReal);
    const channels = [...ownDoors, ...doorsOf(config, db, () => time.now())];
    const app = await makeApp({
      pool: db.pool,
      library: loadLibrary(viewNames, { sample: !config.isReal, packs: config.packsDir }),
      channels,
      clock: () => time.now(),
      fieldKey: config.fieldKey,
      log: pino({ level: 'error' }, pino.destination(2)),
    });
    await time.follow(app);
    if (config.simulator) await giveLocalAccounts(db.pool, 'simulator');
    return await work({ app, db, channels });
  } finally {
    await db.close();
  }
}
