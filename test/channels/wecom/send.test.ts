import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Channel, Draft } from '../../../src/channels/channel.ts';
import { wecomClient } from '../../../src/channels/wecom/client.ts';
import { serialOf } from '../../../src/channels/wecom/compose.ts';
import { wecomHttp } from '../../../src/channels/wecom/http.ts';
import { wecomChannel } from '../../../src/channels/wecom/send.ts';
import { accessTokens, memoryTokenStore } from '../../../src/channels/wecom/token.ts';
import { type FakeWecom, type FakeWecomOptions, startFakeWecom } from '../../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { defineChannelContract } from '../../contracts/channel.ts';

const start = Date.parse('2026-12-05T09:00:00+08:00');
const second = 1000;
const minute = 60 * second;

let now: number;
let wecom: FakeWecom;
let channel: Channel;

async function open(options: FakeWecomOptions = {}, timeout = 20_000): Promise<void> {
  now = start;
  wecom = await startFakeWecom({ now: () => now, ...options });
  channel = door(timeout);
}

function door(timeout = 20_000, credentials = wecom.credentials): Channel {
  const http = wecomHttp(`${wecom.url}/`, timeout);
  const tokens = accessTokens(credentials, { http, store: memoryTokenStore(), now: () => now });
  return wecomChannel({
    agentId: credentials.agentId,
    client: wecomClient(http, tokens),
    now: () => now,
    random: () => 0.5,
  });
}

/** Never called: nobody presses anything here. */
const nowhere = 'http://127.0.0.1:9/';

const body = (text: string, accounts: string[], serial = 1) =>
  channel.compose({ text }, { kind: 'accounts', accounts }, serial)[0]!;
const texts = (account: string) => wecom.inbox(account).map((received) => received.text);

describe.each([
  ['with cards', nowhere],
  ['whose app has no callback address, so that cards are refused', undefined],
] as const)('%s', (name, callback) =>
  defineChannelContract(`wecom ${name}`, async () => {
    await open({ members: ['wangfang', 'zhaolei'], ...(callback ? { callback } : {}) });
    return {
      channel,
      known: ['wangfang', 'ZhaoLei'],
      unknown: 'Ghost',
      longest: 2048,
      inbox: texts,
      trouble: {
        failure: () => wecom.fault({ api: 'message/send', status: 502 }),
        away: (times) => wecom.fault({ api: 'message/send', reset: 'before', times }),
        lostAnswer: () => wecom.fault({ api: 'message/send', reset: 'after' }),
        limit: () => wecom.fault({ api: 'message/send', code: 45009 }),
      },
      close: () => wecom.close(),
    };
  }),
);

defineChannelContract(
  'wecom in its own groups',
  async () => {
    await open({ members: ['wangfang', 'zhaolei'], chats: ['branch1', 'branch2'] });
    return {
      channel,
      known: ['branch1', 'branch2'],
      unknown: 'elsewhere',
      longest: 2048,
      inbox: (group) => wecom.groupInbox(group).map(({ text }) => text),
      trouble: {
        failure: () => wecom.fault({ api: 'appchat/send', status: 502 }),
        away: (times) => wecom.fault({ api: 'appchat/send', reset: 'before', times }),
        limit: () => wecom.fault({ api: 'appchat/send', code: 45009 }),
      },
      close: () => wecom.close(),
    };
  },
  'groups that hear nothing of us but words',
);

