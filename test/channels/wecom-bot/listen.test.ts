import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Draft, Exchange, Inbound, Reply } from '../../../src/channels/channel.ts';
import { botListener } from '../../../src/channels/wecom-bot/listen.ts';
import { type BotSetup, setUpBot, start, until } from './bot-setup.ts';

let setup: BotSetup;
let received: { inbound: Inbound; exchange: Exchange | undefined }[];
let later: { inbound: Inbound; drafts: readonly Draft[] }[];
let answer: (inbound: Inbound) => Promise<Reply>;
let handled: Promise<void>[];

beforeEach(async () => {
  received = [];
  later = [];
  handled = [];
  answer = async ({ content }) => ({
    drafts: [{ text: `收到：${content.kind === 'text' ? content.text : content.kind}` }],
  });
  setup = await setUpBot();
  const listen = botListener({
    connection: setup.connection,
    chats: setup.chats,
    now: () => setup.now,
    log: { info() {}, warn() {}, error() {} },
    tryAgainAfter: [0, 0],
    receive: (inbound, exchange) => {
      received.push({ inbound, exchange });
      return answer(inbound);
    },
    later: async (inbound, drafts) => {
      later.push({ inbound, drafts });
    },
  });
  setup.onFrame = (frame) => handled.push(listen(frame));
  setup.connection.start();
  await until(setup.connection.isReady);
});
afterEach(() => setup.close());

async function say(...what: Parameters<BotSetup['bot']['say']>[0][]): Promise<void> {
  const before = handled.length;
  for (const one of what) expect(setup.bot.say(one)).toBe(true);
  await until(() => handled.length === before + what.length);
}
const done = () => Promise.all(handled);
const said = (chat: string) => setup.bot.inbox(chat).map(({ how, text, finished }) => ({ how, text, finished }));

describe('the conversation over the long connection', () => {
  test('an answer goes back in the same exchange, as one finished stream', async () => {
    await say({ from: 'wangfang', text: '签到' });
    await done();
    expect(said('wangfang')).toEqual([{ how: 'stream', text: '收到：签到', finished: true }]);
    expect(received[0]?.exchange?.bytes).toBeGreaterThan(10_000);
    expect(later).toEqual([]);
  });

  test('in a group the answer stands in the group, and both know each other from then on', async () => {
    await say({ from: 'wangfang', group: 'wrGroup', text: '签到', quote: '昨天的话' });
    await done();
    expect(received[0]?.inbound).toMatchObject({
      account: 'wangfang',
      place: { kind: 'group', group: 'wrGroup' },
      content: { kind: 'text', text: '签到' },
    });
    expect(said('wrGroup')).toEqual([{ how: 'stream', text: '收到：签到', finished: true }]);
    expect(await setup.chats.find({ kind: 'group', id: 'wrGroup' })).toBe('wrGroup');
    expect(await setup.chats.find({ kind: 'single', id: 'wangfang' })).toBeUndefined();
  });

  test('messages of one instant keep their order', async () => {
    await say(...['一', '二', '三'].map((text) => ({ from: 'wangfang', text })));
    expect(received.map(({ inbound }) => inbound.at)).toEqual([start, start + 1, start + 2]);
  });

  test('opening the chat is greeted, without counting as having written', async () => {
    answer = async () => ({ drafts: [{ text: '您好', buttons: [{ label: '签到', data: 'b:1' }] }] });
    await say({ from: 'wangfang', event: { eventtype: 'enter_chat' } });
    await done();
    expect(said('wangfang')).toEqual([{ how: 'welcome', text: '您好\n[签到]', finished: true }]);
    expect(await setup.chats.find({ kind: 'single', id: 'wangfang' })).toBeUndefined();
    expect(setup.bot.say({ from: 'wangfang', event: { eventtype: 'enter_chat' } })).toBe(false);
  });

  test('a pressed card is heard; what is said to it goes through the outbox', async () => {
    await say({
      from: 'wangfang',
      event: { eventtype: 'template_card_event', template_card_event: { event_key: 'b:1' } },
    });
    await done();
    expect(received[0]).toMatchObject({ inbound: { content: { kind: 'tap', data: 'b:1' } }, exchange: { bytes: 0 } });
    expect(later).toMatchObject([{ drafts: [{ text: '收到：tap' }] }]);
    expect(setup.bot.inbox()).toEqual([]);
  });

  test('a rating is nobody’s words', async () => {
    await say({ from: 'wangfang', event: { eventtype: 'feedback_event', feedback_event: { id: 'F1', type: 1 } } });
    await done();
    expect(received).toEqual([]);
  });

  test('after a lost acknowledgement the same stream is said again and stands there once', async () => {
    setup.bot.faults.droppedAcks = 1;
    await say({ from: 'wangfang', text: '签到' });
    await until(() => setup.bot.inbox().length === 1);
    await setup.pass(5000);
    await done();
    expect(said('wangfang')).toEqual([{ how: 'stream', text: '收到：签到', finished: true }]);
    expect(later).toEqual([]);
  });

  test('when the line breaks before the answer, the outbox says it', async () => {
    let go = () => {};
    answer = () =>
      new Promise((resolve) => {
        go = () => resolve({ drafts: [{ text: '收到' }] });
      });
    await say({ from: 'wangfang', text: '签到' });
    await until(() => received.length === 1);
    setup.bot.drop();
    await until(() => !setup.connection.isReady());
    go();
    await done();
    expect(later).toMatchObject([{ drafts: [{ text: '收到' }] }]);
  });

  test('when a newer connection does not know the question, the outbox says the answer', async () => {
    let go = () => {};
    answer = () =>
      new Promise((resolve) => {
        go = () => resolve({ drafts: [{ text: '收到' }] });
      });
    await say({ from: 'wangfang', text: '签到' });
    await until(() => received.length === 1);
    setup.bot.drop();
    await until(() => !setup.connection.isReady());
    await setup.pass(1000);
    await until(setup.connection.isReady);
    go();
    await done();
    expect(setup.bot.counts().aibot_respond_msg).toBe(1);
    expect(later).toMatchObject([{ drafts: [{ text: '收到' }] }]);
  });

  test.each([846605, 846608, 45009])('an answer refused with %i goes through the outbox', async (code) => {
    setup.bot.faults.refusals.push(code);
    await say({ from: 'wangfang', text: '签到' });
    await done();
    expect(later).toMatchObject([{ drafts: [{ text: '收到：签到' }] }]);
  });

  test('a turn that fails is tried again, because WeCom does not repeat it', async () => {
    let failures = 2;
    const works = answer;
    answer = async (inbound) => {
      failures -= 1;
      if (failures >= 0) throw new Error('as planned');
      return works(inbound);
    };
    await say({ from: 'wangfang', text: '签到' });
    await done();
    expect(received).toHaveLength(3);
    expect(said('wangfang')).toEqual([{ how: 'stream', text: '收到：签到', finished: true }]);
  });

  test('a welcome is waited for no longer than four seconds', async () => {
    await say({ from: 'wangfang', event: { eventtype: 'enter_chat' } });
    expect(received[0]?.exchange?.answerBy).toBe(start + 4000);
  });

  test('garbage on the line does no harm', async () => {
    await say({ from: 'wangfang', text: '签到', fields: { from: 7, chattype: [], msgtype: 'text' } });
    await done();
    expect(received).toEqual([]);
    await say({ from: 'wangfang', text: '签到' });
    await done();
    expect(said('wangfang')).toHaveLength(1);
  });
});
