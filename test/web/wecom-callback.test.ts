import Fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Draft, Exchange, Inbound, Reply } from '../../src/channels/channel.ts';
import { readFlatXml } from '../../src/channels/wecom/xml.ts';
import { encryptCallback, openText, sealText, sign } from '../../src/rehearsal/fake-wecom/seal.ts';
import type { PressedCards } from '../../src/web/pressed-cards.ts';
import { wecomCallback } from '../../src/web/wecom-callback.ts';

const keys = {
  token: 'fake-token-01',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
  receiveId: 'ww0123456789abcdef',
};
const second = 1_700_000_000;

let app: FastifyInstance;
let received: { inbound: Inbound; exchange: Exchange | undefined }[];
let answer: (inbound: Inbound) => Promise<Reply>;
let words: PressedCards['words'];
let changed: { messageId: string; became: string | undefined }[];
let later: { messageId: string; drafts: readonly Draft[] }[];

beforeEach(async () => {
  received = [];
  later = [];
  changed = [];
  words = async ({ card, data }, became) => `${card} ${data} ${became}`;
  answer = async (inbound) => ({
    drafts: [{ text: `收到：${inbound.content.kind === 'text' ? inbound.content.text : inbound.content.kind}` }],
  });
  app = Fastify();
  await app.register(wecomCallback, {
    keys,
    agentId: 1000002,
    now: () => second * 1000,
    log: app.log,
    patience: 20,
    cards: {
      words: (pressed, became) => words(pressed, became),
      changeLater: async ({ messageId }, became) => {
        changed.push({ messageId, became });
      },
    },
    tryAgainAfter: [0, 0],
    receive: (inbound, exchange) => {
      received.push({ inbound, exchange });
      return answer(inbound);
    },
    later: async (inbound, drafts) => {
      later.push({ messageId: inbound.messageId, drafts });
    },
  });
});

afterEach(() => app.close());

const message = (text: string, extra = '') =>
  `<xml><ToUserName><![CDATA[ww0123456789abcdef]]></ToUserName><FromUserName><![CDATA[wangfang]]></FromUserName><CreateTime>${second}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>7301234567890123456</MsgId><AgentID>1000002</AgentID>${extra}</xml>`;

function post(
  xml: string,
  change: Partial<{ body: string; query: string; timestamp: string }> = {},
  headers: InjectOptions['headers'] = {},
) {
  const callback = encryptCallback(keys, { xml, timestamp: change.timestamp ?? String(second), agentId: '1000002' });
  return app.inject({
    method: 'POST',
    url: `/wecom/callback?${change.query ?? callback.query}`,
    body: change.body ?? callback.body,
    headers: { 'content-type': 'text/xml', ...headers },
  });
}

function said(body: string): string | undefined {
  const envelope = readFlatXml(body)!;
  expect(envelope.MsgSignature).toBe(sign(keys.token, envelope.TimeStamp!, envelope.Nonce!, envelope.Encrypt!));
  return readFlatXml(openText(keys, envelope.Encrypt!))?.Content;
}

describe('checking the address', () => {
  const check = (text: string, replaced = false) => {
    const encrypted = sealText(keys, text, Buffer.from('0123456789abcdef'));
    const signature = sign(keys.token, String(second), '1', encrypted);
    const echo = replaced ? encrypted : encodeURIComponent(encrypted);
    return app.inject(`/wecom/callback?msg_signature=${signature}&timestamp=${second}&nonce=1&echostr=${echo}`);
  };

  test('the body is the decrypted text and nothing else', async () => {
    const response = await check('7004567890123456789');
    expect(response.statusCode).toBe(200);
    expect(response.rawPayload.toString('hex')).toBe(Buffer.from('7004567890123456789').toString('hex'));
    expect(response.headers['content-type']).toMatch(/^text\/plain/);
  });

  test('a plus sign that arrived as a space is understood', async () => {
    const encrypted = sealText(keys, '7004567890123456789', Buffer.from('0123456789abcdef'));
    expect(encrypted).toContain('+');
    expect((await check('7004567890123456789', true)).payload).toBe('7004567890123456789');
  });

  test.each(['', '?echostr=x', '?msg_signature=a&msg_signature=b&timestamp=1&nonce=1&echostr=x', '?msg_signature[]=1'])(
    '%j is refused with 403',
    async (query) => {
      expect((await app.inject(`/wecom/callback${query}`)).statusCode).toBe(403);
    },
  );
});

test('a message is handed over and answered in the same exchange', async () => {
  const response = await post(message('签到'));
  expect(response.statusCode).toBe(200);
  expect(said(response.payload)).toBe('收到：签到');
  expect(received).toEqual([
    {
      inbound: expect.objectContaining({ channel: 'wecom', account: 'wangfang', messageId: '7301234567890123456' }),
      exchange: { bytes: 2048, answerBy: second * 1000 + 20 - 500, followsAs: expect.any(Function) },
    },
  ]);
});

test.each([
  'application/json',
  'application/x-www-form-urlencoded',
  'text/plain',
  'multipart/form-data',
  ';;;',
  'a',
  '',
])('the content type %j makes no difference', async (type) => {
  expect(said((await post(message('签到'), {}, { 'content-type': type })).payload)).toBe('收到：签到');
});

