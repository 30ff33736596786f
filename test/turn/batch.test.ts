import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Database } from '../../src/store/database.ts';
import { facts, nextId, openPeople, openService, people, rowCounts, type Service } from './service.ts';

const everybody = people(60);
let db: Database;
let service: Service;
beforeAll(async () => {
  db = await openPeople(60);
  service = await openService({ db });
});
afterAll(async () => {
  await service.close();
  await db.close();
});
beforeEach(async () => {
  await db.pool.query('truncate inbound, session, session_end, fact, outbox, undelivered, audit');
  service.log.length = 0;
});

const calm = /是我这边的问题/;

/** Everybody says the words at the same moment; resolves to what each was told. */
async function allSay(text: string, ids = new Map<string, string>()): Promise<Map<string, string>> {
  const answers = await Promise.all(
    everybody.map(async (from) => {
      const answer = await service.say({ from, text, ...(ids.has(from) ? { id: ids.get(from)! } : {}) });
      expect(answer.status).toBe(200);
      return [from, answer.said] as const;
    }),
  );
  return new Map(answers);
}

const sessionOf = async (member: string) =>
  (await db.pool.query('select state::text from session where member = $1', [member])).rows[0]?.state as string;

const failures = async () =>
  (await db.pool.query(`select subject, unit from audit where action = 'turn-failed'`)).rows as unknown[];

test('a fact that the database refuses fails alone, and the conversation stands where it stood', async () => {
  await allSay('昨天下午去社区清垃圾两小时');
  const before = await sessionOf('m7');
  await db.pool.query(`alter table fact add constraint poison check (member <> 'm7')`);
  const id = nextId();
  try {
    const told = await allSay('对', new Map([['m7', id]]));
    expect(told.get('m7')).toMatch(calm);
    for (const from of everybody) if (from !== 'm7') expect(told.get(from)).toContain('记下');
  } finally {
    await db.pool.query('alter table fact drop constraint poison');
  }
  expect((await facts(db)).sort()).toEqual(
    everybody
      .filter((from) => from !== 'm7')
      .map((from) => `${from} volunteer_service`)
      .sort(),
  );
  expect(await failures()).toEqual([{ subject: 'm7', unit: 'b1' }]);
  expect(await sessionOf('m7')).toBe(before);
  expect(await rowCounts(db)).toMatchObject({ inbound: 120, audit: 1 });
  // The repeat of the failed message is told the same; said once more as a new one it succeeds.
  expect((await service.say({ from: 'm7', text: '对', id })).said).toMatch(calm);
  expect(await failures()).toHaveLength(1);
  expect((await service.say({ from: 'm7', text: '对' })).said).toContain('记下');
});

test('a conversation that cannot go on fails alone and is given up, so that the person is not stuck in it', async () => {
  await allSay('昨天下午去社区清垃圾两小时');
  // A day that no step ever wrote: the question cannot be said again.
  await db.pool.query(
    `update session set state = jsonb_set(state::jsonb, '{stack,0,vars,on}', '{"a": 1}')::json where member = 'm9'`,
  );
  const told = await allSay('改成3小时');
  expect(told.get('m9')).toMatch(calm);
  for (const from of everybody) if (from !== 'm9') expect(told.get(from)).toContain('3小时');
  expect(await failures()).toEqual([{ subject: 'm9', unit: 'b1' }]);
  const { rows } = await db.pool.query('select member, flow, reason from session_end');
  expect(rows).toEqual([{ member: 'm9', flow: 'volunteer-report', reason: 'flow-gone' }]);
  expect((await service.say({ from: 'm9', text: '昨天下午去社区清垃圾两小时' })).said).toContain('对吗');
  expect((await service.say({ from: 'm9', text: '对' })).said).toContain('记下');
});

test('what a view finds unreadable fails alone', async () => {
  // The view of the event reads the time of the leave; a table that throws for one member stands for any fault in a view.
  await db.pool.query(
    `create function refuse() returns boolean language plpgsql as $$ begin raise exception 'refused'; end $$`,
  );
  await db.pool.query('alter table duty rename to duty_kept');
  await db.pool.query(
    `create view duty as select * from duty_kept where case when id = 'event/m11' then refuse() else true end`,
  );
  try {
    const told = await allSay('签到');
    expect(told.get('m11')).toMatch(calm);
    for (const from of everybody) if (from !== 'm11') expect(told.get(from)).toContain('已签到');
  } finally {
    await db.pool.query('drop view duty');
    await db.pool.query('alter table duty_kept rename to duty');
    await db.pool.query('drop function refuse');
  }
  expect(await failures()).toEqual([{ subject: 'm11', unit: 'b1' }]);
  expect((await facts(db)).length).toBe(59);
  const { rows } = await db.pool.query(`select count(*)::int as done from duty where state = 'done'`);
  expect(rows).toEqual([{ done: 59 }]);
  expect((await service.say({ from: 'm11', text: '签到' })).said).toContain('已签到');
});

test('an inbound row that cannot be written takes the session with it', async () => {
  await allSay('报服务');
  const before = await sessionOf('m5');
  await db.pool.query(`alter table inbound add constraint poison check (member <> 'm5') not valid`);
  const id = nextId();
  try {
    const answers = await Promise.all(
      everybody.map((from) => service.say({ from, text: '去社区帮忙', ...(from === 'm5' ? { id } : {}) })),
    );
    // Not even the apology can be kept, so WeCom is asked to repeat; nobody else notices.
    expect(answers.map(({ status }) => status)).toEqual(everybody.map((from) => (from === 'm5' ? 503 : 200)));
    expect(answers.filter(({ said }) => said === '哪一天？')).toHaveLength(59);
    expect(await sessionOf('m5')).toBe(before);
  } finally {
    await db.pool.query('alter table inbound drop constraint poison');
  }
  expect((await service.say({ from: 'm5', text: '去社区帮忙', id })).said).toBe('哪一天？');
});
