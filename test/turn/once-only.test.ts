import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { facts, monday, nextId, openPeople, openService, rowCounts, type Service } from './service.ts';

let db: Database;
let one: Service;
beforeAll(async () => {
  db = await openPeople(20);
  one = await openService({ db });
});
afterAll(async () => {
  await one.close();
  await db.close();
});
beforeEach(async () => {
  await db.pool.query('truncate inbound, session, session_end, fact, outbox, undelivered, audit');
});

const sentence = '昨天下午去社区清垃圾两小时';
const question = /12月6日.*2小时.*对吗/;

/** Runs `repeat` between a report and its confirmation; the same message must count as one. */
async function reportedOnce(repeat: (id: string) => Promise<string[]>): Promise<void> {
  const id = nextId();
  const said = await repeat(id);
  expect(said[0]).toMatch(question);
  expect(new Set(said).size).toBe(1);
  expect(await rowCounts(db)).toMatchObject({ inbound: 1, session: 1, fact: 0, outbox: 0 });
  expect((await one.say({ from: 'm1', text: '对' })).said).toContain('记下');
  expect(await facts(db)).toEqual(['m1 volunteer_service']);
  expect(one.log).toEqual([]);
}

const say = async (service: Service, id: string) => (await service.say({ from: 'm1', text: sentence, id })).said;

describe('a message that comes again is taken once and gets the same answer', () => {
  test('twice, with a new signature each time', () =>
    reportedOnce(async (id) => [await say(one, id), await say(one, id)]));

  test('twenty times at the same moment', () =>
    reportedOnce((id) => Promise.all(Array.from({ length: 20 }, () => say(one, id)))));

  test('with a later time stamp of the envelope', () =>
    reportedOnce(async (id) => {
      const first = await say(one, id);
      one.now += 20_000;
      const again = await one.say({ from: 'm1', text: sentence, id, after: -20 });
      one.now = monday;
      return [first, again.said];
    }));

  test('after a restart', () =>
    reportedOnce(async (id) => {
      const before = await openService({ db });
      const first = await say(before, id);
      await before.close();
      const after = await openService({ db });
      const again = await say(after, id);
      await after.close();
      return [first, again];
    }));

  test('in two processes at the same moment', async () => {
    const two = await openService({ db });
    for (let round = 0; round < 10; round += 1) {
      await db.pool.query('truncate inbound, session, fact');
      await reportedOnce((id) => Promise.all(Array.from({ length: 10 }, (_, n) => say(n % 2 ? one : two, id))));
    }
    expect(two.log).toEqual([]);
    await two.close();
  });

  test('the confirmation too: the repeat of a 对 writes no second fact', async () => {
    await one.say({ from: 'm1', text: sentence });
    const id = nextId();
    const answers = await Promise.all(Array.from({ length: 5 }, () => one.say({ from: 'm1', text: '对', id })));
    expect(new Set(answers.map(({ said }) => said)).size).toBe(1);
    expect(answers[0]!.said).toContain('记下');
    expect(await facts(db)).toEqual(['m1 volunteer_service']);
  });

  test('a repeat that comes when the conversation has gone on says what was said then', async () => {
    const id = nextId();
    const first = await one.say({ from: 'm1', text: '报服务', id });
    await one.say({ from: 'm1', text: '去社区清垃圾' });
    const again = await one.say({ from: 'm1', text: '报服务', id });
    expect(again).toEqual(first);
    const { rows } = await db.pool.query(`select state->'stack'->0->'vars'->>'what' as what from session`);
    expect(rows).toEqual([{ what: '去社区清垃圾' }]);
  });
});

describe('an event carries no id, and comes again all the same', () => {
  const enter = { MsgType: 'event', Event: 'enter_agent' };
  const menu = { MsgType: 'event', Event: 'click', EventKey: '签到' };

  test.each([
    ['twice', false],
    ['in two processes', true],
  ])('%s', async (_name, elsewhere) => {
    const two = elsewhere ? await openService({ db }) : one;
    const answers = await Promise.all([one, two, one, two].map((service) => service.say({ from: 'm2', fields: menu })));
    expect(new Set(answers.map(({ said }) => said)).size).toBe(1);
    expect(answers[0]!.said).toContain('已签到');
    expect(await facts(db)).toEqual(['m2 signed_in']);
    expect(await rowCounts(db)).toMatchObject({ inbound: 1 });
    expect([...one.log, ...two.log]).toEqual([]);
    if (elsewhere) await two.close();
  });

  test('two events of one second that differ are two', async () => {
    await one.say({ from: 'm2', fields: menu });
    await one.say({ from: 'm2', fields: enter });
    await one.say({ from: 'm2', fields: { ...menu, EventKey: '我的' } });
    await one.say({ from: 'm2', fields: menu, after: 1 });
    expect(await rowCounts(db)).toMatchObject({ inbound: 4 });
  });
});

test('a stranger who says the same in two processes gets the same sentence, and one row', async () => {
  const two = await openService({ db });
  for (let round = 0; round < 10; round += 1) {
    const id = nextId();
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => (n % 2 ? one : two).say({ from: 'nobody', text: '签到', id })),
    );
    expect(answers.every(({ status, said }) => status === 200 && said === answers[0]!.said && said !== '')).toBe(true);
  }
  expect(await rowCounts(db)).toMatchObject({ inbound: 10, audit: 0 });
  expect([...one.log, ...two.log]).toEqual([]);
  await two.close();
});

test('one message id in two channels is two messages', async () => {
  const inbound = { messageId: '1', account: 'm3', at: monday, place: { kind: 'private' } } as const;
  const content = { kind: 'text', text: '签到' } as const;
  await db.pool.query(`insert into account (channel, account, member) values ('simulator', 'm3', 'm3')`);
  await one.app.receive({ ...inbound, channel: 'wecom', content });
  const second = await one.app.receive({ ...inbound, channel: 'simulator', content });
  expect(second.drafts[0]!.text).toContain('已经签过');
  expect(await rowCounts(db)).toMatchObject({ inbound: 2, fact: 1 });
});

test('one person in two doors at the same moment is still one person', async () => {
  await db.pool.query(`insert into account (channel, account, member) values ('terminal', 'm4', 'm4')`);
  const inbound = {
    account: 'm4',
    at: monday,
    place: { kind: 'private' },
    content: { kind: 'text', text: '签到' },
  } as const;
  const replies = await Promise.all([
    one.app.receive({ ...inbound, channel: 'wecom', messageId: '1' }),
    one.app.receive({ ...inbound, channel: 'terminal', messageId: '1' }),
  ]);
  expect(replies.map(({ drafts }) => drafts[0]!.text).sort()).toEqual([
    expect.stringContaining('已经签过'),
    expect.stringContaining('已签到'),
  ]);
  expect(await facts(db)).toEqual(['m4 signed_in']);
});
