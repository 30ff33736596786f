import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Draft, Exchange, Inbound, Reply } from '../../src/channels/channel.ts';
import { memoryBotChats } from '../../src/channels/wecom-bot/chats.ts';
import { pushByLateAnswer } from '../../src/channels/wecom-bot/late-answer.ts';
import { openMedia } from '../../src/channels/wecom-bot/media.ts';
import { streamOf } from '../../src/channels/wecom-bot/reply.ts';
import { wecomBotChannel } from '../../src/channels/wecom-bot/send.ts';
import { streamLife } from '../../src/channels/wecom-bot/streams.ts';
import { type FakeBot, fakeBotCredentials, startFakeBot } from '../../src/rehearsal/fake-wecom/bot-fake.ts';
import { sealText, sign } from '../../src/rehearsal/fake-wecom/seal.ts';
import { wecomBot } from '../../src/web/wecom-bot.ts';
import { defineChannelContract } from '../contracts/channel.ts';

const { token, encodingAesKey } = fakeBotCredentials;
const keys = { token, encodingAesKey, receiveId: '' };
const start = Date.parse('2026-12-05T09:00:00+08:00');

let app: FastifyInstance;
let bot: FakeBot;
let now: number;
let chats: ReturnType<typeof memoryBotChats>;
let received: { inbound: Inbound; exchange: Exchange | undefined }[];
let later: { messageId: string; drafts: readonly Draft[] }[];
let answer: (inbound: Inbound) => Promise<Reply>;
let polled: () => void;
/** What was said with a card, and what messages were answered in other processes. */
let shown: readonly Draft[];
let answered: Map<string, readonly Draft[]>;
/** Messages that outlive this process. */
let waiting: Set<string>;

