// WeCom's calls to us: behaviours 18 to 26, against our own callback address and against servers that answer wrongly.

import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Inbound, Receive } from '../../src/channels/channel.ts';
import { type FakeWecomOptions, fakeCredentials } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { HostileKind } from '../../src/rehearsal/fake-wecom/hostile.ts';
import { encryptCallback, fillByteOf, openText } from '../../src/rehearsal/fake-wecom/seal.ts';
import { wecomCallback } from '../../src/web/wecom-callback.ts';
import { type Fake, openFake, second, start, until } from './behaviours-setup.ts';

const { token, encodingAesKey, corpId, agentId } = fakeCredentials;
const keys = { token, encodingAesKey, receiveId: corpId };

let fake: Fake;
let server: FastifyInstance;
afterEach(async () => {
  await fake.wecom.close();
  await server.close();
});

let heard: Inbound[];
/** The envelopes as they came, one for each delivery. */
let envelopes: { body: string; query: Record<string, string> }[];

/** Our own address, with this behind it. */
async function listen(receive: Receive, options: FakeWecomOptions = {}): Promise<void> {
  heard = [];
  envelopes = [];
  server = Fastify({ forceCloseConnections: true });
  server.addHook('preHandler', async ({ body, query }) => {
    if (typeof body === 'string') envelopes.push({ body, query: query as Record<string, string> });
  });
  await server.register(wecomCallback, {
    keys,
    agentId,
    now: () => start,
    log: server.log,
    later: async () => {},
    receive: (inbound, exchange) => {
      heard.push(inbound);
      return receive(inbound, exchange);
    },
  });
  const url = await server.listen({ port: 0 });
  fake = await openFake({ callback: `${url}/wecom/callback`, login: false, ...options });
}

const greet: Receive = async (inbound) => ({ drafts: [{ text: `${inbound.account}好` }] });
const echo: Receive = async ({ content }) => ({
  drafts: [{ text: content.kind === 'text' ? content.text : content.kind }],
});
const fail: Receive = async () => {
  throw new Error('as planned');
};
const encryptedIn = ({ body }: { body: string }) => /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)![1]!;

describe('18 sealing', () => {
  test('18 every fill byte from 1 to 32 occurs, with a salt of its own, and our address opens them all', async () => {
    await listen(echo);
    for (let n = 0; n < 32; n += 1)
      expect((await fake.wecom.say({ from: 'wangfang', text: 'x'.repeat(n + 1) })).reply).toHaveLength(n + 1);
    const fills = envelopes.map((envelope) => fillByteOf(keys, encryptedIn(envelope)));
    expect([...fills].sort((a, b) => a - b)).toEqual(Array.from({ length: 32 }, (_, n) => n + 1));
    for (const fill of [1, 16, 17, 31, 32]) expect(fills).toContain(fill);
    await fake.wecom.say({ from: 'wangfang', text: 'x', msgid: '1' });
    await fake.wecom.say({ from: 'wangfang', text: 'x', msgid: '1' });
    const [one, two] = envelopes.slice(-2).map(encryptedIn);
    expect(one).not.toBe(two);
    expect(openText(keys, one!)).toBe(openText(keys, two!));
  });
});

