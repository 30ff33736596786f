// The dispatcher over Redis, on a real one.

import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { bullmqDispatcher } from '../../src/jobs/bullmq-dispatcher.ts';
import { outboxLines } from '../../src/jobs/outbox.ts';
import { defineDispatcherContract } from '../contracts/dispatcher.ts';
import { type Door, openWorld, textsOf, type World, writingDoor } from './delivery-world.ts';
import { hasRedis, type RedisServer, startRedis } from './redis-server.ts';

describe.skipIf(!hasRedis())('on a real Redis', () => {
  defineDispatcherContract('bullmq', async () => {
    const redis = await startRedis();
    return {
      make: (parts) => bullmqDispatcher({ ...parts, redisUrl: redis.url }),
      forget: () => redis.flush(),
      close: () => redis.stop(),
    };
  });

  describe('a Redis that goes away', () => {
    const log = pino({ level: 'silent' });
    let world: World;
    let redis: RedisServer;
    let door: Door;
    beforeAll(async () => {
      world = await openWorld();
      redis = await startRedis();
    });
    afterAll(async () => {
      await redis.stop();
      await world.close();
    });
    beforeEach(async () => {
      await world.clear();
      door = writingDoor();
    });
    const dispatcher = () => {
      const channels = new Map([[door.name, door]]);
      const lines = outboxLines({ pool: world.db.pool, clock: world.clock, log, channels });
      return bullmqDispatcher({ lines, clock: world.clock, log, redisUrl: redis.url });
    };
    const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);
    const put = (n: number) => world.put({ kind: 'notice', text: `${n}`, members: [`m${n}`], accounts: [`M${n}`] });

    test('what fell due meanwhile goes out when it is back, once', async () => {
      const one = dispatcher();
      one.start();
      for (const n of numbers(1, 20)) await put(n);
      one.kick();
      await expect.poll(() => door.sent.length, { timeout: 10_000 }).toBe(20);
      await redis.kill();
      for (const n of numbers(21, 40)) await put(n);
      one.kick();
      await redis.revive();
      // The lease of what was in Redis when it died runs out at some time.
      world.now += 60_000;
      await expect.poll(() => world.statuses(), { timeout: 10_000 }).toEqual({ 2: 40 });
      expect(textsOf(door).toSorted()).toEqual(numbers(1, 40).map(String).toSorted());
      await one.stop();
    }, 40_000);

    test('a service that starts without it begins when it comes, and can be stopped before', async () => {
      await redis.kill();
      const early = dispatcher();
      early.start();
      const one = dispatcher();
      one.start();
      await put(1);
      await early.stop();
      await redis.revive();
      await expect.poll(() => textsOf(door), { timeout: 10_000 }).toEqual(['1']);
      await one.stop();
    }, 40_000);
  });
});
