// The AI bot's callbacks: behaviour 29. The address of ours is the test's own.

import { createDecipheriv } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FakeBot, startFakeBot } from '../../src/rehearsal/fake-wecom/bot-fake.ts';
import { openText, sealText, sign } from '../../src/rehearsal/fake-wecom/seal.ts';

/** What an address of ours is told. */
interface Told {
  readonly msgtype: string;
  readonly response_url?: string;
  readonly image?: { readonly url: string };
  readonly event?: { readonly eventtype: string };
}

let bot: FakeBot;
let now: number;
let servers: FastifyInstance[];

const stream = (content: string, finish = true, id = 'S1') => ({ msgtype: 'stream', stream: { id, finish, content } });

beforeEach(async () => {
  now = Date.parse('2026-12-05T09:00:00+08:00');
  servers = [];
  bot = await startFakeBot({
    now: () => now,
    pass: async (milliseconds) => {
      now += milliseconds;
    },
  });
});
afterEach(async () => {
  for (const server of servers) await server.close();
  await bot.close();
});

/** An address of ours that answers as the test says; what it was told, opened. */
async function callback(answer: (told: Told) => object | undefined, status = 200) {
  const told: Told[] = [];
  const app = Fastify();
  app.post('/wecom/bot', async (request, reply) => {
    const { encrypt } = request.body as { encrypt: string };
    const { nonce } = request.query as { nonce: string };
    const body = JSON.parse(openText(keys(), encrypt)) as Told;
    told.push(body);
    const said = answer(body);
    if (!said) return reply.code(status).send();
    const sealed = sealText(keys(), JSON.stringify(said));
    const timestamp = Math.floor(now / 1000);
    const msgsignature = sign(keys().token, String(timestamp), nonce, sealed);
    return reply.code(status).send({ encrypt: sealed, msgsignature, timestamp, nonce });
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  servers.push(app);
  bot.setCallback(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}/wecom/bot`);
  return told;
}
const keys = () => ({ ...bot.credentials, receiveId: '' });

describe('29 callbacks', () => {
  test('29 a message is sealed JSON for nobody in particular, with what is said in it', async () => {
    const told = await callback(() => undefined);
    await bot.sayByCallback({ from: 'wangfang', group: 'wr', text: '签到', quote: '昨天' });
    expect(told).toMatchObject([
      {
        chattype: 'group',
        chatid: 'wr',
        from: { userid: 'wangfang' },
        msgtype: 'text',
        text: { content: '@小助手 签到' },
        quote: { text: { content: '昨天' } },
      },
    ]);
    expect(told[0]!.response_url).toMatch(/\/cgi-bin\/aibot\/response\?response_code=/);
  });

  test('29 an unfinished stream is polled every second, each state in place of the one before, until it is finished', async () => {
    let polls = 0;
    const told = await callback(({ msgtype }) => {
      if (msgtype === 'stream') polls += 1;
      return stream('一二三四'.slice(0, polls + 1), polls === 3);
    });
    const from = now;
    expect(await bot.sayByCallback({ from: 'wangfang', text: '学习' })).toMatchObject({ polls: 3, reply: '一二三四' });
    expect(now - from).toBe(3000);
    expect(told.slice(1)).toMatchObject([{ stream: { id: 'S1' } }, { stream: { id: 'S1' } }, { stream: { id: 'S1' } }]);
  });

  test('29 for six minutes, no longer', async () => {
    await callback(() => stream('还没好', false));
    const heard = await bot.sayByCallback({ from: 'wangfang', text: '学习' });
    expect(heard.broken).toContain('six minutes');
    expect(heard.polls).toBeGreaterThan(350);
  });

  test.each([
    ['content over 20,480 bytes', () => stream('汉'.repeat(6827))],
    ['a text, which only a welcome is', () => ({ msgtype: 'text', text: { content: '好' } })],
    [
      'another stream than the one asked for',
      ({ msgtype }: Told) => stream('好', msgtype === 'stream', msgtype === 'stream' ? 'S2' : 'S1'),
    ],
  ])('29 %s is no answer', async (_name, answer) => {
    await callback(answer);
    expect((await bot.sayByCallback({ from: 'wangfang', text: '学习' })).broken).toBeDefined();
  });

  test('29 an unknown stream may be asked for, as after a restart of ours', async () => {
    const told = await callback(() => stream('好', true, 'S9'));
    expect(await bot.poll('S9')).toEqual({ content: '好', finish: true });
    expect(told).toMatchObject([{ msgtype: 'stream', stream: { id: 'S9' } }]);
  });

  test('29 no more than three messages of a person wait at a time', async () => {
    bot.setCallback('http://127.0.0.1:1/wecom/bot');
    const all = await Promise.all(
      ['一', '二', '三', '四'].map((text) => bot.sayByCallback({ from: 'wangfang', text })),
    );
    expect(all.map(({ status }) => status)).toEqual([0, 0, 0, undefined]);
  });

  test('29 the address for a late answer is good once, for an hour', async () => {
    const told = await callback(() => undefined);
    await bot.sayByCallback({ from: 'wangfang', text: '学习' });
    await bot.sayByCallback({ from: 'wangfang', text: '学习' });
    const late = async (n: number) => {
      const body = JSON.stringify({ msgtype: 'markdown', markdown: { content: '晚到的' } });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(String(told[n]!.response_url), { method: 'POST', body, headers });
      return ((await response.json()) as { errcode: number }).errcode;
    };
    expect([await late(0), await late(0)]).toEqual([0, 40014]);
    now += 3_600_000;
    expect(await late(1)).toBe(40014);
    expect(bot.inbox('wangfang').map(({ text }) => text)).toEqual(['晚到的']);
  });

  test('29 a pressed card and an opening of the chat are told once, the opening once a day', async () => {
    const told = await callback(() => undefined, 503);
    await bot.sayByCallback({ from: 'wangfang', event: { eventtype: 'template_card_event' } });
    await bot.sayByCallback({ from: 'wangfang', event: { eventtype: 'enter_chat' } });
    await bot.sayByCallback({ from: 'wangfang', event: { eventtype: 'enter_chat' } });
    now += 24 * 3_600_000;
    await bot.sayByCallback({ from: 'wangfang', event: { eventtype: 'enter_chat' } });
    expect(told.map(({ event }) => event?.eventtype)).toEqual(['template_card_event', 'enter_chat', 'enter_chat']);
  });

  test('29 a changed card keeps its number', async () => {
    const card = (task_id: string) => ({ response_type: 'update_template_card', template_card: { task_id } });
    const event = { eventtype: 'template_card_event', template_card_event: { event_key: 'a', task_id: 't1' } };
    await callback(() => card('t2'));
    expect((await bot.sayByCallback({ from: 'wangfang', event })).broken).toBeDefined();
    await callback(() => card('t1'));
    expect((await bot.sayByCallback({ from: 'wangfang', event })).broken).toBeUndefined();
  });

  test('29 the bytes of a file are sealed with the key of the bot, and gone after five minutes', async () => {
    const told = await callback(() => undefined);
    const bytes = Buffer.from('会议照片');
    await bot.sayByCallback({ from: 'wangfang', file: { kind: 'image', bytes } });
    const { url } = told[0]!.image!;
    const got = Buffer.from(await (await fetch(url)).arrayBuffer());
    expect(got.length % 32).toBe(0);
    const key = Buffer.from(`${bot.credentials.encodingAesKey}=`, 'base64');
    const open = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    expect(Buffer.concat([open.update(got), open.final()]).subarray(0, bytes.length)).toEqual(bytes);
    now += 5 * 60_000 + 1;
    expect((await fetch(url)).status).toBe(403);
  });
});