test('nothing to say is 200 with an empty body', async () => {
  answer = async () => ({ drafts: [] });
  const response = await post(message('签到'));
  expect([response.statusCode, response.payload]).toEqual([200, '']);
});

test('what does not fit goes the other way', async () => {
  answer = async () => ({ drafts: [{ text: '一' }, { text: '长'.repeat(682) }] });
  expect(said((await post(message('签到'))).payload)).toBe('一');
  expect(later).toEqual([{ messageId: '7301234567890123456', drafts: [{ text: '长'.repeat(682) }] }]);
});

test('a card event cannot be answered in words, so they go the other way', async () => {
  const response = await post(
    `<xml><FromUserName>wangfang</FromUserName><CreateTime>${second}</CreateTime><MsgType>event</MsgType><Event>template_card_event</Event><EventKey>yes</EventKey></xml>`,
  );
  expect([response.statusCode, response.payload]).toEqual([200, '']);
  expect(received[0]!.exchange!.bytes).toBe(0);
  expect(later[0]!.drafts).toEqual([{ text: '收到：tap' }]);
});

describe('a pressed button', () => {
  const press = (key = 'yes', more = '<ResponseCode>rc1</ResponseCode>') =>
    post(
      `<xml><FromUserName>wangfang</FromUserName><CreateTime>${second}</CreateTime><MsgType>event</MsgType><Event>template_card_event</Event><EventKey>${key}</EventKey><TaskId>z7-1-x</TaskId>${more}</xml>`,
    );
  const shown = (body: string) => {
    const inner = openText(keys, readFlatXml(body)!.Encrypt!);
    expect(inner).toContain('<ToUserName><![CDATA[wangfang]]></ToUserName>');
    expect(inner).toContain('<MsgType><![CDATA[update_button]]></MsgType>');
    return /<Button><ReplaceName><!\[CDATA\[(.*)\]\]><\/ReplaceName><\/Button>/.exec(inner)?.[1];
  };

  const pressed = (became?: 'done' | 'outdated') => async () => ({
    drafts: [{ text: '好' }],
    ...(became ? { pressed: became } : {}),
  });

  test('shows on its card what became of it, and the words go the other way', async () => {
    answer = pressed('done');
    expect(shown((await press()).payload)).toBe('z7-1-x yes done');
    expect(later[0]!.drafts).toEqual([{ text: '好' }]);
    expect(received[0]!.inbound.content).toEqual({ kind: 'tap', data: 'yes', card: 'z7-1-x', update: 'rc1' });
    expect(changed).toEqual([]);
  });

  test('of a list brings what was ticked', async () => {
    const tick = (id: string) => `<OptionId>${id}</OptionId>`;
    const items = `<SelectedItems><SelectedItem><QuestionKey>o</QuestionKey><OptionIds>${tick('a b')}${tick('c')}</OptionIds></SelectedItem></SelectedItems>`;
    answer = pressed('done');
    const response = await press('m:1:who', `<ResponseCode>rc1</ResponseCode>${items}`);
    expect(shown(response.payload)).toBe('z7-1-x m:1:who?o=a+b&o=c done');
  });

  test('gets an answer each time it is told of', async () => {
    answer = pressed('outdated');
    expect([shown((await press()).payload), shown((await press()).payload)]).toEqual([
      'z7-1-x yes outdated',
      'z7-1-x yes outdated',
    ]);
  });

  test('whose words cannot be looked up leaves the card as it is', async () => {
    words = async () => {
      throw new Error('database away');
    };
    expect((await press()).payload).toBe('');
  });

  test('that was answered too late is changed later, by what became of it', async () => {
    let finish: (reply: Reply) => void = () => {};
    answer = () => new Promise((resolve) => (finish = resolve));
    expect((await press()).payload).toBe('');
    finish({ drafts: [], pressed: 'done' });
    await vi.waitFor(() => expect(changed).toEqual([{ messageId: received[0]!.inbound.messageId, became: 'done' }]));
  });

  test('without a response code leaves the card as it is', async () => {
    expect((await press('yes', '')).payload).toBe('');
  });

  test('is not shown as chosen when the turn failed or came too late', async () => {
    answer = async () => {
      throw new Error('database away');
    };
    expect((await press()).statusCode).toBe(503);
    answer = () => new Promise(() => {});
    const late = await press();
    expect([late.statusCode, late.payload]).toEqual([200, '']);
  });
});

test('an answer that comes too late is not lost', async () => {
  let finish: (reply: Reply) => void = () => {};
  answer = () => new Promise((resolve) => (finish = resolve));
  const response = await post(message('周报'));
  expect([response.statusCode, response.payload]).toEqual([200, '']);
  finish({ drafts: [{ text: '周报来了' }] });
  await vi.waitFor(() => expect(later).toEqual([{ messageId: '7301234567890123456', drafts: [{ text: '周报来了' }] }]));
});

