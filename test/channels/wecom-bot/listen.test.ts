import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Draft, Exchange, Inbound, Reply } from '../../../src/channels/channel.ts';
import type { CardSource } from '../../../src/channels/wecom-bot/card-id.ts';
import { type BotListener, botListener } from '../../../src/channels/wecom-bot/listen.ts';
import { type BotSetup, setUpBot, start, until } from './bot-setup.ts';

let setup: BotSetup;
let received: { inbound: Inbound; exchange: Exchange | undefined }[];
let later: { inbound: Inbound; drafts: readonly Draft[] }[];
let answer: (inbound: Inbound) => Promise<Reply>;
let handled: Promise<void>[];
let listen: BotListener;
/** What was said with a card, whatever its number. */
let shown: readonly Draft[];
let asked: CardSource[];
let left: Map<string, Inbound>;
let hasRoom: boolean;

beforeEach(async () => {
  received = [];
  later = [];
  handled = [];
  shown = [];
  asked = [];
  left = new Map();
  hasRoom = true;
  answer = async ({ content }) => ({
    drafts: [{ text: `收到：${content.kind === 'text' ? content.text : content.kind}` }],
  });
  setup = await setUpBot();
  listen = botListener({
    connection: setup.connection,
    chats: setup.chats,
    now: () => setup.now,
    log: { info() {}, warn() {}, error() {} },
    tryAgainAfter: [0, 0],
    cards: {
      async drafts(source) {
        asked.push(source);
        return shown;
      },
      words: (became, chosen) => `${became ?? '不知道'}：${chosen.join('、')}`,
    },
    inbox: {
      keep: async (inbound) => void left.set(inbound.messageId, inbound),
      drop: async (messageId) => void left.delete(messageId),
      left: async () => [...left.values()],
    },
    mayAnswer: async () => hasRoom,
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

  const question = { text: '对吗？', buttons: [{ label: '对', data: 'b:yes' }] };
  const press = (key: string, task_id = 'z7-0123456789abcdef') => ({
    from: 'wangfang',
    event: { eventtype: 'template_card_event', template_card_event: { event_key: key, task_id } },
  });

  test('a pressed card shows what became of the press, and keeps its number', async () => {
    shown = [question];
    answer = async () => ({ drafts: [{ text: '记下了' }], pressed: 'done' });
    await say(press('b:yes'));
    await done();
    expect(asked).toEqual([{ row: 7 }]);
    expect(setup.bot.inbox('wangfang')).toMatchObject([{ how: 'card-update', text: '对吗？\n[done：对]' }]);
    expect(later).toMatchObject([{ drafts: [{ text: '记下了' }] }]);
  });

  test('a card is changed in time even when the turn is not ready', async () => {
    shown = [question];
    let go = () => {};
    answer = () =>
      new Promise((resolve) => {
        go = () => resolve({ drafts: [{ text: '记下了' }], pressed: 'done' });
      });
    await say(press('b:yes'));
    await until(() => received.length === 1);
    await setup.pass(3000);
    await until(() => setup.bot.inbox('wangfang').length === 1);
    expect(setup.bot.inbox('wangfang')).toMatchObject([{ text: '对吗？\n[不知道：对]' }]);
    go();
    await done();
    expect(later).toHaveLength(1);
  });

  test('a card that comes too late to be changed stays as it is; what is said to the press is not lost', async () => {
    shown = [question];
    answer = async () => {
      setup.now += 6000;
      return { drafts: [{ text: '记下了' }], pressed: 'done' };
    };
    await say(press('b:yes'));
    await done();
    expect(setup.bot.counts().aibot_respond_update_msg).toBeUndefined();
    expect(later).toMatchObject([{ drafts: [{ text: '记下了' }] }]);
  });

  test('pressing what is only there to be read means nothing', async () => {
    await say(press('z:done'));
    await done();
    expect(received).toEqual([]);
  });

  test('what may be tapped is a card in private, and words in a group', async () => {
    answer = async () => ({ drafts: [question] });
    await say({ from: 'wangfang', text: '报服务' }, { from: 'wangfang', group: 'wr', text: '报服务' });
    await done();
    expect(said('wangfang')).toEqual([{ how: 'stream', text: '对吗？\n[对]', finished: true }]);
    expect(said('wr')).toEqual([{ how: 'stream', text: '对吗？\n回复：对', finished: true }]);
    expect(later).toEqual([]);
  });

  test('a card that WeCom refuses is said in words', async () => {
    answer = async () => ({ drafts: [question] });
    setup.bot.faults.refusals.push(42045);
    await say({ from: 'wangfang', text: '报服务' });
    await done();
    expect(said('wangfang')).toEqual([{ how: 'stream', text: '对吗？\n回复：对', finished: true }]);
  });

  test('a card whose acknowledgement is lost stands there once', async () => {
    answer = async () => ({ drafts: [question] });
    setup.bot.faults.droppedAcks = 1;
    await say({ from: 'wangfang', text: '报服务' });
    await until(() => setup.bot.inbox().length === 1);
    await setup.pass(5000);
    await done();
    expect(said('wangfang')).toEqual([{ how: 'stream', text: '对吗？\n[对]', finished: true }]);
    expect(later).toEqual([]);
  });

  test('when a chat’s limit is used up the outbox says it, and nothing is asked of WeCom', async () => {
    hasRoom = false;
    await say({ from: 'wangfang', group: 'wr', text: '签到' });
    await done();
    expect(setup.bot.counts().aibot_respond_msg).toBeUndefined();
    expect(later).toMatchObject([{ drafts: [{ text: '收到：签到' }] }]);
  });

  test('what was heard is kept until it is answered, and no longer', async () => {
    answer = async (inbound) => {
      expect(left.get(inbound.messageId)?.content).toEqual(inbound.content);
      return { drafts: [{ text: '收到' }] };
    };
    await say({ from: 'wangfang', text: '签到' });
    await done();
    expect(said('wangfang')).toHaveLength(1);
    expect(left.size).toBe(0);
  });

  test('what a process had heard when it died is answered by the next one, through the outbox', async () => {
    const inbound = { channel: 'wecom-bot', messageId: 'm1', account: 'wangfang', at: start } as const;
    left.set('m1', { ...inbound, place: { kind: 'private' }, content: { kind: 'text', text: '签到' } });
    await listen.catchUp();
    expect(received).toMatchObject([{ inbound: { messageId: 'm1' }, exchange: { bytes: 0 } }]);
    expect(later).toMatchObject([{ inbound: { messageId: 'm1' }, drafts: [{ text: '收到：签到' }] }]);
    expect(left.size).toBe(0);
  });

  test('what is being answered is nobody’s leftover', async () => {
    let go = () => {};
    answer = () =>
      new Promise((resolve) => {
        go = () => resolve({ drafts: [{ text: '收到' }] });
      });
    await say({ from: 'wangfang', text: '签到' });
    await until(() => received.length === 1);
    await listen.catchUp();
    go();
    await done();
    expect(received).toHaveLength(1);
    expect(later).toEqual([]);
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
