// Who leaves WeCom and who returns, through the real address on a real database: once each, nothing more is sent, nobody is erased.

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { minute } from '../../src/domain/time.ts';
import { type FakeWecom, fakeCredentials, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { Database } from '../../src/store/database.ts';
import { insertOutbox, type OutboxRow } from '../../src/store/outbox-rows.ts';
import { type Message, monday, openPeople, openService, type Service } from './service.ts';

let db: Database;
let wecom: FakeWecom;
let service: Service;
/** What WeCom says people are called; absent = it may not tell, 'down' = it does not answer. */
let names: Record<string, string> | 'down' = {};

beforeAll(async () => {
  db = await openPeople(6);
  await db.pool.query(`insert into account (channel, account, member) select 'wecom-bot', id, id from member`);
});
afterAll(() => db.close());
beforeEach(async () => {
  names = {};
  await db.pool.query('truncate inbound, session, session_end, fact, outbox, undelivered, audit, contact_link');
  await db.pool.query('update member set left_at = null, left_why = null');
  await db.pool.query('delete from account');
  await db.pool.query(
    `insert into account (channel, account, member) select door, id, id from member, unnest('{wecom,wecom-bot}'::text[]) door`,
  );
  wecom = await startFakeWecom({ now: () => service.now });
  service = await openService({
    db,
    wecom,
    nameOf: async (account) => {
      if (names === 'down') throw new Error('WeCom does not answer');
      return names[account] ?? null;
    },
  });
});
afterEach(async () => {
  await service.close();
  await wecom.close();
});

const event = (fields: Record<string, string>, after = 0): Message => ({
  from: 'sys',
  after,
  fields: { MsgType: 'event', AgentID: '', FromUserName: 'sys', Event: 'change_contact', ...fields },
});
const deleted = (UserID: string, after = 0) => event({ ChangeType: 'delete_user', UserID }, after);
const joined = (UserID: string, more: Record<string, string> = {}, after = 0) =>
  event({ ChangeType: 'create_user', UserID, Department: '1', ...more }, after);
const sight = (Event: 'subscribe' | 'unsubscribe', from: string, after = 0): Message => ({
  from,
  after,
  fields: { MsgType: 'event', Event, EventKey: '' },
});

async function left(member: string): Promise<string | null> {
  const { rows } = await db.pool.query(`select left_at, left_why from member where id = $1`, [member]);
  return rows[0].left_at === null ? null : rows[0].left_why;
}

async function written(): Promise<string[]> {
  const { rows } = await db.pool.query<{ line: string }>(
    `select action || ' ' || coalesce(subject, '-') as line from audit order by id`,
  );
  return rows.map(({ line }) => line);
}

async function accounts(member: string): Promise<string[]> {
  const { rows } = await db.pool.query<{ account: string }>(
    'select account from account where member = $1 order by channel',
    [member],
  );
  return rows.map(({ account }) => account);
}

describe('one who is deleted in WeCom', () => {
  test('has left, is not erased, and nobody answers the event with words', async () => {
    await service.say({ from: 'm1', text: '昨天下午去社区清垃圾两小时' });
    await service.say({ from: 'm1', text: '对' });
    expect(await service.say(deleted('m1'))).toEqual({ status: 200, said: '' });
    expect(await left('m1')).toBe('deleted');
    expect((await db.pool.query(`select 1 from fact where member = 'm1'`)).rowCount).toBe(1);
    expect(await written()).toEqual(['left m1']);
    await service.deliver();
    expect(wecom.inbox('m1')).toEqual([]);
  });

  test('told twice, or first as out of sight, left once and on the first day', async () => {
    await service.say(sight('unsubscribe', 'm1'));
    const { rows: before } = await db.pool.query(`select left_at from member where id = 'm1'`);
    service.now += 3 * minute;
    const message = deleted('m1');
    await Promise.all([service.say(message), service.say(message), service.say(message)]);
    service.now = monday;
    const { rows: after } = await db.pool.query(`select left_at from member where id = 'm1'`);
    expect(after).toEqual(before);
    expect(await left('m1')).toBe('deleted');
    expect(await written()).toEqual(['left m1', 'left m1']);
  });

  test('is written to no more: what waited is taken back, from many only the one', async () => {
    const row = (members: string[], text: string): OutboxRow => ({
      channel: 'wecom',
      kind: 'notice',
      unit: 'b1',
      members,
      accounts: members,
      group: null,
      draft: { text },
      dueAt: service.now + minute,
      expiresAt: null,
      duty: null,
      record: null,
    });
    await insertOutbox(
      db.pool,
      [row(['m1'], '给一个人'), row(['m2', 'm1', 'm3'], '给三个人'), row(['m2'], '给别人')],
      service.now,
    );
    await service.say(deleted('M1'));
    const { rows } = await db.pool.query('select status, outcome, members, accounts from outbox order by id');
    expect(rows).toEqual([
      { status: 5, outcome: 'left', members: ['m1'], accounts: ['m1'] },
      { status: 0, outcome: null, members: ['m2', 'm3'], accounts: ['m2', 'm3'] },
      { status: 0, outcome: null, members: ['m2'], accounts: ['m2'] },
    ]);
    service.now += 2 * minute;
    await service.deliver();
    service.now = monday;
    expect(wecom.inbox('m1')).toEqual([]);
    expect(wecom.inbox('m3').map(({ text }) => text)).toEqual(['给三个人']);
  });

  test('has no conversation any more, and is a stranger when speaking all the same', async () => {
    await service.say({ from: 'm1', text: '报服务' });
    await service.say(deleted('m1'));
    expect((await db.pool.query('select 1 from session')).rowCount).toBe(0);
    const { said } = await service.say({ from: 'm1', text: '我的' });
    expect(said).not.toContain('党员1');
    expect((await db.pool.query('select 1 from session')).rowCount).toBe(0);
  });

  test('keeps what the branch counted, and nobody else is touched', async () => {
    await service.say(deleted('m1'));
    await service.say(deleted('nobody-we-know'));
    for (const other of ['m2', 'm3', 'm4', 'm5', 'm6']) expect(await left(other)).toBeNull();
  });

  test('loses only the account when reached in WeChat too', async () => {
    await db.pool.query(`insert into account (channel, account, member) values ('wechaty', 'wx-1', 'm1')`);
    await service.say(sight('unsubscribe', 'm1'));
    expect(await left('m1')).toBeNull();
    await service.say(deleted('m1', 1));
    expect(await left('m1')).toBeNull();
    expect(await accounts('m1')).toEqual(['wx-1']);
    expect(await written()).toEqual(['contact-detached m1']);
  });
});

describe('one who returns', () => {
  test('into sight is here again and is answered', async () => {
    await service.say(sight('unsubscribe', 'm1'));
    expect(await left('m1')).toBe('out-of-range');
    expect((await service.say(sight('subscribe', 'm1', 1))).status).toBe(200);
    expect(await left('m1')).toBeNull();
    expect((await service.say({ from: 'm1', text: '帮助' })).said).not.toBe('');
    expect(await written()).toEqual(['left m1', 'returned m1']);
  });

  test('under the old userid and name, as the event says', async () => {
    await service.say(deleted('m1'));
    await service.say(joined('m1', { Name: '党员1' }, 1));
    expect(await left('m1')).toBeNull();
  });

  test('under the old userid and name, as WeCom says when asked', async () => {
    names = { m1: '党员1' };
    await service.say(deleted('m1'));
    await service.say(joined('m1', {}, 1));
    expect(await left('m1')).toBeNull();
  });

  test('under the old userid as somebody else: is not taken for the one who left', async () => {
    await service.say(deleted('m1'));
    await service.say(joined('m1', { Name: '别人' }, 1));
    expect(await left('m1')).toBe('deleted');
    expect(await accounts('m1')).toEqual([]);
    expect(await written()).toEqual(['left m1', 'contact-detached m1']);
    expect((await service.say({ from: 'm1', text: '我的' })).said).not.toContain('党员1');
  });

  test('without a name that anybody may know: a person decides', async () => {
    await service.say(deleted('m1'));
    await service.say(joined('m1', {}, 1));
    expect(await left('m1')).toBe('deleted');
    expect(await written()).toEqual(['left m1', 'contact-unclear m1']);
  });

  test('while WeCom cannot be asked: the event is told again', async () => {
    await service.say(deleted('m1'));
    names = 'down';
    const message = joined('m1', {}, 1);
    expect((await service.say(message)).status).toBe(503);
    names = { m1: '党员1' };
    expect((await service.say(message)).status).toBe(200);
    expect(await left('m1')).toBeNull();
  });

  test('and the news of the going come late: here is here', async () => {
    await service.say(sight('unsubscribe', 'm1', -60));
    await service.say(sight('subscribe', 'm1', -20));
    await service.say(sight('unsubscribe', 'm1', -40));
    expect(await left('m1')).toBeNull();
  });
});

describe('a renamed userid', () => {
  const renamed = (UserID: string, NewUserID: string) => event({ ChangeType: 'update_user', UserID, NewUserID });

  test('is the same person, in both doors, in whatever case', async () => {
    await service.say(renamed('M1', 'New.Name'));
    expect(await accounts('m1')).toEqual(['new.name', 'new.name']);
    expect((await service.say({ from: 'new.name', text: '帮助' })).said).not.toBe('');
  });

  test('that belongs to somebody else is not taken away', async () => {
    await service.say(renamed('m1', 'm2'));
    expect(await accounts('m1')).toEqual(['m1', 'm1']);
    expect(await accounts('m2')).toEqual(['m2', 'm2']);
    expect(await written()).toEqual(['contact-taken m1']);
  });
});

describe('the rest', () => {
  test('a department that is gone is linked no more; tags, imports and other fields change nothing', async () => {
    await db.pool.query(`insert into contact_link (department, unit) values (7, 'b1'), (8, 'b1')`);
    await service.say(event({ ChangeType: 'delete_party', Id: '7' }));
    await service.say(event({ ChangeType: 'update_party', Id: '8', Name: '新名字' }));
    await service.say(event({ ChangeType: 'update_tag', TagId: '3', AddUserItems: 'm1' }));
    await service.say(event({ ChangeType: 'update_user', UserID: 'm1', Name: '改了名', Department: '9' }));
    await service.say(event({ Event: 'batch_job_result' }));
    const { rows } = await db.pool.query('select department from contact_link');
    expect(rows.map(({ department }) => Number(department))).toEqual([8]);
    expect((await db.pool.query(`select name from member where id = 'm1'`)).rows).toEqual([{ name: '党员1' }]);
    expect(await written()).toEqual([]);
  });

  test('a warning to the app is kept for the operator', async () => {
    await service.say(event({ Event: 'inactive_alert', EffectTime: '1797000000' }));
    const { rows } = await db.pool.query(`select action, detail from audit`);
    expect(rows).toEqual([{ action: 'app-alert', detail: { event: 'inactive_alert', effectAt: 1_797_000_000_000 } }]);
    expect(service.log.join()).toContain('inactive_alert');
  });

  test('a forged event is refused like any other', async () => {
    const response = await fetch(`${service.url}?msg_signature=x&timestamp=1&nonce=2`, {
      method: 'POST',
      body: '<xml><Encrypt>x</Encrypt></xml>',
    });
    expect(response.status).toBe(403);
  });

  test('a whole corp comes through the fake as the documents say', async () => {
    await wecom.close();
    const people = [1, 2, 3].map((n) => ({ userid: `m${n}`, name: `党员${n}`, department: [1] }));
    wecom = await startFakeWecom({
      now: () => service.now,
      corp: { users: people },
      callback: service.url,
      credentials: fakeCredentials,
    });
    await wecom.contacts({ do: 'leave', userid: 'm1' });
    await wecom.contacts({ do: 'change', userid: 'm2', newUserid: 'm2new' });
    await wecom.contacts({ do: 'change', userid: 'm3', status: 2 });
    expect([await left('m1'), await left('m2'), await left('m3')]).toEqual(['deleted', null, 'out-of-range']);
    expect(await accounts('m2')).toEqual(['m2new', 'm2new']);
    service.now += minute;
    await wecom.contacts({ do: 'join', userid: 'm1', name: '党员1', department: [1] });
    await wecom.contacts({ do: 'change', userid: 'm3', status: 1 });
    service.now = monday;
    expect([await left('m1'), await left('m3')]).toEqual([null, null]);
  });
});
