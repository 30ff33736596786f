// What the AI bot keeps in the database: its chats, what it has heard and not answered, and the lease of its connection.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { botChats } from '../../src/store/bot-chats.ts';
import { botInbox } from '../../src/store/bot-inbox.ts';
import { answerTo, draftsOfCard } from '../../src/store/card-drafts.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { fieldCipher } from '../../src/store/field-cipher.ts';
import { type Ages, forget } from '../../src/store/forget.ts';
import { leaseOf } from '../../src/store/lease.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { insertOutbox } from '../../src/store/outbox-rows.ts';
import { readOwnData } from '../../src/store/own-data.ts';
import { privateWay } from '../../src/store/private-way.ts';
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

const at = Date.parse('2026-12-05T09:00:00+08:00');
const day = 24 * 3_600_000;

describe('people and the bot', () => {
  beforeAll(async () => {
    await db.pool.query(`insert into unit (id, name, kind) values ('b1', '第一党支部', 'branch')`);
    await db.pool.query(
      `insert into member (id, name, unit, left_at) values ('m1', '甲', 'b1', null), ('m2', '乙', 'b1', null), ('m3', '丙', 'b1', $1)`,
      [new Date(at)],
    );
    await db.pool.query(
      `insert into account (channel, account, member) values ('wecom', 'm1', 'm1'), ('wecom-bot', 'm1', 'm1'),
        ('wecom-bot', 'm2', 'm2'), ('wecom-bot', 'm3', 'm3')`,
    );
    const chats = botChats(db.pool, () => at);
    for (const account of ['M2', 'M3', 'Stranger']) await chats.heard({ kind: 'single', id: account }, account);
    await chats.heard({ kind: 'group', id: 'wrGroup' }, 'wrGroup');
  });

  const place = { kind: 'group' };
  async function way(
    member: string,
    names: ('wecom' | 'wecom-bot' | 'simulator')[],
    spoke = { channel: 'wecom-bot', account: member },
    answersOnly = false,
  ) {
    const doors = names.map((name) => ({
      name,
      batch: 1,
      groups: true,
      answersOnly: answersOnly && name === 'wecom-bot',
    }));
    const client = await db.pool.connect();
    try {
      return await privateWay(client, member, { ...spoke, place }, { doors }, at);
    } finally {
      client.release();
    }
  }

  test('what began in a group goes on in the same door where it may, else in another, else nowhere', async () => {
    expect(await way('m2', ['wecom', 'wecom-bot'])).toEqual({ channel: 'wecom-bot', account: 'm2' });
    expect(await way('m1', ['wecom', 'wecom-bot'])).toEqual({ channel: 'wecom', account: 'm1' });
    expect(await way('m1', ['wecom-bot'])).toBeUndefined();
    const spoke = { channel: 'wecom-bot', account: 'm2' };
    expect(await way('m2', ['wecom-bot'], spoke, true)).toBeUndefined();
    const url = 'https://qyapi.weixin.qq.com/cgi-bin/aibot/response?response_code=1';
    await botChats(db.pool, () => at).keepAnswerUrl({ kind: 'single', id: 'M2' }, url, at + 1);
    expect(await way('m2', ['wecom-bot'], spoke, true)).toEqual(spoke);
    const there = { channel: 'simulator', account: 'm1' };
    expect(await way('m1', ['simulator'], there)).toMatchObject(there);
  });

  test('a member sees since when the bot may write to them', async () => {
    expect((await readOwnData(db.pool, 'm2', at, fieldCipher(undefined))).bot_chat).toEqual([
      { account: 'M2', first_wrote_at: at },
    ]);
    expect((await readOwnData(db.pool, 'm1', at, fieldCipher(undefined))).bot_chat).toEqual([]);
  });

  test('where it may write to people who left, or never were members, is forgotten; groups are not', async () => {
    const none = new Date(0);
    const ages = new Proxy({} as Ages, { get: (_target, name) => (name === 'botChat' ? new Date(at + 1) : none) });
    expect(await forget(db.pool, ages)).toEqual({ botChat: 2 });
    const { rows } = await db.pool.query('select chat from bot_chat order by chat');
    expect(rows.map(({ chat }) => chat)).toEqual(['group/wrGroup', 'single/m2']);
  });

  test('a chat that was forgotten is known again when the person writes again, an hour later at the latest', async () => {
    let now = at;
    const chats = botChats(db.pool, () => now);
    await chats.heard({ kind: 'single', id: 'M1' }, 'M1');
    await db.pool.query(`delete from bot_chat where chat = 'single/m1'`);
    now += 3_600_000;
    await chats.heard({ kind: 'single', id: 'M1' }, 'M1');
    expect(await chats.find({ kind: 'single', id: 'm1' })).toBe('M1');
  });
});

