// A day of the service in trouble: members speak, pushes go out through every WeCom door, and the platform fails in all the ways it has. Time moves only here.

import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { type App, makeApp } from '../../src/app.ts';
import type { Channel, Inbound } from '../../src/channels/channel.ts';
import { webhookChannel } from '../../src/channels/webhook.ts';
import { wecomClient } from '../../src/channels/wecom/client.ts';
import { wecomHttp } from '../../src/channels/wecom/http.ts';
import { wecomChannel } from '../../src/channels/wecom/send.ts';
import { accessTokens } from '../../src/channels/wecom/token.ts';
import { type BotConnection, botConnection } from '../../src/channels/wecom-bot/connection.ts';
import { botListener } from '../../src/channels/wecom-bot/listen.ts';
import { wecomBotChannel } from '../../src/channels/wecom-bot/send.ts';
import { limitsFor, wholeLimit } from '../../src/jobs/send-limits.ts';
import { loadLibrary } from '../../src/library/library.ts';
import { type FakeWecom, fakeCredentials, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { botChats } from '../../src/store/bot-chats.ts';
import { botInbox } from '../../src/store/bot-inbox.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { fieldCipher } from '../../src/store/field-cipher.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { reserve } from '../../src/store/platform-limits.ts';
import { platformTokenStore } from '../../src/store/platform-token.ts';
import { sayLater } from '../../src/store/say-later.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { makeServer } from '../../src/web/server.ts';
import { wecomCallback } from '../../src/web/wecom-callback.ts';

const { corpId, agentId, secret, token, encodingAesKey } = fakeCredentials;

/** A Tuesday morning. */
export const dawn = Date.parse('2026-12-08T07:00:00+08:00');

/** People who are reached through the app, and those who are reached through the AI bot only. */
export const appPeople = Array.from({ length: 10 }, (_, n) => `m${n + 1}`);
export const botPeople = Array.from({ length: 4 }, (_, n) => `g${n + 1}`);
export const groups = { webhook: 'robot-key-1', wecom: 'chat1', 'wecom-bot': 'grp1' } as const;

export interface FaultDay {
  readonly db: Database;
  readonly wecom: FakeWecom;
  readonly connection: BotConnection;
  readonly warnings: readonly string[];
  now(): number;
  /** Puts the clock there; everything that falls due on the way happens, in order. */
  moveTo(at: number): Promise<void>;
  /** Both processes send what is due. */
  settle(): Promise<void>;
  /** Until the AI bot is connected again, which takes as much of the day as it takes. */
  connected(): Promise<void>;
  /** Somebody says something to the AI bot; resolves when the answer is on its way. */
  sayToBot(from: string, text: string, group?: string): Promise<void>;
  /** Done once, between the next commit and its answer. */
  beforeNextAnswer(work: () => Promise<void>): void;
  close(): Promise<void>;
}

const library = loadLibrary(viewNames, { sample: true });

export async function openFaultDay(): Promise<FaultDay> {
  const db = await openThrowaway(20);
  await migrate(db, migrations);
  await fill(db);
  const time = handTime(dawn);
  const clock = time.now;
  const wecom = await startFakeWecom({
    now: clock,
    pass: (milliseconds, signal) =>
      new Promise((resolve) => {
        const cancel = time.later(resolve, milliseconds);
        signal?.addEventListener('abort', () => {
          cancel();
          resolve();
        });
      }),
    bot: {},
    members: appPeople,
    chats: [groups.wecom],
    robots: [groups.webhook],
    // Time stands while somebody speaks.
    switches: { spacing: 0 },
  });
  const bot = wecom.bot!;
  const chats = botChats(db.pool, clock);
  for (const account of botPeople) await chats.heard({ kind: 'single', id: account }, account);
  await chats.heard({ kind: 'group', id: groups['wecom-bot'] }, groups['wecom-bot']);
  bot.hasWritten(...botPeople, groups['wecom-bot']);

  const warnings: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void warnings.push(line) });
  const silent = { info() {}, warn() {}, error() {} };

  function doors(): Channel[] {
    const http = wecomHttp(wecom.url, 2500);
    const store = platformTokenStore(db.pool, `${corpId}/${agentId}`);
    const client = wecomClient(http, accessTokens({ corpId, secret }, { http, store, now: clock }));
    return [
      wecomChannel({ agentId, client, now: clock, random: () => 0 }),
      webhookChannel({ http, now: clock, random: () => 0 }),
    ];
  }

  let listen: (frame: Parameters<ReturnType<typeof botListener>>[0]) => Promise<void>;
  let heard = 0;
  let handled = 0;
  /** How often the connection has begun to wait, and whether it has just begun to connect. */
  let connectionTimers = 0;
  let attempted = false;
  const connection = botConnection({
    ...bot.credentials,
    url: bot.ws,
    now: clock,
    random: () => 0,
    log: silent,
    later(work, milliseconds) {
      connectionTimers += 1;
      return time.later(() => {
        // The other thing it waits for is the end of its patience, after which it only waits again.
        attempted = work.name === 'open';
        work();
      }, milliseconds);
    },
    heartbeat: 1000,
    onFrame(frame) {
      heard += 1;
      void listen(frame).then(() => {
        handled += 1;
      });
    },
  });
  const botDoor = wecomBotChannel({ push: connection.push, chats, now: clock, isHere: connection.isReady });
  const parts = { pool: db.pool, library, clock, log };
  const hearing = await makeApp({ ...parts, channels: [...doors(), botDoor] });
  // Another process, which only sends. It does not hold the bot's connection.
  const elsewhere = wecomBotChannel({ push: connection.push, chats, now: clock, isHere: () => false });
  const sending = await makeApp({ ...parts, channels: [...doors(), elsewhere] });

  let between: (() => Promise<void>) | undefined;
  const receive: App['receive'] = async (inbound, exchange) => {
    const reply = await hearing.receive(inbound, exchange);
    const work = between;
    between = undefined;
    await work?.();
    return reply;
  };
  const later = (inbound: Inbound, drafts: Parameters<typeof sayLater>[2]) =>
    sayLater(db.pool, inbound, drafts, clock());
  listen = botListener({
    connection,
    receive,
    later,
    chats,
    inbox: botInbox<Inbound>(db.pool, clock, fieldCipher(undefined)),
    async mayAnswer({ id }) {
      const wish = { to: `wecom-bot/${id.toLowerCase()}`, messages: 1, limits: limitsFor('wecom-bot', wholeLimit) };
      return (await reserve(db.pool, [wish], clock(), { bounded: true })).kind === 'granted';
    },
    now: clock,
    log: silent,
  });
  const server = await makeServer({
    pool: db.pool,
    log,
    open: async (http) => {
      await http.register(wecomCallback, {
        keys: { token, encodingAesKey, receiveId: corpId },
        agentId,
        receive,
        later,
        now: clock,
        log,
      });
    },
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  wecom.setCallback(`http://127.0.0.1:${(server.server.address() as AddressInfo).port}/wecom/callback`);
  connection.start();
  await until(connection.isReady);

  async function settle(): Promise<void> {
    await Promise.all([hearing.dispatcher.drain(), sending.dispatcher.drain()]);
  }

  /** Runs what somebody waits for on the clock and is over by now; a connection that is being made is waited for. */
  async function wake(): Promise<void> {
    while (time.due()) {
      const subscribes = bot.counts().aibot_subscribe ?? 0;
      const isSilent = bot.faults.silentSubscribes > 0;
      attempted = false;
      time.runNext();
      if (!attempted) continue;
      const timers = connectionTimers;
      await until(
        () =>
          connection.isReady() ||
          connectionTimers !== timers ||
          (isSilent && (bot.counts().aibot_subscribe ?? 0) > subscribes),
      );
    }
  }

  async function moveTo(target: number): Promise<void> {
    for (;;) {
      const due = await hearing.nextDue(clock());
      const next = Math.max(clock(), Math.min(target, due ?? target, time.next() ?? target));
      const stuck = next === clock();
      time.set(next);
      await wake();
      await hearing.tick();
      await settle();
      if (clock() >= target) return;
      // What is due now and cannot be done now must not hold the clock.
      if (stuck) time.set(clock() + 1000);
    }
  }

  async function connected(): Promise<void> {
    // WeCom forgot who is subscribed: until we write something nobody tells us, and nobody is told what people say.
    if (connection.isReady() && !bot.isSubscribed()) {
      bot.drop();
      await until(() => !connection.isReady());
    }
    for (let tries = 0; !connection.isReady(); tries += 1) {
      if (tries > 500) throw new Error('the AI bot never came back');
      await moveTo(Math.max(clock() + 1, time.next() ?? clock() + 1000));
    }
  }

  return {
    db,
    wecom,
    connection,
    warnings,
    now: clock,
    moveTo,
    settle,
    connected,
    async sayToBot(from, text, group) {
      await connected();
      const before = heard;
      if (!bot.say(group === undefined ? { from, text } : { from, text, group })) throw new Error('nobody listens');
      await until(() => heard > before && handled === heard);
      await settle();
    },
    beforeNextAnswer(work) {
      between = work;
    },
    async close() {
      connection.stop();
      await hearing.dispatcher.stop();
      await sending.dispatcher.stop();
      await server.close();
      await wecom.close();
      await db.close();
    },
  };
}

/** Lets everything that is under way go on until `isSo`; a minute without it is an error. */
export async function until(isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; !isSo(); ) {
    if (performance.now() > end) throw new Error('it never became so');
    await new Promise(setImmediate);
  }
}

