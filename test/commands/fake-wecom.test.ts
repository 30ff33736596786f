import { expect, test } from 'vitest';
import type { FakeWecomArguments } from '../../src/commands/fake-wecom.ts';
import { runFakeWecom } from '../../src/commands/run-fake-wecom.ts';
import { readConfig } from '../../src/config.ts';
import { runHere } from './command-line.ts';

async function run(
  env: NodeJS.ProcessEnv,
  visit: (url: string) => Promise<void>,
  options: Partial<FakeWecomArguments> = {},
): Promise<string> {
  const lines: string[] = [];
  let stop: () => void = () => {};
  let started: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => (started = resolve));
  const running = runFakeWecom({ port: 0, ...options }, readConfig(env), {
    print: (line) => {
      lines.push(line);
      const found = /http:\/\/127\.0\.0\.1:\d+$/.exec(line);
      if (found) started(found[0]);
    },
    stopped: new Promise<void>((resolve) => (stop = resolve)),
  });
  await visit(await url);
  stop();
  await running;
  await expect(fetch(await url)).rejects.toThrow();
  return lines.join('\n');
}

test('without credentials it makes some up and says how to start the service with them', async () => {
  const printed = await run({}, async (url) => {
    const answer = await fetch(`${url}/cgi-bin/gettoken?corpid=ww0123456789abcdef&corpsecret=fake-secret-of-the-app`);
    expect(await answer.json()).toMatchObject({ errcode: 0 });
  });
  expect(printed).toContain('WECOM_CORP_ID=ww0123456789abcdef');
  expect(printed).toContain('--callback');
});

test('with credentials of the environment it takes these and prints none of them', async () => {
  const env = {
    WECOM_CORP_ID: 'ww1',
    WECOM_AGENT_ID: '7',
    WECOM_SECRET: 'my-own-secret',
    WECOM_TOKEN: 'my-own-token',
    WECOM_ENCODING_AES_KEY: 'x'.repeat(43),
  };
  const printed = await run(env, async (url) => {
    const answer = await fetch(`${url}/cgi-bin/gettoken?corpid=ww1&corpsecret=my-own-secret`);
    expect(await answer.json()).toMatchObject({ errcode: 0 });
  });
  expect(printed).not.toMatch(/my-own|xxx/);
});

const json = async (url: string) => (await (await fetch(url)).json()) as Record<string, never>;

test('with --bot the AI bot stands on the same port, and its lines are printed', async () => {
  let state = {};
  const printed = await run(
    {},
    async (url) => {
      state = (await json(`${url}/__state`)).bot!;
    },
    {
      bot: true,
      callback: 'http://127.0.0.1:8080/wecom/callback',
    },
  );
  expect(state).toMatchObject({ connected: false, hasCallback: true });
  expect(printed).toMatch(/^WECOM_BOT_WS=ws:\/\/127\.0\.0\.1:\d+$/m);
  expect(printed).toMatch(/^WECOM_BOT_ID=aib-/m);
  expect(printed).toMatch(/^WECOM_BOT_SECRET=/m);
  expect(printed).not.toContain('--callback');
});

test('a bot of the environment starts by itself; in callback mode no long connection is offered', async () => {
  const env = { WECOM_BOT_TOKEN: 'token-of-the-bot', WECOM_BOT_AES_KEY: 'y'.repeat(43) };
  let bot = {};
  const printed = await run(env, async (url) => {
    bot = (await json(`${url}/__state`)).bot!;
  });
  expect(bot).toMatchObject({ hasCallback: false });
  expect(printed).not.toMatch(/WECOM_BOT_|token-of-the-bot|yyy/);
});

test('an organisation file makes the corp', async () => {
  let contacts = {} as {
    departments: { name: string; parentid: number }[];
    users: { userid: string; department: number[] }[];
  };
  const org = 'test/fixtures/orgs/small.yaml';
  await run(
    {},
    async (url) => {
      contacts = (await json(`${url}/__contacts`)) as never;
    },
    { org },
  );
  expect(contacts.departments.map(({ name }) => name)).toContain('第一党支部');
  expect(contacts.departments.filter(({ parentid }) => parentid === 2).length).toBeGreaterThan(1);
  expect(contacts.users.map(({ userid }) => userid)).toContain('zhaolei');
});

test('a port that is taken is said in one line', async () => {
  await run({}, async (url) => {
    const port = Number(new URL(url).port);
    const around = { print: () => {}, stopped: Promise.resolve() };
    await expect(runFakeWecom({ port }, readConfig({}), around)).rejects.toThrow(`端口 ${port} 已被占用`);
  });
});

test('its help says everything in Chinese', async () => {
  const { code, stdout } = await runHere(['fake-wecom', '--help']);
  expect(code).toBe(0);
  for (const word of ['--port', '--callback', '--latency', '--bot', '--bot-callback', '--org', '--members', '--robots'])
    expect(stdout).toContain(word);
  for (const path of ['/__inbox', '/__say', '/__tap', '/__upload', '/__enter', '/__fault', '/__clock', '/__state'])
    expect(stdout).toContain(path);
  expect(stdout).not.toMatch(/Usage|Options|default:/);
});

test.each([
  [['--port', 'x'], '写成整数'],
  [['--port', '0', '--callback', 'nowhere'], 'http://'],
  [[], '缺少选项 --port'],
])('fake-wecom %j is wrong use', async (words, told) => {
  const { code, stderr } = await runHere(['fake-wecom', ...words]);
  expect(code).toBe(2);
  expect(stderr).toContain(told);
});
