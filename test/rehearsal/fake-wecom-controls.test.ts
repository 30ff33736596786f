// The fake WeCom by hand: each control does what `GET /` says, and says clearly what it cannot do.

import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { fakeBotCredentials } from '../../src/rehearsal/fake-wecom/bot-fake.ts';
import { botSwitchForms } from '../../src/rehearsal/fake-wecom/bot-switches.ts';
import { fakeCredentials } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { openText } from '../../src/rehearsal/fake-wecom/seal.ts';
import { switchForms } from '../../src/rehearsal/fake-wecom/switches.ts';
import { agentId, type Fake, hour, openFake, until } from './behaviours-setup.ts';

const keys = { ...fakeCredentials, receiveId: fakeCredentials.corpId };

let fake: Fake;
let listener: Server | undefined;
let heard: string[];
afterEach(async () => {
  await fake.wecom.close();
  listener?.close();
});

async function open(options: Parameters<typeof openFake>[0] = {}): Promise<void> {
  heard = [];
  listener = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      heard.push(openText(keys, /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)![1]!));
      response.end();
    });
  });
  await new Promise<void>((resolve) => listener!.listen(0, '127.0.0.1', resolve));
  const callback = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/wecom/callback`;
  fake = await openFake({ callback, ...options });
}

async function control(path: string, request?: unknown, method = 'POST') {
  const init =
    request === undefined && method === 'POST'
      ? {}
      : {
          method,
          ...(request === undefined ? {} : { body: typeof request === 'string' ? request : JSON.stringify(request) }),
        };
  const response = await fetch(`${fake.wecom.url}${path}`, init);
  return { status: response.status, body: (await response.json()) as never };
}

describe('what can be seen', () => {
  beforeEach(() => open({ chats: ['branch1'], members: ['wangfang', 'zhaolei'] }));

  test('the inbox of one member, in Shanghai time', async () => {
    await fake.send({ touser: 'WangFang|zhaolei' });
    expect((await control('/__inbox?user=wangfang')).body).toEqual([
      {
        at: '2026-12-05T09:00:00+08:00',
        touser: 'wangfang',
        msgtype: 'text',
        text: '通知',
        raw: expect.stringContaining('"touser":"WangFang|zhaolei"'),
        msgid: expect.any(String),
      },
    ]);
  });

  test('the inbox of one group, and of everybody', async () => {
    await fake.api('appchat/send', { chatid: 'branch1', msgtype: 'text', text: { content: '群里' } });
    await fake.send();
    expect((await control('/__inbox?group=branch1')).body).toMatchObject([
      { at: '2026-12-05T09:00:00+08:00', text: '群里' },
    ]);
    expect((await control('/__inbox')).body).toHaveLength(1);
  });

  test('the state, which tells no secret', async () => {
    await fake.send();
    const { body } = await control('/__state');
    expect(body).toMatchObject({
      now: '2026-12-05T09:00:00+08:00',
      tokens: [{ agentId, valid: true }],
      members: ['wangfang', 'zhaolei'],
      delivered: { members: 1, groups: 0 },
      calls: { gettoken: 1, 'message/send': 1 },
      bot: null,
    });
    expect(JSON.stringify(body)).not.toMatch(new RegExp(`${fakeCredentials.secret}|${fakeCredentials.encodingAesKey}`));
  });

  test('an explanation in Chinese, with lines to copy, every address and every switch', async () => {
    const response = await fetch(`${fake.wecom.url}/`);
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    const text = await response.text();
    const source = readFileSync('src/rehearsal/fake-wecom/control-api.ts', 'utf8');
    const paths = [...source.matchAll(/'(\/__[a-z-]+)'/g)].map((found) => found[1]!);
    expect(paths.length).toBeGreaterThan(12);
    // What older tests use and something newer covers.
    for (const path of paths.filter((one) => !['/__tokens', '/__bot-callback'].includes(one)))
      expect(text).toContain(`${fake.wecom.url}${path}`);
    for (const name of Object.keys(switchForms.shape)) expect(text).toContain(`  ${name} = `);
    for (const form of Object.values(switchForms.shape)) expect(form.description).toMatch(/[\u4e00-\u9fff]/);
  });

  test('lines to copy that work: each example is taken, or refused for want of a card or a group', async () => {
    const text = await (await fetch(`${fake.wecom.url}/`)).text();
    const examples = [...text.matchAll(/curl -d '(.+?)' http\S+?(\/__[a-z-]+)/g)];
    expect(examples.length).toBeGreaterThan(20);
    for (const [, body, path] of examples) {
      if (path === '/__callback') continue;
      // Standing trouble does not hit the controls.
      const answer = await control(path!, body);
      if (answer.status === 200) continue;
      expect((answer.body as { error: string }).error, body).toMatch(/没有收到这样的按钮|没有开智能机器人|通讯录|部门/);
    }
  });
});

describe('what members do', () => {
  beforeEach(() => open());

  test('they speak, also again, late and in another form', async () => {
    await control('/__say', { from: 'wangfang', text: '签到', again: 1, at: -5, form: { cdata: false } });
    expect(heard).toHaveLength(2);
    expect(heard[0]).toContain('<Content>签到</Content>');
    expect(heard[0]).toContain(`<CreateTime>${Date.parse('2026-12-05T08:59:55+08:00') / 1000}</CreateTime>`);
  });

  test('they send files, whose bytes can be fetched', async () => {
    await control('/__upload', {
      from: 'wangfang',
      kind: 'image',
      base64: Buffer.from('a picture').toString('base64'),
    });
    expect(heard[0]).toContain('<MsgType><![CDATA[image]]></MsgType>');
    const id = /<MediaId><!\[CDATA\[(.*?)\]\]>/.exec(heard[0]!)![1];
    const token = (await fake.getToken()).access_token;
    const file = await fetch(`${fake.wecom.url}/cgi-bin/media/get?access_token=${token}&media_id=${id}`);
    expect([await file.text(), file.headers.get('content-type')]).toEqual(['a picture', 'image/jpeg']);
    await control('/__upload', { from: 'wangfang', kind: 'voice', size: 100 });
    expect(heard[1]).toContain('<Format><![CDATA[amr]]></Format>');
  });

  test('they open the app', async () => {
    await control('/__enter', { user: 'wangfang' });
    expect(heard[0]).toContain('<Event><![CDATA[enter_agent]]></Event>');
  });

  test('they press buttons', async () => {
    const card = {
      card_type: 'button_interaction',
      main_title: { title: '参加吗' },
      button_list: [{ text: '参加', key: 'yes' }],
      task_id: 't1',
    };
    await fake.send({ msgtype: 'template_card', template_card: card });
    expect((await control('/__tap', { user: 'wangfang', label: '参加' })).status).toBe(200);
    expect(heard[0]).toContain('<EventKey><![CDATA[yes]]></EventKey>');
  });

  test('strangers knock', async () => {
    expect((await control('/__hostile', { kind: 'stale' })).body).toEqual({ status: 200 });
    expect(heard).toHaveLength(1);
  });
});

describe('trouble', () => {
  beforeEach(() => open());

  test('a code, tokens, latency and switches in one order; DELETE takes it back', async () => {
    const order = { api: 'message/send', code: -1, latency: 5, token: 'expire', switches: { longText: 'refuse' } };
    expect((await control('/__fault', order)).body).toEqual({ ok: true });
    const first = fake.send();
    await until(() => fake.wecom.waits().length === 1);
    fake.wecom.forward(5);
    expect((await first).errcode).toBe(-1);
    await control('/__fault', undefined, 'DELETE');
    expect((await fake.send()).errcode).toBe(42001);
    await fake.login();
    expect((await fake.send({ text: { content: '汉'.repeat(683) } })).errcode).toBe(45002);
    expect((await control('/__state')).body).toMatchObject({
      latency: 0,
      faults: [],
      switches: { longText: 'refuse', repeatedToken: 'same' },
    });
  });

  test('older addresses: members and tokens', async () => {
    await control('/__members', { members: ['zhaolei'], robots: ['k1'] });
    expect((await fake.send()).errcode).toBe(81013);
    expect((await fake.call('webhook/send?key=k1', { msgtype: 'text', text: { content: 'x' } })).errcode).toBe(0);
    await control('/__tokens', { do: 'corrupt' });
    expect((await fake.send()).errcode).toBe(40014);
    expect((await control('/__calls')).body).toEqual({ gettoken: 1, 'message/send': 2, 'webhook/send': 1 });
  });

  test('the clock goes forward, by seconds or to a moment', async () => {
    expect((await control('/__clock', { forward: 7200 })).body).toEqual({ now: '2026-12-05T11:00:00+08:00' });
    expect((await fake.send()).errcode).toBe(42001);
    expect((await control('/__clock', { to: '2026-12-06T09:00:00+08:00' })).body).toEqual({
      now: '2026-12-06T09:00:00+08:00',
    });
    expect((await control('/__clock', { to: '2026-12-06T08:00:00+08:00' })).status).toBe(400);
    await control('/__say', { from: 'wangfang', text: '时间戳不动' });
    expect(heard[0]).toContain(`<CreateTime>${Date.parse('2026-12-05T09:00:00+08:00') / 1000}</CreateTime>`);
    fake.wecom.forward(hour);
  });
});

describe('what is wrong is said', () => {
  beforeEach(() => open());

  test.each<[string, unknown, RegExp]>([
    ['/__say', { text: 'x' }, /from/],
    ['/__say', { from: 'wangfang' }, /要有 text/],
    ['/__say', { from: 'wangfang', text: 'x', group: 'g' }, /自建应用听不到群里的话/],
    ['/__say', { from: 'wangfang', text: 'x', mood: 'good' }, /mood/],
    ['/__say', '{"from":', /不是 JSON/],
    ['/__tap', { user: 'wangfang' }, /label/],
    ['/__tap', { user: 'wangfang', label: '没有' }, /没有收到这样的按钮/],
    ['/__upload', { from: 'wangfang', kind: 'song', text: 'x' }, /kind/],
    ['/__upload', { from: 'wangfang', kind: 'file' }, /base64、text、size、says/],
    ['/__enter', {}, /user/],
    ['/__fault', {}, /没有说出什么问题/],
    ['/__fault', { api: 'message/send', times: 3 }, /没有说出什么问题/],
    ['/__fault', { sometimes: 1 }, /sometimes/],
    ['/__fault', { code: 'x' }, /code/],
    ['/__fault', { switches: { longText: 'maybe' } }, /longText/],
    ['/__fault', { bot: { do: 'kick' } }, /没有开智能机器人/],
    ['/__hostile', { kind: 'x' }, /kind/],
    ['/__hostile', { kind: 'replay' }, /还没有送过消息/],
    ['/__clock', {}, /forward/],
    ['/__clock', { forward: -5 }, /forward/],
    ['/__members', { members: 'wangfang' }, /members/],
  ])('%s %j', async (path, body, wanted) => {
    const answer = await control(path, body);
    expect(answer.status).toBe(400);
    expect((answer.body as { error: string }).error).toMatch(wanted);
  });

  test('without a callback address nothing can be said', async () => {
    await control('/__callback', { url: null });
    expect((await control('/__say', { from: 'wangfang', text: 'x' })).body).toEqual({
      error: '没有回调地址，请用 --callback 指定',
    });
  });
});

describe('the AI bot on the same port', () => {
  let socket: WebSocket;
  let frames: { cmd?: string; headers: { req_id: string }; body: Record<string, never> }[];
  beforeEach(async () => {
    await open({ bot: {} });
    frames = [];
    socket = new WebSocket(fake.wecom.bot!.ws);
    await new Promise((resolve) => socket.once('open', resolve));
    socket.on('message', (data) => frames.push(JSON.parse(String(data))));
  });
  afterEach(() => socket.terminate());

  const frame = (cmd: string, body: object, reqId = 'r1') =>
    socket.send(JSON.stringify({ cmd, headers: { req_id: reqId }, body }));
  const subscribe = async () => {
    frame('aibot_subscribe', { bot_id: fakeBotCredentials.botId, secret: fakeBotCredentials.secret });
    await until(() => frames.length === 1);
  };

  test('has switches of its own, explained as well', async () => {
    const text = await (await fetch(`${fake.wecom.url}/`)).text();
    for (const [name, { description }] of Object.entries(botSwitchForms.shape)) {
      expect(text).toContain(`  ${name} = `);
      expect(description).toMatch(/[\u4e00-\u9fff]/);
    }
    expect((await control('/__fault', { bot: { switches: { deliveries: 'x' } } })).status).toBe(400);
  });

  test('is not there before somebody connects', async () => {
    expect((await control('/__say', { from: 'wangfang', text: '签到', group: 'g1' })).body).toMatchObject({
      error: expect.stringContaining('机器人还没有连上来'),
    });
  });

  test('hears the group, and what it answers lies in the inbox of the group', async () => {
    await subscribe();
    expect((await control('/__say', { from: 'wangfang', text: '签到', group: 'g1' })).body).toEqual({
      delivered: true,
    });
    await until(() => frames.length === 2);
    expect(frames[1]).toMatchObject({
      cmd: 'aibot_msg_callback',
      body: { chatid: 'g1', text: { content: '@小助手 签到' } },
    });
    const stream = { id: 's1', finish: true, content: '收到' };
    frame('aibot_respond_msg', { msgtype: 'stream', stream }, frames[1]!.headers.req_id);
    await until(() => frames.length === 3);
    expect((await control('/__inbox?group=g1')).body).toMatchObject([{ touser: 'g1', text: '收到', door: 'bot' }]);
    expect(heard).toEqual([]);
  });

  test('is pressed, kicked and told apart from the app', async () => {
    await subscribe();
    await control('/__say', { from: 'wangfang', text: '你好', door: 'bot' });
    const card = {
      card_type: 'button_interaction',
      task_id: 't9',
      main_title: { title: '参加吗' },
      button_list: [{ text: '参加', key: 'yes' }],
    };
    frame('aibot_send_msg', { chatid: 'wangfang', chat_type: 1, msgtype: 'template_card', template_card: card }, 'r2');
    await until(() => frames.some(({ headers }) => headers.req_id === 'r2'));
    expect((await control('/__tap', { user: 'wangfang', label: '参加' })).body).toEqual({ delivered: true });
    await until(() => frames.some(({ cmd }) => cmd === 'aibot_event_callback'));
    expect((await control('/__tap', { user: 'wangfang', label: '别的' })).status).toBe(400);
    await control('/__fault', { bot: { switches: { limit: 45033 }, droppedAcks: 1 } });
    expect((await control('/__state')).body).toMatchObject({
      bot: { connected: true, switches: { limit: 45033 }, faults: { droppedAcks: 1 } },
    });
    await control('/__fault', { bot: { do: 'kick' } });
    expect((await control('/__state')).body).toMatchObject({ bot: { connected: false } });
  });
});
