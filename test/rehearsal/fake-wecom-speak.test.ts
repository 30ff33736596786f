import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Receive } from '../../src/channels/channel.ts';
import {
  type FakeWecom,
  type FakeWecomOptions,
  fakeCredentials,
  startFakeWecom,
} from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { encryptCallback } from '../../src/rehearsal/fake-wecom/seal.ts';
import { wecomCallback } from '../../src/web/wecom-callback.ts';

const start = Date.parse('2026-12-05T09:00:00+08:00');
const keys = {
  token: fakeCredentials.token,
  encodingAesKey: fakeCredentials.encodingAesKey,
  receiveId: fakeCredentials.corpId,
};

let wecom: FakeWecom;

async function open(options: FakeWecomOptions = {}): Promise<void> {
  wecom = await startFakeWecom({ now: () => start, ...options });
}
afterEach(() => wecom.close());

describe('members who speak', () => {
  let app: FastifyInstance;
  let heard: { text: string; messageId: string; account: string }[];

  async function listen(receive: Receive, options: FakeWecomOptions = {}): Promise<void> {
    heard = [];
    app = Fastify({ forceCloseConnections: true });
    await app.register(wecomCallback, {
      keys,
      agentId: fakeCredentials.agentId,
      now: () => start,
      log: app.log,
      later: async () => {},
      receive: (inbound, exchange) => {
        heard.push({
          text: inbound.content.kind === 'text' ? inbound.content.text : inbound.content.kind,
          messageId: inbound.messageId,
          account: inbound.account,
        });
        return receive(inbound, exchange);
      },
    });
    const url = await app.listen({ port: 0 });
    await open({ callback: `${url}/wecom/callback`, ...options, switches: { spacing: 1, ...options.switches } });
  }
  afterEach(() => app.close());

  const answer: Receive = async (inbound) => ({ drafts: [{ text: `${inbound.account}好` }] });

  test('the address passes the check of the console', async () => {
    await listen(answer);
    for (let n = 0; n < 20; n += 1) expect(await wecom.checkUrl()).toEqual({ ok: true });
  });

  test('get their answer in the same exchange, and it lies in their inbox', async () => {
    await listen(answer);
    expect(await wecom.say({ from: '007', text: '签到' })).toEqual({ status: 200, deliveries: 1, reply: '007好' });
    expect(heard).toEqual([{ text: '签到', account: '007', messageId: '7301234567890123456' }]);
    expect(wecom.inbox('007')).toEqual([expect.objectContaining({ at: start, msgtype: 'text', text: '007好' })]);
  });

  test('any text makes the way there, whatever the padding', async () => {
    await listen(async (inbound) => ({
      drafts: [{ text: inbound.content.kind === 'text' ? inbound.content.text : '' }],
    }));
    const odd = ['a]]>b', '😀\n二', '<xml>&amp;</xml>', '汉'.repeat(682)];
    const all = [...odd, ...Array.from({ length: 32 }, (_, n) => 'x'.repeat(n + 1))];
    for (const text of all) expect((await wecom.say({ from: 'wangfang', text })).reply).toBe(text);
    expect(new Set(heard.map(({ messageId }) => messageId)).size).toBe(all.length);
    expect(new Set(heard.map(({ messageId }) => Number(messageId))).size).toBeLessThan(all.length);
  });

  test('may do something else than write', async () => {
    await listen(answer);
    const said = await wecom.say({
      from: 'wangfang',
      fields: { MsgType: 'event', Event: 'enter_agent', EventKey: '' },
    });
    expect([said.reply, heard[0]!.text]).toEqual(['wangfang好', 'enter']);
  });

  test.each([
    [3, true],
    [4, false],
  ] as const)(
    'are repeated %i times with one id while nobody answers 200 (sealed anew: %s)',
    async (deliveries, freshSeal) => {
      await listen(
        async () => {
          throw new Error('as planned');
        },
        { switches: { deliveries, freshSeal } },
      );
      expect(await wecom.say({ from: 'wangfang', text: '签到' })).toEqual({ status: 503, deliveries });
      expect(heard).toHaveLength(deliveries);
      expect(new Set(heard.map(({ messageId }) => messageId)).size).toBe(1);
    },
  );

  test('a repeat comes while the first is still at work, and the answer that is ready counts', async () => {
    let finish: () => void = () => {};
    const first = new Promise<void>((resolve) => (finish = resolve));
    await listen(
      async (inbound) => {
        if (heard.length === 1) await first;
        return answer(inbound);
      },
      { switches: { patience: 100 } },
    );
    expect(await wecom.say({ from: 'wangfang', text: '签到' })).toEqual({
      status: 200,
      deliveries: 2,
      reply: 'wangfang好',
    });
    finish();
    expect(wecom.inbox('wangfang')).toHaveLength(1);
  });
});

