// What groups take, counted for all workers together: nothing is refused by the platform, and nothing disappears there.

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { webhookChannel } from '../../src/channels/webhook.ts';
import { wecomClient } from '../../src/channels/wecom/client.ts';
import { wecomHttp } from '../../src/channels/wecom/http.ts';
import { wecomChannel } from '../../src/channels/wecom/send.ts';
import { accessTokens, memoryTokenStore } from '../../src/channels/wecom/token.ts';
import { directDispatcher } from '../../src/jobs/direct-dispatcher.ts';
import type { Dispatcher } from '../../src/jobs/dispatcher.ts';
import { outboxLines } from '../../src/jobs/outbox.ts';
import { type FakeWecom, fakeCredentials, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { openWorld, tuesday, type World } from './delivery-world.ts';

const { corpId, agentId, secret } = fakeCredentials;
const log = pino({ level: 'silent' });
const minute = 60_000;
const groups = Array.from({ length: 300 }, (_, n) => `group${n}`);

let world: World;
let wecom: FakeWecom;
let workers: Dispatcher[];
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.clear();
  // Everybody sits in every group: the worst that can be.
  wecom = await startFakeWecom({
    now: world.clock,
    chats: groups,
    members: ['m1', 'm2'],
    robots: ['robot1', 'robot2'],
  });
  workers = [worker(), worker()];
});
afterEach(async () => {
  for (const one of workers) await one.stop();
  await wecom.close();
});

/** One process of several on the same database. */
function worker(): Dispatcher {
  const http = wecomHttp(wecom.url);
  const client = wecomClient(
    http,
    accessTokens({ corpId, secret }, { http, store: memoryTokenStore(), now: world.clock }),
  );
  const doors = [
    wecomChannel({ agentId, client, now: world.clock, random: () => 0 }),
    webhookChannel({ http, now: world.clock, random: () => 0 }),
  ];
  const channels = new Map(doors.map((door) => [door.name as string, door]));
  return directDispatcher({
    lines: outboxLines({ pool: world.db.pool, clock: world.clock, log, channels }),
    clock: world.clock,
    log,
  });
}

/** Both work until nothing waits; resolves to how many left at each moment. */
async function deliverAll(count: () => number): Promise<number[]> {
  const left: number[] = [];
  for (let before = 0; (await world.statuses())[0]; before = count()) {
    await Promise.all(workers.map((one) => one.drain()));
    left.push(count() - before);
    world.now += 10_000;
    if (left.length > 200) throw new Error('it never ends');
  }
  return left;
}

const put = (channel: string, group: string, text: string) =>
  world.put({ channel, kind: 'notice', members: [], accounts: [], group, text });

test('20 messages a minute to one robot, whoever sends them; the other robot does not wait', async () => {
  for (let n = 0; n < 45; n += 1) await put('webhook', 'robot1', `第${n}条`);
  await put('webhook', 'robot2', '另一个群');
  const left = await deliverAll(() => wecom.groupInbox('robot1').length);
  expect(
    wecom
      .groupInbox('robot1')
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual(Array.from({ length: 45 }, (_, n) => `第${n}条`).toSorted());
  // As many calls as messages: the platform refused none.
  expect(wecom.calls()['webhook/send']).toBe(46);
  expect(wecom.groupInbox('robot2')[0]!.at).toBe(tuesday);
  for (let from = 0; from < left.length; from += 1)
    expect(left.slice(from, from + 6).reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(20);
});

test('200 group messages a minute of one app: nobody who sits in all its groups loses one', async () => {
  for (const group of groups) await put('wecom', group, '明天的活动改到十点');
  await deliverAll(() => groups.reduce((sum, group) => sum + wecom.groupInbox(group).length, 0));
  for (const group of groups) expect(wecom.groupInbox(group)).toMatchObject([{ to: ['m1', 'm2'] }]);
  expect(world.now - tuesday).toBeGreaterThan(minute);
});

test('a limit that is used up in one group holds back nobody else', async () => {
  wecom.fault({ api: 'webhook/send', code: 45009 });
  await put('webhook', 'robot1', '一');
  for (const one of workers) await one.drain();
  await put('webhook', 'robot2', '二');
  wecom.fault({ api: 'appchat/send', code: 45009 });
  await put('wecom', 'group1', '三');
  for (const one of workers) await one.drain();
  await world.put({ channel: 'wecom', kind: 'notice', text: '四' });
  for (const one of workers) await one.drain();
  expect(wecom.groupInbox('robot1')).toEqual([]);
  expect(wecom.groupInbox('robot2')).toHaveLength(1);
  expect(wecom.inbox('M1').map(({ text }) => text)).toEqual(['四']);
});
