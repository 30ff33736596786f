// The outbox under kill -9: a process that sends is killed at random moments, again and again. Nothing is lost and nobody sees anything twice.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { dayOf, instantOf } from '../../src/domain/time.ts';
import { openWorld, type World } from '../jobs/delivery-world.ts';
import { hasRedis, startRedis } from '../jobs/redis-server.ts';
import { compileSources, removeFolder } from '../store/other-process.ts';

/** Leases are short here, so that a killed process's rows come back within the test. */
const leases = { handOver: 300, sending: 700 };

/** Between the real clock and the one the senders go by, in which it is morning: at night only replies go out. */
const shift = instantOf(dayOf(Date.now()), '10:00') - Date.now();

let code: string;
let world: World;
let platform: Platform;
beforeAll(async () => {
  code = compileSources();
  world = await openWorld();
  platform = await startPlatform();
}, 30_000);
afterAll(async () => {
  platform.close();
  await world.close();
  removeFolder(code);
});
beforeEach(async () => {
  await world.clear();
  platform.clear();
});

test('direct: killed 25 times, everything arrives once and in order', () => survive(25), 100_000);

test.skipIf(!hasRedis())(
  'bullmq: killed 12 times, everything arrives once and in order',
  async () => {
    const redis = await startRedis();
    await survive(12, redis.url).finally(() => redis.stop());
  },
  100_000,
);

async function survive(kills: number, redisUrl = ''): Promise<void> {
  for (let n = 0; n < kills; n += 1) {
    await putRows(60);
    const child = startSender(redisUrl);
    await once(child.stdout, 'data');
    await pause(20 + Math.random() * 400);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  const last = startSender(redisUrl);
  await expect.poll(() => world.statuses(), { timeout: 40_000, interval: 100 }).toEqual({ 2: kills * 60 });
  const ended = once(last, 'exit');
  last.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);

  const { rows } = await world.db.pool.query<{ id: number; account: string; lane: number; parts: number }>(
    `select id, accounts[1] as account, lane, parts_sent as parts from outbox order by id`,
  );
  // Lost: a part that was never seen. Twice: two bodies of one part, for the second would pass the platform's duplicate check.
  const expected = rows.flatMap(({ id }) => (id % 7 === 0 ? [`${id}/0`, `${id}/1`] : [`${id}/0`]));
  expect(platform.visible.map(({ part }) => part).toSorted()).toEqual(expected.toSorted());
  expect(rows.every(({ id, parts }) => parts === (id % 7 === 0 ? 2 : 1))).toBe(true);
  const place = new Map(platform.visible.map(({ part }, index) => [part, index]));
  for (const account of new Set(rows.map((row) => row.account))) {
    const replies = rows.filter((row) => row.account === account && row.lane === 0);
    const places = replies
      .flatMap(({ id }) => (id % 7 === 0 ? [`${id}/0`, `${id}/1`] : [`${id}/0`]))
      .map((part) => place.get(part)!);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  }
  // Otherwise no kill fell between the call and the mark, and the test has shown nothing.
  expect(platform.repeats).toBeGreaterThan(0);
}

/** Replies, pushes and broadcasts to twenty people. */
async function putRows(count: number): Promise<void> {
  const at = new Date(Date.now() + shift);
  await world.db.pool.query(
    `insert into outbox (channel, kind, lane, members, accounts, draft, due_at, created_at)
      select 'simulator', (array['reply', 'urgent', 'broadcast'])[1 + n % 3], n % 3, array['m' || 1 + n % 20], array['M' || 1 + n % 20], '{"text":"-"}', $2, $2
      from generate_series(1, $1::int) as n`,
    [count, at],
  );
}

/**
 * A process that sends until it is told to stop. Its door composes bodies that differ each time they are composed: only a body that was
 * stored before the call is the same when it is repeated.
 */
const program = `
import { randomUUID } from 'node:crypto';
import pg from 'pg';
const { code, connection, url, redisUrl, leases, shift } = JSON.parse(process.argv[1]);
const clock = () => Date.now() + shift;
const load = (path) => import(code + '/dist/' + path);
const { outboxLines } = await load('jobs/outbox.js');
const { columnTypes } = await load('store/values.js');
const pool = new pg.Pool({ ...connection, types: columnTypes, max: 10, pipeline: true });
pool.on('error', () => {});
const door = {
  name: 'simulator', batch: 1000, groups: false,
  compose: (draft, to, serial) => Array.from({ length: serial % 7 === 0 ? 2 : 1 }, (_, part) => JSON.stringify({ part: serial + '/' + part, nonce: randomUUID() })),
  async send(body) {
    try {
      const { code } = await (await fetch(url, { method: 'POST', body, signal: AbortSignal.timeout(400) })).json();
      return code === 0 ? { kind: 'sent' } : { kind: 'throttled', until: clock() + 150, detail: String(code) };
    } catch (error) { return { kind: 'unreachable', detail: error.name }; }
  },
  recall: async () => ({ kind: 'rejected', reason: 'bad-request', detail: '' }),
};
const log = { info() {}, warn() {}, error: (...what) => console.error(what) };
const lines = outboxLines({ pool, clock, log, leases, channels: new Map([['simulator', door]]) });
const parts = { lines, clock, log };
const dispatcher = redisUrl
  ? (await load('jobs/bullmq-dispatcher.js')).bullmqDispatcher({ ...parts, redisUrl, lock: 1000 })
  : (await load('jobs/direct-dispatcher.js')).directDispatcher(parts);
dispatcher.start();
process.on('SIGTERM', async () => { await dispatcher.stop(); await pool.end(); });
process.stdout.write('up');
`;

function startSender(redisUrl: string) {
  const { types: _, ...connection } = world.db.connection;
  const settings = { code: pathToFileURL(code).href, connection, url: platform.url, redisUrl, leases, shift };
  // Bare imports of a program given by -e resolve from the working folder.
  return spawn(process.execPath, ['--input-type=module', '-e', program, JSON.stringify(settings)], {
    cwd: code,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

interface Platform {
  readonly url: string;
  /** What people saw, in order. */
  readonly visible: { readonly part: string }[];
  readonly repeats: number;
  clear(): void;
  close(): void;
}

/** Shows a body, then answers after a while; the same body again is not shown. Now and then it shows one and yet says that a limit is used up. */
async function startPlatform(): Promise<Platform> {
  const seen = new Set<string>();
  const platform = { visible: [] as { part: string }[], repeats: 0 };
  const server: Server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    if (seen.has(body)) platform.repeats += 1;
    else {
      seen.add(body);
      platform.visible.push(JSON.parse(body));
    }
    const code = Math.random() < 0.02 ? 45009 : 0;
    setTimeout(() => response.end(JSON.stringify({ code })), Math.random() * 40);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(platform, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    clear() {
      seen.clear();
      platform.visible.length = 0;
      platform.repeats = 0;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  });
}