describe('the wecom door', () => {
  beforeEach(() => open());
  afterEach(() => wecom.close());

  test('what it sends is what WeCom documents', () => {
    expect(JSON.parse(body('通知', ['wangfang', 'zhaolei'], 1234))).toEqual({
      touser: 'wangfang|zhaolei',
      msgtype: 'text',
      agentid: 1000002,
      text: { content: '通知' },
      enable_duplicate_check: 1,
      duplicate_check_interval: 11_218,
    });
  });

  test('a repeat goes out byte for byte', async () => {
    const stored = body('通知', ['wangfang']);
    await channel.send(stored);
    now += 5 * 3600 * second;
    await channel.send(stored);
    expect(wecom.inbox('wangfang').map((received) => received.raw)).toEqual([stored, stored]);
  });

  test('a message whose answer was lost is not shown again when the repeat comes after an outage of hours', async () => {
    for (const serial of [1, 599, 1234]) {
      const stored = body(`通知${serial}`, ['zhaolei'], serial);
      wecom.fault({ api: 'message/send', reset: 'after' });
      expect((await channel.send(stored)).kind).toBe('unreachable');
      now += 3 * 3600 * second;
      expect((await channel.send(stored)).kind).toBe('sent');
    }
    expect(wecom.inbox('zhaolei')).toHaveLength(3);
  });

  test('a thousand messages at a time fetch one token', async () => {
    const outcomes = await Promise.all(Array.from({ length: 1000 }, (_, n) => channel.send(body('通知', [`m${n}`]))));
    expect(outcomes.every((outcome) => outcome.kind === 'sent')).toBe(true);
    expect(wecom.calls()).toEqual({ gettoken: 1, 'message/send': 1000 });
  });

  test.each(['expireTokens', 'corruptTokens'] as const)(
    'after %s fifty messages at a time fetch one more, and all arrive',
    async (kill) => {
      await channel.send(body('一', ['wangfang']));
      wecom[kill]();
      const outcomes = await Promise.all(Array.from({ length: 50 }, (_, n) => channel.send(body('二', [`m${n}`]))));
      expect(outcomes.every((outcome) => outcome.kind === 'sent')).toBe(true);
      expect(wecom.calls().gettoken).toBe(2);
    },
  );

  test('a token is replaced a minute before it dies', async () => {
    await channel.send(body('一', ['wangfang']));
    now += 7200 * second - minute - 1;
    await channel.send(body('二', ['wangfang']));
    expect(wecom.calls().gettoken).toBe(1);
    now += 1;
    await channel.send(body('三', ['wangfang']));
    expect(wecom.calls().gettoken).toBe(2);
    expect(texts('wangfang')).toEqual(['一', '二', '三']);
  });

  test('a token that is refused again and again is tried twice, not for ever', async () => {
    wecom.fault({ api: 'message/send', code: 42001, times: 9 });
    expect((await channel.send(body('一', ['wangfang']))).kind).toBe('unreachable');
    expect(wecom.calls()).toEqual({ gettoken: 2, 'message/send': 2 });
  });

  test('a wrong secret is not tried again at once, because that closes our address', async () => {
    channel = door(20_000, { ...wecom.credentials, secret: 'wrong' });
    for (let n = 0; n < 5; n += 1) {
      expect(await channel.send(body('一', ['wangfang']))).toMatchObject({
        kind: 'rejected',
        reason: 'door-misconfigured',
      });
    }
    expect(wecom.calls()).toEqual({ gettoken: 1 });
    now += minute + 1;
    await channel.send(body('一', ['wangfang']));
    expect(wecom.calls()).toEqual({ gettoken: 2 });
  });

  test('a busy moment while fetching the token costs one message one try', async () => {
    wecom.fault({ api: 'gettoken', code: -1 });
    expect((await channel.send(body('一', ['wangfang']))).kind).toBe('unreachable');
    expect((await channel.send(body('一', ['wangfang']))).kind).toBe('sent');
  });

  test('recall takes a message out of the chat', async () => {
    const outcome = await channel.send(body('写错了', ['wangfang', 'zhaolei']));
    if (outcome.kind !== 'sent' || !outcome.reference) throw new Error('no reference');
    expect((await channel.recall(outcome.reference)).kind).toBe('sent');
    expect([...texts('wangfang'), ...texts('zhaolei')]).toEqual([]);
  });

  test('what it sends to a group is what WeCom documents', () => {
    const [only] = channel.compose({ title: '通知', text: '明天开会' }, { kind: 'group', group: 'branch1' }, 1);
    expect(JSON.parse(only!)).toEqual({
      chatid: 'branch1',
      msgtype: 'text',
      text: { content: '通知\n明天开会' },
      safe: 0,
    });
  });

  test.each([40050, 48002, 49008, 86003, 86008])(
    '%i is said of a group and does not make the door rest',
    async (code) => {
      const [only] = channel.compose({ text: '通知' }, { kind: 'group', group: 'branch1' }, 1);
      wecom.fault({ api: 'appchat/send', code });
      expect(await channel.send(only!)).toMatchObject({ kind: 'rejected', reason: 'unknown-account' });
    },
  );

  test('a used-up limit of the groups does not silence the members', async () => {
    const [only] = channel.compose({ text: '通知' }, { kind: 'group', group: 'branch1' }, 1);
    wecom.fault({ api: 'appchat/send', code: 45009 });
    expect((await channel.send(only!)).kind).toBe('throttled');
    expect((await channel.send(only!)).kind).toBe('throttled');
    expect((await channel.send(body('通知', ['wangfang']))).kind).toBe('sent');
    expect(wecom.calls()['appchat/send']).toBe(1);
  });

  test('groups and accounts that would reach strangers are faults', () => {
    expect(() => channel.compose({ text: 'x' }, { kind: 'group', group: 'g g' }, 1)).toThrow(/群/);
    for (const account of ['@all', '@ALL', 'a|b', '', '张三']) expect(() => body('x', [account])).toThrow(/账号/);
  });
});

