// The simulator's page over HTTP, on a real database; the turn behind it is a stand-in that repeats what it was given.

import Fastify, { type FastifyInstance } from 'fastify';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Inbound } from '../../src/channels/channel.ts';
import type { Draft } from '../../src/domain/message.ts';
import { dayLength, hour, type Instant } from '../../src/domain/time.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { addToChat, type ChatLine, keepChat, lastOfChat, takeChatBack } from '../../src/store/simulator-chat.ts';
import { makeUnitsCache } from '../../src/store/units.ts';
import type { ChatNews } from '../../src/web/simulator/chat-stream.ts';
import { simulatorPage } from '../../src/web/simulator/simulator-page.ts';

const start = Date.parse('2026-12-05T19:30:00+08:00');
const themeDay = Date.parse('2026-12-07T08:30:00+08:00');
const silent = { warn: () => {}, error: () => {} };

let db: Database;
let page: FastifyInstance;
let now: Instant;
let mayMove: boolean;
let received: Inbound[];
let answer: (inbound: Inbound) => readonly Draft[];

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, 'test/fixtures/orgs/small.yaml');
}, 60_000);
afterAll(() => db.close());

beforeEach(async () => {
  await db.pool.query('truncate simulator_chat, attachment');
  now = start;
  mayMove = true;
  received = [];
  answer = () => [];
  page = Fastify();
  await page.register(simulatorPage, {
    pool: db.pool,
    units: makeUnitsCache(),
    log: silent,
    pollEvery: 20,
    time: {
      now: () => now,
      get mayMove() {
        return mayMove;
      },
      async moveTo(at) {
        now = at;
      },
      nextThemeDay: async (unit) => (unit === 'b1' ? themeDay : undefined),
    },
    async receive(inbound) {
      received.push(inbound);
      return { drafts: answer(inbound) };
    },
  });
});
afterEach(() => page.close());

const ours = { host: 'localhost:8080', 'sec-fetch-site': 'same-origin', origin: 'http://localhost:8080' };

async function post(path: string, payload: object, headers: Record<string, string> = ours) {
  const { statusCode, body } = await page.inject({ method: 'POST', url: `/simulator/api/${path}`, payload, headers });
  return { status: statusCode, body: body ? JSON.parse(body) : undefined };
}

async function get(path: string, headers: Record<string, string> = ours) {
  const { statusCode, body } = await page.inject({ method: 'GET', url: `/simulator/api/${path}`, headers });
  return { status: statusCode, body: JSON.parse(body) };
}

/** Who said what in the chat, in short. */
const said = (lines: readonly ChatLine[]) => lines.map(({ from, body }) => [from, body]);

describe('who one can be', () => {
  test('everybody, by unit, those with an office first, in words', async () => {
    const { body } = await get('people');
    expect(body.now).toBe(start);
    expect(body.units.map((unit: { id: string }) => unit.id)).toEqual(['district', 'b1', 'b2']);
    const [district, b1] = body.units;
    const words = (unit: { members: { name: string; words: string[] }[] }) =>
      Object.fromEntries(unit.members.map((person) => [person.name, person.words]));
    expect(words(b1)).toEqual({
      王芳: ['书记'],
      赵磊: ['党员'],
      李洁: ['党员'],
      孙波: ['离退休党员'],
      钱多: ['流动党员'],
    });
    expect(b1.members[0].group).toEqual({ id: 'b1', name: '第一党支部' });
    expect(district.members[0].group).toBeNull();
  });
});

