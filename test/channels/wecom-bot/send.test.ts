import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel } from '../../../src/channels/channel.ts';
import { wecomBotChannel } from '../../../src/channels/wecom-bot/send.ts';
import { defineChannelContract } from '../../contracts/channel.ts';
import { type BotSetup, setUpBot, start, until } from './bot-setup.ts';

let setup: BotSetup;
let channel: Channel;

async function open(): Promise<void> {
  setup = await setUpBot();
  const { bot, connection, chats } = setup;
  channel = wecomBotChannel({ push: connection.push, chats, now: () => setup.now });
  for (const account of ['wangfang', 'ZhaoLei']) {
    bot.hasWritten(account);
    await chats.heard({ kind: 'single', id: account }, account);
  }
  connection.start();
  await until(connection.isReady);
}

const texts = (chat: string) => setup.bot.inbox(chat).map(({ text }) => text);
const one = (text: string, account = 'wangfang') =>
  channel.compose({ text }, { kind: 'accounts', accounts: [account] }, 1)[0]!;

defineChannelContract('wecom-bot over its long connection', async () => {
  await open();
  return {
    channel,
    known: ['wangfang', 'ZhaoLei'],
    unknown: 'Ghost',
    longest: 20_480,
    inbox: texts,
    trouble: {
      failure: () => setup.bot.faults.refusals.push(846601),
      away: (calls) => setup.bot.faults.refusals.push(...Array.from({ length: calls }, () => 846602)),
      limit: () => setup.bot.faults.refusals.push(45009),
    },
    close: () => setup.close(),
  };
});

describe('the door of the AI bot', () => {
  beforeEach(open);
  afterEach(() => setup.close());

  test('what it sends is what WeCom documents', async () => {
    expect(JSON.parse(one('通知'))).toEqual({
      chatid: 'wangfang',
      chat_type: 1,
      msgtype: 'markdown',
      markdown: { content: '通知' },
    });
    const [toGroup] = channel.compose({ text: '通知' }, { kind: 'group', group: 'wr-1' }, 1);
    expect(JSON.parse(toGroup!)).toMatchObject({ chatid: 'wr-1', chat_type: 2 });
  });

  test('title and link are shown as markdown', () => {
    const draft = { title: '通知', text: '明天开会', link: { label: '看材料', url: 'https://example.org/a' } };
    const [body] = channel.compose(draft, { kind: 'group', group: 'wr-1' }, 1);
    expect(JSON.parse(body!).markdown.content).toBe('**通知**\n明天开会\n[看材料](https://example.org/a)');
  });

  const question = { text: '对吗？', buttons: [{ label: '对', data: 'b:yes' }] };

  test('buttons are a card in private and words in a group', async () => {
    const [card] = channel.compose(question, { kind: 'accounts', accounts: ['wangfang'] }, 7);
    expect(JSON.parse(card!)).toMatchObject({
      chat_type: 1,
      msgtype: 'template_card',
      template_card: {
        card_type: 'button_interaction',
        main_title: { title: '对吗？' },
        button_list: [{ text: '对', key: 'b:yes' }],
        task_id: expect.stringMatching(/^z7-[0-9a-f]{16}$/),
      },
    });
    expect((await channel.send(card!)).kind).toBe('sent');
    expect(texts('wangfang')).toEqual(['对吗？\n[对]']);
    const [words] = channel.compose(question, { kind: 'group', group: 'wr-1' }, 7);
    expect(JSON.parse(words!).markdown.content).toBe('对吗？\n回复：对');
  });

  test('a card that WeCom refuses is said in words', async () => {
    const [card] = channel.compose(question, { kind: 'accounts', accounts: ['wangfang'] }, 7);
    setup.bot.faults.refusals.push(42014);
    expect((await channel.send(card!)).kind).toBe('sent');
    expect(texts('wangfang')).toEqual(['对吗？\n回复：对']);
  });

  test('nothing goes where nobody wrote before', async () => {
    expect(await channel.send(one('通知', 'lijie'))).toMatchObject({ kind: 'rejected', reason: 'never-wrote' });
    expect(setup.bot.counts().aibot_send_msg).toBeUndefined();
  });

  test('an account kept in lower case is written to in the case that WeCom knows', async () => {
    expect((await channel.send(one('通知', 'zhaolei'))).kind).toBe('sent');
    expect(texts('ZhaoLei')).toEqual(['通知']);
  });

  test('a group gets its message only where it was heard before', async () => {
    const [body] = channel.compose({ text: '通知' }, { kind: 'group', group: 'wrGroup' }, 1);
    expect(await channel.send(body!)).toMatchObject({ reason: 'never-wrote' });
    setup.bot.say({ from: 'wangfang', group: 'wrGroup', text: '你好' });
    await setup.chats.heard({ kind: 'group', id: 'wrGroup' }, 'wrGroup');
    expect((await channel.send(body!)).kind).toBe('sent');
    expect(texts('wrGroup')).toEqual(['通知']);
  });

  test('a lost acknowledgement is "unreachable" after five seconds', async () => {
    setup.bot.faults.lostFrames = 1;
    const sending = channel.send(one('通知'));
    await until(() => setup.bot.counts().aibot_send_msg === 1);
    await setup.pass(5000);
    expect(await sending).toMatchObject({ kind: 'unreachable' });
  });

  test('without a connection nothing is tried', async () => {
    setup.connection.stop();
    expect(await channel.send(one('通知'))).toEqual({ kind: 'unreachable', detail: 'not connected' });
  });

  test('"not subscribed" brings a new connection, and the repeat arrives', async () => {
    setup.bot.forget();
    expect(await channel.send(one('通知'))).toMatchObject({ kind: 'unreachable' });
    expect(setup.connection.isReady()).toBe(false);
    await setup.pass(1000);
    await until(setup.connection.isReady);
    expect((await channel.send(one('通知'))).kind).toBe('sent');
    expect(texts('wangfang')).toEqual(['通知']);
  });

  test('the thirty-first message of a minute waits a minute', async () => {
    for (let n = 0; n < 30; n += 1) expect((await channel.send(one(`第${n}条`))).kind).toBe('sent');
    expect(await channel.send(one('第30条'))).toMatchObject({ kind: 'throttled', until: start + 60_000 });
    expect((await channel.send(one('给别人', 'ZhaoLei'))).kind).toBe('sent');
    setup.now += 60_000;
    expect((await channel.send(one('第30条'))).kind).toBe('sent');
  });

  test.each([
    [93006, 'bad-request'],
    [40201, 'blocked-text'],
    [999999, 'bad-request'],
  ])('errcode %i is rejected as %s', async (code, reason) => {
    setup.bot.faults.refusals.push(code);
    expect(await channel.send(one('通知'))).toMatchObject({ kind: 'rejected', reason });
  });
});
