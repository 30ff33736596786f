import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Inbound } from '../../src/channels/channel.ts';
import { dayLength } from '../../src/domain/time.ts';
import { outliving } from '../../src/jobs/take-waiting.ts';
import type { Database } from '../../src/store/database.ts';
import { facts, monday, openPeople, openService, rowCounts, type Service } from '../turn/service.ts';

let db: Database;
/** Two processes on one database. */
let first: Service;
let second: Service;
beforeAll(async () => {
  db = await openPeople(3);
  first = await openService({ db });
  second = await openService({ db });
});
afterAll(async () => {
  await first.close();
  await second.close();
  await db.close();
});
beforeEach(async () => {
  await db.pool.query('truncate inbound, session, session_end, fact, outbox, undelivered, inbound_waiting');
  for (const service of [first, second]) {
    service.now = monday;
    service.log.length = 0;
  }
});

const log = pino({ level: 'silent' });
const said = (text: string, messageId = text, after = 0): Inbound => ({
  channel: 'wecom',
  messageId,
  account: 'm1',
  at: monday + after,
  place: { kind: 'private' },
  content: { kind: 'text', text },
});
const dies = () => Promise.reject(new Error('the process ended here'));

test('what was heard by a process that died is taken by the next one, in the order in which it was said', async () => {
  const receive = outliving({ waiting: first.app.waiting, receive: dies, log });
  for (const inbound of [said('两小时', 'c', 2000), said('昨天去社区扫雪', 'a'), said('对', 'd', 3000)])
    await expect(receive(inbound, { bytes: 0, answerBy: 0 })).rejects.toThrow();
  await second.app.tick();
  expect(await facts(db)).toEqual(['m1 volunteer_service']);
  expect(await rowCounts(db)).toMatchObject({ inbound: 3, inbound_waiting: 0 });
});

test('what is done leaves nothing behind, and nobody takes it again', async () => {
  await outliving({ ...first.app, log })(said('签到'), { bytes: 0, answerBy: 0 });
  expect(await rowCounts(db)).toMatchObject({ inbound: 1, inbound_waiting: 0, fact: 1 });
});

test('one’s own message is left alone for a minute: it is still being tried', async () => {
  await first.app.waiting.keep(said('签到'));
  await first.app.tick();
  expect(await rowCounts(db)).toMatchObject({ inbound: 0, inbound_waiting: 1 });
  first.now += 61_000;
  await first.app.tick();
  expect(await rowCounts(db)).toMatchObject({ inbound: 1, inbound_waiting: 0 });
});

test('two processes that take the same message take it once', async () => {
  await first.app.waiting.keep(said('签到'));
  first.now += 61_000;
  await Promise.all([first.app.tick(), second.app.tick()]);
  expect(await facts(db)).toEqual(['m1 signed_in']);
  expect(await rowCounts(db)).toMatchObject({ inbound: 1, inbound_waiting: 0, outbox: 1 });
});

test('after a day it is given up, and the operator is told', async () => {
  await first.app.waiting.keep(said('签到'));
  second.now += dayLength;
  await second.app.tick();
  expect(await rowCounts(db)).toMatchObject({ inbound: 0, inbound_waiting: 0 });
  expect(second.log.join()).toContain('is given up');
});

test('the card of a press that outlived its process is changed all the same', async () => {
  const content = { kind: 'tap', data: '签到', card: 'z9-1-0123456789abcdef', update: 'code-1' } as const;
  await second.app.waiting.keep({ ...said('', 'press'), content });
  await first.app.tick();
  expect(await facts(db)).toEqual(['m1 signed_in']);
  const { rows } = await db.pool.query(`select key, body from task where kind = 'change-card'`);
  expect(rows).toEqual([
    {
      key: 'change-card/wecom/press',
      body: {
        channel: 'wecom',
        account: 'm1',
        code: 'code-1',
        card: content.card,
        data: '签到',
        became: 'done',
        until: monday + 3 * dayLength,
      },
    },
  ]);
});
