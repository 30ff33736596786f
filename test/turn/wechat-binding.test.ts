import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type App, makeApp } from '../../src/app.ts';
import type { Channel, Place } from '../../src/channels/channel.ts';
import { hour, minute } from '../../src/domain/time.ts';
import { tellOperators } from '../../src/jobs/tell-operators.ts';
import { home, type Library, loadLibrary } from '../../src/library/library.ts';
import { fillOrganisation } from '../../src/rehearsal/organisation.ts';
import { cloneDatabase, type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { viewNames } from '../../src/store/views/index.ts';
import { wechatHearing } from '../../src/turn/wechat-hearing.ts';

/** The simulator and WeChat side by side; what is to be sent stays in the outbox, where a test looks at it. */
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
});
afterAll(() => template.close());
beforeEach(async () => {
  now = Date.parse('2026-12-05T10:00:00+08:00');
  count += 1;
  db = await cloneDatabase(template, `wechat_${count}`);
  await db.pool.query(`insert into account (channel, account, member) select 'simulator', id, id from member`);
  const door = (name: Channel['name']): Channel => ({
    name,
    batch: 1,
    groups: true,
    compose: () => [],
    send: async () => ({ kind: 'sent' }),
    recall: async () => ({ kind: 'sent' }),
  });
  app = await makeApp({
    pool: db.pool,
    library,
    channels: [door('simulator'), door('wechaty')],
    clock: () => now,
    log: pino({ level: 'silent' }),
  });
});
afterEach(() => db.close());

const hearing = () => wechatHearing({ ...app.jobs, receive: app.receive, onCommitted() {} });

async function say(
  channel: 'simulator' | 'wechaty',
  account: string,
  text: string,
  place: Place = { kind: 'private' },
) {
  count += 1;
  const inbound = {
    channel,
    messageId: `m${count}`,
    account,
    at: now,
    place,
    content: { kind: 'text', text },
  } as const;
  return (await app.receive(inbound)).drafts.map((draft) => draft.text).join('\n');
}

async function codeFor(member: string, words = '我的绑定码'): Promise<string> {
  const said = await say('simulator', member, words);
  return /\d{6}/.exec(said)![0];
}

async function accounts(): Promise<string[]> {
  const { rows } = await db.pool.query(
    `select account || '=' || member as one from account where channel = 'wechaty' order by 1`,
  );
  return rows.map(({ one }) => one);
}

async function outbox(): Promise<string[]> {
  const { rows } = await db.pool.query(
    `select channel || ' ' || array_to_string(members, ',') || ': ' || (draft->>'text') as one from outbox order by id`,
  );
  return rows.map(({ one }) => one);
}

const room: Place = { kind: 'group', group: 'r1@chatroom' };

describe('binding', () => {
  test('a code from one door binds an account in WeChat, once, and who did it is kept', async () => {
    const code = await codeFor('zhaolei');
    expect(await say('wechaty', 'wx1', '签到')).toContain('党组织');
    expect(await say('wechaty', 'wx1', `绑定${code}`)).toContain('赵磊');
    expect(await say('wechaty', 'wx2', `绑定${code}`)).toContain('用不了');
    expect(await accounts()).toEqual(['wx1=zhaolei']);
    expect(await say('wechaty', 'wx1', '帮助')).toContain('签到');
    const { rows } = await db.pool.query(`select subject, action from audit where action like '%bound'`);
    expect(rows).toEqual([{ subject: 'zhaolei', action: 'account-bound' }]);
  });

  test('of two who use a code at the same moment one gets it', async () => {
    const code = await codeFor('zhaolei');
    const said = await Promise.all(['wx1', 'wx2', 'wx3'].map((account) => say('wechaty', account, `绑定 ${code}`)));
    expect(said.filter((text) => text.includes('绑好了'))).toHaveLength(1);
    expect(await accounts()).toHaveLength(1);
  });

  test('a new phone takes the place of the old one', async () => {
    await say('wechaty', 'wx1', `绑定 ${await codeFor('zhaolei')}`);
    await say('wechaty', 'wx9', `绑定 ${await codeFor('zhaolei')}`);
    expect(await accounts()).toEqual(['wx9=zhaolei']);
  });

  test('six digits are a code only from somebody nobody knows', async () => {
    const code = await codeFor('lijie');
    await say('wechaty', 'wx1', `绑定 ${await codeFor('zhaolei')}`);
    expect(await say('wechaty', 'wx1', code)).not.toContain('绑');
    expect(await say('wechaty', 'wx2', code)).toContain('李洁');
  });

  test('elsewhere than in WeChat a code is nothing', async () => {
    const code = await codeFor('zhaolei');
    expect(await say('simulator', 'somebody', `绑定 ${code}`)).toContain('党组织');
    expect(await accounts()).toEqual([]);
  });

  test('a code of somebody who has left binds nobody', async () => {
    const code = await codeFor('zhaolei');
    await db.pool.query(`update member set left_at = now() where id = 'zhaolei'`);
    expect(await say('wechaty', 'wx1', `绑定 ${code}`)).toContain('用不了');
  });

  test('no answer in a room ever holds a code or a name', async () => {
    const codes = [await codeFor('zhaolei'), await codeFor('wangfang', '绑定微信群'), '000000'];
    for (const code of codes) {
      const said = await say('wechaty', `wx${code}`, `绑定 ${code}`, room);
      expect(said).not.toMatch(/\d{6}|赵磊|王芳|支部[一二三]/);
      expect(said).not.toBe('');
    }
    const { rows } = await db.pool.query(`select groups->>'wechaty' as room from unit where id = 'b1'`);
    expect(rows).toEqual([{ room: 'r1@chatroom' }]);
    expect(await accounts()).toEqual([`wx${codes[1]}=wangfang`]);
  });
});

