// Two processes, `serve` and `work`, killed in turn while people talk: whoever talks notices nothing. WeCom is a fake with real repeats.

import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type FakeWecom, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { Database } from '../../src/store/database.ts';
import { personLock } from '../../src/store/person-lock.ts';
import { removeFolder } from '../store/other-process.ts';
import { type ChildService, compileProduct, startService } from '../turn/child-service.ts';
import { nextId, openPeople, people } from '../turn/service.ts';

const everybody = people(12);
const kills = 10;

let code: string;
let db: Database;
let wecom: FakeWecom;
let url: string;
beforeAll(async () => {
  code = compileProduct();
  db = await openPeople(everybody.length);
  const { host, user } = db.connection;
  url = `postgres://${user}@/zhibu?host=${encodeURIComponent(host!)}`;
  wecom = await startFakeWecom({ now: () => Date.now(), switches: { deliveries: 3, spacing: 100, patience: 5000 } });
}, 120_000);
afterAll(async () => {
  await wecom.close();
  await db.close();
  removeFolder(code);
});
beforeEach(() => db.pool.query('truncate inbound, session, session_end, fact, outbox, undelivered, audit'));

const start = (parts: 'serve' | 'work') => startService(code, { DATABASE_URL: url }, wecom.url, parts);

/** Messages of their own, beside what was answered in the exchange. */
const messagesTo = (user: string) => wecom.inbox(user).filter(({ msgid }) => msgid !== undefined);

/** One conversation of five turns and a press between; what stands in `wanted` is what the person waits for before going on. */
const turns = (n: number) => [
  { text: '报服务', wanted: /做了什么/ },
  { text: `给${n}号楼扫雪`, wanted: /哪一天/ },
  // A press on a card: its answer is never in the exchange, so that the other process has to say it. The last message of it
  // asks again where the conversation stood; whoever goes on before takes that one for the answer of the next turn.
  { press: '我的', wanted: /接着刚才的“报服务”.*哪一天/s },
  { text: n % 2 === 0 ? '前天' : '昨天', wanted: /多久/ },
  // Half an hour, so that a quick machine does not meet the limit of a day (16 hours).
  { text: '半小时', wanted: /半小时.*对吗|0\.5小时.*对吗/s },
  { text: '对', wanted: /记下了/ },
];

test(`serve and work, killed ${kills} times in turn: every turn is answered once, every conversation comes to its end`, {
  timeout: 300_000,
}, async () => {
  let talking = true;
  let ended = 0;
  let pressed = 0;

  /** Says it until it is acknowledged and waits for the answer, wherever it comes; resolves to all that was seen. */
  async function turn(from: string, { text, press, wanted }: { text?: string; press?: string; wanted: RegExp }) {
    const id = nextId();
    const before = messagesTo(from).length;
    const at = String(Math.floor(Date.now() / 1000));
    const fields = {
      MsgType: 'event',
      Event: 'template_card_event',
      EventKey: press ?? '',
      TaskId: id,
      CreateTime: at,
    };
    const passive = new Set<string>();
    for (let status = 0; status !== 200; ) {
      const said = await wecom.say({ from, ...(press ? { fields } : { text: text!, msgid: id }) });
      expect([0, 200, 503]).toContain(said.status);
      status = said.status;
      if (said.reply) passive.add(said.reply);
    }
    if (press) pressed += 1;
    const seen = () => [
      ...passive,
      ...messagesTo(from)
        .slice(before)
        .map((message) => message.text),
    ];
    await expect.poll(() => seen().join('\n'), { timeout: 60_000, interval: 50 }).toMatch(wanted);
    return seen();
  }

  async function talk(from: string): Promise<void> {
    for (let n = 1; talking; n += 1) {
      for (const one of turns(n)) {
        const seen = await turn(from, one);
        expect(seen.join('\n')).not.toMatch(/没听懂|是我这边的问题|过时/);
        if (!one.press) expect(seen).toHaveLength(1);
      }
      ended += 1;
    }
  }

  let serve: ChildService = await start('serve');
  let work: ChildService = await start('work');
  wecom.setCallback(serve.callback);
  const talks = everybody.map(talk);
  const all = Promise.all(talks);
  all.catch(() => {});
  for (let n = 1; n <= kills; n += 1) {
    await pause(100 + Math.random() * 500);
    if (n % 2 === 0) {
      await serve.kill();
      serve = await start('serve');
      wecom.setCallback(serve.callback);
    } else {
      await work.kill();
      work = await start('work');
    }
  }
  talking = false;
  await all;

  expect(ended).toBeGreaterThan(0);
  expect(pressed).toBeGreaterThan(0);
  const { rows: facts } = await db.pool.query<{ member: string; count: number }>(
    `select member, count(*)::int as count from fact where kind = 'volunteer_service' group by member`,
  );
  expect(facts.reduce((sum, { count }) => sum + count, 0)).toBe(ended);
  expect((await db.pool.query('select from inbound_waiting')).rowCount).toBe(0);
  expect((await db.pool.query(`select from audit where action = 'turn-failed'`)).rowCount).toBe(0);
  expect(await serve.stop()).toBe(0);
  expect(await work.stop()).toBe(0);
});

test('killed behind a late acknowledgement: the next process takes the message, and the answer comes', {
  timeout: 60_000,
}, async () => {
  const holder = new pg.Client(db.connection);
  await holder.connect();
  await holder.query('begin');
  await holder.query(`select pg_advisory_xact_lock(${personLock(`'m1'`)})`);
  const serve = await start('serve');
  wecom.setCallback(serve.callback);
  const before = messagesTo('m1').length;
  expect(await wecom.say({ from: 'm1', text: '已交党费' })).toMatchObject({ status: 200, deliveries: 1 });
  await serve.kill();
  expect((await db.pool.query('select from inbound_waiting')).rowCount).toBe(1);
  await holder.end();
  const work = await start('work');
  await expect
    .poll(
      () =>
        messagesTo('m1')
          .slice(before)
          .map(({ text }) => text),
      { timeout: 30_000, interval: 100 },
    )
    .toEqual([expect.stringContaining('党费')]);
  await expect
    .poll(async () => (await db.pool.query('select from inbound_waiting')).rowCount, { timeout: 10_000 })
    .toBe(0);
  expect((await db.pool.query('select from inbound')).rowCount).toBe(1);
  expect(await work.stop()).toBe(0);
});
