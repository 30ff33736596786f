import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FakeWecom, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { Database } from '../../src/store/database.ts';
import { personLock } from '../../src/store/person-lock.ts';
import { facts, monday, nextId, openPeople, openService, rowCounts, type Service } from './service.ts';

let db: Database;
let wecom: FakeWecom;
let service: Service;
beforeAll(async () => {
  db = await openPeople(10);
  wecom = await startFakeWecom({ now: () => monday });
});
afterAll(async () => {
  await wecom.close();
  await db.close();
});
beforeEach(async () => {
  await db.pool.query(
    'truncate inbound, session, session_end, fact, outbox, undelivered, audit, platform_count, inbound_waiting',
  );
  service = await openService({ db, wecom, patience: 600, tryAgainAfter: [0, 0] });
});
afterEach(() => service.close());

const inboxOf = (user: string) => wecom.inbox(user).map(({ text }) => text);

/** Holds a lock from outside until `release`. */
async function hold(lock: string): Promise<{ release(): Promise<void> }> {
  const client = new pg.Client(db.connection);
  client.on('error', () => {});
  await client.connect();
  await client.query('begin');
  await client.query(lock);
  return {
    release: () => client.end(),
  };
}

const holdMember = (member: string) => hold(`select pg_advisory_xact_lock(${personLock(`'${member}'`)})`);

describe('an answer that takes longer than the exchange', () => {
  test('is 200 without words, comes through the outbox once, and the repeat says nothing twice', async () => {
    const lock = await holdMember('m1');
    const id = nextId();
    expect(await service.say({ from: 'm1', text: '签到', id })).toEqual({ status: 200, said: '' });
    await lock.release();
    await vi.waitFor(async () => expect(await rowCounts(db)).toMatchObject({ outbox: 1 }));
    expect(await service.say({ from: 'm1', text: '签到', id })).toEqual({ status: 200, said: '' });
    await service.deliver();
    await service.deliver();
    expect(inboxOf('m1')).toEqual([expect.stringContaining('已签到')]);
    expect(await facts(db)).toEqual(['m1 signed_in']);
    expect(await rowCounts(db)).toMatchObject({ inbound: 1, outbox: 1 });
  });

  test('also when the turn itself saw that it was too late', async () => {
    const lock = await holdMember('m2');
    const id = nextId();
    expect(await service.say({ from: 'M2', text: '签到', id })).toEqual({ status: 200, said: '' });
    service.now += 10_000;
    await lock.release();
    await vi.waitFor(async () => expect(await rowCounts(db)).toMatchObject({ outbox: 1 }));
    expect(await service.say({ from: 'M2', text: '签到', id })).toEqual({ status: 200, said: '' });
    await service.deliver();
    expect(inboxOf('m2')).toEqual([expect.stringContaining('已签到')]);
    const { rows } = await db.pool.query('select accounts, members from outbox');
    expect(rows).toEqual([{ accounts: ['m2'], members: ['m2'] }]);
  });

  test('and is repeated by WeCom meanwhile: both exchanges end without words, the answer comes once', async () => {
    const lock = await holdMember('m3');
    const id = nextId();
    const both = await Promise.all([1, 2].map(() => service.say({ from: 'm3', text: '签到', id })));
    expect(both).toEqual([1, 2].map(() => ({ status: 200, said: '' })));
    await lock.release();
    await vi.waitFor(async () => expect(await rowCounts(db)).toMatchObject({ outbox: 1 }));
    expect(await service.say({ from: 'm3', text: '签到', id })).toEqual({ status: 200, said: '' });
    await service.deliver();
    expect(inboxOf('m3')).toEqual([expect.stringContaining('已签到')]);
    expect(await rowCounts(db)).toMatchObject({ inbound: 1, outbox: 1, fact: 1 });
  });

  test('a stranger hears the one sentence the other way too', async () => {
    const lock = await hold('lock table account in access exclusive mode');
    expect(await service.say({ from: 'nobody', text: '签到' })).toEqual({ status: 200, said: '' });
    await lock.release();
    await vi.waitFor(async () => expect(await rowCounts(db)).toMatchObject({ outbox: 1 }));
    await service.deliver();
    expect(inboxOf('nobody')).toEqual([expect.stringContaining('暂时没有您的资料')]);
  });

  test('hundreds at the same moment are all 200, and cost a few statements to keep', async () => {
    await db.pool.query('create table statement_count (n int); insert into statement_count values (0)');
    await db.pool.query(
      `create function count_statement() returns trigger language plpgsql as $$ begin update statement_count set n = n + 1; return null; end $$`,
    );
    await db.pool.query(
      'create trigger counting after insert on inbound_waiting for each statement execute function count_statement()',
    );
    const lock = await holdMember('m10');
    try {
      const answers = await Promise.all(Array.from({ length: 300 }, () => service.say({ from: 'm10', text: '签到' })));
      expect(answers.filter(({ status, said }) => status !== 200 || said !== '')).toEqual([]);
      expect(await rowCounts(db)).toMatchObject({ inbound: 0, inbound_waiting: 300 });
      const { rows } = await db.pool.query<{ n: number }>('select n from statement_count');
      expect(rows[0]!.n).toBeLessThan(150);
    } finally {
      await lock.release();
      await vi.waitFor(async () => expect(await rowCounts(db)).toMatchObject({ inbound: 300, inbound_waiting: 0 }), {
        timeout: 30_000,
      });
      await db.pool.query('drop trigger counting on inbound_waiting');
      await db.pool.query('drop table statement_count');
    }
    expect(await facts(db)).toEqual(['m10 signed_in']);
  });

  test('those in the same batch are answered when it is done, and all of them', async () => {
    const lock = await holdMember('m4');
    const others = ['m5', 'm6', 'm7'].map((from) => service.say({ from, text: '签到' }));
    const held = service.say({ from: 'm4', text: '签到' });
    await Promise.all([held, ...others]);
    await lock.release();
    await vi.waitFor(async () =>
      expect((await facts(db)).sort()).toEqual(['m4', 'm5', 'm6', 'm7'].map((m) => `${m} signed_in`)),
    );
    await vi.waitFor(async () => {
      await service.deliver();
      for (const from of ['m4', 'm5', 'm6', 'm7']) expect(inboxOf(from).length).toBeLessThanOrEqual(1);
      expect(inboxOf('m4')).toHaveLength(1);
    });
    const answered = (await Promise.all(others)).map(({ said }) => said);
    for (const [index, from] of ['m5', 'm6', 'm7'].entries())
      expect([answered[index], ...inboxOf(from)].filter((text) => text !== '')).toEqual([
        expect.stringContaining('已签到'),
      ]);
  });
});

