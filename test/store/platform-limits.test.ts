// Counting against a platform's limits: in any stretch of time, for any number of workers.

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hour, minute } from '../../src/domain/time.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { type Limit, reserve } from '../../src/store/platform-limits.ts';

const start = Date.parse('2026-12-08T10:00:00+08:00');

let db: Database;
beforeAll(async () => {
  db = await openThrowaway(20);
  await migrate(db, migrations);
});
afterAll(() => db.close());
beforeEach(() => db.pool.query('truncate platform_count'));

const ask = (now: number, limits: readonly Limit[], messages = 1, to = 'wecom/zhaolei') =>
  reserve(db.pool, [{ to, messages, limits }], now, { bounded: true });

test('however many ask in the same instant, exactly as many as fit are granted', async () => {
  const limits: Limit[] = [
    { per: 'minute', most: 13 },
    { per: 'hour', most: 600 },
  ];
  // Opens all connections first, so that the asking is truly at once.
  await Promise.all(Array.from({ length: 20 }, () => db.pool.query('select pg_sleep(0.02)')));
  const grants = await Promise.all(Array.from({ length: 100 }, () => ask(start, limits)));
  expect(grants.filter(({ kind }) => kind === 'granted')).toHaveLength(13);
});

test('no stretch of a minute ever holds more than the limit, and room is used as soon as it is told', async () => {
  const limits: Limit[] = [{ per: 'minute', most: 7 }];
  const granted: number[] = [];
  let now = start + 3_456;
  for (let n = 0; n < 60; n += 1) {
    const grant = await ask(now, limits);
    if (grant.kind === 'granted') {
      granted.push(now);
      now += (n * 7919) % 6000;
    } else {
      expect(grant.until).toBeGreaterThan(now);
      expect(grant.until).toBeLessThanOrEqual(now + minute + 10_000);
      now = grant.until;
    }
  }
  for (const from of granted)
    expect(granted.filter((at) => at >= from && at < from + minute).length).toBeLessThanOrEqual(7);
  // The slots cost at most a sixth of what the platform would take.
  expect(granted.length).toBeGreaterThan((((now - start) / minute) * 7 * 5) / 6 - 7);
});

test('the narrower of two limits holds, and a refusal counts nothing', async () => {
  const limits: Limit[] = [
    { per: 'minute', most: 100 },
    { per: 'hour', most: 3 },
  ];
  for (let n = 0; n < 3; n += 1) expect(await ask(start, limits)).toEqual({ kind: 'granted' });
  const grant = await ask(start, limits);
  expect(grant).toEqual({ kind: 'full', until: start + hour + 5 * minute });
  const { rows } = await db.pool.query('select bucket, count from platform_count order by 1');
  expect(rows).toEqual([
    { bucket: 'hour/wecom/zhaolei', count: 3 },
    { bucket: 'minute/wecom/zhaolei', count: 3 },
  ]);
});

test('a message of many parts waits until all fit; one above the whole limit goes out alone', async () => {
  const limits: Limit[] = [{ per: 'minute', most: 5 }];
  expect(await ask(start, limits, 3)).toEqual({ kind: 'granted' });
  expect(await ask(start, limits, 3)).toEqual({ kind: 'full', until: start + 70_000 });
  expect(await ask(start + 70_000, limits, 9)).toEqual({ kind: 'granted' });
  expect(await ask(start + 70_000, limits, 1)).toMatchObject({ kind: 'full' });
});

test('each account has its own count', async () => {
  const limits: Limit[] = [{ per: 'minute', most: 1 }];
  for (const to of ['wecom/a', 'wecom/b', 'wecom-bot/a'])
    expect(await ask(start, limits, 1, to)).toEqual({ kind: 'granted' });
});
