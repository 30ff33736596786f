import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { facts, nextId, openPeople, openService, people, rowCounts, type Service } from './service.ts';

const everybody = people(40);
let db: Database;
let one: Service;
let two: Service;
beforeAll(async () => {
  db = await openPeople(40);
  one = await openService({ db });
  two = await openService({ db });
});
afterAll(async () => {
  await one.close();
  await two.close();
  await db.close();
});
beforeEach(async () => {
  await db.pool.query('truncate inbound, session, session_end, fact, outbox, undelivered, audit');
  await Promise.all(everybody.map((from) => one.say({ from, text: '报服务' })));
});

/** What the open reports hold, by member. */
async function reports(): Promise<Record<string, { what?: string; on?: string }>> {
  const { rows } = await db.pool.query(`select member, state->'stack'->0->'vars' as vars from session`);
  return Object.fromEntries(rows.map(({ member, vars }) => [member, vars]));
}

test('two answers of each of forty people, the second before the first was answered, are taken in their order', async () => {
  const answers = await Promise.all(
    everybody.flatMap((from) => {
      const first = nextId();
      return [one.say({ from, text: `去社区帮忙 ${from}`, id: first }), one.say({ from, text: '昨天', after: 1 })];
    }),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  expect(answers.filter(({ said }) => said === '哪一天？')).toHaveLength(40);
  expect(answers.filter(({ said }) => said === '大约多久？')).toHaveLength(40);
  const open = await reports();
  for (const from of everybody) expect(open[from]).toMatchObject({ what: `去社区帮忙 ${from}`, on: '2026-12-06' });
  expect(one.log).toEqual([]);
});

test('answers of one second are taken in the order of their ids, also where one has a digit more', async () => {
  const words = ['去社区帮忙', '昨天', '两个半小时'] as const;
  // The last id is a digit longer than the others, and so comes behind them although its text sorts before.
  const idOf = (from: string, n: number) => [`${from.slice(1)}998`, `${from.slice(1)}999`, `1${from.slice(1)}000`][n]!;
  const inbound = (from: string, n: number) =>
    one.app.receive({
      channel: 'wecom',
      messageId: idOf(from, n),
      account: from,
      at: one.now,
      place: { kind: 'private' },
      content: { kind: 'text', text: words[n]! },
    });
  // They lie in the lane together and in the wrong order.
  const replies = await Promise.all(everybody.map((from) => Promise.all([2, 1, 0].map((n) => inbound(from, n)))));
  for (const [third, second, first] of replies) {
    expect(first!.drafts[0]!.text).toBe('哪一天？');
    expect(second!.drafts[0]!.text).toBe('大约多久？');
    expect(third!.drafts[0]!.text).toMatch(/12月6日，去社区帮忙，2\.5小时。对吗/);
  }
});

test('one person with fifty messages at once loses none and mixes up none', async () => {
  await one.say({ from: 'm1', text: '取消' });
  const texts = Array.from({ length: 10 }, () => ['建议', '多放几把椅子', '报服务', '去社区帮忙', '取消']).flat();
  const answers = await Promise.all(texts.map((text, n) => one.say({ from: 'm1', text, after: n })));
  expect(answers.every(({ status, said }) => status === 200 && said !== '')).toBe(true);
  expect(await facts(db)).toEqual(Array.from({ length: 10 }, () => 'm1 suggestion'));
});

test('the same people over two processes: no message lost, no session overwritten', async () => {
  for (let round = 0; round < 5; round += 1) {
    const before = await rowCounts(db);
    const answers = await Promise.all(
      everybody.flatMap((from) => [
        one.say({ from, text: `去社区帮忙 ${from}` }),
        two.say({ from, text: `去敬老院 ${from}`, after: 1 }),
      ]),
    );
    expect(answers.every(({ status, said }) => status === 200 && said !== '')).toBe(true);
    const after = await rowCounts(db);
    expect(after.inbound! - before.inbound!).toBe(80);
    // Whichever came first was taken as the answer, and the other as the next one: never both as the same.
    expect(answers.filter(({ said }) => said === '哪一天？')).toHaveLength(40);
    expect(answers.filter(({ said }) => /要是今天或以前的一天/.test(said))).toHaveLength(40);
    for (const { what } of Object.values(await reports())) expect(what).toMatch(/^去/);
    await Promise.all(everybody.map((from) => two.say({ from, text: '重来', after: 2 })));
    await Promise.all(everybody.map((from) => one.say({ from, text: '报服务', after: 3 })));
  }
  expect([...one.log, ...two.log]).toEqual([]);
});

test('whole reports over two processes in turns are each written once', async () => {
  for (const [n, text] of ['去社区帮忙', '昨天', '两小时', '对'].entries()) {
    await Promise.all(everybody.map((from, index) => ((n + index) % 2 ? one : two).say({ from, text, after: n })));
  }
  expect((await facts(db)).sort()).toEqual(everybody.map((from) => `${from} volunteer_service`).sort());
});
