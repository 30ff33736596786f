// Groups of WeCom's AI bot are bound by the same code as WeChat rooms: who may, which group, and what a code is worth in each door.

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type App, makeApp } from '../../src/app.ts';
import type { Channel, Place } from '../../src/channels/channel.ts';
import { minute } from '../../src/domain/time.ts';
import { home, type Library, loadLibrary } from '../../src/library/library.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { cloneDatabase, type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { giveBotAccounts } from '../../src/store/organisation.ts';
import { viewNames } from '../../src/store/views/index.ts';

/** WeCom's app and AI bot and WeChat side by side; what is to be sent stays in the outbox. */
let template: Database;
let library: Library;
let db: Database;
let app: App;
let now = 0;
let count = 0;
beforeAll(async () => {
  library = loadLibrary(viewNames, { sample: true });
  template = await openThrowaway();
  await migrate(template, migrations);
  await fillOrganisation(template.pool, `${home}/test/fixtures/orgs/small.yaml`);
  await giveBotAccounts(template.pool);
});
afterAll(() => template.close());
beforeEach(async () => {
  now = Date.parse('2026-12-08T10:00:00+08:00');
  count += 1;
  db = await cloneDatabase(template, `groups_${count}`);
  await open([door('wecom', false), door('wecom-bot'), door('wechaty')]);
});
afterEach(() => db.close());

function door(name: Channel['name'], groups = true, answersOnly = false): Channel {
  const sent = async () => ({ kind: 'sent' }) as const;
  const only = answersOnly ? { answersOnly } : {};
  return { name, batch: 1, groups, ...only, compose: () => [], send: sent, recall: sent };
}

async function open(channels: Channel[]) {
  app = await makeApp({ pool: db.pool, library, channels, clock: () => now, log: pino({ level: 'silent' }) });
}

const inGroup = (group: string): Place => ({ kind: 'group', group });

async function say(channel: Channel['name'], account: string, text: string, place: Place = { kind: 'private' }) {
  count += 1;
  const content = { kind: 'text', text } as const;
  const { drafts } = await app.receive({ channel, messageId: `m${count}`, account, at: now, place, content });
  return drafts.map((draft) => draft.text).join('\n');
}

async function codeFor(member: string, words = '绑定群'): Promise<string> {
  return /\d{6}/.exec(await say('wecom', member, words))![0];
}

async function groupsOf(unit: string): Promise<unknown> {
  const { rows } = await db.pool.query('select groups from unit where id = $1', [unit]);
  return rows[0].groups;
}

async function wechatAccounts(): Promise<string[]> {
  const { rows } = await db.pool.query(`select account from account where channel = 'wechaty'`);
  return rows.map(({ account }) => account);
}

test('the code from the app binds the group in which the secretary says it, by its exact id, once, and who did it is kept', async () => {
  const code = await codeFor('wangfang');
  expect(await say('wecom-bot', 'WangFang', `绑定 ${code}`, inGroup('wrGroupA'))).toContain('绑好了');
  expect(await groupsOf('b1')).toEqual({ 'wecom-bot': 'wrGroupA' });
  expect(await say('wecom-bot', 'wangfang', `绑定 ${code}`, inGroup('wrGroupB'))).toContain('用不了');
  expect(await groupsOf('b1')).toEqual({ 'wecom-bot': 'wrGroupA' });
  const { rows } = await db.pool.query(`select actor, unit, detail from audit where action = 'room-bound'`);
  expect(rows).toEqual([{ actor: 'wangfang', unit: 'b1', detail: { channel: 'wecom-bot' } }]);
  expect(await wechatAccounts()).toEqual([]);
});

test('one code, in whichever door the group is; two groups need two', async () => {
  await say('wecom-bot', 'wangfang', `绑定 ${await codeFor('wangfang')}`, inGroup('wrGroupA'));
  await say('wechaty', 'wx1', `绑定 ${await codeFor('wangfang', '绑定微信群')}`, inGroup('r1@chatroom'));
  expect(await groupsOf('b1')).toEqual({ 'wecom-bot': 'wrGroupA', wechaty: 'r1@chatroom' });
  expect(await wechatAccounts()).toEqual(['wx1']);
});

test('another group takes the place of the one before', async () => {
  await say('wecom-bot', 'wangfang', `绑定 ${await codeFor('wangfang')}`, inGroup('wrGroupA'));
  await say('wecom-bot', 'wangfang', `绑定 ${await codeFor('wangfang')}`, inGroup('wrGroupB'));
  expect(await groupsOf('b1')).toEqual({ 'wecom-bot': 'wrGroupB' });
});

test('a group of another branch stays theirs, and the code that all have read is worth nothing, in WeChat neither', async () => {
  await say('wecom-bot', 'zhoumin', `绑定 ${await codeFor('zhoumin')}`, inGroup('wrGroupA'));
  const code = await codeFor('wangfang');
  expect(await say('wecom-bot', 'wangfang', `绑定 ${code}`, inGroup('wrGroupA'))).toContain('用不了');
  expect(await say('wechaty', 'wx1', `绑定 ${code}`, inGroup('r1@chatroom'))).toContain('用不了');
  expect(await groupsOf('b1')).toEqual({});
  expect(await groupsOf('b2')).toEqual({ 'wecom-bot': 'wrGroupA' });
  expect(await wechatAccounts()).toEqual([]);
});

