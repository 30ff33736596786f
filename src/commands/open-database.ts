// Opens the service's database for a command: joined or started, brought to the program's form, closed by the caller.

import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Database } from '../store/database.ts';
import { openDatabase } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';

export async function openMigrated(config: Config, log?: Logger): Promise<Database> {
  const db = await openDatabase({
    databaseUrl: config.databaseUrl,
    dataDir: config.dataDir,
    ...(log ? { log: { info: (text) => log.info(text), warn: (text) => log.warn(text) } } : {}),
  });
  try {
    await migrate(db, migrations);
    return db;
  } catch (error) {
    await db.close();
    throw error;
  }
}
