// The AI bot's long connection: behaviour 30. The fake must be as strict as the real one: it is spoken to in bare frames.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type FakeBot, startFakeBot } from '../../src/rehearsal/fake-wecom/bot-fake.ts';

interface Frame {
  readonly cmd?: string;
  readonly headers: { readonly req_id: string };
  readonly body?: Record<string, never> & { event?: { eventtype: string } };
  readonly errcode?: number;
}

let bot: FakeBot;
let now: number;
let lines: Line[];

/** A client without an SDK: frames out, frames in. */
class Line {
  readonly frames: Frame[] = [];
  closed = false;
  private readonly socket: WebSocket;
  private count = 0;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.frames.push(JSON.parse(String(data))));
    socket.on('close', () => {
      this.closed = true;
    });
  }

  async ask(cmd: string, body: object = {}, reqId = `${cmd}_${this.count++}_${Math.random()}`): Promise<Frame> {
    const seen = this.frames.length;
    this.socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
    const answer = () => this.frames.slice(seen).find(({ headers, cmd }) => headers.req_id === reqId && !cmd);
    await until(() => answer() !== undefined);
    return answer()!;
  }

  subscribe(secret = bot.credentials.secret): Promise<Frame> {
    return this.ask('aibot_subscribe', { bot_id: bot.credentials.botId, secret });
  }

  /** The id of the newest question of a person. */
  async question(count = 1): Promise<string> {
    const asked = () => this.frames.filter(({ cmd }) => cmd?.endsWith('_callback'));
    await until(() => asked().length === count);
    return asked().at(-1)!.headers.req_id;
  }

  close(): void {
    this.socket.terminate();
  }
}

