import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { platformMediaCache } from '../../src/store/platform-media.ts';
import { platformTokenStore } from '../../src/store/platform-token.ts';

const start = Date.parse('2026-12-07T16:00:00+08:00');
let db: Database;
let now = start;
beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
});
afterAll(() => db.close());

const cache = (owner = 'corp') => platformMediaCache(db.pool, owner, () => now);

test('all processes send a file by the id that was kept first, as long as it is good', async () => {
  expect(await cache().read('f1')).toBeUndefined();
  expect(await cache().keep('f1', 'm1', start + 1000)).toBe('m1');
  expect(await cache().keep('f1', 'm2', start + 2000)).toBe('m1');
  expect([await cache().read('f1'), await cache('other').read('f1'), await cache().read('f2')]).toEqual([
    'm1',
    undefined,
    undefined,
  ]);
  now = start + 1000;
  expect(await cache().read('f1')).toBeUndefined();
  expect(await cache().keep('f1', 'm2', now + 1000)).toBe('m2');
});

test('only the id that was refused is forgotten', async () => {
  await cache().keep('f3', 'm3', now + 1000);
  await cache().drop('f3', 'other');
  expect(await cache().read('f3')).toBe('m3');
  await cache().drop('f3', 'm3');
  expect(await cache().read('f3')).toBeUndefined();
});

test('what is over is swept away, and access tokens are left alone', async () => {
  await platformTokenStore(db.pool, 'corp/1').write('t', now - 1);
  await cache().keep('f4', 'm4', now + 1);
  now += 1;
  await cache().keep('f5', 'm5', now + 1000);
  const { rows } = await db.pool.query<{ owner: string }>('select owner from platform_token order by owner');
  expect(rows.map(({ owner }) => owner)).toEqual(['corp/1', 'media/corp/f1', 'media/corp/f5']);
});