describe('who did not get it', () => {
  beforeEach(() => open({ members: ['wangfang', 'LiJie'], unlicensed: ['lijie'] }));
  afterEach(() => wecom.close());

  test('is named as we wrote it, with the reason', async () => {
    expect(await channel.send(body('通知', ['WangFang', 'LiJie', 'Ghost']))).toEqual({
      kind: 'sent',
      reference: expect.any(String),
      failed: [
        { account: 'LiJie', reason: 'no-licence' },
        { account: 'Ghost', reason: 'not-in-range' },
      ],
    });
    expect(texts('wangfang')).toEqual(['通知']);
  });

  test('when nobody can be reached, everybody is named', async () => {
    expect(await channel.send(body('通知', ['LiJie', 'Ghost']))).toEqual({
      kind: 'sent',
      failed: [
        { account: 'LiJie', reason: 'no-licence' },
        { account: 'Ghost', reason: 'not-in-range' },
      ],
    });
  });
});

describe('what WeCom answers becomes', () => {
  // Long enough for a busy machine; the answer that is meant to be late is later still.
  beforeEach(() => open({}, 4000));
  afterEach(() => wecom.close());

  test.each([
    [{ code: -1 }, { kind: 'unreachable', detail: expect.stringContaining('-1') }],
    [{ code: 6000 }, { kind: 'unreachable' }],
    [{ status: 500 }, { kind: 'unreachable', detail: 'HTTP 500' }],
    [{ status: 404 }, { kind: 'unreachable', detail: 'HTTP 404' }],
    [{ body: 'html' as const }, { kind: 'unreachable', detail: 'answer is not JSON' }],
    [{ body: 'half' as const }, { kind: 'unreachable', detail: 'answer is not JSON' }],
    [{ reset: 'before' as const }, { kind: 'unreachable', detail: 'UND_ERR_SOCKET' }],
    [{ reset: 'after' as const }, { kind: 'unreachable', detail: 'UND_ERR_SOCKET' }],
    [{ delayMs: 8000 }, { kind: 'unreachable', detail: 'TimeoutError' }],
    [{ code: 45033 }, { kind: 'throttled', until: start + 1500 }],
    [{ code: 45009 }, { kind: 'throttled', until: start + minute }],
    [
      { code: 60020 },
      { kind: 'rejected', reason: 'door-misconfigured', detail: expect.stringContaining('from ip: 127.0.0.1') },
    ],
    [{ code: 48006 }, { kind: 'rejected', reason: 'door-misconfigured' }],
    [{ code: 50003 }, { kind: 'rejected', reason: 'door-misconfigured' }],
    [{ code: 301002 }, { kind: 'rejected', reason: 'door-misconfigured' }],
    [{ code: 40201 }, { kind: 'rejected', reason: 'blocked-text' }],
    [{ code: 40003 }, { kind: 'rejected', reason: 'unknown-account' }],
    [{ code: 60021 }, { kind: 'rejected', reason: 'not-in-range' }],
    [{ code: 44004 }, { kind: 'rejected', reason: 'bad-request' }],
    [{ code: 123456 }, { kind: 'rejected', reason: 'bad-request' }],
  ])('%j → %j', async (fault, outcome) => {
    wecom.fault({ api: 'message/send', ...fault });
    expect(await channel.send(body('通知', ['wangfang']))).toMatchObject(outcome);
  });

  test('no token is ever told', async () => {
    for (const fault of [{ code: 40058 }, { status: 502 }, { reset: 'before' as const }]) {
      wecom.fault({ api: 'message/send', ...fault });
      expect(JSON.stringify(await channel.send(body('通知', ['wangfang'])))).not.toMatch(/access_token|[\w-]{43}/);
    }
  });

  test('nobody listening at all is unreachable', async () => {
    await wecom.close();
    expect(await channel.send(body('通知', ['wangfang']))).toEqual({ kind: 'unreachable', detail: 'ECONNREFUSED' });
  });

  test('a used-up limit keeps us quiet for a minute, then two, and one message that goes through ends that', async () => {
    const limit = () => wecom.fault({ api: 'message/send', code: 45009 });
    limit();
    await channel.send(body('通知', ['wangfang']));
    expect(await channel.send(body('通知', ['wangfang']))).toMatchObject({ kind: 'throttled', until: start + minute });
    expect(wecom.calls()['message/send']).toBe(1);
    now += minute;
    limit();
    expect(await channel.send(body('通知', ['wangfang']))).toMatchObject({
      kind: 'throttled',
      until: now + 2 * minute,
    });
    now += 2 * minute;
    expect((await channel.send(body('通知', ['wangfang']))).kind).toBe('sent');
    limit();
    expect(await channel.send(body('通知', ['zhaolei']))).toMatchObject({ kind: 'throttled', until: now + minute });
  });
});

