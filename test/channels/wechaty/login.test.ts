import { afterEach, expect, test } from 'vitest';
import { minute } from '../../../src/domain/time.ts';
import { openWechat, saturday, type TestWechat, type TestWechatOptions } from './setup.ts';

let it: TestWechat;
const open = async (options?: TestWechatOptions) => {
  it = await openWechat(options);
  return it;
};
afterEach(() => it.close());

const last = () => it.states.at(-1);
const body = (text: string) => it.door.channel.compose({ text }, { kind: 'accounts', accounts: ['zhaolei'] }, 1)[0]!;

test('the first login shows a code, says so and opens when it was scanned', async () => {
  await open({ isLoggedIn: false });
  await it.until(() => last()?.state === 'starting');
  await it.pass(1);
  it.wechat.showCode('https://login.weixin.qq.com/l/one');
  await it.until(() => last()?.state === 'waiting-for-scan');
  expect(last()).toMatchObject({ qr: 'https://login.weixin.qq.com/l/one', qrUntil: saturday + 1 + 5 * minute });
  it.wechat.logIn();
  await it.until(() => last()?.state === 'open');
  expect(it.door.channel.isHere?.()).toBe(true);
});

test('a code that nobody scans is not a failure: it waits', async () => {
  await open({ isLoggedIn: false });
  await it.pass(1);
  it.wechat.showCode('one');
  await it.pass(30 * minute);
  expect(it.states.map(({ state }) => state)).toEqual(['starting', 'waiting-for-scan']);
});

test('logged out: said at once, what is to be sent waits, and after the next login it leaves', async () => {
  await open();
  await it.wechat.logOut('another device');
  await it.until(() => last()?.state === 'lost');
  expect(await it.door.channel.send(body('通知'))).toMatchObject({ kind: 'throttled', until: it.now + minute });
  expect(it.wechat.inbox()).toEqual([]);
  it.wechat.showCode('two');
  it.wechat.logIn();
  await it.until(() => last()?.state === 'open');
  expect(await it.door.channel.send(body('通知'))).toMatchObject({ kind: 'sent' });
});

test('logged out in the middle of sending: it waits, it does not fail', async () => {
  await open();
  it.wechat.trouble('failure');
  const sending = it.door.channel.send(body('通知'));
  await it.wechat.logOut('another device');
  let isDone = false;
  void sending.finally(() => {
    isDone = true;
  });
  while (!isDone) await it.pass(1000);
  expect((await sending).kind).toBe('throttled');
});

test('a puppet that never comes up is begun anew, later each time', async () => {
  await open({ isLoggedIn: false });
  await it.pass(60 * minute);
  const begun = it.states.filter(({ state }) => state === 'starting').length;
  expect(begun).toBeGreaterThan(5);
  expect(begun).toBeLessThan(25);
  expect(it.states.filter(({ state }) => state === 'lost').length).toBeGreaterThan(4);
});

test('a login that falls silent is asked once and then begun anew', async () => {
  await open();
  it.states.length = 0;
  await it.pass(4 * minute);
  it.wechat.beat();
  await it.pass(4 * minute);
  expect(it.states).toEqual([]);
  await it.pass(3 * minute);
  await it.until(() => last()?.state === 'open');
  expect(it.states.map(({ state }) => state)).toEqual(['lost', 'starting', 'open']);
});

test('without the packages it says what is missing, and sends nothing', async () => {
  await open({ isInstalled: false });
  await it.until(() => last()?.state === 'missing');
  expect(it.door.channel.isHere?.()).toBe(false);
  expect((await it.door.channel.send(body('通知'))).kind).toBe('throttled');
});

test('closing says that it is off; a late word of the old login changes nothing', async () => {
  await open();
  await it.door.close();
  expect(last()).toEqual({ state: 'off' });
  it.wechat.beat();
  it.wechat.say({ from: 'zhaolei', text: '签到' });
  await it.pass(1);
  expect(it.heard).toEqual([]);
  expect(last()).toEqual({ state: 'off' });
});
