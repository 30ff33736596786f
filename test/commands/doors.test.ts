import { expect, test } from 'vitest';
import { doorsOf } from '../../src/commands/doors.ts';
import { openDoors } from '../../src/commands/open-doors.ts';
import { readConfig } from '../../src/config.ts';
import type { Database } from '../../src/store/database.ts';

const groups = [{ groups: { webhook: 'robot-1' } }];
/** Making doors asks no database. */
const none = {} as Database;

test.each([
  ['an AI bot with a callback', { WECOM_BOT_TOKEN: 'token', WECOM_BOT_AES_KEY: 'a'.repeat(43) }],
  ['an AI bot with a long connection', { WECOM_BOT_ID: 'bot', WECOM_BOT_SECRET: 'secret' }],
  ['WeChat', { WECHATY_PUPPET: 'wechaty-puppet-mock' }],
])('group robots are written to where there is only %s', (_, env) => {
  const config = readConfig(env);
  expect(doorsOf(config, none, Date.now).map(({ name }) => name)).toContain('webhook');
  expect(openDoors(config, groups)).toContain('webhook');
});

test('while trying out, nothing goes to a group robot', () => {
  const config = readConfig({});
  expect(doorsOf(config, none, Date.now).map(({ name }) => name)).toEqual(['simulator']);
  expect(openDoors(config, groups)).toEqual(['simulator']);
});
