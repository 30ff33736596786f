// `zhibu menu` against the fake WeCom, and what pressing each entry starts in the real service.

import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { home } from '../../src/library/library.ts';
import { loadMenu } from '../../src/library/menu.ts';
import { type FakeWecom, fakeCredentials, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import type { Database } from '../../src/store/database.ts';
import { openPeople, openService, type Service } from '../turn/service.ts';
import { runHere } from './command-line.ts';

let wecom: FakeWecom;
let env: Record<string, string>;
beforeEach(async () => {
  wecom = await startFakeWecom();
  env = {
    WECOM_API_BASE: wecom.url,
    WECOM_CORP_ID: fakeCredentials.corpId,
    WECOM_AGENT_ID: String(fakeCredentials.agentId),
    WECOM_SECRET: fakeCredentials.secret,
    WECOM_TOKEN: fakeCredentials.token,
    WECOM_ENCODING_AES_KEY: fakeCredentials.encodingAesKey,
  };
});
afterEach(() => wecom.close());

const menu = (...words: string[]) => runHere(['menu', ...words], env);

test('a dry run shows the menu in words, asks WeCom nothing and needs no settings', async () => {
  env = {};
  const { code, stdout } = await menu('--dry-run');
  expect(code).toBe(0);
  expect(stdout).toContain('活动\n  签到 → 说“签到”');
  expect(wecom.calls()).toEqual({});
});

test('it is put there, seen there, and taken away', async () => {
  expect((await menu('--show')).stdout).toContain('没有菜单');
  expect(await menu()).toMatchObject({ code: 0, stdout: expect.stringContaining('已设好') });
  expect((await menu('--show')).stdout).toBe((await menu('--dry-run')).stdout);
  expect(await menu('--delete')).toMatchObject({ code: 0, stdout: expect.stringContaining('已去掉') });
  expect((await menu('--show')).stdout).toContain('没有菜单');
  expect(await menu('--delete')).toMatchObject({ code: 0 });
});

test('what is wrong is said with what to do, and the exit code is 1', async () => {
  wecom.fault({ api: 'menu/create', code: 60020 });
  expect(await menu()).toMatchObject({ code: 1, stderr: expect.stringMatching(/菜单没有办成.*60020/) });
  env = {};
  expect(await menu()).toMatchObject({ code: 1, stderr: expect.stringContaining('--dry-run') });
  expect(await menu('--show', '--delete')).toMatchObject({ code: 2 });
});

let db: Database;
let service: Service;
beforeAll(async () => {
  db = await openPeople(1);
  service = await openService({ db });
});
afterAll(async () => {
  await service.close();
  await db.close();
});

const says = loadMenu(path.join(home, 'content'))
  .flatMap((button) => ('entries' in button ? button.entries : [button]))
  .flatMap((entry) => ('says' in entry ? [entry.says] : []));

test.each(says)('pressing %s starts the conversation of these words, in the same exchange', async (word) => {
  service.now += 60_000;
  const press = { from: 'm1', fields: { MsgType: 'event', Event: 'click', EventKey: word } };
  const { status, said } = await service.say(press);
  expect([status, said.length > 0]).toEqual([200, true]);
  expect(said).not.toContain('没听懂');
  const { rows } = await db.pool.query('select intent from inbound order by received_at desc, message_id limit 1');
  expect(rows[0].intent).not.toMatch(/^(not-understood|upload|broken)$/);
});