describe('speaking', () => {
  test('what a member says in private reaches the turn, and the answer stands below it', async () => {
    answer = () => [{ text: '收到' }, { text: '对吗？', buttons: [{ label: '对', data: 'a:1:x:yes' }] }];
    expect(await post('say', { member: 'zhaolei', text: '报服务\0' })).toEqual({ status: 204, body: undefined });
    expect(received).toEqual([
      {
        channel: 'simulator',
        messageId: expect.stringMatching(/^[\da-f-]{36}$/),
        account: 'zhaolei',
        at: start,
        place: { kind: 'private' },
        content: { kind: 'text', text: '报服务' },
      },
    ]);
    const { body } = await get('chat?member=zhaolei');
    expect(said(body.private)).toEqual([
      ['zhaolei', { kind: 'text', text: '报服务' }],
      [null, { kind: 'draft', draft: { text: '收到' } }],
      [null, { kind: 'draft', draft: { text: '对吗？', buttons: [{ label: '对', data: 'a:1:x:yes' }] } }],
    ]);
    expect((await get('chat?member=lijie')).body.private).toEqual([]);
  });

  test('what is said in the group is read by the whole branch and nobody else', async () => {
    answer = () => [{ text: '收到，已签到。' }];
    await post('say', { member: 'zhaolei', place: 'group', text: '签到' });
    expect(received[0]?.place).toEqual({ kind: 'group', group: 'b1' });
    expect(said((await get('chat?member=lijie')).body.group)).toEqual([
      ['zhaolei', { kind: 'text', text: '签到' }],
      [null, { kind: 'draft', draft: { text: '收到，已签到。' } }],
    ]);
    expect((await get('chat?member=zhoumin')).body.group).toEqual([]);
    expect((await get('chat?member=chenjing')).body.group).toBeNull();
    expect((await post('say', { member: 'chenjing', place: 'group', text: '签到' })).status).toBe(404);
  });

  test('a tap shows its label and carries its data', async () => {
    await post('tap', { member: 'zhaolei', data: 'a:3:sure:yes', label: '对', card: 7 });
    expect(received[0]?.content).toEqual({ kind: 'tap', data: 'a:3:sure:yes', card: 'line-7' });
    expect(said((await get('chat?member=zhaolei')).body.private)).toEqual([
      ['zhaolei', { kind: 'tap', label: '对', data: 'a:3:sure:yes', card: 7 }],
    ]);
  });

  test('who opens the chat is heard each time; whether that is answered, the turn says', async () => {
    answer = () => (received.length === 1 ? [{ text: '您好' }] : []);
    await post('enter', { member: 'zhaolei' });
    await post('enter', { member: 'zhaolei' });
    expect(received.map(({ content }) => content)).toEqual([{ kind: 'enter' }, { kind: 'enter' }]);
    expect(said((await get('chat?member=zhaolei')).body.private)).toEqual([
      [null, { kind: 'draft', draft: { text: '您好' } }],
    ]);
  });

  test('a turn that fails leaves what was said, and says so', async () => {
    answer = () => {
      throw new Error('no database');
    };
    expect(await post('say', { member: 'zhaolei', text: '签到' })).toMatchObject({
      status: 503,
      body: { say: expect.any(String) },
    });
    expect((await get('chat?member=zhaolei')).body.private).toHaveLength(1);
  });

  test('the last two hundred lines are shown', async () => {
    const bodies = Array.from({ length: 205 }, (_, n) => ({ kind: 'text' as const, text: String(n) }));
    await addToChat(db.pool, 'member:zhaolei', 'zhaolei', bodies, now);
    const lines: ChatLine[] = (await get('chat?member=zhaolei')).body.private;
    expect(lines.map(({ body }) => body.kind === 'text' && body.text)).toEqual(bodies.slice(5).map(({ text }) => text));
  });
});