describe('servers that answer wrongly', () => {
  let server: FastifyInstance;
  let body: string | Buffer;
  let status: number;
  beforeEach(async () => {
    status = 200;
    server = Fastify({ forceCloseConnections: true });
    server.removeAllContentTypeParsers();
    server.addContentTypeParser('*', (_request, _payload, done) => done(null));
    server.all('/callback', (_request, reply) => reply.code(status).send(body));
    await open({
      callback: `${await server.listen({ port: 0 })}/callback`,
      switches: { spacing: 0, checkPatience: 50 },
    });
  });
  afterEach(() => server.close());

  test.each(['', 'success'])('%j is "understood"', async (text) => {
    body = text;
    expect(await wecom.say({ from: 'wangfang', text: 'x' })).toEqual({ status: 200, deliveries: 1 });
  });

  const inner = (to: string, type = 'text') =>
    `<xml><ToUserName>${to}</ToUserName><FromUserName>${keys.receiveId}</FromUserName><CreateTime>1</CreateTime><MsgType>${type}</MsgType><Content>hi</Content></xml>`;
  const envelope = (xml: string, as = keys) => {
    const sealed = encryptCallback(as, { xml, timestamp: '1', nonce: '2' });
    return `<xml><Encrypt>${sealed.encrypted}</Encrypt><MsgSignature>${sealed.signature}</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>`;
  };

  test.each<[string, string, string]>([
    ['garbage', 'hello', 'envelope'],
    ['an answer to somebody else', envelope(inner('zhaolei')), 'parties'],
    ['a type that cannot be said', envelope(inner('wangfang', 'markdown')), 'message type'],
    ['another corp', envelope(inner('wangfang'), { ...keys, receiveId: 'wwother' }), 'meant for another receiver'],
    ['another token', envelope(inner('wangfang'), { ...keys, token: 'x' }), 'signature'],
  ])('%s is no reply', async (_name, text, broken) => {
    body = text;
    expect(await wecom.say({ from: 'wangfang', text: 'x' })).toEqual({ status: 200, deliveries: 1, broken });
    expect(wecom.inbox()).toEqual([]);
  });

  test('a card event takes no words', async () => {
    body = envelope(inner('wangfang'));
    const fields = { MsgType: 'event', Event: 'template_card_event', EventKey: 'a' };
    expect((await wecom.say({ from: 'wangfang', fields })).broken).toBe('this event takes no answer');
    expect((await wecom.say({ from: 'wangfang', text: 'x' })).reply).toBe('hi');
  });

  test.each(['"1"', '1\n', '\ufeff1', ''])('the check of the address fails on %j', async (text) => {
    body = text;
    expect(await wecom.checkUrl()).toMatchObject({ ok: false });
  });

  test('and on a status that is not 200, and on silence', async () => {
    status = 403;
    expect(await wecom.checkUrl()).toEqual({ ok: false, why: 'HTTP 403' });
    await server.close();
    expect(await wecom.checkUrl()).toEqual({ ok: false, why: 'no answer in time' });
  });
});