test('a message whose turn fails after the exchange is tried again, since WeCom will not repeat it', async () => {
  let fail: (error: Error) => void = () => {};
  answer = () =>
    received.length === 1
      ? new Promise((_resolve, reject) => (fail = reject))
      : Promise.resolve({ drafts: [{ text: '好了' }] });
  expect((await post(message('周报'))).statusCode).toBe(200);
  fail(new Error('database away'));
  await vi.waitFor(() => expect(later).toEqual([{ messageId: '7301234567890123456', drafts: [{ text: '好了' }] }]));
  expect(received.map(({ exchange }) => exchange!.bytes)).toEqual([2048, 0]);
});

test('a failure of ours is 503, so that WeCom repeats', async () => {
  answer = async () => {
    throw new Error('database away');
  };
  const response = await post(message('签到'));
  expect([response.statusCode, response.payload]).toEqual([503, '']);
});

describe('refused', () => {
  test.each<[string, number, Parameters<typeof post>]>([
    [
      'a wrong signature',
      403,
      [message('x'), { query: `msg_signature=${'0'.repeat(40)}&timestamp=${second}&nonce=1` }],
    ],
    ['no query', 403, [message('x'), { query: '' }]],
    ['an old time stamp', 403, [message('x'), { timestamp: String(second - 601) }]],
    ['a time stamp of the future', 403, [message('x'), { timestamp: String(second + 601) }]],
    ['another app', 403, [message('x').replace('1000002', '1000003')]],
    ['an empty body', 400, [message('x'), { body: '' }]],
    ['JSON', 400, [message('x'), { body: '{"encrypt":"a"}' }]],
    ['an envelope without Encrypt', 400, [message('x'), { body: '<xml><ToUserName>a</ToUserName></xml>' }]],
    [
      'a document type',
      400,
      [message('x'), { body: '<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>' }],
    ],
    ['something else than XML inside', 400, ['hello']],
    ['XML inside that is no message', 400, ['<xml><A>1</A></xml>']],
  ])('%s', async (_name, status, parts) => {
    const response = await post(...parts);
    expect([response.statusCode, response.payload]).toEqual([status, 'refused']);
    expect(received).toEqual([]);
  });

  test('a message for another corp', async () => {
    const callback = encryptCallback(
      { ...keys, receiveId: 'wwother' },
      { xml: message('x'), timestamp: String(second) },
    );
    expect((await post(message('x'), callback)).statusCode).toBe(403);
  });

  test('a body over 1 MB with 413, one just below by its contents', async () => {
    const body = (size: number) => `<xml><Encrypt>${'a'.repeat(size)}</Encrypt></xml>`;
    expect((await post('', { body: body(1024 * 1024) })).statusCode).toBe(413);
    expect((await post('', { body: body(1024 * 1024 - 100) })).statusCode).toBe(403);
  });

  test('nobody learns why', async () => {
    const response = await post(message('x'), { query: '' });
    expect(response.payload).toBe('refused');
  });
});

/** `FUZZ=50000 npx vitest run test/web/wecom-callback.test.ts` runs more of them. */
test('random and broken requests never become a 5xx and never reach the turn', { timeout: 600_000 }, async () => {
  const count = Number(process.env.FUZZ ?? 3000);
  const random = seeded(42);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const good = encryptCallback(keys, { xml: message('签到'), timestamp: String(second), nonce: '1' });
  const noise = (length: number) =>
    Array.from({ length: Math.floor(random() * length) }, () => String.fromCharCode(Math.floor(random() * 0x250))).join(
      '',
    );
  const cut = (text: string) => text.slice(0, Math.floor(random() * text.length));
  const flip = (text: string) => {
    const at = Math.floor(random() * text.length);
    return text.slice(0, at) + pick(['<', '>', ']', '\0', 'A', '=', '汉', '&']) + text.slice(at + 1);
  };
  const sealed = (xml: string) => encryptCallback(keys, { xml, timestamp: String(second), nonce: '1' });
  const makers: (() => { body: string; query: string })[] = [
    () => ({ body: noise(300), query: good.query }),
    () => ({ body: cut(good.body), query: good.query }),
    () => ({ body: good.body.replace(good.encrypted, flip(good.encrypted)), query: good.query }),
    () => ({ body: good.body, query: flip(good.query) }),
    () => ({ body: good.body, query: encodeURI(noise(80)) }),
    () => sealed(noise(300)),
    () => sealed(cut(message('签到'))),
    () => {
      const encrypted = pick([noise(200), cut(good.encrypted), flip(good.encrypted)]);
      const query = `msg_signature=${sign(keys.token, String(second), '1', encrypted)}&timestamp=${second}&nonce=1`;
      return { body: `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`, query };
    },
  ];
  for (let i = 0; i < count; i += 1) {
    const { body, query } = pick(makers)();
    if (body === good.body && query === good.query) continue;
    const response = await app.inject({
      method: pick(['POST', 'POST', 'GET'] as const),
      url: `/wecom/callback?${query}`,
      ...(body ? { body } : {}),
    });
    if (response.statusCode === 200) expect(received.pop()?.inbound.content).toEqual({ kind: 'text', text: '签到' });
    else expect([400, 403], `${query} ${body}`).toContain(response.statusCode);
  }
  expect(received).toEqual([]);
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
