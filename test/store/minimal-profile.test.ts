import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';

let db: Database;

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
});
afterAll(() => db.close());

test('of a member no identity number, telephone, birthday, address or nationality can be kept: there is no column for it (duty 64)', async () => {
  const { rows } = await db.pool.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_schema = 'public' and table_name = 'member' order by 1`,
  );
  expect(rows.map(({ name }) => name)).toEqual([
    'greeted_on',
    'id',
    'joined_on',
    'left_at',
    'left_why',
    'name',
    'noticed_at',
    'party_group',
    'reminders',
    'roles',
    'status',
    'tags',
    'unit',
  ]);
});
