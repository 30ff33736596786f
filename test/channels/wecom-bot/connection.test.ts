import { afterEach, describe, expect, test } from 'vitest';
import { type BotSetup, setUpBot, until } from './bot-setup.ts';

let setup: BotSetup;
afterEach(() => setup.close());

async function connect(): Promise<void> {
  setup.connection.start();
  await until(setup.connection.isReady);
}

const subscriptions = () => setup.bot.counts().aibot_subscribe ?? 0;

describe('the long connection', () => {
  test('subscribes once, and starting it again changes nothing', async () => {
    setup = await setUpBot();
    await connect();
    setup.connection.start();
    expect(subscriptions()).toBe(1);
  });

  test('a subscription that nobody acknowledges is given up after ten seconds and made anew', async () => {
    setup = await setUpBot();
    setup.bot.faults.silentSubscribes = 1;
    setup.connection.start();
    await until(() => subscriptions() === 1);
    expect(setup.connection.isReady()).toBe(false);
    await setup.pass(10_000);
    expect(setup.told.at(-1)).toContain('not acknowledged');
    await setup.pass(1000);
    await until(setup.connection.isReady);
    expect(subscriptions()).toBe(2);
  });

  test('a connection that drops comes back by itself', async () => {
    setup = await setUpBot();
    await connect();
    setup.bot.drop();
    await until(() => !setup.connection.isReady());
    await setup.pass(1000);
    await until(setup.connection.isReady);
  });

  test('two missed pongs count as a drop', async () => {
    setup = await setUpBot();
    await connect();
    setup.bot.faults.deaf = true;
    await setup.pass(90_000);
    await until(() => !setup.connection.isReady());
    setup.bot.faults.deaf = false;
    await setup.pass(1000);
    await until(setup.connection.isReady);
    expect(subscriptions()).toBe(2);
  });

  test('while nobody listens at the address it tries again and again', async () => {
    setup = await setUpBot({}, { url: 'ws://127.0.0.1:1' });
    setup.connection.start();
    for (const [index, wait] of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000].entries()) {
      await until(() => setup.told.length === index + 1);
      await setup.pass(wait);
    }
  });

  test('a wrong secret is told to the operator and asked again only after half a minute, a minute, two', async () => {
    setup = await setUpBot({}, { secret: 'wrong' });
    setup.connection.start();
    for (const [index, wait] of [30_000, 60_000, 120_000].entries()) {
      await until(() => setup.told.length === index + 1);
      expect(setup.told.at(-1)).toContain('WECOM_BOT_SECRET');
      await setup.pass(wait - 1);
      expect(subscriptions()).toBe(index + 1);
      await setup.pass(1);
      await until(() => subscriptions() === index + 2);
    }
  });

  test('after a kick it comes back, later each time, so that two programs do not kick each other for ever', async () => {
    setup = await setUpBot();
    await connect();
    for (const [index, wait] of [30_000, 60_000, 120_000].entries()) {
      setup.bot.kick();
      await until(() => !setup.connection.isReady());
      expect(setup.told.at(-1)).toContain('another program');
      await setup.pass(wait - 1);
      expect(subscriptions()).toBe(index + 1);
      await setup.pass(1);
      await until(setup.connection.isReady);
    }
    setup.now += 11 * 60_000;
    setup.bot.kick();
    await until(() => !setup.connection.isReady());
    await setup.pass(30_000);
    await until(setup.connection.isReady);
  });

  test('when it is stopped nothing comes back, also from the middle of an attempt', async () => {
    setup = await setUpBot();
    setup.connection.start();
    setup.connection.stop();
    await setup.pass(60_000);
    expect(subscriptions()).toBe(0);
    await connect();
    setup.connection.stop();
    setup.connection.start();
    await until(setup.connection.isReady);
    await setup.pass(60_000);
    expect(subscriptions()).toBe(2);
    expect(setup.connection.isReady()).toBe(true);
  });

  test('a refusal comes as a value though the SDK rejects with a bare frame', async () => {
    setup = await setUpBot();
    await connect();
    expect(await setup.connection.respond('nobody-asked', 'aibot_respond_msg', { msgtype: 'stream' })).toEqual({
      kind: 'answer',
      code: 846605,
      message: 'invalid req_id',
    });
  });

  test('what was on its way when the line broke is silence', async () => {
    setup = await setUpBot();
    await connect();
    setup.bot.hasWritten('wangfang');
    setup.bot.faults.lostFrames = 1;
    const sending = setup.connection.push({ chatid: 'wangfang', msgtype: 'markdown', markdown: { content: '通知' } });
    await until(() => setup.bot.counts().aibot_send_msg === 1);
    setup.bot.drop();
    expect(await sending).toMatchObject({ kind: 'silence' });
  });
});
