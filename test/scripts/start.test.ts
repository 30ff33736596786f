// scripts/start in a small clone: what it installs and builds, and when it does not. The installer itself is a stand-in, so that no network is needed.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

// Real servers and processes on a machine that may be busy.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const repository = resolve(import.meta.dirname, '../..');
let clone: string;

/** Says what it was asked to be, and stays until it is told to end, like the service. */
const main = `
process.on('SIGINT', () => process.exit(0));
console.log(JSON.stringify({ pid: process.pid, args: process.argv.slice(2), dataDir: process.env['DATA_DIR'] }));
setInterval(() => {}, 1000);
`;

/** Installs by making what npm would have made, and passes everything else on to the real one. */
const npm = (real: string) => `#!/bin/sh
[ "$1" = ci ] || exec '${real}' "$@"
echo "$@" >>installs
mkdir -p node_modules/.bin && : >node_modules/.package-lock.json
ln -sf '${repository}/node_modules/typescript/bin/tsc' node_modules/.bin/tsc
for each in typescript @typescript @types undici-types; do ln -sfn '${repository}'/node_modules/$each node_modules/$each; done
`;

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'zhibu-start-'));
  for (const folder of ['scripts', 'src', 'bin', 'elsewhere']) mkdirSync(join(clone, folder));
  for (const file of ['scripts/start', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json']) {
    copyFileSync(join(repository, file), join(clone, file));
  }
  writeFileSync(join(clone, 'src/main.ts'), main);
  const real = process.env
    .PATH!.split(delimiter)
    .map((folder) => join(folder, 'npm'))
    .find((file) => exists(file));
  writeFileSync(join(clone, 'bin/npm'), npm(real!), { mode: 0o755 });
});
afterAll(() => rmSync(clone, { recursive: true }));

function exists(file: string): boolean {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
}

interface Start {
  readonly child: ChildProcess;
  readonly said: string;
  readonly service: { pid: number; args: string[]; dataDir?: string };
}

async function start(environment: NodeJS.ProcessEnv = {}, cwd = clone): Promise<Start> {
  const path = `${join(clone, 'bin')}${delimiter}${process.env.PATH}`;
  const child = spawn(join(clone, 'scripts/start'), { cwd, env: { ...process.env, PATH: path, ...environment } });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part;
  });
  for await (const part of child.stdout) {
    said += part;
    if (said.includes('{')) break;
  }
  return { child, said, service: JSON.parse(said.slice(said.indexOf('{')) || '{}') };
}

async function stop({ child }: Start): Promise<void> {
  child.kill('SIGINT');
  if (child.exitCode === null) await once(child, 'exit');
}

async function startAndStop(environment?: NodeJS.ProcessEnv, cwd?: string): Promise<Start> {
  const started = await start(environment, cwd);
  await stop(started);
  return started;
}

function installs(): number {
  return readFileSync(join(clone, 'installs'), 'utf8').trim().split('\n').length;
}

test('a fresh clone is installed and built once, even when two start at once', async () => {
  const both = await Promise.all([start(), start()]);
  for (const { service, child } of both) {
    expect(service.args).toEqual(['all', '--sample']);
    // The script has become the service: Ctrl-C reaches it and nothing stays between.
    expect(service.pid).toBe(child.pid);
  }
  expect(both.filter(({ said }) => said.includes('正在编译'))).toHaveLength(1);
  expect(installs()).toBe(1);
  await Promise.all(both.map(stop));
});

test('the second start does neither', async () => {
  const { said } = await startAndStop();
  expect(said).toMatch(/^\{/);
});

test('a changed, a new and a removed source are built; a changed lock file is installed', async () => {
  writeFileSync(join(clone, 'src/main.ts'), `${main}// changed\n`);
  expect((await startAndStop()).said).toContain('正在编译');
  writeFileSync(join(clone, 'src/other.ts'), 'export const other = 1;\n');
  expect((await startAndStop()).said).toContain('正在编译');
  unlinkSync(join(clone, 'src/other.ts'));
  expect((await startAndStop()).said).toContain('正在编译');
  writeFileSync(join(clone, 'package-lock.json'), `${readFileSync(join(clone, 'package-lock.json'), 'utf8')}\n`);
  expect((await startAndStop()).said).toContain('正在安装');
  expect(installs()).toBe(2);
  expect((await startAndStop()).said).toMatch(/^\{/);
});

test('an install or a build that was cut short is made again', async () => {
  unlinkSync(join(clone, 'node_modules/.package-lock.json'));
  expect((await startAndStop()).said).toContain('正在安装');
  unlinkSync(join(clone, 'dist/.zhibu-built'));
  expect((await startAndStop()).said).toContain('正在编译');
});

test('a build that fails says so and starts nothing', async () => {
  writeFileSync(join(clone, 'src/main.ts'), 'const broken: number = "x";\nexport { broken };\n');
  const child = spawn(join(clone, 'scripts/start'), { cwd: clone });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part;
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toContain('编译没有成功');
  writeFileSync(join(clone, 'src/main.ts'), main);
});

test('DATA_DIR is meant from where the caller stands, and the script may be called by a link', async () => {
  symlinkSync(join(clone, 'scripts/start'), join(clone, 'elsewhere/start'));
  const { service } = await startAndStop({ DATA_DIR: 'mine' }, join(clone, 'elsewhere'));
  expect(service.dataDir).toBe(join(clone, 'elsewhere/mine'));
  expect((await startAndStop({ DATA_DIR: '' })).service.dataDir).toBe('');
});

test('an old Node is refused with the version that is needed', async () => {
  writeFileSync(join(clone, 'bin/node'), '#!/bin/sh\n[ "$1" = --version ] && echo v18.0.0\nexit 1\n', { mode: 0o755 });
  const path = `${join(clone, 'bin')}${delimiter}${process.env.PATH}`;
  const child = spawn(join(clone, 'scripts/start'), { cwd: clone, env: { ...process.env, PATH: path } });
  let said = '';
  child.stderr.on('data', (part: Buffer) => {
    said += part;
  });
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(said).toMatch(/v18\.0\.0.*20\.19/);
  unlinkSync(join(clone, 'bin/node'));
});
