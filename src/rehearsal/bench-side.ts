// One side of `bench turn` in a process of its own: `server` = the product on a throw-away durable database, `floor` = HTTP, crypto and XML only.

import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { pino } from 'pino';
import { makeApp } from '../app.ts';
import { wecomChannel } from '../channels/wecom/send.ts';
import { loadLibrary } from '../library/library.ts';
import { openThrowaway } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';
import { viewNames } from '../store/views/index.ts';
import { makeServer } from '../web/server.ts';
import { wecomCallback } from '../web/wecom-callback.ts';
import { fakeCredentials } from './fake-wecom/fake-wecom.ts';

const log = pino({ level: 'silent' });
const { corpId, agentId, token, encodingAesKey } = fakeCredentials;
const callback = {
  keys: { token, encodingAesKey, receiveId: corpId },
  agentId,
  later: async () => {},
  now: Date.now,
  log,
};

const side = process.argv[2] === 'server' ? await startServer() : await startFloor();
process.send!({ port: side.port });
process.on('message', async (message) => {
  if (message === 'rss') process.send!({ rss: process.memoryUsage().rss });
  if (message === 'stop') {
    await side.stop();
    process.exit(0);
  }
});

async function startServer() {
  // fsync stays on: a committed answer is what is measured.
  const db = await openThrowaway(10, { durable: true });
  await migrate(db, migrations);
  await db.pool.query(`insert into unit (id, name, kind, parent) values ('b1', '第一党支部', 'branch', null)`);
  await db.pool.query(
    `insert into member (id, name, unit, noticed_at) select 'bench' || n, '成员' || n, 'b1', now() from generate_series(0, 1999) n`,
  );
  await db.pool.query(`insert into account (channel, account, member) select 'wecom', id, id from member`);
  const unreachable = async () => ({ kind: 'silence' as const, detail: 'bench' });
  const app = await makeApp({
    pool: db.pool,
    library: loadLibrary(viewNames, { sample: true }),
    channels: [wecomChannel({ agentId, client: unreachable, now: Date.now, random: () => 0 })],
    clock: Date.now,
    log,
  });
  const server = await makeServer({
    pool: db.pool,
    log,
    open: async (http) => {
      await http.register(wecomCallback, { ...callback, receive: app.receive });
    },
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return {
    port: (server.server.address() as AddressInfo).port,
    async stop() {
      await server.close();
      await db.close();
    },
  };
}

async function startFloor() {
  const server = Fastify({ logger: false });
  await server.register(wecomCallback, {
    ...callback,
    receive: async () => ({ drafts: [{ text: '收到，记下了。' }] }),
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  return { port: (server.server.address() as AddressInfo).port, stop: () => server.close() };
}