const key = Buffer.alloc(32, 7).toString('base64');

describe('what was heard', () => {
  test('lies there, oldest first and once, until it is answered, a day at most', async () => {
    let now = at;
    const inbox = botInbox<{ messageId: string; text: string }>(db.pool, () => now, fieldCipher(key));
    await inbox.keep({ messageId: 'old', text: '昨天' });
    now += day;
    await inbox.keep({ messageId: 'b', text: '一' });
    now += 1;
    await inbox.keep({ messageId: 'a', text: '二' });
    await inbox.keep({ messageId: 'a', text: '二' });
    expect(await inbox.left()).toEqual([
      { messageId: 'b', text: '一' },
      { messageId: 'a', text: '二' },
    ]);
    await inbox.drop('b');
    expect(await botInbox(db.pool, () => now, fieldCipher(key)).left()).toEqual([{ messageId: 'a', text: '二' }]);
    await inbox.drop('a');
  });

  test('lies sealed: a copy of the database does not tell it, and another key finds nothing', async () => {
    const inbox = botInbox<{ messageId: string; text: string }>(db.pool, () => at, fieldCipher(key));
    await inbox.keep({ messageId: 'c', text: '投诉一件事' });
    const { rows } = await db.pool.query('select inbound::text from bot_inbox');
    expect(rows).toEqual([{ inbound: expect.stringMatching(/^"sealed:/) }]);
    expect(await botInbox(db.pool, () => at, fieldCipher(undefined)).left()).toEqual([]);
    expect(await inbox.left()).toEqual([{ messageId: 'c', text: '投诉一件事' }]);
    await inbox.drop('c');
  });
});

describe('what a card came with', () => {
  const draft = { text: '对吗？', buttons: [{ label: '对', data: 'b' }] };

  test('is found by the row of the outbox, in its own door only', async () => {
    const row = {
      channel: 'wecom-bot',
      kind: 'notice',
      unit: null,
      members: [],
      accounts: ['m1'],
      group: null,
    } as const;
    const rest = { draft, dueAt: at, expiresAt: null, duty: null, record: null };
    const [id] = await insertOutbox(db.pool, [{ ...row, ...rest }], at);
    expect(await draftsOfCard(db.pool, 'wecom-bot', { row: id! })).toEqual([draft]);
    expect(await draftsOfCard(db.pool, 'wecom', { row: id! })).toEqual([]);
    expect(await draftsOfCard(db.pool, 'wecom-bot', { row: 999 })).toEqual([]);
  });

  test('is found by the message it answered', async () => {
    await db.pool.query(
      `insert into inbound (channel, message_id, said_at, received_at, reply) values ('wecom-bot', 'q1', $1, $1, $2)`,
      [new Date(at), JSON.stringify([draft])],
    );
    expect(await draftsOfCard(db.pool, 'wecom-bot', { messageId: 'q1' })).toEqual([draft]);
    expect(await draftsOfCard(db.pool, 'wecom-bot', { messageId: 'q2' })).toEqual([]);
    expect(await answerTo(db.pool, 'wecom-bot', 'q2')).toBeUndefined();
  });
});
