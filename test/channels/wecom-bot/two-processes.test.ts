// Two processes with one bot on one database: the outbox goes out through the one that holds the connection, and through the other when it dies.

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { longBot } from '../../../src/channels/wecom-bot/long-bot.ts';
import { type BotOwner, type Lease, memoryLease } from '../../../src/channels/wecom-bot/owner.ts';
import { directDispatcher } from '../../../src/jobs/direct-dispatcher.ts';
import { outboxLines } from '../../../src/jobs/outbox.ts';
import { type FakeBot, startFakeBot } from '../../../src/rehearsal/fake-wecom/bot-fake.ts';
import { botChats } from '../../../src/store/bot-chats.ts';
import { botInbox } from '../../../src/store/bot-inbox.ts';
import { fieldCipher } from '../../../src/store/field-cipher.ts';
import { openWorld, type World } from '../../jobs/delivery-world.ts';
import { until } from './bot-setup.ts';

const log = pino({ level: 'silent' });
let world: World;
let bot: FakeBot;
let lease: Lease;
let owners: BotOwner[];

beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  await world.clear();
  await world.db.pool.query('truncate bot_inbox');
  lease = memoryLease(() => world.now);
  owners = [];
  bot = await startFakeBot({ now: world.clock });
});
afterEach(async () => {
  vi.useRealTimers();
  for (const owner of owners) await owner.stop();
  await bot.close();
});

async function pass(seconds: number): Promise<void> {
  for (let n = 0; n < seconds; n += 1) {
    world.now += 1000;
    await vi.advanceTimersByTimeAsync(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function process(name: string, its: Lease = lease, receive = async () => ({ drafts: [{ text: '收到' }] })) {
  const { pool } = world.db;
  const made = longBot({
    botId: bot.credentials.botId,
    secret: bot.credentials.secret,
    url: bot.ws,
    chats: botChats(pool, world.clock),
    inbox: botInbox(pool, world.clock, fieldCipher(undefined)),
    lease: its,
    holder: name,
    now: world.clock,
    monotonic: world.clock,
    random: () => 0,
    log,
  });
  const later: [string, string][] = [];
  const owner = made.open({
    receive,
    later: async ({ messageId }, drafts) => void later.push([messageId, drafts.map(({ text }) => text).join()]),
  });
  owners.push(owner);
  const channels = new Map([['wecom-bot', made.channel]]);
  const lines = (which: 'shared' | 'own') =>
    directDispatcher({
      lines: outboxLines({ pool, channels, clock: world.clock, log }, which),
      clock: world.clock,
      log,
    });
  return { ...made, owner, own: lines('own'), shared: lines('shared'), later };
}

const row = (text: string) =>
  world.put({ channel: 'wecom-bot', kind: 'notice', members: ['m1'], accounts: ['wangfang'], text });
const said = () => bot.inbox('wangfang').map(({ text }) => text);

test('each message goes out once, through the holder, and through its successor within thirty seconds of its death', async () => {
  let isDead = false;
  const first = process('a', {
    take: (holder, length) => (isDead ? new Promise(() => {}) : lease.take(holder, length)),
    release: async () => {},
  });
  const second = process('b');
  await until(first.isReady);
  bot.say({ from: 'wangfang', text: '你好' });
  await until(() => bot.inbox('wangfang').length === 1);
  const early = await row('第一条');
  await Promise.all([second.shared.drain(), second.own.drain(), first.own.drain(), first.shared.drain()]);
  expect(said()).toEqual(['收到', '第一条']);
  expect(await world.state(early)).toMatchObject({ status: 2, attempts: 1 });

  isDead = true;
  const late = await row('第二条');
  await second.own.drain();
  expect(await world.state(late)).toMatchObject({ status: 0, attempts: 0 });
  await pass(25);
  await until(second.isReady);
  await Promise.all([first.own.drain(), second.own.drain(), second.own.drain()]);
  expect(said()).toEqual(['收到', '第一条', '第二条']);
  expect(await world.state(late)).toMatchObject({ status: 2, attempts: 1 });
  owners.shift();
});

test('what the first had heard when it died the second answers, once', async () => {
  let isDead = false;
  const first = process(
    'a',
    {
      take: (holder, length) => (isDead ? new Promise(() => {}) : lease.take(holder, length)),
      release: async () => {},
    },
    () => new Promise(() => {}),
  );
  await until(first.isReady);
  bot.say({ from: 'wangfang', text: '签到', msgid: 'm-1' });
  const count = async () => (await world.db.pool.query('select from bot_inbox')).rowCount;
  while ((await count()) !== 1) await new Promise((resolve) => setImmediate(resolve));
  isDead = true;
  const second = process('b');
  await pass(25);
  await until(second.isReady);
  while (second.later.length === 0) await new Promise((resolve) => setImmediate(resolve));
  while ((await count()) !== 0) await new Promise((resolve) => setImmediate(resolve));
  expect(second.later).toEqual([['m-1', '收到']]);
  expect(said()).toEqual([]);
  owners.shift();
});

test('told to stop, a process first answers what it has heard, and the next one need not wait', async () => {
  let go = () => {};
  const slow = new Promise<void>((resolve) => {
    go = resolve;
  });
  const first = process('a', lease, async () => {
    await slow;
    return { drafts: [{ text: '收到' }] };
  });
  await until(first.isReady);
  bot.say({ from: 'wangfang', text: '签到' });
  const count = async () => (await world.db.pool.query('select from bot_inbox')).rowCount;
  while ((await count()) !== 1) await new Promise((resolve) => setImmediate(resolve));
  const stopped = first.owner.stop();
  go();
  await stopped;
  expect(said()).toEqual(['收到']);
  expect(await count()).toBe(0);
  const second = process('b');
  await until(second.isReady);
  expect(bot.counts().aibot_subscribe).toBe(2);
});