describe('19 the check of an address', () => {
  test('19 our address passes it', async () => {
    await listen(greet);
    for (let n = 0; n < 20; n += 1) expect(await fake.wecom.checkUrl()).toEqual({ ok: true });
  });

  let status: number;
  let change: (text: string) => string;
  async function serve(): Promise<void> {
    status = 200;
    server = Fastify({ forceCloseConnections: true });
    server.get('/callback', async (request, reply) => {
      const { echostr } = request.query as { echostr: string };
      return reply.code(status).send(change(openText(keys, echostr)));
    });
    fake = await openFake({ callback: `${await server.listen({ port: 0 })}/callback`, login: false });
  }

  test.each<[string, (text: string) => string]>([
    ['quotes', (text) => `"${text}"`],
    ['a line break', (text) => `${text}\n`],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['nothing', () => ''],
  ])('19 fails with %s', async (_name, how) => {
    change = how;
    await serve();
    expect(await fake.wecom.checkUrl()).toEqual({ ok: false, why: 'the body is not exactly the decrypted text' });
  });

  test('19 fails on a status that is not 200, and when nobody is there', async () => {
    change = (text) => text;
    await serve();
    expect(await fake.wecom.checkUrl()).toEqual({ ok: true });
    status = 403;
    expect(await fake.wecom.checkUrl()).toEqual({ ok: false, why: 'HTTP 403' });
    await server.close();
    expect(await fake.wecom.checkUrl()).toEqual({ ok: false, why: 'no answer in time' });
  });

  test('19 fails after one second', async () => {
    server = Fastify({ forceCloseConnections: true });
    let asked = 0;
    server.get('/callback', () => {
      asked += 1;
      return new Promise(() => {});
    });
    fake = await openFake({ callback: `${await server.listen({ port: 0 })}/callback`, login: false });
    const check = fake.wecom.checkUrl();
    await until(() => asked === 1);
    fake.wecom.forward(999);
    expect(fake.wecom.waits()).toEqual([1]);
    fake.wecom.forward(1);
    expect(await check).toEqual({ ok: false, why: 'no answer in time' });
  });
});

describe('20 repeats', () => {
  test('20 stop on 200', async () => {
    await listen(greet);
    expect(await fake.wecom.say({ from: '007', text: '签到' })).toEqual({ status: 200, deliveries: 1, reply: '007好' });
    expect(heard).toHaveLength(1);
  });

  test.each([
    [3, true],
    [4, true],
    [3, false],
    [4, false],
  ] as const)(
    '20 come %i times in all with one id and a while between while nobody answers 200 (freshSeal %s)',
    async (deliveries, freshSeal) => {
      await listen(fail, { switches: { deliveries, freshSeal, spacing: 7000 } });
      const said = fake.wecom.say({ from: 'wangfang', text: '签到' });
      for (let n = 1; n < deliveries; n += 1) {
        await until(() => heard.length === n && fake.wecom.waits().includes(7000));
        fake.wecom.forward(6999);
        expect(fake.wecom.waits()).toEqual([1]);
        fake.wecom.forward(1);
      }
      expect(await said).toEqual({ status: 503, deliveries });
      expect(new Set(heard.map(({ messageId }) => messageId)).size).toBe(1);
      expect(heard).toHaveLength(deliveries);
      const signatures = envelopes.map(({ query }) => query.msg_signature);
      expect(new Set(signatures).size).toBe(freshSeal ? deliveries : 1);
    },
  );

  test('20 come after a hang-up: nobody is waited for longer than 5 seconds', async () => {
    let finish: () => void = () => {};
    const first = new Promise<void>((resolve) => {
      finish = resolve;
    });
    await listen(async (inbound, exchange) => {
      if (heard.length === 1) await first;
      return greet(inbound, exchange);
    });
    const said = fake.wecom.say({ from: 'wangfang', text: '签到' });
    await until(() => heard.length === 1);
    fake.wecom.forward(5 * second);
    await until(() => fake.wecom.waits().length === 1);
    fake.wecom.forward(5 * second);
    // 21: the first is still at work when the repeat is answered, and one answer is seen.
    expect(await said).toEqual({ status: 200, deliveries: 2, reply: 'wangfang好' });
    finish();
    expect(fake.texts('wangfang')).toEqual(['wangfang好']);
  });
});

test('21 a repeat overlaps with the first, which still runs', async () => {
  let running = 0;
  let most = 0;
  await listen(async (inbound, exchange) => {
    running += 1;
    most = Math.max(most, running);
    await until(() => heard.length === 3);
    running -= 1;
    return greet(inbound, exchange);
  });
  expect(await fake.wecom.say({ from: 'wangfang', text: '签到', unheard: 2 })).toEqual({
    status: 200,
    deliveries: 3,
    reply: 'wangfang好',
  });
  expect(most).toBe(3);
  expect(new Set(heard.map(({ messageId }) => messageId)).size).toBe(1);
  expect(fake.texts('wangfang')).toEqual(['wangfang好']);
});