/** A clock that is set by hand, with everything that waits on it. */
function handTime(start: number) {
  let now = start;
  let waiting: { readonly at: number; readonly work: () => void }[] = [];
  const first = () =>
    waiting.reduce<(typeof waiting)[number] | undefined>((a, b) => (!a || b.at < a.at ? b : a), undefined);
  return {
    now: () => now,
    set(at: number) {
      now = Math.max(now, at);
    },
    later(work: () => void, milliseconds: number) {
      const entry = { at: now + Math.max(0, milliseconds), work };
      waiting.push(entry);
      return () => {
        waiting = waiting.filter((one) => one !== entry);
      };
    },
    next: () => first()?.at,
    due: () => (first()?.at ?? Number.POSITIVE_INFINITY) <= now,
    runNext() {
      const entry = first();
      if (!entry) return;
      waiting = waiting.filter((one) => one !== entry);
      entry.work();
    },
  };
}

async function fill({ pool }: Database): Promise<void> {
  await pool.query(`insert into unit (id, name, kind, groups) values ('b1', '第一党支部', 'branch', $1)`, [
    JSON.stringify(groups),
  ]);
  await pool.query(
    `insert into member (id, name, unit, noticed_at) select id, '党员' || id, 'b1', '2020-01-01' from unnest($1::text[]) as id`,
    [[...appPeople, ...botPeople]],
  );
  await pool.query(
    `insert into account (channel, account, member) select 'wecom', id, id from unnest($1::text[]) as id`,
    [appPeople],
  );
  await pool.query(
    `insert into account (channel, account, member) select 'wecom-bot', id, id from unnest($1::text[]) as id`,
    [botPeople],
  );
}
