import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { eraseData } from '../../src/domain/effects/own.ts';
import { minute } from '../../src/domain/time.ts';
import { bindAccount, bindRoom, keepCodes } from '../../src/store/binding-codes.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { fieldCipher } from '../../src/store/field-cipher.ts';
import { type Ages, forget } from '../../src/store/forget.ts';
import { forgetLeavers } from '../../src/store/leaving.ts';
import { memberById } from '../../src/store/members.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { ownDataStatements, readOwnData } from '../../src/store/own-data.ts';
import { inTransaction } from '../../src/store/transaction.ts';
import { readUnits } from '../../src/store/units.ts';
import { writeChanges } from '../../src/store/write-changes.ts';

const now = Date.parse('2026-12-08T10:00:00+08:00');
let db: Database;

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await db.pool.query(`insert into unit (id, name, kind, parent) values ('b1', '第一党支部', 'branch', null)`);
  await db.pool.query(`insert into member (id, name, unit) values ('m1', '甲', 'b1'), ('m2', '乙', 'b1')`);
});
afterAll(() => db.close());

test('every table that knows members stands in the copy of what is held about one', async () => {
  const { rows } = await db.pool.query<{ table: string }>(
    `select distinct table_name as table from information_schema.columns where table_schema = 'public'
      and column_name in ('member', 'members', 'subject', 'actor', 'created_by', 'proposed_by', 'from_member')`,
  );
  const missing = rows.map(({ table }) => table).filter((table) => !(table in ownDataStatements));
  expect(missing).toEqual([]);
});

test('all statements run, and nothing of another member comes along', async () => {
  await db.pool.query(
    `insert into fact (kind, unit, member, on_day, data, at) values
      ('volunteer_service', 'b1', 'm1', '2026-12-05', '{"hours":2,"what":"清垃圾"}', $1),
      ('volunteer_service', 'b1', 'm2', '2026-12-05', '{"hours":9,"what":"别人的"}', $1)`,
    [new Date(now)],
  );
  await db.pool.query(
    `insert into session (member, state, updated_at) values ('m1', '{"stack":[{"flow":"leave"}],"frames":1}', $1)`,
    [new Date(now)],
  );
  const data = await readOwnData(db.pool, 'm1', now, fieldCipher(undefined));
  expect(data.fact).toMatchObject([{ kind: 'volunteer_service', on_day: '2026-12-05', withdrawn: false }]);
  expect(data.session).toMatchObject([{ flows: ['leave'] }]);
  expect(JSON.stringify(data)).not.toContain('别人的');
});

describe('a binding to WeChat', () => {
  beforeEach(async () => {
    await db.pool.query('delete from account');
    await db.pool.query('delete from binding_code');
    await db.pool.query(
      `insert into account (channel, account, member) values ('wecom', 'm1', 'm1'), ('wechaty', 'wx2', 'm2')`,
    );
    await bindAccount(db.pool, 'wechaty', 'wx1', 'm1');
    await keepCodes(
      db.pool,
      [
        { code: '111111', channel: 'wechaty', member: 'm1', unit: null },
        { code: '222222', channel: 'wechaty', member: 'm2', unit: null },
        { code: '333333', channel: 'any', member: 'm1', unit: 'b1' },
      ],
      now,
    );
    await bindRoom(db.pool, 'b1', 'wechaty', 'r1@chatroom');
  });

  const accounts = async () => {
    const { rows } = await db.pool.query(`select channel || ' ' || account as one from account order by 1`);
    return rows.map(({ one }) => one);
  };
  const codes = async () =>
    (await db.pool.query('select code from binding_code order by 1')).rows.map(({ code }) => code);

  test('stands in the copy, with the door, and the codes that wait to be used without their digits', async () => {
    const data = await readOwnData(db.pool, 'm1', now, fieldCipher(undefined));
    expect(data.account).toEqual(
      expect.arrayContaining([
        { channel: 'wecom', account: 'm1' },
        { channel: 'wechaty', account: 'wx1' },
      ]),
    );
    expect(data.binding_code).toHaveLength(2);
    expect(JSON.stringify(data)).not.toMatch(/wx2|111111|222222|333333/);
  });

  test('goes with what a member erases, and their codes; the account of the organisation, colleagues and the group stay', async () => {
    await inTransaction(db.pool, async (client) => {
      const member = (await memberById(client, 'm1'))!;
      const units = await readUnits(client);
      const changes = eraseData({ member } as Parameters<typeof eraseData>[0]);
      await writeChanges(client, changes, { now, doors: { doors: [] }, units });
    });
    expect(await accounts()).toEqual(['wechaty wx2', 'wecom m1']);
    expect(await codes()).toEqual(['222222']);
    const { rows } = await db.pool.query(`select groups from unit where id = 'b1'`);
    expect(rows).toEqual([{ groups: { wechaty: 'r1@chatroom' } }]);
    const data = await readOwnData(db.pool, 'm1', now, fieldCipher(undefined));
    expect(data.account).toEqual([{ channel: 'wecom', account: 'm1' }]);
  });

  test('goes with somebody who left, when they are forgotten', async () => {
    await db.pool.query(`insert into member (id, name, unit, left_at) values ('m3', '丙', 'b1', $1)`, [new Date(now)]);
    await bindAccount(db.pool, 'wechaty', 'wx3', 'm3');
    expect(await forgetLeavers(db.pool, new Date(now + minute), now)).toBe(1);
    expect(await accounts()).toEqual(['wechaty wx1', 'wechaty wx2', 'wecom m1']);
  });

  test('codes nobody used go when their time is over', async () => {
    const ages = (at: number) => new Proxy({}, { get: () => new Date(at) }) as Ages;
    expect((await forget(db.pool, ages(now))).bindingCode).toBeUndefined();
    expect((await forget(db.pool, ages(now + 31 * minute))).bindingCode).toBe(3);
    expect(await codes()).toEqual([]);
  });
});