describe('22 and 23 what counts as an answer', () => {
  let body: string;
  let asked: number;
  beforeEach(async () => {
    asked = 0;
    server = Fastify({ forceCloseConnections: true });
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, _payload, done) => done(null));
    server.all('/callback', async (_request, reply) => {
      asked += 1;
      return reply.send(body);
    });
    const callback = `${await server.listen({ port: 0 })}/callback`;
    fake = await openFake({ callback, login: false, switches: { spacing: 0 } });
  });

  const inner = (to: string, type = 'text', content = 'hi') =>
    `<xml><ToUserName>${to}</ToUserName><FromUserName>${keys.receiveId}</FromUserName><CreateTime>1</CreateTime><MsgType>${type}</MsgType><Content>${content}</Content></xml>`;
  const envelope = (xml: string, as = keys) => {
    const sealed = encryptCallback(as, { xml, timestamp: '1', nonce: '2' });
    return `<xml><Encrypt>${sealed.encrypted}</Encrypt><MsgSignature>${sealed.signature}</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>`;
  };

  test.each(['', 'success'])('22 %j is "understood"', async (text) => {
    body = text;
    expect(await fake.wecom.say({ from: 'wangfang', text: 'x' })).toEqual({ status: 200, deliveries: 1 });
  });

  test('22 a sealed answer is signed over its own time stamp and nonce, and delivered', async () => {
    body = envelope(inner('wangfang'));
    expect(await fake.wecom.say({ from: 'wangfang', text: 'x' })).toEqual({ status: 200, deliveries: 1, reply: 'hi' });
    body = body.replace('<Nonce>2<', '<Nonce>3<');
    expect((await fake.wecom.say({ from: 'wangfang', text: 'x' })).broken).toBe('signature');
    expect(fake.texts('wangfang')).toEqual(['hi']);
  });

  test.each<[string, string, string]>([
    ['garbage', 'hello', 'envelope'],
    ['an answer to somebody else', envelope(inner('zhaolei')), 'parties'],
    ['another corp', envelope(inner('wangfang'), { ...keys, receiveId: 'wwother' }), 'meant for another receiver'],
    ['another token', envelope(inner('wangfang'), { ...keys, token: 'x' }), 'signature'],
  ])('22 %s is no reply, or a failure that is repeated (brokenReply)', async (_name, text, broken) => {
    body = text;
    expect(await fake.wecom.say({ from: 'wangfang', text: 'x' })).toEqual({ status: 200, deliveries: 1, broken });
    fake.wecom.setSwitches({ brokenReply: 'failure', deliveries: 3 });
    expect(await fake.wecom.say({ from: 'wangfang', text: 'x' })).toEqual({ status: 200, deliveries: 3, broken });
    expect(asked).toBe(4);
    expect(fake.wecom.inbox()).toEqual([]);
  });

  test('23 a text is cut at 2,048 bytes, between characters', async () => {
    body = envelope(inner('wangfang', 'text', `a${'汉'.repeat(700)}`));
    expect((await fake.wecom.say({ from: 'wangfang', text: 'x' })).reply).toBe(`a${'汉'.repeat(682)}`);
  });

  test.each(['markdown', 'file', 'textcard', 'template_card'])('23 %s cannot be said in the exchange', async (type) => {
    body = envelope(inner('wangfang', type));
    expect((await fake.wecom.say({ from: 'wangfang', text: 'x' })).broken).toBe('message type');
  });

  test.each([
    ['subscribe', true],
    ['enter_agent', true],
    ['LOCATION', true],
    ['click', true],
    ['view', true],
    ['scancode_waitmsg', true],
    ['template_card_menu_event', true],
    ['template_card_event', false],
    ['unsubscribe', false],
    ['change_contact', false],
    ['batch_job_result', false],
    ['pic_sysphoto', false],
  ])('23 the event %s may be answered: %s', async (Event, may) => {
    body = envelope(inner('wangfang'));
    const said = await fake.wecom.say({ from: 'wangfang', fields: { MsgType: 'event', Event, EventKey: '' } });
    expect(said.reply).toBe(may ? 'hi' : undefined);
    expect(said.broken).toBe(may ? undefined : 'this event takes no answer');
  });
});

