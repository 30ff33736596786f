// What the AI bot keeps in the database: its chats and the lease of its connection.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { botChats } from '../../src/store/bot-chats.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { leaseOf } from '../../src/store/lease.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { defineBotChatsContract } from '../contracts/bot-chats.ts';

let db: Database;
beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
});
afterAll(() => db.close());

defineBotChatsContract('PostgreSQL', async () => {
  const now = () => Date.parse('2026-12-05T09:00:00+08:00');
  const close = async () => {
    await db.pool.query('truncate bot_chat, bot_answer_url');
  };
  return { views: [botChats(db.pool, now), botChats(db.pool, now)], close };
});

describe('a lease', () => {
  const long = 60_000;

  test('is held by one, who may prolong it', async () => {
    const lease = leaseOf(db.pool, 'one');
    expect(await lease.take('a', long)).toBe(true);
    expect(await lease.take('b', long)).toBe(false);
    expect(await lease.take('a', long)).toBe(true);
    expect(await leaseOf(db.pool, 'another').take('b', long)).toBe(true);
  });

  test('that has ended or was given back goes to the next', async () => {
    const lease = leaseOf(db.pool, 'two');
    await lease.take('a', 0);
    expect(await lease.take('b', long)).toBe(true);
    await lease.release('a');
    expect(await lease.take('c', long)).toBe(false);
    await lease.release('b');
    expect(await lease.take('c', long)).toBe(true);
  });

  test('goes to exactly one of many who ask at once', async () => {
    const lease = leaseOf(db.pool, 'three');
    const holders = Array.from({ length: 20 }, (_, n) => `process ${n}`);
    const taken = await Promise.all(holders.map((holder) => lease.take(holder, long)));
    expect(taken.filter(Boolean)).toHaveLength(1);
  });
});
