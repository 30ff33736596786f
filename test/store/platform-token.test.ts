// The token store that all processes share.

import { afterAll, beforeAll } from 'vitest';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { platformTokenStore } from '../../src/store/platform-token.ts';
import { defineTokenStoreContract } from '../contracts/token-store.ts';

let db: Database;
beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
});
afterAll(() => db.close());

let count = 0;
defineTokenStoreContract('PostgreSQL', async () => {
  count += 1;
  const owner = `corp/${count}`;
  return { stores: [platformTokenStore(db.pool, owner), platformTokenStore(db.pool, owner)], close: async () => {} };
});
