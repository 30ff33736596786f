import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { fieldCipher } from '../../src/store/field-cipher.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { ownDataStatements, readOwnData } from '../../src/store/own-data.ts';

const now = Date.parse('2026-12-08T10:00:00+08:00');
let db: Database;

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await db.pool.query(`insert into unit (id, name, kind, parent) values ('b1', '第一党支部', 'branch', null)`);
  await db.pool.query(`insert into member (id, name, unit) values ('m1', '甲', 'b1'), ('m2', '乙', 'b1')`);
});
afterAll(() => db.close());

test('every table that knows members stands in the copy of what is held about one', async () => {
  const { rows } = await db.pool.query<{ table: string }>(
    `select distinct table_name as table from information_schema.columns where table_schema = 'public'
      and column_name in ('member', 'members', 'subject', 'actor', 'created_by', 'proposed_by', 'from_member')`,
  );
  const missing = rows.map(({ table }) => table).filter((table) => !(table in ownDataStatements));
  expect(missing).toEqual([]);
});

test('all statements run, and nothing of another member comes along', async () => {
  await db.pool.query(
    `insert into fact (kind, unit, member, on_day, data, at) values
      ('volunteer_service', 'b1', 'm1', '2026-12-05', '{"hours":2,"what":"清垃圾"}', $1),
      ('volunteer_service', 'b1', 'm2', '2026-12-05', '{"hours":9,"what":"别人的"}', $1)`,
    [new Date(now)],
  );
  await db.pool.query(
    `insert into session (member, state, updated_at) values ('m1', '{"stack":[{"flow":"leave"}],"frames":1}', $1)`,
    [new Date(now)],
  );
  const data = await readOwnData(db.pool, 'm1', now, fieldCipher(undefined));
  expect(data.fact).toMatchObject([{ kind: 'volunteer_service', on_day: '2026-12-05', withdrawn: false }]);
  expect(data.session).toMatchObject([{ flows: ['leave'] }]);
  expect(JSON.stringify(data)).not.toContain('别人的');
});