async function open(switches = {}): Promise<void> {
  now = start;
  received = [];
  later = [];
  shown = [];
  answered = new Map();
  waiting = new Set();
  polled = () => {};
  chats = memoryBotChats();
  answer = async ({ content }) => ({
    drafts: [{ text: `收到：${content.kind === 'text' ? content.text : content.kind}` }],
  });
  bot = await startFakeBot({
    now: () => now,
    pass: async (milliseconds) => {
      now += milliseconds;
      polled();
    },
    switches,
  });
  app = Fastify();
  await app.register(wecomBot, {
    keys: { token, encodingAesKey },
    apiBase: bot.url,
    chats,
    now: () => now,
    log: { info() {}, warn() {}, error() {} },
    patience: 20,
    tryAgainAfter: [0, 0],
    cards: { drafts: async () => shown, words: (became, chosen) => `${became ?? '不知道'}：${chosen.join('、')}` },
    answerTo: async (messageId) => answered.get(messageId),
    waiting: {
      keep: async ({ messageId }) => void waiting.add(messageId),
      drop: async ({ messageId }) => void waiting.delete(messageId),
    },
    receive: (inbound, exchange) => {
      received.push({ inbound, exchange });
      return answer(inbound);
    },
    later: async (inbound, drafts) => {
      later.push({ messageId: inbound.messageId, drafts });
    },
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  bot.setCallback(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/wecom/bot`);
}

async function close(): Promise<void> {
  await app.close();
  await bot.close();
}

const channel = () => wecomBotChannel({ push: pushByLateAnswer({ chats, now: () => now }), chats, now: () => now });
const texts = (chat: string) => bot.inbox(chat).map(({ text }) => text);
/** A turn that answers only when the test says so. */
function slowly(drafts: Draft[]): () => void {
  let go = () => {};
  const ready = new Promise<void>((resolve) => {
    go = resolve;
  });
  answer = async () => {
    await ready;
    return { drafts };
  };
  return () => go();
}

defineChannelContract('wecom-bot with late answers', async () => {
  await open();
  answer = async () => ({ drafts: [] });
  // As many messages as the longest test needs late answers.
  for (let n = 0; n < 5; n += 1) await bot.sayByCallback({ from: 'wangfang', text: '你好' });
  await bot.sayByCallback({ from: 'ZhaoLei', text: '你好' });
  return {
    channel: channel(),
    known: ['wangfang', 'ZhaoLei'],
    unknown: 'Ghost',
    longest: 20_480,
    inbox: texts,
    close,
  };
});

describe('the callback of the AI bot', () => {
  beforeEach(() => open());
  afterEach(close);

  test('an answer that is ready goes back at once as a finished stream', async () => {
    const heard = await bot.sayByCallback({ from: 'wangfang', group: 'wrGroup', text: '签到', quote: '旧话' });
    expect(heard).toEqual({ status: 200, deliveries: 1, polls: 0, reply: '收到：签到' });
    expect(received[0]?.inbound).toMatchObject({
      channel: 'wecom-bot',
      account: 'wangfang',
      place: { kind: 'group', group: 'wrGroup' },
      content: { kind: 'text', text: '签到' },
    });
  });

  test('nothing to say is an empty answer', async () => {
    answer = async () => ({ drafts: [] });
    expect(await bot.sayByCallback({ from: 'wangfang', text: '好' })).toEqual({ status: 200, deliveries: 1, polls: 0 });
  });

  test('an answer that is not ready is said when WeCom asks for it', async () => {
    const go = slowly([{ text: '这个月的党费已记下' }]);
    let polls = 0;
    polled = () => {
      polls += 1;
      if (polls === 3) go();
    };
    const heard = await bot.sayByCallback({ from: 'wangfang', text: '已交党费' });
    expect(heard).toMatchObject({ reply: '这个月的党费已记下', polls: expect.any(Number) });
    expect(heard.polls).toBeGreaterThanOrEqual(3);
    expect(received).toHaveLength(1);
    expect(later).toEqual([]);
  });

  test('a slow turn that has nothing to say still ends the stream', async () => {
    const go = slowly([]);
    polled = go;
    expect(await bot.sayByCallback({ from: 'wangfang', text: '好' })).toMatchObject({ reply: '收到了。' });
  });

  test('a turn that fails is tried again; after the last try an apology ends the stream', async () => {
    let failures = 2;
    answer = async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('as planned');
      return { drafts: [{ text: '记下了' }] };
    };
    expect(await bot.sayByCallback({ from: 'wangfang', text: '签到' })).toMatchObject({ status: 200, reply: '记下了' });
    failures = 3;
    const heard = await bot.sayByCallback({ from: 'wangfang', text: '签到' });
    expect(heard).toMatchObject({ status: 200, reply: '刚才这条没有处理好，请再发一次。' });
  });

  test('a stream that nobody knows, as after a restart, ends with an apology', async () => {
    expect(await bot.poll('of-yesterday')).toEqual({ content: '刚才这条没有处理好，请再发一次。', finish: true });
  });

  test('a repeat of a message finds its stream and is not taken twice', async () => {
    const go = slowly([{ text: '记下了' }]);
    polled = go;
    const [one, two] = await Promise.all([
      bot.sayByCallback({ from: 'wangfang', text: '签到', msgid: 'm1' }),
      bot.sayByCallback({ from: 'wangfang', text: '签到', msgid: 'm1' }),
    ]);
    expect([one.reply, two.reply]).toEqual(['记下了', '记下了']);
    expect(received).toHaveLength(1);
  });

  test('an answer that nobody asked for any more goes through the outbox', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const go = slowly([{ text: '记下了' }]);
      const posted = app.inject({ ...sealed({ msgid: 'm1', msgtype: 'text', text: { content: '签到' } }) });
      while (received.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await vi.advanceTimersByTimeAsync(20);
      expect((await posted).statusCode).toBe(200);
      go();
      await vi.advanceTimersByTimeAsync(streamLife);
      expect(later).toEqual([{ messageId: 'm1', drafts: [{ text: '记下了' }] }]);
    } finally {
      vi.useRealTimers();
    }
  });

  test('a message whose turn is slow lies where the next process finds it, until it is done', async () => {
    const go = slowly([{ text: '记下了' }]);
    let seen: string[] = [];
    polled = () => {
      seen = [...waiting];
      go();
    };
    expect(await bot.sayByCallback({ from: 'wangfang', text: '签到', msgid: 'm1' })).toMatchObject({ reply: '记下了' });
    expect(seen).toEqual(['m1']);
    await vi.waitFor(() => expect([...waiting]).toEqual([]));
    answer = async () => ({ drafts: [{ text: '好' }] });
    await bot.sayByCallback({ from: 'wangfang', text: '签到', msgid: 'm2' });
    expect([...waiting]).toEqual([]);
  });

  test('a welcome is a text or a card, once a day', async () => {
    answer = async () => ({ drafts: [{ text: '您好', buttons: [{ label: '签到', data: 'b:1' }] }] });
    const enter = { from: 'wangfang', event: { eventtype: 'enter_chat' } };
    expect(await bot.sayByCallback(enter)).toMatchObject({ reply: '您好\n[签到]' });
    expect(await bot.sayByCallback(enter)).toMatchObject({ status: undefined });
    expect(await chats.find({ kind: 'single', id: 'wangfang' })).toBeUndefined();
  });

  test('a pressed card of which nothing is known is heard and answered through the outbox', async () => {
    const event = { eventtype: 'template_card_event', template_card_event: { event_key: 'b:1', task_id: 't' } };
    expect(await bot.sayByCallback({ from: 'wangfang', event })).toEqual({ status: 200, deliveries: 1, polls: 0 });
    expect(received[0]).toMatchObject({ inbound: { content: { kind: 'tap', data: 'b:1', card: 't' } } });
    expect(later).toMatchObject([{ drafts: [{ text: '收到：tap' }] }]);
  });

  test('a card of ours shows what became of the press and, where it is short, what is said to it', async () => {
    shown = [{ text: '对吗？', buttons: [{ label: '对', data: 'b:1' }] }];
    const task_id = 'z7-0123456789abcdef';
    const event = { eventtype: 'template_card_event', template_card_event: { event_key: 'b:1', task_id } };
    answer = async () => ({ drafts: [{ text: '记下了' }], pressed: 'done' });
    expect(await bot.sayByCallback({ from: 'wangfang', event })).toMatchObject({ reply: '对吗？\n记下了\n[done：对]' });
    expect(later).toEqual([]);
    answer = async () => ({ drafts: [{ text: '长'.repeat(200) }], pressed: 'plain' });
    expect(await bot.sayByCallback({ from: 'wangfang', event })).toMatchObject({ reply: '对吗？\n[plain：对]' });
    expect(later).toMatchObject([{ drafts: [{ text: '长'.repeat(200) }] }]);
  });

  test('a card is changed in time even when the turn is not ready', async () => {
    shown = [{ text: '对吗？', buttons: [{ label: '对', data: 'b:1' }] }];
    const go = slowly([{ text: '记下了' }]);
    const task_id = 'z7-0123456789abcdef';
    const event = { eventtype: 'template_card_event', template_card_event: { event_key: 'b:1', task_id } };
    expect(await bot.sayByCallback({ from: 'wangfang', event })).toMatchObject({ reply: '对吗？\n[不知道：对]' });
    go();
    await vi.waitFor(() => expect(later).toMatchObject([{ drafts: [{ text: '记下了' }] }]));
  });

  test('a stream of another process ends as its message was answered, once that is known', async () => {
    const stream = streamOf('m-elsewhere');
    expect(await bot.poll(stream)).toEqual({ content: '正在处理，请稍等。', finish: false });
    answered.set('m-elsewhere', [{ text: '记下了' }]);
    expect(await bot.poll(stream)).toEqual({ content: '记下了', finish: true });
    answered.set('m-elsewhere', []);
    expect(await bot.poll(stream)).toEqual({ content: '收到了。', finish: true });
  });

  test('a stream of a process that died before it took the message ends with an apology after a minute', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stream = streamOf('m-lost');
      expect(await bot.poll(stream)).toMatchObject({ finish: false });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await bot.poll(stream)).toEqual({ content: '刚才这条没有处理好，请再发一次。', finish: true });
    } finally {
      vi.useRealTimers();
    }
  });

  test('a rating takes an empty answer', async () => {
    const event = { eventtype: 'feedback_event', feedback_event: { id: 'F1', type: 2 } };
    expect(await bot.sayByCallback({ from: 'wangfang', event })).toEqual({ status: 200, deliveries: 1, polls: 0 });
    expect(received).toEqual([]);
  });

  test('a welcome that comes too late is left to the outbox', async () => {
    const go = slowly([{ text: '您好' }]);
    expect(await bot.sayByCallback({ from: 'wangfang', event: { eventtype: 'enter_chat' } })).toEqual({
      status: 200,
      deliveries: 1,
      polls: 0,
    });
    go();
    await vi.waitFor(() => expect(later).toMatchObject([{ drafts: [{ text: '您好' }] }]));
  });

  test('files come sealed with the key of the bot', async () => {
    const bytes = Buffer.from('会议照片');
    await bot.sayByCallback({ from: 'wangfang', file: { kind: 'image', bytes } });
    const content = received[0]!.inbound.content;
    if (content.kind !== 'upload') throw new Error(content.kind);
    const opened = await openMedia(content.ref, { encodingAesKey, allowed: () => true });
    expect(opened.kind === 'opened' && opened.bytes.equals(bytes)).toBe(true);
  });

  test('each message allows one late answer within an hour', async () => {
    await bot.sayByCallback({ from: 'wangfang', group: 'wrGroup', text: '签到' });
    const door = channel();
    const [body] = door.compose({ text: '还有一句' }, { kind: 'group', group: 'wrGroup' }, 1);
    expect((await door.send(body!)).kind).toBe('sent');
    expect(texts('wrGroup')).toEqual(['收到：签到', '还有一句']);
    expect(await door.send(body!)).toMatchObject({ kind: 'rejected', reason: 'never-wrote' });
    await bot.sayByCallback({ from: 'wangfang', group: 'wrGroup', text: '签到' });
    now += 61 * 60_000;
    expect(await door.send(body!)).toMatchObject({ kind: 'rejected', reason: 'never-wrote' });
  });

  test('an address for answers that is not WeCom’s own is never called', async () => {
    const fields = { response_url: 'https://example.org/cgi-bin/aibot/response' };
    await bot.sayByCallback({ from: 'wangfang', text: '签到', fields });
    expect(await chats.takeAnswerUrl({ kind: 'single', id: 'wangfang' }, now)).toBeUndefined();
  });
});

function sealed(message: object, change: { receiveId?: string; timestamp?: string; body?: string } = {}) {
  const json = JSON.stringify({ chattype: 'single', from: { userid: 'wangfang' }, ...message });
  const encrypt = sealText({ ...keys, receiveId: change.receiveId ?? '' }, json);
  const timestamp = change.timestamp ?? String(start / 1000);
  const signature = sign(token, timestamp, '1', encrypt);
  return {
    method: 'POST' as const,
    url: `/wecom/bot?msg_signature=${signature}&timestamp=${timestamp}&nonce=1`,
    body: change.body ?? JSON.stringify({ encrypt }),
    headers: { 'content-type': 'application/json' },
  };
}

describe('what is not from WeCom', () => {
  beforeEach(() => open());
  afterEach(close);
  const message = { msgid: 'm1', msgtype: 'text', text: { content: '签到' } };

  test('the check of the address is answered with the decrypted text and nothing else', async () => {
    const echo = sealText(keys, '7004567890123456789');
    const timestamp = String(start / 1000);
    const query = `msg_signature=${sign(token, timestamp, '1', echo)}&timestamp=${timestamp}&nonce=1`;
    const response = await app.inject(`/wecom/bot?${query}&echostr=${encodeURIComponent(echo)}`);
    expect([response.statusCode, response.payload]).toEqual([200, '7004567890123456789']);
    expect((await app.inject(`/wecom/bot?${query}&echostr=x`)).statusCode).toBe(403);
  });

  test('both spellings of the envelope are read', async () => {
    const request = sealed(message);
    const { encrypt } = JSON.parse(request.body);
    expect((await app.inject({ ...request, body: JSON.stringify({ Encrypt: encrypt }) })).statusCode).toBe(200);
  });

  test.each([
    ['another receiver', { receiveId: 'ww0123456789abcdef' }, 403],
    ['an old time stamp', { timestamp: String(start / 1000 - 3600) }, 403],
    ['a body that is no envelope', { body: '{}' }, 400],
    ['a body that is no JSON', { body: '<xml/>' }, 400],
    ['an empty body', { body: '' }, 400],
    ['a body of two megabytes', { body: 'x'.repeat(2 * 1024 * 1024) }, 413],
  ])('%s is refused', async (_name, change, status) => {
    expect((await app.inject(sealed(message, change))).statusCode).toBe(status);
    expect(received).toEqual([]);
  });

  test('a wrong signature is refused', async () => {
    const request = sealed(message);
    expect((await app.inject({ ...request, url: request.url.replace('nonce=1', 'nonce=2') })).statusCode).toBe(403);
  });

  test('what is sealed but no message is refused', async () => {
    expect((await app.inject(sealed({ msgtype: 7 }))).statusCode).toBe(400);
  });

  test('keys that cannot be right are a fault of the configuration', async () => {
    const bad = { keys: { token, encodingAesKey: 'short' } } as never;
    await expect(Fastify().register(wecomBot, bad).ready()).rejects.toMatchObject({ code: 'config' });
  });
});
