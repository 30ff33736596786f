import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { instantOf } from '../../src/domain/time.ts';
import { home, loadLibrary } from '../../src/library/library.ts';
import { simulatorDoor } from '../../src/rehearsal/doors.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import type { World } from '../../src/rehearsal/world.ts';
import { openWorld } from '../../src/rehearsal/world.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';

let db: Database;
let world: World;

beforeEach(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, path.join(home, 'test/fixtures/orgs/small.yaml'));
  const library = loadLibrary(viewNames, { sample: true });
  world = await openWorld({ db, library, at: instantOf('2026-12-04', '10:00'), openDoor: simulatorDoor });
});
afterEach(async () => {
  await world.close();
  await db.close();
});

const say = (member: string, text: string) => world.act(member, { content: { kind: 'text', text } });

/** All that the database holds, as text. */
async function everything(): Promise<string> {
  const { rows: tables } = await db.pool.query<{ table_name: string }>(
    `select table_name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
  );
  const parts: string[] = [];
  for (const { table_name } of tables) {
    const { rows } = await db.pool.query<{ row: string }>(`select t::text as row from "${table_name}" t`);
    parts.push(...rows.map(({ row }) => row));
  }
  return parts.join('\n');
}

test('what is answered in a self-check is in no table, not even while the conversation is open (duty 77, 79)', async () => {
  await say('zhaolei', '双十条');
  await say('zhaolei', '第三条做得不够，去年缺席了枇杷巷那次');
  expect(await everything()).not.toContain('枇杷巷');
  await say('lijie', '五查五改');
  await say('lijie', '签到');
  await say('lijie', '宗旨意识不牢，琵琶湖那家我没有去');
  await world.moveTo(instantOf('2026-12-06', '10:00'));
  expect(await everything()).not.toContain('琵琶湖');
});

test('what is kept on purpose is found this way, so that the search is a real one', async () => {
  await say('zhaolei', '建议 枇杷巷装一盏灯');
  expect(await everything()).toContain('枇杷巷');
});