describe('24 what a message looks like', () => {
  test('24 ids lie above 2^53, and neighbours are one as a double', async () => {
    await listen(echo);
    for (const text of ['一', '二']) await fake.wecom.say({ from: 'wangfang', text });
    const [one, two] = heard.map(({ messageId }) => messageId);
    expect(BigInt(one!)).toBeGreaterThan(2n ** 53n);
    expect([one === two, Number(one) === Number(two)]).toEqual([false, true]);
  });

  test.each([
    ['a]]>b', 'the end of CDATA'],
    ['😀\r\n二', 'emoji and CRLF'],
    ['<xml>&amp;</xml>', 'markup'],
    ['汉'.repeat(682), '2,046 bytes of Chinese'],
    [' 空格 ', 'blanks around'],
  ])('24 %j arrives as it was said, in CDATA or not, in any order (%s)', async (text) => {
    await listen(echo);
    for (const form of [{}, { cdata: false }, { cdata: true, reversed: true }, { cdata: false, reversed: true }])
      await fake.wecom.say({ from: '007', text, form });
    // Line breaks are one and the same in XML, except in our answer.
    for (const inbound of heard) {
      expect(inbound.account).toBe('007');
      expect(inbound.content).toMatchObject({ kind: 'text' });
    }
    const texts = heard.map(({ content }) => (content.kind === 'text' ? content.text : ''));
    expect(new Set(texts.map((one) => one.replaceAll('\r\n', '\n')))).toEqual(new Set([text.replaceAll('\r\n', '\n')]));
  });

  test('24 an account of digits keeps its zeros, and an event may lack its AgentID', async () => {
    await listen(greet);
    const fields = { MsgType: 'event', Event: 'enter_agent', EventKey: '' };
    const said = await fake.wecom.say({ from: '007', fields, form: { agentId: false } });
    expect([said.reply, heard[0]!.account]).toEqual(['007好', '007']);
  });
});

describe('25 hostile calls', () => {
  test.each<[HostileKind, number]>([
    ['signature', 403],
    ['receiver', 403],
    ['truncated', 400],
    ['length', 400],
    ['fill-0', 400],
    ['fill-33', 400],
    ['stale', 403],
    ['oversize', 413],
    ['doctype', 400],
    ['doctype-inside', 400],
  ])('25 %s is refused with %i and heard by nobody', async (kind, status) => {
    await listen(greet);
    expect(await fake.wecom.attack(kind)).toEqual({ status });
    expect(heard).toEqual([]);
  });

  test('25 a replay is the same message once more', async () => {
    await listen(greet);
    await expect(fake.wecom.attack('replay')).rejects.toThrow('还没有送过消息');
    await fake.wecom.say({ from: 'wangfang', text: '签到' });
    expect(await fake.wecom.attack('replay')).toEqual({ status: 200 });
    expect(new Set(heard.map(({ messageId }) => messageId)).size).toBe(1);
  });
});

describe('26 order and number', () => {
  test('26 a message may come again after it was answered', async () => {
    await listen(greet);
    await fake.wecom.say({ from: 'wangfang', text: '签到', again: 3 });
    expect(heard).toHaveLength(4);
    expect(new Set(heard.map(({ messageId }) => messageId)).size).toBe(1);
    expect(fake.texts('wangfang')).toEqual(['wangfang好']);
  });

  test('26 a later message may come first', async () => {
    await listen(greet);
    await fake.wecom.say({ from: 'wangfang', text: '二', at: 0 });
    await fake.wecom.say({ from: 'wangfang', text: '一', at: -3 });
    expect(heard.map(({ at }) => at - start)).toEqual([0, -3000]);
  });

  test('26 events of one member within one second are told apart', async () => {
    await listen(greet);
    const event = (EventKey: string) => ({ MsgType: 'event', Event: 'click', EventKey });
    await Promise.all(['a', 'b', 'a'].map((key) => fake.wecom.say({ from: 'wangfang', fields: event(key) })));
    expect(new Set(heard.map(({ messageId }) => messageId)).size).toBe(2);
  });
});
