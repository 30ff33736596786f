// The Dockerfile without Docker: its rules are checked on the text, and (with SLOW_TESTS=1) its commands are carried out by hand as an ordinary user.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const repository = resolve(import.meta.dirname, '..');

interface Instruction {
  readonly word: string;
  readonly rest: string;
}

interface Stage {
  readonly name: string;
  readonly image: string;
  readonly instructions: readonly Instruction[];
}

const stages = parse(readFileSync(join(repository, 'Dockerfile'), 'utf8'));
const last = stages.at(-1)!;

function parse(text: string): Stage[] {
  const lines = text
    .replaceAll(/\\\n/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const found: { name: string; image: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, word = '', rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const from = /^(\S+)(?:\s+AS\s+(\S+))?$/.exec(rest);
    if (word === 'FROM')
      found.push({ image: from?.[1] ?? '', name: from?.[2] ?? String(found.length), instructions: [] });
    else found.at(-1)?.instructions.push({ word, rest });
  }
  return found;
}

function restsOf(word: string, stage = last): string[] {
  return stage.instructions.filter((each) => each.word === word).map((each) => each.rest);
}

test('two stages on the plain image of Debian and Node 20', () => {
  expect(stages.map(({ image }) => image)).toEqual(['node:20-bookworm-slim', 'node:20-bookworm-slim']);
});

test('it runs as an ordinary user, with a volume for its data and a check of its readiness', () => {
  expect(restsOf('USER').at(-1)).not.toMatch(/^(root|0)?$/);
  expect(restsOf('VOLUME')).toEqual(['/data']);
  expect(restsOf('ENV').join(' ')).toContain('DATA_DIR=/data');
  expect(restsOf('HEALTHCHECK').join()).toContain('/readyz');
});

test('what runs has no development tools, and does have the database', () => {
  const installs = restsOf('RUN').filter((command) => command.includes('npm ci'));
  expect(installs).toHaveLength(1);
  expect(installs[0]).toContain('--omit=dev');
  expect(installs[0]).not.toMatch(/omit=optional|no-optional|ignore-scripts/);
});

test('no secret is named, and none can slip in from the folder', () => {
  const settings = stages.flatMap((stage) => [...restsOf('ENV', stage), ...restsOf('ARG', stage)]).join(' ');
  expect(settings).not.toMatch(/SECRET|TOKEN|KEY|PASSWORD|DATABASE_URL|REDIS_URL/);
  const ignored = readFileSync(join(repository, '.dockerignore'), 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.git', '.env', 'data', 'node_modules']));
  for (const stage of stages)
    for (const copy of restsOf('COPY', stage)) expect(copy).not.toMatch(/(^|\s)\.\/?(\s|$).*\s\S+$/);
});

test('everything that is copied from the folder exists', () => {
  const copies = stages.flatMap((stage) => restsOf('COPY', stage)).filter((rest) => !rest.includes('--from='));
  for (const source of copies.flatMap((rest) => rest.split(/\s+/).slice(0, -1))) {
    expect(existsSync(join(repository, source)), source).toBe(true);
  }
});

describe.runIf(process.env.SLOW_TESTS)('carried out by hand', () => {
  let root: string;
  let service: ChildProcess | undefined;
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'zhibu-image-'));
    chmodSync(root, 0o755);
  });
  afterAll(() => {
    service?.kill('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });

  /** Absolute paths of the image lie below a folder for each stage. */
  function inside(stage: Stage, text: string): string {
    return text.replaceAll(/(^|[\s=])\/(app|data)/g, `$1${join(root, stage.name)}/$2`);
  }

  function environmentOf(stage: Stage): NodeJS.ProcessEnv {
    const settings = restsOf('ENV', stage)
      .flatMap((rest) => rest.split(/\s+/))
      .map((pair) => pair.split('=', 2));
    const values = settings.map(([name, value]) => [name, inside(stage, value ?? '')]);
    // A network of one's own may need its certificates; an image would be built with them too.
    const { PATH, NODE_EXTRA_CA_CERTS } = process.env;
    return { PATH, NODE_EXTRA_CA_CERTS, HOME: join(root, 'home'), ...Object.fromEntries(values) };
  }

  function own(folder: string): void {
    mkdirSync(folder, { recursive: true });
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid);
  }

  function copy(stage: Stage, rest: string): void {
    const from = /--from=(\S+)/.exec(rest)?.[1];
    const parts = rest.split(/\s+/).filter((part) => !part.startsWith('--'));
    const target = parts.pop()!;
    const source = stages.find(({ name }) => name === from);
    for (const part of parts) {
      const path = source ? inside(source, part) : join(repository, part);
      const to = target.endsWith('/') ? join(root, stage.name, 'app', part) : join(root, stage.name, 'app', target);
      own(dirname(to));
      cpSync(path, to, { recursive: true });
      if (user.uid !== undefined) spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, to]);
    }
  }

  function run(stage: Stage, rest: string): void {
    const command = inside(stage, rest).replaceAll('node:node', '"$(id -u):$(id -g)"');
    const options = {
      ...user,
      cwd: join(root, stage.name, 'app'),
      env: environmentOf(stage),
      encoding: 'utf8',
    } as const;
    const done = spawnSync('/bin/sh', ['-c', command], options);
    expect([rest, done.status, done.stderr]).toEqual([rest, 0, expect.anything()]);
  }

  test('every command succeeds, the service becomes ready, and ends in order', async () => {
    own(join(root, 'home'));
    for (const stage of stages) {
      own(join(root, stage.name));
      own(join(root, stage.name, 'app'));
      for (const { word, rest } of stage.instructions) {
        if (word === 'COPY') copy(stage, rest);
        if (word === 'RUN') run(stage, rest);
      }
    }
    const app = join(root, last.name, 'app');
    expect(existsSync(join(app, 'node_modules/typescript'))).toBe(false);
    const environment = { ...environmentOf(last), HOST: '127.0.0.1', PORT: String(await freePort()) };
    const [program = '', ...args] = JSON.parse(restsOf('CMD')[0]!) as string[];
    service = spawn(program, args, { ...user, cwd: app, env: environment, stdio: 'inherit' });
    const [check = '', ...checkArgs] = JSON.parse(restsOf('HEALTHCHECK')[0]!.replace(/^.*?CMD /, '')) as string[];
    const healthy = () => spawnSync(check, checkArgs, { ...user, cwd: app, env: environment }).status;
    await expect.poll(healthy, { timeout: 60_000, interval: 500 }).toBe(0);
    service.kill('SIGTERM');
    expect(await once(service, 'exit')).toEqual([0, null]);
    expect(readdirSync(join(root, last.name, 'data/pg'))).not.toContain('postmaster.pid');
  }, 300_000);
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