describe('the database goes away', () => {
  /** Ends every connection of this database, and lets nobody in again until it is told. */
  const admin = async (work: (client: pg.Client) => Promise<unknown>) => {
    const client = new pg.Client({ ...db.connection, database: 'postgres' });
    await client.connect();
    await work(client).finally(() => client.end());
  };
  /** Whoever waits for a lock first, whoever holds one last: nobody goes through because the holder was cut off. */
  const cut = (client: pg.Client) =>
    client.query(
      `select pg_terminate_backend(pid, 5000) from (select pid from pg_stat_activity where datname = 'zhibu'
        order by wait_event_type is distinct from 'Lock', coalesce(state, '') = 'idle in transaction') holder_last`,
    );
  const waits = () =>
    vi.waitFor(async () => {
      const { rowCount } = await db.pool.query(`select from pg_stat_activity where wait_event_type = 'Lock'`);
      expect(rowCount).toBe(1);
    });
  const away = () =>
    admin(async (client) => {
      await client.query('alter database zhibu allow_connections false');
      await cut(client);
    });
  const back = () => admin((client) => client.query('alter database zhibu allow_connections true'));

  test('before the message: 503, nothing half done, and the repeat after it is back is answered', async () => {
    await service.say({ from: 'm1', text: '昨天下午去社区清垃圾两小时' });
    const id = nextId();
    await away();
    try {
      const answers = await Promise.all([1, 2, 3].map(() => service.say({ from: 'm1', text: '对', id })));
      expect(answers).toEqual([1, 2, 3].map(() => ({ status: 503, said: '' })));
    } finally {
      await back();
    }
    expect(await rowCounts(db)).toMatchObject({ inbound: 1, fact: 0, audit: 0 });
    expect((await service.say({ from: 'm1', text: '对', id })).said).toContain('记下');
    expect(await facts(db)).toEqual(['m1 volunteer_service']);
  });

  test('in the middle, for good: 503, nothing half done, and the repeat is answered', async () => {
    const id = nextId();
    const lock = await holdMember('m1');
    const answer = service.say({ from: 'm1', text: '签到', id });
    await waits();
    await away();
    expect(await answer).toEqual({ status: 503, said: '' });
    await back();
    await lock.release();
    expect(await rowCounts(db)).toMatchObject({ inbound: 0, fact: 0, audit: 0 });
    expect((await service.say({ from: 'm1', text: '签到', id })).said).toContain('已签到');
    expect(await facts(db)).toEqual(['m1 signed_in']);
  });

  test('in the middle, for a moment: the message is taken again at once, and nobody hears an apology', async () => {
    const lock = await holdMember('m1');
    const answer = service.say({ from: 'm1', text: '签到' });
    await waits();
    await admin(cut);
    expect((await answer).said).toContain('已签到');
    await lock.release();
    expect(await facts(db)).toEqual(['m1 signed_in']);
    expect(await rowCounts(db)).toMatchObject({ inbound: 1, audit: 0 });
  });

  test('after the exchange is over, and the process with it: the next process takes the message, once', async () => {
    const first = await openService({ db, wecom, patience: 600, tryAgainAfter: [] });
    const lock = await holdMember('m9');
    const id = nextId();
    expect(await first.say({ from: 'm9', text: '签到', id })).toEqual({ status: 200, said: '' });
    expect(await rowCounts(db)).toMatchObject({ inbound: 0, inbound_waiting: 1 });
    await waits();
    await away();
    await vi.waitFor(() => expect(first.log.join()).toContain('failed after its exchange'));
    await back();
    await lock.release();
    await first.close();
    await service.app.tick();
    expect(await rowCounts(db)).toMatchObject({ inbound: 1, inbound_waiting: 0 });
    await service.app.tick();
    await service.deliver();
    expect(inboxOf('m9')).toEqual([expect.stringContaining('已签到')]);
    expect(await facts(db)).toEqual(['m9 signed_in']);
    expect(await service.say({ from: 'm9', text: '签到', id })).toEqual({ status: 200, said: '' });
  });

  test('after the exchange is over: the message is tried again and answered the other way', async () => {
    const lock = await holdMember('m8');
    expect(await service.say({ from: 'm8', text: '签到' })).toEqual({ status: 200, said: '' });
    await admin(cut);
    await lock.release();
    await vi.waitFor(async () => expect(await rowCounts(db)).toMatchObject({ outbox: 1, fact: 1, inbound_waiting: 0 }));
    await service.deliver();
    expect(inboxOf('m8')).toEqual([expect.stringContaining('已签到')]);
  });
});
