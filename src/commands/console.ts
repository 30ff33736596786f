// What the operator's page is told by the process that shows it: which doors its settings open, and what it runs on. Decides nothing.

import { join } from 'node:path';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import { home, version } from '../library/library.ts';
import type { Database } from '../store/database.ts';
import type { ConsoleOptions } from '../web/console/console-page.ts';
import { openDoors } from './open-doors.ts';

/** To be made when the process begins: the page says since when it runs. */
export function consoleOptions(
  config: Config,
  { app, db }: { readonly app: App; readonly db: Database },
): ConsoleOptions {
  return {
    jobs: app.jobs,
    local: !config.isReal,
    openDoors: async () => openDoors(config, [...(await app.units.newest(app.pool)).byId.values()]),
    about: {
      version: version(),
      where: db.where,
      dispatcher: config.redisUrl ? 'BullMQ（Redis）' : '数据库直接派活',
      startedAt: app.clock(),
    },
    docs: join(home, 'docs'),
  };
}