test('only who got the code can use it: a colleague is refused, a stranger of the corp hears nothing and stays one', async () => {
  const code = await codeFor('wangfang');
  expect(await say('wecom-bot', 'zhaolei', `绑定 ${code}`, inGroup('wrGroupA'))).toContain('用不了');
  expect(await say('wecom-bot', 'somebody', `绑定 ${code}`, inGroup('wrGroupA'))).toBe('');
  expect(await say('wecom-bot', 'somebody', code)).toContain('党组织');
  expect(await groupsOf('b1')).toEqual({});
  const { rows } = await db.pool.query(`select 1 from account where account = 'somebody'`);
  expect(rows).toEqual([]);
  expect(await say('wecom-bot', 'wangfang', `绑定 ${code}`, inGroup('wrGroupA'))).toContain('绑好了');
});

test('who is no secretary gets no code; a code is good for half an hour', async () => {
  expect(await say('wecom', 'zhaolei', '绑定群')).not.toMatch(/\d{6}/);
  const code = await codeFor('wangfang');
  now += 31 * minute;
  expect(await say('wecom-bot', 'wangfang', `绑定 ${code}`, inGroup('wrGroupA'))).toContain('用不了');
  expect(await groupsOf('b1')).toEqual({});
});

test('wrong codes are counted, as in WeChat', async () => {
  const guesses = ['000001', '000002', '000003', '000004', '000005'];
  for (const guess of guesses)
    expect(await say('wecom-bot', 'wangfang', `绑定 ${guess}`, inGroup('wrGroupA'))).toContain('用不了');
  const code = await codeFor('wangfang');
  expect(await say('wecom-bot', 'wangfang', `绑定 ${code}`, inGroup('wrGroupA'))).toContain('一小时以后');
});

test.each(['wecom', 'wecom-bot'] as const)('in private, in %s, each code is sent where it belongs', async (channel) => {
  const own = /\d{6}/.exec(await say('wecom', 'wangfang', '我的绑定码'))![0];
  expect(await say(channel, 'wangfang', `绑定 ${own}`)).toBe('这个码是绑定微信用的，请在微信里单独发给我。');
  expect(await say(channel, 'wangfang', `绑定 ${await codeFor('wangfang')}`)).toContain('请在群里@我');
  expect(await say('wechaty', 'wx1', own)).toContain('绑好了');
  expect(await groupsOf('b1')).toEqual({});
});

test('a WeChat code that is said in a group of WeCom is void', async () => {
  const own = /\d{6}/.exec(await say('wecom', 'zhaolei', '我的绑定码'))![0];
  expect(await say('wecom-bot', 'zhaolei', `绑定 ${own}`, inGroup('wrGroupA'))).toContain('作废');
  expect(await say('wechaty', 'wx1', `绑定 ${own}`)).toContain('用不了');
});

test('six digits alone are no code from somebody who is known', async () => {
  const code = await codeFor('wangfang');
  expect(await say('wecom-bot', 'wangfang', code, inGroup('wrGroupA'))).not.toContain('绑好了');
  expect(await groupsOf('b1')).toEqual({});
});

test('by callbacks the bot says that it cannot begin; a notice for the branch goes through a robot that can', async () => {
  await open([door('wecom', false), door('wecom-bot', true, true), door('webhook')]);
  expect(await say('wecom-bot', 'wangfang', `绑定 ${await codeFor('wangfang')}`, inGroup('wrGroupA'))).toContain(
    '不能先开口',
  );
  expect(await toldGroup()).toEqual(['wecom-bot wrGroupA']);
  await db.pool.query(`update unit set groups = groups || '{"webhook": "robot-key"}' where id = 'b1'`);
  await db.pool.query('update org_version set version = version + 1');
  expect(await toldGroup()).toEqual(['wecom-bot wrGroupA', 'webhook robot-key']);
});

/** Where notices for the branch's group were put so far, after one more. */
async function toldGroup(): Promise<string[]> {
  await say('wecom', 'wangfang', '通知 周三下午两点在会议室开会');
  await say('wecom', 'wangfang', '发');
  now += minute;
  await app.tick();
  await app.dispatcher.drain();
  const { rows } = await db.pool.query(
    `select channel || ' ' || to_group as one from outbox where to_group is not null order by id`,
  );
  return rows.map(({ one }) => one);
}

test('unbinding takes the group away and tells the other secretaries', async () => {
  await db.pool.query(`update member set roles = roles || '{secretary}' where id = 'lijie'`);
  await say('wecom-bot', 'wangfang', `绑定 ${await codeFor('wangfang')}`, inGroup('wrGroupA'));
  expect(await say('wecom', 'wangfang', '解除群绑定')).toContain('确定解除吗');
  expect(await say('wecom', 'wangfang', '解除')).toContain('已经解除绑定');
  expect(await groupsOf('b1')).toEqual({});
  const { rows } = await db.pool.query(
    `select array_to_string(members, ',') as to, draft->>'text' as text from outbox`,
  );
  expect(rows).toEqual([{ to: 'lijie', text: expect.stringContaining('企业微信群已经解除绑定') }]);
});
