import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { hour } from '../../src/domain/time.ts';
import type { Database } from '../../src/store/database.ts';
import { monday, openPeople, openService, type Service } from './service.ts';

let db: Database;
let service: Service;
beforeAll(async () => {
  db = await openPeople(3);
  service = await openService({ db });
  await db.pool.query(
    `create function refuse() returns boolean language plpgsql as $$ begin raise exception 'refused'; end $$`,
  );
});
afterAll(async () => {
  await service.close();
  await db.close();
});
beforeEach(async () => {
  await db.pool.query('truncate inbound, session, session_end, fact, outbox, undelivered, audit');
  service.log.length = 0;
  service.now = monday;
});

const rows = async (statement: string) => (await db.pool.query(statement)).rows as unknown[];
const ends = () => rows('select member, flow, reason from session_end order by member');
/** What was told to these people later, beside what the timetable tells everybody. */
const told = () => rows(`select members, draft->>'text' as text from outbox where draft->>'text' ~ '是我这边的问题'`);

/** The view of events throws for m2, as a fault of any view would. */
async function withBrokenView(work: () => Promise<void>): Promise<void> {
  await db.pool.query('alter table duty rename to duty_kept');
  await db.pool.query(
    `create view duty as select * from duty_kept where case when id = 'event/m2' then refuse() else true end`,
  );
  try {
    await work();
  } finally {
    await db.pool.query('drop view duty');
    await db.pool.query('alter table duty_kept rename to duty');
  }
}

test('a conversation that cannot even expire is given up quietly, said once in the log, and the others expire', async () => {
  for (const from of ['m1', 'm2']) await service.say({ from, text: '请假' });
  service.now = monday + 13 * hour;
  await db.pool.query(`alter table session_end add constraint poison check (member <> 'm2' or reason <> 'expired')`);
  for (let minutes = 0; minutes < 3; minutes += 1) await service.app.tick();
  await db.pool.query('alter table session_end drop constraint poison');
  expect(service.log.filter((line) => line.includes('a wait could not act'))).toHaveLength(1);
  expect(await ends()).toEqual([
    { member: 'm1', flow: 'leave', reason: 'expired' },
    { member: 'm2', flow: 'leave', reason: 'flow-gone' },
  ]);
  expect(await told()).toEqual([]);
  expect(await rows(`select subject from audit where action = 'turn-failed'`)).toEqual([{ subject: 'm2' }]);
  service.now += hour;
  expect((await service.say({ from: 'm2', text: '昨天下午去社区清垃圾两小时' })).said).toContain('对吗');
});

test('whoever waited for something hears that it came to nothing, within the hours of pushes', async () => {
  await service.say({ from: 'm2', text: '请假' });
  await db.pool.query(
    `update session set wakes_at = $1::timestamptz, state = jsonb_set(state::jsonb, '{stack,0,wakesAt}', to_jsonb($2::bigint))::json`,
    [new Date(monday + hour), monday + hour],
  );
  service.now = monday + hour;
  await withBrokenView(async () => {
    for (let minutes = 0; minutes < 3; minutes += 1) await service.app.tick();
  });
  expect(await told()).toEqual([{ members: ['m2'], text: expect.stringContaining('过一会儿') }]);
  expect(await ends()).toEqual([{ member: 'm2', flow: 'leave', reason: 'flow-gone' }]);
});

test('a wait that only met another process is tried again the next minute, and nobody is told', async () => {
  await service.say({ from: 'm2', text: '请假' });
  service.now = monday + 13 * hour;
  await db.pool.query(
    `create function meet() returns trigger language plpgsql as $$ begin raise exception 'met' using errcode = '40P01'; end $$`,
  );
  await db.pool.query('create trigger meeting before insert on session_end execute function meet()');
  await service.app.tick();
  await db.pool.query('drop trigger meeting on session_end');
  expect(await ends()).toEqual([]);
  await service.app.tick();
  expect(await ends()).toEqual([{ member: 'm2', flow: 'leave', reason: 'expired' }]);
});