async function connect(): Promise<Line> {
  const socket = new WebSocket(bot.ws);
  const line = new Line(socket);
  lines.push(line);
  await until(() => socket.readyState === WebSocket.OPEN);
  return line;
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

const stream = (content: string, finish = true, id = 'S1') => ({ msgtype: 'stream', stream: { id, finish, content } });
const push = (chatid: string, content = '通知') => ({ chatid, msgtype: 'markdown', markdown: { content } });

beforeEach(async () => {
  now = Date.parse('2026-12-05T09:00:00+08:00');
  lines = [];
  bot = await startFakeBot({ now: () => now });
});
afterEach(async () => {
  for (const line of lines) line.close();
  await bot.close();
});

describe('30 the long connection', () => {
  test('30 takes nothing before the subscription, and refuses a wrong secret', async () => {
    const line = await connect();
    expect(await line.ask('aibot_send_msg', push('wangfang'))).toMatchObject({ errcode: 846609 });
    expect((await line.subscribe('wrong')).errcode).not.toBe(0);
    expect(await line.ask('aibot_send_msg', push('wangfang'))).toMatchObject({ errcode: 846609 });
    expect(await line.subscribe()).toMatchObject({ errcode: 0 });
    expect(await line.ask('ping')).toMatchObject({ errcode: 0 });
  });

  test('30 kicks the first connection when a second one subscribes', async () => {
    const [first, second] = [await connect(), await connect()];
    await first.subscribe();
    await second.subscribe();
    await until(() => first.closed);
    expect(first.frames.at(-1)?.body?.event?.eventtype).toBe('disconnected_event');
    expect(second.closed).toBe(false);
  });

  test('30 a stream replaces its text until it is six minutes old', async () => {
    const line = await connect();
    await line.subscribe();
    bot.say({ from: 'wangfang', text: '学习' });
    const question = await line.question();
    for (const [text, finish] of [
      ['一', false],
      ['一二', false],
    ] as const)
      expect(await line.ask('aibot_respond_msg', stream(text, finish), question)).toMatchObject({ errcode: 0 });
    expect(bot.inbox('wangfang')).toMatchObject([{ text: '一二', finished: false }]);
    now += 6 * 60_000 + 1;
    expect(await line.ask('aibot_respond_msg', stream('一二三'), question)).toMatchObject({ errcode: 846608 });
  });

  test('30 a newer connection does not know the questions of an older one', async () => {
    const first = await connect();
    await first.subscribe();
    bot.say({ from: 'wangfang', text: '学习' });
    const question = await first.question();
    bot.drop();
    const second = await connect();
    await second.subscribe();
    expect(await second.ask('aibot_respond_msg', stream('好'), question)).toMatchObject({ errcode: 846605 });
    expect(await second.ask('aibot_send_msg', push('wangfang'))).toMatchObject({ errcode: 0 });
  });

  test('30 an event is answered in its own way and within five seconds', async () => {
    const line = await connect();
    await line.subscribe();
    bot.say({ from: 'wangfang', event: { eventtype: 'enter_chat' } });
    const question = await line.question();
    const welcome = { msgtype: 'text', text: { content: '您好' } };
    expect(await line.ask('aibot_respond_msg', stream('好'), question)).toMatchObject({ errcode: 846605 });
    now += 5001;
    expect(await line.ask('aibot_respond_welcome_msg', welcome, question)).toMatchObject({ errcode: 846605 });
    now -= 5001;
    expect(await line.ask('aibot_respond_welcome_msg', welcome, question)).toMatchObject({ errcode: 0 });
  });

  test('30 pushes go only where somebody wrote, in the right case, thirty a minute and a thousand an hour', async () => {
    const line = await connect();
    await line.subscribe();
    expect(await line.ask('aibot_send_msg', push('Wang'))).toMatchObject({ errcode: 846607 });
    bot.hasWritten('Wang');
    expect(await line.ask('aibot_send_msg', push('wang'))).toMatchObject({ errcode: 93006 });
    expect((await line.ask('aibot_send_msg', push('Wang', '汉'.repeat(6827)))).errcode).toBe(45002);
    for (let minute = 0; minute < 33; minute += 1) {
      for (let n = 0; n < 30; n += 1) await line.ask('aibot_send_msg', push('Wang'));
      expect(await line.ask('aibot_send_msg', push('Wang'))).toMatchObject({ errcode: 45009 });
      now += 60_000;
    }
    for (let n = 0; n < 10; n += 1)
      expect(await line.ask('aibot_send_msg', push('Wang'))).toMatchObject({ errcode: 0 });
    expect(await line.ask('aibot_send_msg', push('Wang'))).toMatchObject({ errcode: 45009 });
  });

  test('30 a file is put together from chunks in any order; a missing one is noticed', async () => {
    const line = await connect();
    await line.subscribe();
    const parts = [Buffer.alloc(512 * 1024, 'a'), Buffer.from('rest')];
    const size = parts[0]!.length + parts[1]!.length;
    const start = { type: 'file', filename: 'a.txt', total_size: size, total_chunks: 2 };
    const { body } = await line.ask('aibot_upload_media_init', start);
    const upload_id = body!.upload_id;
    const chunk = (index: number) =>
      line.ask('aibot_upload_media_chunk', {
        upload_id,
        chunk_index: index,
        base64_data: parts[index]!.toString('base64'),
      });
    await chunk(1);
    expect((await line.ask('aibot_upload_media_finish', { upload_id })).errcode).not.toBe(0);
    await chunk(0);
    await chunk(1);
    expect(await line.ask('aibot_upload_media_finish', { upload_id })).toMatchObject({ errcode: 0 });
    const late = (await line.ask('aibot_upload_media_init', start)).body!.upload_id;
    now += 30 * 60_000 + 1;
    expect((await line.ask('aibot_upload_media_finish', { upload_id: late })).errcode).not.toBe(0);
  });

  test('30 files and voice of groups, and a second opening on one day, are told to nobody', async () => {
    const line = await connect();
    await line.subscribe();
    const file = { kind: 'file', bytes: Buffer.from('x') } as const;
    expect(bot.say({ from: 'wangfang', group: 'wr', file })).toBe(false);
    expect(bot.say({ from: 'wangfang', group: 'wr', voice: '好' })).toBe(false);
    expect(bot.say({ from: 'wangfang', event: { eventtype: 'enter_chat' } })).toBe(true);
    expect(bot.say({ from: 'wangfang', event: { eventtype: 'enter_chat' } })).toBe(false);
    now += 24 * 3_600_000;
    expect(bot.say({ from: 'wangfang', event: { eventtype: 'enter_chat' } })).toBe(true);
  });

  const card = (task_id: string) => ({ card_type: 'button_interaction', main_title: { title: '对吗' }, task_id });
  const cardTo = (task_id: string) => ({
    chatid: 'wang',
    chat_type: 1,
    msgtype: 'template_card',
    template_card: card(task_id),
  });

  test('30 the number of a card is good once', async () => {
    const line = await connect();
    await line.subscribe();
    bot.hasWritten('wang');
    expect(await line.ask('aibot_send_msg', cardTo('t1'))).toMatchObject({ errcode: 0 });
    expect(await line.ask('aibot_send_msg', cardTo('t1'))).toMatchObject({ errcode: 42014 });
    expect(await line.ask('aibot_send_msg', cardTo('no number'))).toMatchObject({ errcode: 42014 });
    expect(await line.ask('aibot_send_msg', { ...cardTo('t2'), chat_type: 2 })).toMatchObject({ errcode: 40008 });
  });

  test('30 a pressed card is changed once, within five seconds, under its own number', async () => {
    const line = await connect();
    await line.subscribe();
    const press = { eventtype: 'template_card_event', template_card_event: { event_key: 'a', task_id: 't1' } };
    const change = (task_id: string, question: string) =>
      line.ask(
        'aibot_respond_update_msg',
        { response_type: 'update_template_card', template_card: card(task_id) },
        question,
      );
    bot.say({ from: 'wang', event: press });
    const question = await line.question();
    expect(await change('t2', question)).toMatchObject({ errcode: 42016 });
    expect(await change('t1', question)).toMatchObject({ errcode: 0 });
    expect(await change('t1', question)).toMatchObject({ errcode: 846605 });
    bot.say({ from: 'wang', event: press });
    const late = await line.question(2);
    now += 5001;
    expect(await change('t1', late)).toMatchObject({ errcode: 846605 });
  });

  test('30 files have a kind, a size, a name and a life', async () => {
    const line = await connect();
    await line.subscribe();
    bot.hasWritten('wang');
    const begin = (fields: object) =>
      line.ask('aibot_upload_media_init', {
        type: 'file',
        filename: 'a.txt',
        total_size: 5,
        total_chunks: 1,
        ...fields,
      });
    for (const [fields, errcode] of [
      [{ type: 'music' }, 40004],
      [{ total_size: 4 }, 40058],
      [{ total_chunks: 101 }, 40058],
      [{ type: 'image', total_size: 2 * 1024 * 1024 + 1 }, 45001],
      [{ filename: '长'.repeat(86) }, 40058],
    ] as const)
      expect(await begin(fields)).toMatchObject({ errcode });
    const { upload_id } = (await begin({})).body!;
    const base64_data = Buffer.from('hello').toString('base64');
    await line.ask('aibot_upload_media_chunk', { upload_id, chunk_index: 0, base64_data });
    const { media_id } = (await line.ask('aibot_upload_media_finish', { upload_id })).body!;
    const file = (msgtype: string) => ({ chatid: 'wang', msgtype, [msgtype]: { media_id } });
    expect(await line.ask('aibot_send_msg', file('file'))).toMatchObject({ errcode: 0 });
    expect(await line.ask('aibot_send_msg', file('image'))).toMatchObject({ errcode: 40007 });
    now += 3 * 24 * 3_600_000 + 1;
    expect(await line.ask('aibot_send_msg', file('file'))).toMatchObject({ errcode: 40007 });
  });

  test('30 uploads have a limit of their own, thirty a minute', async () => {
    const line = await connect();
    await line.subscribe();
    const begin = () =>
      line.ask('aibot_upload_media_init', { type: 'file', filename: 'a.txt', total_size: 5, total_chunks: 1 });
    for (let n = 0; n < 30; n += 1) expect(await begin()).toMatchObject({ errcode: 0 });
    expect(await begin()).toMatchObject({ errcode: 45009 });
  });

  test('30 acknowledgements and pongs may be lost, subscriptions stay without an answer', async () => {
    const line = await connect();
    bot.faults.silentSubscribes = 1;
    void line.subscribe();
    expect(await line.ask('aibot_send_msg', push('wang'))).toMatchObject({ errcode: 846609 });
    await line.subscribe();
    bot.hasWritten('wang');
    bot.faults.droppedAcks = 1;
    bot.faults.deaf = true;
    void line.ask('ping');
    void line.ask('aibot_send_msg', push('wang', '一'));
    expect(await line.ask('aibot_send_msg', push('wang', '二'))).toMatchObject({ errcode: 0 });
    expect(bot.inbox('wang').map(({ text }) => text)).toEqual(['一', '二']);
    expect(line.frames.filter(({ headers }) => headers.req_id.startsWith('ping'))).toEqual([]);
  });
});