describe('guests', () => {
  test('who greets with a good code is let in; five guesses an hour', async () => {
    const { guests } = hearing();
    const code = await codeFor('zhaolei');
    expect(await guests.admits('wx1', `我是赵磊`)).toBeUndefined();
    expect(await guests.admits('wx1', `绑定 ${code}`)).toBe(code);
    for (let guess = 0; guess < 5; guess += 1) await guests.admits('wx2', `绑定 00000${guess}`);
    expect(await guests.admits('wx2', `绑定 ${code}`)).toBeUndefined();
    now += hour + 6 * minute;
    const later = await codeFor('zhaolei');
    expect(await guests.admits('wx2', later)).toBe(later);
  });

  test('a file that came in lies here for an hour, however often it comes', async () => {
    const { keepFile } = hearing();
    const file = { messageId: 'm1', name: 'a.txt', type: 'text/plain', bytes: Buffer.from('文章') };
    expect(await keepFile(file)).toBe(await keepFile(file));
    const { rows } = await db.pool.query('select name, expires_at from attachment');
    expect(rows).toEqual([{ name: 'a.txt', expires_at: now + hour }]);
  });
});

test('put out of the room: the binding ends and the secretary hears of it through another door', async () => {
  await say('wechaty', 'wx1', `绑定 ${await codeFor('wangfang', '绑定微信群')}`, room);
  await hearing().leftRoom('other@chatroom');
  await hearing().leftRoom('r1@chatroom');
  const { rows } = await db.pool.query(`select groups from unit where id = 'b1'`);
  expect(rows).toEqual([{ groups: {} }]);
  expect((await outbox()).filter((one) => one.includes('没有我了'))).toEqual([
    expect.stringMatching(/^simulator wangfang: .*绑定微信群/),
  ]);
});

describe('in a room, of somebody who is no friend', () => {
  const closed: Place = { ...room, kind: 'group', group: 'r1@chatroom', noPrivate: true };

  test('a private matter is not begun: the room hears where to go, and nothing is lost in a chat that is not there', async () => {
    await db.pool.query(`delete from account where channel = 'simulator' and member = 'zhaolei'`);
    await db.pool.query(`insert into account values ('wechaty', 'wx1', 'zhaolei')`);
    expect(await say('wechaty', 'wx1', '请假', closed)).toMatch(/私下/);
    expect(await outbox()).toEqual([]);
  });

  test('where another door reaches them it goes on there', async () => {
    await db.pool.query(`insert into account values ('wechaty', 'wx1', 'zhaolei')`);
    await say('wechaty', 'wx1', '请假', closed);
    expect(await outbox()).toEqual([expect.stringMatching(/^simulator zhaolei: /)]);
  });
});

test('operators hear of a lost login through another door; who has no other is not kept waiting for', async () => {
  await db.pool.query(`update member set roles = roles || '{operator}' where id in ('lijie', 'wuhao')`);
  await db.pool.query(`delete from account where member = 'wuhao'`);
  await db.pool.query(`insert into account values ('wechaty', 'wx7', 'wuhao'), ('wechaty', 'wx8', 'lijie')`);
  expect(await tellOperators(app.jobs, '微信的登录断了', 'wechaty')).toBe(1);
  expect(await outbox()).toEqual(['simulator lijie: 微信的登录断了']);
});
