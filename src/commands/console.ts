// What the operator's page is told by the process that shows it: which doors its settings open, and what it runs on. Decides nothing.

import { join } from 'node:path';
import type { App } from '../app.ts';
import type { Config } from '../config.ts';
import { home, version } from '../library/library.ts';
import type { Database } from '../store/database.ts';
import type { ConsoleLogin, ConsoleOptions } from '../web/console/console-page.ts';
import { openDoors } from './open-doors.ts';

/** To be made when the process begins: the page says since when it runs. */
export function consoleOptions(
  config: Config,
  { app, db, login }: { readonly app: App; readonly db: Database; readonly login: ConsoleLogin | undefined },
): ConsoleOptions {
  return {
    jobs: app.jobs,
    local: !config.isReal,
    login,
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
