// A conversation that concerns one person and begins in a group: through which door it goes on.

import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type App, makeApp } from '../../src/app.ts';
import { loadLibrary } from '../../src/library/library.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { giveBotAccounts } from '../../src/store/organisation.ts';
import { bestAccounts } from '../../src/store/outbox-rows.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { type Door, textsOf, writingDoor } from '../jobs/delivery-world.ts';

const now = Date.parse('2026-12-05T10:00:00+08:00');
let db: Database;
let app: App;
let wecom: Door;
let bot: Door;
let count = 0;

beforeAll(async () => {
  db = await openThrowaway();
  await migrate(db, migrations);
  await fillOrganisation(db.pool, 'test/fixtures/orgs/small.yaml');
  await giveBotAccounts(db.pool);
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.pool.query('truncate outbox, undelivered, session, inbound, bot_chat, platform_count');
});

async function open(...doors: readonly ('wecom' | 'wecom-bot')[]): Promise<void> {
  wecom = writingDoor('wecom');
  bot = writingDoor('wecom-bot', 1);
  app = await makeApp({
    pool: db.pool,
    library: loadLibrary(viewNames, { sample: true }),
    channels: [wecom, bot].filter(({ name }) => (doors as readonly string[]).includes(name)),
    clock: () => now,
    log: pino({ level: 'silent' }),
  });
}

async function sayInGroup(text: string): Promise<string[]> {
  count += 1;
  const { drafts } = await app.receive({
    channel: 'wecom-bot',
    messageId: `m${count}`,
    account: 'ZhaoLei',
    at: now + count,
    place: { kind: 'group', group: 'wrGroup' },
    content: { kind: 'text', text },
  });
  await app.dispatcher.drain();
  return drafts.map((draft) => draft.text);
}
const wrote = () =>
  db.pool.query(`insert into bot_chat (chat, exact, heard_at) values ('single/zhaolei', 'ZhaoLei', now())`);

test('with the bot, where the person wrote to it before', async () => {
  await open('wecom', 'wecom-bot');
  await wrote();
  expect((await sayInGroup('报服务')).join()).toContain('私下跟您说');
  expect(textsOf(bot).join()).toContain('做了什么');
  expect(textsOf(wecom)).toEqual([]);
});

test('through the app, where the person never wrote to the bot', async () => {
  await open('wecom', 'wecom-bot');
  expect((await sayInGroup('报服务')).join()).toContain('私下跟您说');
  expect(textsOf(wecom).join()).toContain('做了什么');
  expect(textsOf(bot)).toEqual([]);
});

test('nowhere, where neither is possible: the group hears how to begin, and nobody is counted as not reached', async () => {
  await open('wecom-bot');
  expect(await sayInGroup('报服务')).toEqual(['收到。这件事私下说，请先点我的头像，单独发一句话给我。']);
  expect(textsOf(bot)).toEqual([]);
  expect((await db.pool.query('select from outbox')).rowCount).toBe(0);
});

test('through the app after all, when the bot turns out not to be allowed to write', async () => {
  await open('wecom', 'wecom-bot');
  await wrote();
  bot.answer = () => ({ kind: 'rejected', reason: 'never-wrote', detail: 'nobody wrote here within the last hour' });
  await sayInGroup('报服务');
  expect(textsOf(wecom).join()).toContain('做了什么');
  expect((await db.pool.query('select from undelivered')).rowCount).toBe(0);
});

test('a push goes where it may be read, even if the bot stands first', async () => {
  const best = async () => (await bestAccounts(db.pool, ['zhaolei'], ['wecom-bot', 'wecom'])).get('zhaolei')?.channel;
  expect(await best()).toBe('wecom');
  await wrote();
  expect(await best()).toBe('wecom-bot');
});