describe('cards', () => {
  const draft: Draft = {
    title: '主题党日',
    text: '12月7日 09:00，您来吗？',
    buttons: [
      { label: '收到', data: '收到' },
      { label: '请假', data: 's:leave' },
    ],
  };
  const cards = (serial: number, to = ['wangfang'], given = draft) =>
    channel.compose(given, { kind: 'accounts', accounts: to }, serial);
  const taskOf = (card: string) => (JSON.parse(card) as { template_card: { task_id: string } }).template_card.task_id;
  const inWords = '主题党日\n12月7日 09:00，您来吗？\n回复：收到 / 请假';
  beforeEach(() => open({ callback: nowhere }));
  afterEach(() => wecom.close());

  test('what is sent is what WeCom documents', () => {
    const [only] = cards(1234);
    expect(JSON.parse(only!)).toEqual({
      touser: 'wangfang',
      msgtype: 'template_card',
      agentid: 1000002,
      template_card: {
        card_type: 'button_interaction',
        main_title: { title: '主题党日' },
        sub_title_text: '12月7日 09:00，您来吗？',
        button_list: [
          { type: 0, text: '收到', key: '收到' },
          { type: 0, text: '请假', key: 's:leave' },
        ],
        task_id: expect.stringMatching(/^z1234-1-[0-9a-f]{16}$/),
      },
      enable_duplicate_check: 1,
      duplicate_check_interval: 11_218,
    });
    expect(serialOf(taskOf(only!))).toBe(1234);
    expect(serialOf('meeting-42')).toBeUndefined();
  });

  test('no two have the same task_id: other rows, other batches, other people, other words', () => {
    const many = cards(
      1,
      Array.from({ length: 1500 }, (_, n) => `m${n}`),
    );
    const all = [
      ...many,
      ...cards(2),
      ...cards(1),
      ...cards(1, ['zhaolei']),
      ...cards(1, ['wangfang'], { ...draft, title: 'x' }),
    ];
    expect(new Set(all.map(taskOf)).size).toBe(6);
  });

  test('what is too long for a card is said in words, with what may be answered at its end', async () => {
    const long = { ...draft, text: '字'.repeat(700) };
    for (const one of cards(1, ['wangfang'], long)) expect((await channel.send(one)).kind).toBe('sent');
    expect(wecom.inbox('wangfang').map(({ msgtype }) => msgtype)).toEqual(['text', 'text']);
    expect(texts('wangfang').join('')).toContain(long.text);
    expect(texts('wangfang').at(-1)).toContain('收到 / 请假');
  });

  test('a link card arrives', async () => {
    const [only] = cards(1, ['wangfang'], {
      title: '材料',
      text: '一\n二',
      link: { label: '打开', url: 'https://e.example' },
    });
    expect((await channel.send(only!)).kind).toBe('sent');
    expect(wecom.inbox('wangfang')[0]).toMatchObject({ msgtype: 'textcard', text: '材料\n一\n二' });
  });

  test.each([42014, 42018, 42033, 42051])('refused with %i it is said in words, once', async (code) => {
    wecom.fault({ api: 'message/send', code });
    expect((await channel.send(cards(1)[0]!)).kind).toBe('sent');
    expect((await channel.send(cards(2)[0]!)).kind).toBe('sent');
    expect(wecom.inbox('wangfang').map(({ msgtype }) => msgtype)).toEqual(['text', 'template_card']);
    expect(texts('wangfang')[0]).toBe(inWords);
  });

  test('without a callback address cards are not tried again', async () => {
    wecom.setCallback('');
    for (const serial of [1, 2, 3]) expect((await channel.send(cards(serial)[0]!)).kind).toBe('sent');
    expect(texts('wangfang')).toEqual([inWords, inWords, inWords]);
    expect(wecom.calls()['message/send']).toBe(4);
  });

  test('words in place of a card are the same to the last byte at a repeat', async () => {
    wecom.setCallback('');
    const [only] = cards(1);
    await channel.send(only!);
    wecom.fault({ api: 'message/send', reset: 'after' });
    expect((await channel.send(only!)).kind).toBe('unreachable');
    expect((await channel.send(only!)).kind).toBe('sent');
    expect(texts('wangfang')).toEqual([inWords]);
  });

  test.each(['kept-back', 'refuse'] as const)(
    'after a lost answer the repeat is not seen twice: %s',
    async (repeatedCard) => {
      await wecom.close();
      await open({ callback: nowhere, switches: { repeatedCard } });
      wecom.fault({ api: 'message/send', reset: 'after' });
      expect((await channel.send(cards(1)[0]!)).kind).toBe('unreachable');
      wecom.fault({ api: 'message/send', code: -1 });
      expect((await channel.send(cards(1)[0]!)).kind).toBe('unreachable');
      expect((await channel.send(cards(1)[0]!)).kind).toBe('sent');
      expect(wecom.inbox('wangfang').map(({ msgtype }) => msgtype)).toEqual(['template_card']);
    },
  );

  test('a card with a task_id of an earlier life is said in words, not lost', async () => {
    await channel.send(cards(1)[0]!);
    now += 24 * 3600 * second;
    expect((await channel.send(cards(1)[0]!)).kind).toBe('sent');
    expect(texts('wangfang').at(-1)).toBe(inWords);
  });
});
