// Tasks that take long, are taken over, or never succeed. Running once, again and later is in the contract of dispatchers.

import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { directDispatcher } from '../../src/jobs/direct-dispatcher.ts';
import { type TaskHandler, taskLine } from '../../src/jobs/tasks.ts';
import { holdTask } from '../../src/store/task-rows.ts';
import { openWorld, type World } from './delivery-world.ts';

const log = pino({ level: 'silent' });

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(() => world.clear());

const line = (handler: TaskHandler<undefined>, clock = world.clock, lease = 60_000) =>
  taskLine({ pool: world.db.pool, clock, log, handlers: { digest: handler }, context: undefined, lease });

async function put(key = 'b1'): Promise<number> {
  const { rows } = await world.db.pool.query<{ id: number }>(
    `insert into task (kind, key, due_at, created_at) values ('digest', $1, $2, $2) returning id`,
    [key, new Date(world.now)],
  );
  return rows[0]!.id;
}

async function state(): Promise<Record<string, unknown>> {
  const { rows } = await world.db.pool.query(
    'select status, attempts, outcome, due_at as "dueAt", done_at as "doneAt" from task',
  );
  return rows[0];
}

test('a task that is done says so, with the time', async () => {
  await put();
  await directDispatcher({ lines: [line(async () => ({ kind: 'done' }))], clock: world.clock, log }).drain();
  const { now } = world;
  expect(await state()).toEqual({ status: 2, attempts: 1, outcome: 'done', dueAt: now, doneAt: now });
});

test('a task that always throws is given up after 12 attempts, hours later at the earliest', async () => {
  await put();
  let runs = 0;
  const one = directDispatcher({
    lines: [
      line(async () => {
        runs += 1;
        throw new Error('as planned');
      }),
    ],
    clock: world.clock,
    log,
  });
  const start = world.now;
  for (let n = 0; n < 20; n += 1) {
    await one.drain();
    world.now += 10 * 60_000;
  }
  expect(runs).toBe(12);
  expect(world.now - start).toBeGreaterThan(3_600_000);
  expect(await state()).toMatchObject({ status: 3, outcome: 'gave-up', attempts: 12 });
});

test('a long task holds on: nobody else gets it while it runs', async () => {
  const id = await put();
  world.now = Date.now();
  await world.db.pool.query('update task set due_at = $1', [new Date(world.now)]);
  const lease = 500;
  let others = 0;
  const long = line(
    async (task) => {
      for (const end = Date.now() + 3 * lease; Date.now() < end; await new Promise((done) => setTimeout(done, 20))) {
        expect(task.isHeld()).toBe(true);
        others += (await line(async () => ({ kind: 'done' }), Date.now, lease).claim(10)).length;
      }
      return { kind: 'done', detail: 'the long one' };
    },
    Date.now,
    lease,
  );
  await long.claim(10);
  await long.handle(id);
  expect(others).toBe(0);
  expect(await state()).toMatchObject({ status: 2, outcome: 'the long one', attempts: 1 });
});

test('a runner that was away too long learns that it no longer holds the task, and marks nothing', async () => {
  const id = await put();
  const held: boolean[] = [];
  const slow = line(async (task) => {
    held.push(task.isHeld());
    world.now += 60_000;
    held.push(task.isHeld());
    await slow.claim(10);
    await holdTask(world.db.pool, id, world.now, world.now + 60_000);
    return { kind: 'failed', detail: 'too late' };
  });
  await slow.claim(10);
  await slow.handle(id);
  expect(held).toEqual([true, false]);
  expect(await state()).toMatchObject({ status: 1, attempts: 2 });
});
