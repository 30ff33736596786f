// Doors that one process at a time holds, and doors that may not write to everybody: two processes on one database.

import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { directDispatcher } from '../../src/jobs/direct-dispatcher.ts';
import type { Dispatcher } from '../../src/jobs/dispatcher.ts';
import { outboxLines } from '../../src/jobs/outbox.ts';
import { claimOutbox } from '../../src/store/outbox.ts';
import { lanes } from '../../src/store/outbox-rows.ts';
import { type Door, openWorld, textsOf, type World, writingDoor } from './delivery-world.ts';

const log = pino({ level: 'silent' });
let world: World;

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.clear();
  await world.db.pool.query(
    `insert into account (channel, account, member) values ('wecom-bot', 'm1', 'm1'), ('wecom', 'm1', 'm1'), ('wecom-bot', 'm2', 'm2')
      on conflict do nothing`,
  );
});

interface Process {
  readonly bot: Door;
  readonly app: Door;
  holds: boolean;
  readonly shared: Dispatcher;
  readonly own: Dispatcher;
}

function start(holds: boolean): Process {
  const app = writingDoor('wecom');
  const bot: Door = Object.assign(writingDoor('wecom-bot', 1), { isHere: () => process.holds });
  const parts = { pool: world.db.pool, clock: world.clock, log };
  const outbox = { ...parts, channels: new Map([app, bot].map((door) => [door.name as string, door])) };
  const process: Process = {
    bot,
    app,
    holds,
    shared: directDispatcher({ lines: outboxLines(outbox), ...parts }),
    own: directDispatcher({ lines: outboxLines(outbox, 'own'), ...parts }),
  };
  return process;
}

const toBot = { channel: 'wecom-bot', members: ['m1'], accounts: ['m1'] };

test('what goes out through a connection is sent once, by the process that holds it, whoever else looks', async () => {
  const [worker, owner] = [start(false), start(true)];
  const rows = await Promise.all(
    Array.from({ length: 10 }, (_, n) =>
      world.put({ ...toBot, kind: n % 2 ? 'reply' : 'notice', text: `第${n}条`, accounts: [`m${n}`] }),
    ),
  );
  await Promise.all([worker.shared.drain(), worker.own.drain(), owner.shared.drain()]);
  expect(await world.statuses()).toEqual({ 0: 10 });
  await Promise.all([worker.own.drain(), owner.own.drain(), owner.own.drain(), worker.shared.drain()]);
  expect(textsOf(worker.bot)).toEqual([]);
  expect(textsOf(owner.bot)).toHaveLength(10);
  for (const row of rows) expect(await world.state(row)).toMatchObject({ status: 2, attempts: 1 });
});

test('while nobody holds it rows wait: no attempt is used up, and no door is paused', async () => {
  const [one, two] = [start(false), start(false)];
  const waits = await world.put(toBot);
  const other = await world.put({ channel: 'wecom', kind: 'notice', text: '走应用' });
  for (let n = 0; n < 20; n += 1) {
    for (const { shared, own } of [one, two]) {
      await shared.drain();
      await own.drain();
    }
    world.now += 60_000;
  }
  expect(await world.state(waits)).toMatchObject({ status: 0, attempts: 0, outcome: null });
  expect(await world.state(other)).toMatchObject({ status: 2 });
  two.holds = true;
  await two.own.drain();
  expect(await world.state(waits)).toMatchObject({ status: 2, attempts: 1 });
});

test('what a dead holder had taken goes out through its successor when the lease is over', async () => {
  const { pool } = world.db;
  const row = await world.put(toBot);
  await claimOutbox(pool, lanes.reply, 10, world.now, world.now + 30_000, { only: ['wecom-bot'] });
  const [worker, successor] = [start(false), start(true)];
  await successor.own.drain();
  expect(textsOf(successor.bot)).toEqual([]);
  world.now += 30_000;
  await worker.shared.drain();
  await successor.own.drain();
  expect(textsOf(successor.bot)).toEqual(['你好']);
  expect(await world.state(row)).toMatchObject({ status: 2, attempts: 1 });
});

test('a holder that loses the connection between taking a row and sending it puts it back untouched', async () => {
  const loser = start(true);
  const row = await world.put(toBot);
  const line = outboxLines(
    { pool: world.db.pool, clock: world.clock, log, channels: new Map([['wecom-bot', loser.bot]]) },
    'own',
  )[0]!;
  const [claimed] = await line.claim(1);
  loser.holds = false;
  await line.handle(claimed!.id);
  expect(await world.state(row)).toMatchObject({ status: 0, attempts: 0 });
  const winner = start(true);
  await winner.own.drain();
  expect(textsOf(winner.bot)).toEqual(['你好']);
});

const refuse = (door: Door) => {
  door.answer = () => ({ kind: 'rejected', reason: 'never-wrote', detail: 'nobody wrote here yet' });
};

test('where the bot may not write, the message goes through the next door, and nobody counts as not reached', async () => {
  const one = start(true);
  refuse(one.bot);
  const row = await world.put({ ...toBot, kind: 'notice', text: '明天开会' });
  await one.own.drain();
  expect(await world.state(row)).toMatchObject({ status: 0, attempts: 0, outcome: 'next-door' });
  await one.shared.drain();
  expect(await world.state(row)).toMatchObject({ status: 2, attempts: 1 });
  expect(one.app.sent).toEqual([`${row}|m1|明天开会`]);
  expect(await world.undelivered(row)).toEqual({});
});

test('each door is tried once; where none is left the message fails and says why', async () => {
  const one = start(true);
  refuse(one.bot);
  refuse(one.app);
  const row = await world.put({ ...toBot, kind: 'notice' });
  for (let n = 0; n < 3; n += 1) {
    await one.own.drain();
    await one.shared.drain();
  }
  expect([one.bot.sent.length, one.app.sent.length]).toEqual([1, 1]);
  expect(await world.state(row)).toMatchObject({ status: 3, outcome: 'never-wrote' });
  expect(await world.undelivered(row)).toEqual({ m1: 'never-wrote' });
  const alone = await world.put({ ...toBot, members: ['m2'], accounts: ['m2'], kind: 'notice' });
  await one.own.drain();
  expect(await world.undelivered(alone)).toEqual({ m2: 'never-wrote' });
});