describe('sending something', () => {
  const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');

  /** How the turn finds what was sent in. */
  function uploaded(): string {
    const content = received[0]?.content;
    return content?.kind === 'upload' ? content.ref : '';
  }

  test('a picture is kept for a day and shown as what it is', async () => {
    const upload = { member: 'zhaolei', media: 'image', name: '现场.png', data: png.toString('base64') };
    expect((await post('upload', upload)).status).toBe(204);
    const ref = uploaded();
    expect(received[0]?.content).toEqual({ kind: 'upload', media: 'image', name: '现场.png', ref });
    const file = () => page.inject({ url: `/simulator/api/file/${ref}`, headers: ours });
    const shown = await file();
    expect(shown.rawPayload).toEqual(png);
    expect((await db.pool.query('select member from attachment')).rows).toEqual([{ member: 'zhaolei' }]);
    expect(shown.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' });
    now += dayLength;
    expect((await file()).statusCode).toBe(404);
  });

  test('a page that calls itself a picture is only for saving', async () => {
    const data = Buffer.from('<svg onload="alert(1)">').toString('base64');
    await post('upload', { member: 'zhaolei', media: 'image', name: 'a.svg', data });
    const ref = uploaded();
    const { headers } = await page.inject({ url: `/simulator/api/file/${ref}`, headers: ours });
    expect(headers['content-type']).toBe('application/octet-stream');
    expect(headers['content-disposition']).toMatch(/^attachment;/);
    expect(headers['content-security-policy']).toContain('sandbox');
  });

  test('a voice note carries what was said', async () => {
    await post('upload', { member: 'zhaolei', media: 'voice', name: '语音', says: '今天帮忙两小时' });
    expect(received[0]?.content).toMatchObject({ kind: 'upload', media: 'voice', says: '今天帮忙两小时' });
  });

  test('twenty megabytes pass, more does not', async () => {
    const upload = (bytes: number) => ({
      member: 'zhaolei',
      media: 'file',
      name: 'x',
      data: Buffer.alloc(bytes).toString('base64'),
    });
    expect((await post('upload', upload(20 * 1024 * 1024))).status).toBe(204);
    expect((await post('upload', upload(20 * 1024 * 1024 + 1))).status).toBe(413);
    expect((await post('upload', upload(21 * 1024 * 1024))).status).toBe(413);
  });
});

describe('the clock', () => {
  test.each([
    ['+1h', start + hour],
    ['tomorrow', start + dayLength],
    ['next-morning', Date.parse('2026-12-06T09:05:00+08:00')],
    ['next-theme-day', themeDay],
    ['2026-12-31T12:00:00+08:00', Date.parse('2026-12-31T12:00:00+08:00')],
  ])('moves to %s', async (to, at) => {
    expect(await post('clock', { member: 'zhaolei', to })).toEqual({ status: 200, body: { now: at, news: {} } });
    expect(now).toBe(at);
  });

  test('goes to the theme day of the first branch below for people above the branches', async () => {
    await post('clock', { member: 'chenjing', to: 'next-theme-day' });
    expect(now).toBe(themeDay);
  });

  test.each(['2026-12-05T19:29:00+08:00', '2028-06-01T00:00:00+08:00'])('does not move to %s', async (to) => {
    expect((await post('clock', { member: 'zhaolei', to })).status).toBe(409);
    expect(now).toBe(start);
  });

  test('stays where no theme day is known, and where it may not move', async () => {
    expect((await post('clock', { member: 'zhoumin', to: 'next-theme-day' })).status).toBe(409);
    mayMove = false;
    expect((await post('clock', { member: 'zhaolei', to: '+1h' })).status).toBe(409);
    expect(now).toBe(start);
  });
});

describe('what falls due', () => {
  const deliver = (message: Parameters<ReturnType<typeof keepChat>>[0]) => keepChat(db.pool, () => now)(message);

  test('is delivered once to each, and names those who are not there', async () => {
    const message = {
      to: { kind: 'accounts', accounts: ['zhaolei', 'ghost', 'lijie'] },
      draft: { text: '明天主题党日' },
      serial: 4,
    } as const;
    expect(await deliver(message)).toEqual(['ghost']);
    expect(await deliver(message)).toEqual(['ghost']);
    for (const member of ['zhaolei', 'lijie'])
      expect(said((await get(`chat?member=${member}`)).body.private)).toEqual([
        [null, { kind: 'draft', draft: { text: '明天主题党日' }, serial: 4 }],
      ]);
    expect((await get('people')).body.news).toEqual({
      'member:zhaolei': expect.any(Number),
      'member:lijie': expect.any(Number),
    });
  });

  test('can be taken back; a note says so', async () => {
    await deliver({ to: { kind: 'group', group: 'b1' }, draft: { text: '学习材料' }, serial: 9 });
    const [line] = await lastOfChat(db.pool, 'group:b1');
    const takeBack = takeChatBack(db.pool, () => now);
    expect(await takeBack(9)).toBe(true);
    expect(await takeBack(9)).toBe(false);
    expect(said(await lastOfChat(db.pool, 'group:b1'))).toEqual([[null, { kind: 'recalled', of: line?.id }]]);
  });

  test('shows at once on pages that are open, with who else has got something', async () => {
    const events = await openStream('zhaolei');
    await deliver({ to: { kind: 'accounts', accounts: ['zhaolei', 'wuhao'] }, draft: { text: '通知' }, serial: 1 });
    await deliver({ to: { kind: 'group', group: 'b1' }, draft: { text: '群通知' }, serial: 2 });
    const seen = await events.until(({ lines, news }) => lines.length >= 2 && Object.keys(news).length === 3);
    expect(seen.lines.map(({ chat }) => chat).sort()).toEqual(['group:b1', 'member:zhaolei']);
    expect(Object.keys(seen.news).sort()).toEqual(['group:b1', 'member:wuhao', 'member:zhaolei']);
    now += hour;
    expect((await events.until((all) => all.now === start + hour)).lines).toHaveLength(2);
    await events.close();
  });

  test('a page that comes back gets what it missed and no more', async () => {
    await addToChat(db.pool, 'member:zhaolei', null, Array(150).fill({ kind: 'draft', draft: { text: '旧' } }), now);
    const [last] = await lastOfChat(db.pool, 'member:zhaolei', 1);
    await deliver({ to: { kind: 'accounts', accounts: ['zhaolei'] }, draft: { text: '新' }, serial: 1 });
    const events = await openStream('zhaolei', { 'last-event-id': String(last?.id) });
    const { lines } = await events.until((all) => all.lines.some(({ id }) => id > last!.id));
    expect(lines.length).toBeLessThanOrEqual(101);
    expect(lines.at(-1)?.body).toMatchObject({ draft: { text: '新' } });
    await events.close();
  });

  /** Reads events until what has come so far, put together, is as wanted. */
  async function openStream(member: string, headers: Record<string, string> = {}) {
    const address = await page.listen({ port: 0, host: '127.0.0.1' });
    const stop = new AbortController();
    const response = await fetch(`${address}/simulator/api/stream?member=${member}`, { headers, signal: stop.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let all: { lines: ChatLine[]; news: Record<string, number>; now: Instant } = { lines: [], news: {}, now: 0 };
    let rest = '';
    return {
      async until(wanted: (all: ChatNews) => boolean): Promise<ChatNews> {
        while (!wanted(all)) {
          const { value, done } = await reader.read();
          if (done) throw new Error('the stream ended');
          const events = `${rest}${value}`.split('\n\n');
          rest = events.pop()!;
          for (const event of events) {
            const data = /^data: (.*)$/m.exec(event);
            if (!data) continue;
            const news: ChatNews = JSON.parse(data[1]!);
            all = { lines: [...all.lines, ...news.lines], news: { ...all.news, ...news.news }, now: news.now };
          }
        }
        return all;
      },
      async close() {
        stop.abort();
        await reader.closed.catch(() => undefined);
      },
    };
  }
});

describe('what is refused', () => {
  test.each([
    ['say', { member: 'nobody', text: '签到' }],
    ['tap', { member: 'nobody', data: 'x', label: '对' }],
    ['enter', { member: 'nobody' }],
    ['clock', { member: 'nobody', to: '+1h' }],
    ['upload', { member: 'nobody', media: 'image', name: 'x' }],
  ])('%s of somebody unknown', async (path, body) => {
    expect((await post(path, body)).status).toBe(404);
    expect(received).toEqual([]);
  });

  test.each([
    ['say', {}],
    ['say', { member: 'zhaolei', text: ' ' }],
    ['say', { member: 'zhaolei', text: '好', place: 'street' }],
    ['say', { member: 'zhaolei', text: '好', more: 1 }],
    ['say', { member: 'zhaolei', text: '长'.repeat(5001) }],
    ['tap', { member: 'zhaolei', label: '对' }],
    ['upload', { member: 'zhaolei', media: 'image', name: 'x', data: '!' }],
    ['clock', { member: 'zhaolei', to: 'yesterday' }],
  ])('%s in a wrong form', async (path, body) => {
    expect((await post(path, body)).status).toBe(400);
    expect(received).toEqual([]);
  });

  test('the chat of somebody unknown', async () => {
    expect((await get('chat?member=nobody')).status).toBe(404);
    expect((await get('stream?member=nobody')).status).toBe(404);
    expect((await get('chat')).status).toBe(400);
  });

  test.each([
    [{ host: 'evil.example' }],
    [{ host: '127.0.0.1.evil.example' }],
    [{ host: '192.168.1.5:8080' }],
    [{ host: 'localhost:8080', 'sec-fetch-site': 'cross-site' }],
    [{ host: 'localhost:8080', 'sec-fetch-site': 'same-site' }],
    [{ host: 'localhost:8080', origin: 'https://evil.example' }],
    [{ host: 'localhost:8080', origin: 'http://localhost:3000' }],
    [{ host: 'localhost:8080', origin: 'null' }],
  ])('a request that does not come from our own page: %j', async (headers) => {
    expect(
      (await post('say', { member: 'zhaolei', text: '签到' }, headers as unknown as Record<string, string>)).status,
    ).toBe(403);
    expect(received).toEqual([]);
  });

  test('the page itself under a name that is not this machine', async () => {
    const status = async (host: string) => (await page.inject({ url: '/simulator', headers: { host } })).statusCode;
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080', 'zhibu.localhost'])
      expect(await status(host)).toBe(200);
    for (const host of ['evil.example', '10.0.0.1', 'localhost.evil.example', '127.0.0.1.nip.io'])
      expect(await status(host)).toBe(403);
  });
});

describe('the page', () => {
  test('needs nothing from elsewhere and runs nothing inline', async () => {
    const { body, headers } = await page.inject({ url: '/simulator', headers: ours });
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(body).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|(src|href)="(?!\/simulator\/)/);
  });

  test('has all the files it names', async () => {
    const missing: string[] = [];
    const known = new Set<string>();
    const queue = ['/simulator'];
    for (let url = queue.pop(); url !== undefined; url = queue.pop()) {
      if (known.has(url)) continue;
      known.add(url);
      const { statusCode, body } = await page.inject({ url, headers: ours });
      if (statusCode !== 200) missing.push(url);
      for (const [, named] of body.matchAll(/["'](\/simulator\/[\w-]+\.\w+)["']/g)) queue.push(named!);
      for (const [, named] of body.matchAll(/from '\.\/([\w-]+\.js)'/g)) queue.push(`/simulator/${named}`);
    }
    expect(missing).toEqual([]);
    expect(known.size).toBeGreaterThan(15);
  });

  test('serves no other file', async () => {
    for (const url of ['/simulator/nothing.js', '/simulator/..%2fsimulator-page.ts', '/simulator/%2e%2e/people.ts'])
      expect((await page.inject({ url, headers: ours })).statusCode).toBe(404);
  });
});
