import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadWechaty } from '../../../src/channels/wechaty/load.ts';
import { buildBot, puppetName } from '../../../src/channels/wechaty/puppet.ts';
import { home } from '../../../src/library/library.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'zhibu-wechat-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('the program imports wechaty at run time in one place only: everything else works without it', () => {
  const src = path.join(home, 'src');
  const importing = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
    (name) =>
      name.endsWith('.ts') &&
      /(^|\n)import (?!type )[^;]*from '(wechaty|file-box|wechaty-puppet[^']*)'|(?<!typeof )import\('(wechaty|file-box|wechaty-puppet[^']*)'\)(?!\.[A-Z])/.test(
        readFileSync(path.join(src, name), 'utf8'),
      ),
  );
  expect(importing.sort()).toEqual(['channels/wechaty/load.ts', 'rehearsal/fake-wechat.ts']);
});

test('the packages are here, in the versions that npm run add-wechaty adds', async () => {
  expect(await loadWechaty()).toBeDefined();
  const { peerDependencies, devDependencies } = JSON.parse(readFileSync(path.join(home, 'package.json'), 'utf8'));
  for (const name of ['wechaty', 'file-box']) expect(peerDependencies[name]).toBe(devDependencies[name]);
});

test('a token alone is one of the token service', () => {
  expect(puppetName({ token: 't' })).toBe('wechaty-puppet-service');
  expect(puppetName({ puppet: 'wechaty-puppet-padlocal', token: 't' })).toBe('wechaty-puppet-padlocal');
});

test('the login that is remembered can be read by its owner only, also where it was open before', async () => {
  const modules = (await loadWechaty())!;
  const file = path.join(folder, 'wechaty.memory-card.json');
  buildBot(modules, { puppet: 'wechaty-puppet-mock' }, folder);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(file);
  writeFileSync(file, '{"session":1}', { mode: 0o644 });
  const bot = buildBot(modules, { puppet: 'wechaty-puppet-mock' }, folder);
  bot.on('error', () => {});
  await bot.start();
  const { memory } = bot as unknown as {
    memory: { set(key: string, value: string): Promise<void>; save(): Promise<void> };
  };
  await memory.set('login', 'kept');
  await memory.save();
  await bot.stop();
  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({ session: 1, login: 'kept' });
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
