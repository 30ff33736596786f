// Tokens and transport of the fake WeCom: behaviours 1 to 6 and the clock, 34.

import { afterEach, describe, expect, test } from 'vitest';
import { type Fake, hour, minute, openFake, second, until } from './behaviours-setup.ts';

let fake: Fake;
const open = async (...options: Parameters<typeof openFake>) => {
  fake = await openFake(...options);
};
const codeOf = async (answer: Promise<{ errcode: number }>) => (await answer).errcode;
afterEach(() => fake.wecom.close());

describe('1 tokens', () => {
  test('1 are for one corp and one secret and live 7,200 seconds', async () => {
    await open({ apps: [{ agentId: 1000003, secret: 'second' }] });
    const [one, other] = [await fake.getToken(), await fake.getToken(undefined, 'second')];
    expect(one).toMatchObject({ errcode: 0, errmsg: 'ok', expires_in: 7200 });
    expect(other.access_token).not.toBe(one.access_token);
    fake.wecom.forward(7199 * second);
    expect(await codeOf(fake.send())).toBe(0);
    fake.wecom.forward(second);
    expect(await codeOf(fake.send())).toBe(42001);
  });

  test('1 are refused to a wrong or missing corp or secret', async () => {
    await open({ login: false });
    expect(await codeOf(fake.call('gettoken?corpsecret=x'))).toBe(41002);
    expect(await codeOf(fake.call('gettoken?corpid=x'))).toBe(41004);
    expect(await codeOf(fake.getToken('wwother'))).toBe(40013);
    expect(await codeOf(fake.getToken(undefined, 'other'))).toBe(40001);
  });

  test.each([
    ['same', true, 0],
    ['new-beside', false, 0],
    ['new-instead', false, 40014],
  ] as const)(
    '1 asked for again while one is valid (repeatedToken %s): equal %s, the old one answers %i',
    async (repeatedToken, equal, old) => {
      await open({ switches: { repeatedToken } });
      const before = await fake.send();
      expect(before.errcode).toBe(0);
      const [again, third] = [await fake.getToken(), await fake.getToken()];
      expect(again.access_token === third.access_token).toBe(equal);
      expect(await codeOf(fake.send())).toBe(old);
    },
  );

  test('1 asked for again do not live longer', async () => {
    await open();
    fake.wecom.forward(hour);
    expect((await fake.getToken()).expires_in).toBe(3600);
  });
});

describe('2 tokens that are none any more', () => {
  test('2 expired 42001, corrupted 40014, missing 41001, made up 40014', async () => {
    await open();
    fake.wecom.expireTokens();
    expect(await codeOf(fake.send())).toBe(42001);
    await fake.login();
    expect(await codeOf(fake.send())).toBe(0);
    fake.wecom.corruptTokens();
    expect(await codeOf(fake.send())).toBe(40014);
    expect(await codeOf(fake.call('message/send', {}))).toBe(41001);
    expect(await codeOf(fake.call('message/send?access_token=x', {}))).toBe(40014);
  });

  test('2 of another app 301002, an app nobody knows 40056, none 41011', async () => {
    await open({ apps: [{ agentId: 1000003, secret: 'second' }] });
    expect(await codeOf(fake.send({ agentid: 1000003 }))).toBe(301002);
    expect(await codeOf(fake.send({ agentid: 7 }))).toBe(40056);
    expect(await codeOf(fake.send({ agentid: undefined }))).toBe(41011);
    await fake.login('second');
    expect(await codeOf(fake.send({ agentid: 1000003 }))).toBe(0);
  });
});

describe('3 gettoken is counted', () => {
  test('3 too many in a minute are refused with 45009', async () => {
    await open({ login: false, switches: { tokensPerMinute: 3 } });
    for (const code of [0, 0, 0, 45009]) expect(await codeOf(fake.getToken())).toBe(code);
    fake.wecom.forward(minute);
    expect(await codeOf(fake.getToken())).toBe(0);
    expect(fake.wecom.calls()).toEqual({ gettoken: 5 });
  });

  test('3 wrong secrets close the address for an hour, also to the right one', async () => {
    await open({ login: false, switches: { wrongSecretsPerHour: 2 } });
    for (const code of [40001, 40001, 45009]) expect(await codeOf(fake.getToken(undefined, 'wrong'))).toBe(code);
    fake.wecom.forward(59 * minute);
    expect(await codeOf(fake.getToken())).toBe(45009);
    fake.wecom.forward(minute);
    expect(await codeOf(fake.getToken())).toBe(0);
  });
});

test('4 a refusal is HTTP 200 with an errmsg that is never the same twice', async () => {
  await open({ login: false });
  const response = await fetch(`${fake.wecom.url}/cgi-bin/message/send`, { method: 'POST' });
  expect(response.status).toBe(200);
  const [one, two] = [(await response.json()) as { errmsg: string }, await fake.call('message/send')];
  expect(one.errmsg).toMatch(
    /^access_token missing, hint: \[\d{22}\], from ip: 127\.0\.0\.1, more info at https:\/\/open\.work\.weixin\.qq\.com\/devtool\/query\?e=41001$/,
  );
  expect(two.errmsg).not.toBe(one.errmsg);
});

