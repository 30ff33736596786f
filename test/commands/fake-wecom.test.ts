import { expect, test } from 'vitest';
import { runFakeWecom } from '../../src/commands/fake-wecom.ts';
import { readConfig } from '../../src/config.ts';

async function run(env: NodeJS.ProcessEnv, visit: (url: string) => Promise<void>): Promise<string> {
  const lines: string[] = [];
  let stop: () => void = () => {};
  let started: (url: string) => void = () => {};
  const url = new Promise<string>((resolve) => (started = resolve));
  const running = runFakeWecom({ port: 0 }, readConfig(env), {
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
