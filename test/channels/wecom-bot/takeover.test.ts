import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { memoryBotChats } from '../../../src/channels/wecom-bot/chats.ts';
import { type LongBot, longBot } from '../../../src/channels/wecom-bot/long-bot.ts';
import { type BotOwner, type Lease, memoryLease } from '../../../src/channels/wecom-bot/owner.ts';
import { type FakeBot, startFakeBot } from '../../../src/rehearsal/fake-wecom/bot-fake.ts';
import { until } from './bot-setup.ts';

let bot: FakeBot;
let now: number;
let lease: Lease;
let heard: string[];
let owners: BotOwner[];

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  now = Date.parse('2026-12-05T09:00:00+08:00');
  lease = memoryLease(() => now);
  heard = [];
  owners = [];
  bot = await startFakeBot({ now: () => now });
});
afterEach(async () => {
  for (const owner of owners) await owner.stop();
  vi.useRealTimers();
  await bot.close();
});

async function pass(seconds: number): Promise<void> {
  for (let n = 0; n < seconds; n += 1) {
    now += 1000;
    await vi.advanceTimersByTimeAsync(1000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** One process of several with the same bot; `its` is how it reaches the lease. */
function process(name: string, its: Lease = lease): LongBot & { readonly owner: BotOwner } {
  const made = longBot({
    botId: bot.credentials.botId,
    secret: bot.credentials.secret,
    url: bot.ws,
    chats: memoryBotChats(),
    lease: its,
    holder: name,
    now: () => now,
    monotonic: () => now,
    random: () => 0,
    log: { info() {}, warn() {}, error() {} },
  });
  const owner = made.open({
    receive: async ({ content }) => {
      heard.push(`${name}: ${content.kind === 'text' ? content.text : content.kind}`);
      return { drafts: [{ text: '收到' }] };
    },
    later: async () => {},
  });
  owners.push(owner);
  return { ...made, owner };
}

test('of three processes one listens, and nobody is kicked', async () => {
  const all = ['a', 'b', 'c'].map((name) => process(name));
  await until(() => all.some((one) => one.isReady()));
  await pass(120);
  expect(all.map((one) => one.isReady())).toEqual([true, false, false]);
  expect(bot.counts().aibot_subscribe).toBe(1);
  bot.say({ from: 'wangfang', text: '签到' });
  await until(() => bot.inbox('wangfang').length === 1);
  expect(heard).toEqual(['a: 签到']);
});

test('when the owner hangs with an open line, another one hears within thirty seconds, and the old one does not fight back', async () => {
  let hangs = false;
  const first = process('a', {
    take: (holder, length) => (hangs ? new Promise(() => {}) : lease.take(holder, length)),
    release: async () => {},
  });
  await until(first.isReady);
  const second = process('b');
  await pass(20);
  hangs = true;
  await pass(25);
  await until(second.isReady);
  expect(first.isReady()).toBe(false);
  await pass(300);
  expect(bot.counts().aibot_subscribe).toBe(2);
  bot.say({ from: 'wangfang', text: '签到' });
  await until(() => bot.inbox('wangfang').length === 1);
  expect(heard).toEqual(['b: 签到']);
  owners.shift();
});

test('when the owner stops, the next one need not wait for the end of the lease', async () => {
  const first = process('a');
  await until(first.isReady);
  const second = process('b');
  await first.owner.stop();
  await pass(5);
  await until(second.isReady);
});