describe('5 trouble on demand', () => {
  test.each([-1, 45033, 60020, 48006, 50003])('5 code %i, for as many calls as ordered', async (code) => {
    await open();
    fake.wecom.fault({ api: 'message/send', times: 2, code });
    expect(await codeOf(fake.getToken())).toBe(0);
    const answers = [await fake.send(), await fake.send(), await fake.send()];
    expect(answers.map(({ errcode }) => errcode)).toEqual([code, code, 0]);
    expect(answers[0]!.errmsg).toContain('from ip: 127.0.0.1');
    expect(fake.texts('wangfang')).toHaveLength(1);
  });

  test('5 a used-up limit (45009) blocks for a running minute', async () => {
    await open();
    fake.wecom.fault({ api: 'message/send', code: 45009, seconds: 60 });
    fake.wecom.forward(30 * second);
    for (let n = 0; n < 3; n += 1) expect(await codeOf(fake.send())).toBe(45009);
    fake.wecom.forward(30 * second);
    expect(await codeOf(fake.send())).toBe(0);
  });

  test.each([500, 502, 504])('5 a gateway that says %i in HTML', async (status) => {
    await open();
    fake.wecom.fault({ status });
    const gateway = await fetch(`${fake.wecom.url}/cgi-bin/gettoken`);
    expect([gateway.status, (await gateway.text())[0]]).toEqual([status, '<']);
  });

  test('5 a page instead of an answer, with 200', async () => {
    await open();
    fake.wecom.fault({ body: 'html' });
    await expect(fake.send()).rejects.toThrow(SyntaxError);
    expect(fake.texts('wangfang')).toEqual([]);
  });

  test('5 half an answer, though it was done', async () => {
    await open();
    fake.wecom.fault({ body: 'half' });
    await expect(fake.send()).rejects.toThrow(SyntaxError);
    expect(fake.texts('wangfang')).toHaveLength(1);
  });

  test('5 a slow body: done, and the second half comes 30 seconds later', async () => {
    await open();
    fake.wecom.fault({ body: 'slow' });
    const answer = fake.send();
    await until(() => fake.wecom.waits().length === 1);
    expect(fake.texts('wangfang')).toHaveLength(1);
    fake.wecom.forward(29 * second);
    expect(fake.wecom.waits()).toEqual([second]);
    fake.wecom.forward(second);
    expect((await answer).errcode).toBe(0);
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('5 a connection that is cut %s it was done', async (reset, count) => {
    await open();
    fake.wecom.fault({ reset });
    await expect(fake.send()).rejects.toThrow();
    expect(fake.texts('wangfang')).toHaveLength(count);
  });

  test.each([
    ['before', 0],
    ['after', 1],
  ] as const)('5 silence until the caller hangs up, %s it was done', async (silence, count) => {
    await open();
    fake.wecom.fault({ api: 'message/send', silence });
    const hangUp = new AbortController();
    const answer = fetch(`${fake.wecom.url}/cgi-bin/message/send`, { signal: hangUp.signal }).catch(() => 'hung up');
    await until(() => fake.wecom.waits().length === 1);
    hangUp.abort();
    expect(await answer).toBe('hung up');
    await until(() => fake.wecom.waits().length === 0);
    fake.wecom.fault({ api: 'message/send', silence });
    const sent = fake.send().catch(() => 'cut');
    await until(() => fake.wecom.waits().length === 1);
    expect(fake.texts('wangfang')).toHaveLength(count);
    fake.wecom.forward(10 * minute);
    expect(await sent).toBe('cut');
  });

  test('5 another protocol than HTTP', async () => {
    await open();
    fake.wecom.fault({ body: 'tls' });
    await expect(fake.send()).rejects.toThrow('fetch failed');
  });

  test('5 late answers, of one call or of all', async () => {
    await open();
    fake.wecom.fault({ delayMs: 3000 });
    const answer = fake.send();
    await until(() => fake.wecom.waits().length === 1);
    expect(fake.texts('wangfang')).toEqual([]);
    fake.wecom.forward(3000);
    expect((await answer).errcode).toBe(0);
  });
});

describe('6 wrong ways to call', () => {
  test('6 GET where POST is wanted, and a body that is not JSON', async () => {
    await open();
    for (const path of ['message/send', 'message/recall', 'appchat/send'])
      expect(await codeOf(fake.api(path))).toBe(40058);
    expect(await codeOf(fake.api('message/send', 'touser=a'))).toBe(40058);
    expect(await codeOf(fake.api('message/nonsense', {}))).toBe(48002);
  });

  test('6 an odd type is done with a warning', async () => {
    await open();
    const answer = await fake.send({ agentid: '1000002' });
    expect(answer).toMatchObject({ errcode: 0, errmsg: expect.stringContaining('Warning: wrong json format.') });
    expect(fake.texts('wangfang')).toHaveLength(1);
  });
});

test('34 one clock, put forward by hand, moves tokens, blocks and waits; what is signed for others keeps real time', async () => {
  const outside = Date.parse('2026-12-05T09:00:00+08:00');
  await open();
  expect(await codeOf(fake.send())).toBe(0);
  fake.wecom.forward(2 * hour);
  expect(fake.wecom.inbox()[0]!.at).toBe(outside);
  await fake.login();
  await fake.send();
  expect(fake.wecom.inbox()[1]!.at).toBe(outside + 2 * hour);
  fake.wecom.fault({ api: 'gettoken', code: 45009, seconds: 60 });
  fake.wecom.forward(minute);
  expect(await codeOf(fake.getToken())).toBe(0);
});
