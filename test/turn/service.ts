// The real door and the real turn on a real database, called over HTTP as WeCom calls; the clock is set by hand and nothing is sent until told.

import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { type App, makeApp } from '../../src/app.ts';
import { wecomClient } from '../../src/channels/wecom/client.ts';
import { wecomHttp } from '../../src/channels/wecom/http.ts';
import { wecomChannel } from '../../src/channels/wecom/send.ts';
import { accessTokens, memoryTokenStore } from '../../src/channels/wecom/token.ts';
import { readFlatXml, readXml } from '../../src/channels/wecom/xml.ts';
import type { Instant } from '../../src/domain/time.ts';
import { loadLibrary } from '../../src/library/library.ts';
import { type FakeWecom, fakeCredentials } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { encryptCallback, openText } from '../../src/rehearsal/fake-wecom/seal.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { sayLater } from '../../src/store/say-later.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { makeContacts } from '../../src/turn/contacts.ts';
import { pressedCards } from '../../src/web/pressed-cards.ts';
import { makeServer } from '../../src/web/server.ts';
import { wecomCallback } from '../../src/web/wecom-callback.ts';

/** The morning of a theme day of branch b1, with its sign-in open. */
export const monday = Date.parse('2026-12-07T09:05:00+08:00');

export const { corpId, agentId, token, encodingAesKey, secret } = fakeCredentials;
export const keys = { token, encodingAesKey, receiveId: corpId };
const library = loadLibrary(viewNames, { sample: true });

/** Members `m1` … in the branch b1, all through the first contact; their WeCom accounts are their ids. The theme day `event` is on. */
export async function openPeople(count: number): Promise<Database> {
  const db = await openThrowaway(10);
  await migrate(db, migrations);
  await db.pool.query(`insert into unit (id, name, kind) values ('b1', '第一党支部', 'branch')`);
  await db.pool.query(
    `insert into member (id, name, unit, noticed_at) select 'm' || n, '党员' || n, 'b1', '2020-01-01' from generate_series(1, $1::int) n`,
    [count],
  );
  await db.pool.query(`insert into account (channel, account, member) select 'wecom', id, id from member`);
  await db.pool.query(
    `insert into duty (id, programme, item, unit, period, due_on, starts_at, details)
      values ('event', 'theme-day', 'theme-day', 'b1', '2026-12', '2026-12-07', '2026-12-07T09:00+08:00', '{"title": "主题党日"}')`,
  );
  await db.pool.query(
    `insert into duty (id, programme, item, unit, member, period, due_on, starts_at, details)
      select 'event/' || id, 'theme-day', 'theme-day', 'b1', id, '2026-12', '2026-12-07', '2026-12-07T09:00+08:00', '{"title": "主题党日"}' from member`,
  );
  return db;
}

/** What came back for one delivery. */
export interface Answer {
  readonly status: number;
  /** The passive reply as the member reads it; empty = none. */
  readonly said: string;
}

export interface Message {
  readonly from: string;
  readonly text?: string;
  readonly id?: string;
  /** The platform's time, in seconds after the clock's now. */
  readonly after?: number;
  /** Fields beside or instead of the usual ones. */
  readonly fields?: Readonly<Record<string, string>>;
}

export interface Service {
  readonly app: App;
  readonly port: number;
  readonly url: string;
  now: Instant;
  /** Lines the application logged as a warning or worse. */
  readonly log: string[];
  /** Delivers a message with a signature of its own. */
  say(message: Message): Promise<Answer>;
  /** Puts what is due into the hands of WeCom. */
  deliver(): Promise<void>;
  close(): Promise<void>;
}

export interface ServiceOptions {
  readonly db: Pick<Database, 'pool'>;
  readonly wecom?: FakeWecom;
  readonly now?: Instant;
  readonly patience?: number;
  readonly tryAgainAfter?: readonly number[];
  /** What WeCom says somebody is called, when asked. */
  readonly nameOf?: (account: string) => Promise<string | null>;
}

/** Another one on the same database stands for another process: it shares nothing with the first but the rows. */
export async function openService({ db, wecom, now = monday, nameOf, ...times }: ServiceOptions): Promise<Service> {
  const lines: string[] = [];
  const log = pino({ level: 'warn' }, { write: (line: string) => void lines.push(line) });
  const clock = () => service.now;
  const http = wecomHttp(wecom?.url ?? 'http://127.0.0.1:9');
  const client = wecomClient(http, accessTokens({ corpId, secret }, { http, store: memoryTokenStore(), now: clock }));
  const channels = [wecomChannel({ agentId, client, now: clock, random: () => 0 })];
  const app = await makeApp({ pool: db.pool, library, channels, clock: () => now, log });
  const server = await makeServer({
    pool: db.pool,
    log,
    open: async (door) => {
      await door.register(wecomCallback, {
        keys,
        agentId,
        receive: app.receive,
        later: (inbound, drafts) => sayLater(db.pool, inbound, drafts, clock()),
        waiting: app.waiting,
        cards: pressedCards({ pool: db.pool, labels: library.labels, now: clock }),
        contacts: makeContacts({ pool: db.pool, clock, log, ...(nameOf ? { nameOf } : {}) }),
        now: clock,
        log,
        ...times,
      });
    },
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}/wecom/callback`;
  const service: Service = {
    app,
    port,
    url,
    get now() {
      return now;
    },
    set now(instant) {
      now = instant;
    },
    log: lines,
    async say(message) {
      const callback = seal(message, now);
      const response = await fetch(`${url}?${callback.query}`, { method: 'POST', body: callback.body });
      return { status: response.status, said: read(await response.text()) };
    },
    deliver: async () => void (await app.dispatcher.drain()),
    async close() {
      await app.dispatcher.stop();
      await server.close();
    },
  };
  return service;
}

let serial = 7_301_234_567_890_123_456n;

/** A new message id, beyond what a double can tell apart. */
export function nextId(): string {
  serial += 1n;
  return String(serial);
}

export function seal({ from, text = '', id = nextId(), after = 0, fields = {} }: Message, now: Instant) {
  const seconds = Math.floor(now / 1000);
  const all: Record<string, string> = {
    ToUserName: corpId,
    FromUserName: from,
    CreateTime: String(seconds + after),
    MsgType: 'text',
    ...(fields.MsgType === 'event' ? {} : { Content: text, MsgId: id }),
    AgentID: String(agentId),
    ...fields,
  };
  const inner = Object.entries(all).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return encryptCallback(keys, { xml: `<xml>${inner.join('')}</xml>`, timestamp: String(seconds) });
}

/** The text of a passive reply; empty when there is none, or it only changes a card. */
export function read(body: string): string {
  if (body === '') return '';
  return String(readXml(openText(keys, readFlatXml(body)!.Encrypt!))!.Content ?? '');
}

/** Rows of every table, by name. */
export async function rowCounts({ pool }: Pick<Database, 'pool'>): Promise<Record<string, number>> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public' order by 1`,
  );
  const counts = tables.map(({ name }) => `select '${name}' as name, count(*)::int as count from "${name}"`);
  const { rows } = await pool.query<{ name: string; count: number }>(counts.join(' union all '));
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

/** Facts by member and kind, as `m1 volunteer_service`. */
export async function facts({ pool }: Pick<Database, 'pool'>): Promise<string[]> {
  const { rows } = await pool.query<{ fact: string }>(`select member || ' ' || kind as fact from fact order by id`);
  return rows.map(({ fact }) => fact);
}

export const people = (count: number): string[] => Array.from({ length: count }, (_, index) => `m${index + 1}`);
