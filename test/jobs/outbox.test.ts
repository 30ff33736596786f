// What the outbox decides about each message: who got it, when to try again, when to give up, and what never leaves.

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Outcome } from '../../src/channels/channel.ts';
import type { FailureReason, MessageKind } from '../../src/domain/message.ts';
import { hour, minute } from '../../src/domain/time.ts';
import { directDispatcher } from '../../src/jobs/direct-dispatcher.ts';
import type { Dispatcher } from '../../src/jobs/dispatcher.ts';
import { outboxLines } from '../../src/jobs/outbox.ts';
import { mark, outboxStatus } from '../../src/store/outbox.ts';
import {
  accounts,
  type Door,
  members,
  openWorld,
  textsOf,
  tuesday,
  type World,
  writingDoor,
} from './delivery-world.ts';

const log = pino({ level: 'silent' });
const leases = { handOver: 30_000, sending: 45_000 };

let world: World;
let door: Door;
let wecom: Door;
let delivery: Dispatcher;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.clear();
  door = writingDoor();
  wecom = writingDoor('wecom');
  delivery = newProcess();
});
afterEach(() => delivery.stop());

const lines = () =>
  outboxLines({
    pool: world.db.pool,
    clock: world.clock,
    log,
    leases,
    channels: new Map([door, wecom].map((one) => [one.name, one])),
  });
const newProcess = () => directDispatcher({ lines: lines(), clock: world.clock, log });

async function drainAt(now: number): Promise<void> {
  world.now = now;
  await delivery.drain();
}

test('a sent row remembers when, and the ids that the platform gave', async () => {
  const id = await world.put({ text: 'one\ftwo' });
  await delivery.drain();
  expect(textsOf(door)).toEqual(['one', 'two']);
  expect(await world.state(id)).toEqual({
    status: 2,
    attempts: 1,
    outcome: 'sent',
    dueAt: tuesday,
    parts: 2,
    reference: ['ref-1', 'ref-2'],
  });
  const { rows } = await world.db.pool.query('select sent_at, lease_until, wire from outbox where id = $1', [id]);
  expect(rows).toEqual([{ sent_at: tuesday, lease_until: null, wire: [`${id}|M1|one`, `${id}|M1|two`] }]);
});

test('who did not get it is named, in whatever case the platform writes accounts; the others got it', async () => {
  door.answer = () => ({
    kind: 'sent',
    failed: [
      { account: 'm2', reason: 'not-in-range' },
      { account: 'M3', reason: 'no-licence' },
    ],
  });
  const id = await world.put({ kind: 'notice', members: members(3), accounts: accounts(3) });
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 2 });
  expect(await world.undelivered(id)).toEqual({ m2: 'not-in-range', m3: 'no-licence' });
});

test('a message that reached nobody has failed, and its other parts are not sent', async () => {
  door.answer = () => ({ kind: 'sent', failed: [{ account: 'm1', reason: 'not-in-range' }] });
  const id = await world.put({ text: 'one\ftwo' });
  await delivery.drain();
  expect(textsOf(door)).toEqual(['one']);
  expect(await world.state(id)).toMatchObject({ status: 3, outcome: 'not-in-range' });
  expect(await world.undelivered(id)).toEqual({ m1: 'not-in-range' });
});

test('a rejected message has failed for all, and a member who is gone by then does no harm', async () => {
  door.answer = () => ({ kind: 'rejected', reason: 'blocked-text', detail: '40201' });
  const id = await world.put({ kind: 'notice', members: ['m1', 'm2', 'gone'], accounts: ['M1', 'M2', 'Gone'] });
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 3, outcome: 'blocked-text', attempts: 1 });
  expect(await world.undelivered(id)).toEqual({ m1: 'blocked-text', m2: 'blocked-text' });
});

test('a door that is set up wrongly rests, and what waits goes out once that is mended', async () => {
  door.answer = () => ({ kind: 'rejected', reason: 'door-misconfigured', detail: '60020' });
  const id = await world.put({});
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 0, outcome: 'throttled', attempts: 0 });
  door.answer = () => ({ kind: 'sent' });
  world.now += 5 * 60_000;
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 2 });
});

test.each<[string, Partial<Parameters<World['put']>[0]>, FailureReason]>([
  ['for a door that is not open', { channel: 'wechaty' }, 'door-misconfigured'],
  ['without any text', { text: '' }, 'bad-request'],
])('a message %s fails with a reason', async (_, row, reason) => {
  const id = await world.put(row);
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 3, outcome: reason });
  expect(await world.undelivered(id)).toEqual({ m1: reason });
});

test('a message that cannot be composed fails instead of coming back for ever', async () => {
  door.compose = () => {
    throw new Error('as planned');
  };
  const id = await world.put({});
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 3, outcome: 'bad-request' });
});

test('a group gets its message, and a repeat begins at the part that did not go out', async () => {
  const id = await world.put({ kind: 'notice', members: [], accounts: [], group: 'G', text: 'one\ftwo\fthree' });
  door.answer = (body): Outcome =>
    body.endsWith('two') ? { kind: 'unreachable', detail: 'TimeoutError' } : { kind: 'sent' };
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 0, parts: 1 });
  door.answer = () => ({ kind: 'sent' });
  // A newer program might compose differently; what was begun is finished as it was.
  door.compose = () => ['something else'];
  await drainAt(world.now + 500);
  expect(door.sent).toEqual([`${id}|G|one`, `${id}|G|two`, `${id}|G|two`, `${id}|G|three`]);
  expect(await world.state(id)).toMatchObject({ status: 2, parts: 3 });
});

test('a throttled door rests for pushes and broadcasts, while replies still try', async () => {
  const until = tuesday + 90_000;
  wecom.answer = () => ({ kind: 'throttled', until, detail: '45009' });
  const first = await world.put({ channel: 'wecom', kind: 'notice', text: 'first' });
  await delivery.drain();
  wecom.answer = () => ({ kind: 'sent' });
  await world.put({ channel: 'wecom', kind: 'notice', text: 'push', members: ['m2'], accounts: ['M2'] });
  await world.put({ channel: 'wecom', kind: 'broadcast', text: 'bulk', members: members(9), accounts: accounts(9) });
  await world.put({ channel: 'wecom', kind: 'reply', text: 'reply', members: ['m3'], accounts: ['M3'] });
  await world.put({ kind: 'notice', text: 'through another door' });
  await delivery.drain();
  expect(textsOf(wecom)).toEqual(['first', 'reply']);
  expect(textsOf(door)).toEqual(['through another door']);
  await drainAt(until);
  expect(textsOf(wecom).toSorted()).toEqual(['bulk', 'first', 'first', 'push', 'reply']);
  expect(await world.state(first)).toMatchObject({ status: 2, attempts: 1 });
});

test('rows already handed over when the door is throttled wait too', async () => {
  wecom.answer = () => ({ kind: 'throttled', until: tuesday + 60_000, detail: '45009' });
  const [, push] = lines();
  const ids = [];
  for (let n = 1; n <= 20; n += 1)
    ids.push(await world.put({ channel: 'wecom', kind: 'notice', members: [`m${n}`], accounts: [`M${n}`] }));
  await push!.claim(20);
  for (const id of ids) await push!.handle(id);
  expect(wecom.sent).toHaveLength(1);
  expect(await world.statuses()).toEqual({ 0: 20 });
});

test('a message that the platform never answers is given up after 12 attempts, if it answers others', async () => {
  const id = await world.put({ kind: 'notice', text: 'cursed' });
  door.answer = (body): Outcome => (body.endsWith('cursed') ? { kind: 'unreachable', detail: '-1' } : { kind: 'sent' });
  for (let n = 0; n < 12; n += 1) {
    await world.put({ text: 'fine' });
    await delivery.drain();
    world.now = (await world.state(id)).dueAt;
  }
  expect(await world.state(id)).toMatchObject({ status: 3, outcome: 'gave-up', attempts: 12 });
  expect(await world.undelivered(id)).toEqual({ m1: 'gave-up' });
  expect(textsOf(door).filter((text) => text === 'cursed')).toHaveLength(12);
});

test('while groups are answered and people are not, no message to people is given up', async () => {
  door.answer = (body): Outcome => (body.includes('|G|') ? { kind: 'sent' } : { kind: 'unreachable', detail: '504' });
  const ids: number[] = [];
  for (let n = 1; n <= 4; n += 1)
    ids.push(await world.put({ kind: 'notice', members: [`m${n}`], accounts: [`M${n}`] }));
  for (const end = tuesday + 4 * hour; world.now < end; world.now += 5 * minute) {
    await world.put({ kind: 'notice', members: [], accounts: [], group: 'G' });
    await delivery.drain();
  }
  for (const id of ids) expect(await world.state(id)).toMatchObject({ status: 0, outcome: 'unreachable' });
  door.answer = () => ({ kind: 'sent' });
  await drainAt(world.now + 10 * minute);
  for (const id of ids) expect(await world.state(id)).toMatchObject({ status: 2 });
});

test('when a door answers nobody, nobody is given up, and all goes out soon after it answers again', async () => {
  door.answer = () => ({ kind: 'unreachable', detail: 'ECONNREFUSED' });
  const ids: number[] = [];
  for (let n = 1; n <= 10; n += 1)
    ids.push(await world.put({ kind: n % 2 ? 'notice' : 'reply', members: [`m${n}`], accounts: [`M${n}`] }));
  for (const end = tuesday + 8 * hour; world.now < end; world.now += 5 * minute) await delivery.drain();
  for (const id of ids) expect(await world.state(id)).toMatchObject({ status: 0, outcome: 'unreachable' });
  expect(door.sent.length).toBeLessThan(10 * 60);
  door.answer = () => ({ kind: 'sent' });
  await world.put({ text: 'the first that gets through', members: ['m11'], accounts: ['M11'] });
  await delivery.drain();
  await drainAt(world.now + 1000);
  expect(await world.statuses()).toEqual({ 2: 11 });
});

test('a reply that could not be said for a day is not said any more', async () => {
  door.answer = () => ({ kind: 'unreachable', detail: 'ECONNREFUSED' });
  const id = await world.put({});
  for (; world.now <= tuesday + 25 * hour; world.now += 10 * minute) await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 3, outcome: 'gave-up' });
});

test('a message whose handlers died again and again is given up', async () => {
  const id = await world.put({ kind: 'notice' });
  door.answer = () => {
    throw new Error('not reached');
  };
  const push = lines().find(({ name }) => name === 'push')!;
  await world.db.pool.query('update outbox set attempts = 12 where id = $1', [id]);
  await push.claim(1);
  await push.handle(id);
  expect(await world.state(id)).toMatchObject({ status: 3, outcome: 'gave-up' });
  expect(door.sent).toEqual([]);
});

test('a wait that would end after the expiry is not waited for', async () => {
  door.answer = () => ({ kind: 'throttled', until: tuesday + hour, detail: '45009' });
  const id = await world.put({ kind: 'reminder', expiresAt: tuesday + hour });
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 4, outcome: 'expired' });
  expect(await world.undelivered(id)).toEqual({ m1: 'expired' });
});

test.each<[MessageKind, string, string | null]>([
  ['reminder', '2026-12-08T20:29:59+08:00', null],
  ['reminder', '2026-12-08T20:30:00+08:00', '2026-12-09T08:00:00+08:00'],
  ['study', '2026-12-09T00:10:00+08:00', '2026-12-09T08:00:00+08:00'],
  ['broadcast', '2026-12-09T07:59:59+08:00', '2026-12-09T08:00:00+08:00'],
  ['digest', '2026-12-09T08:00:00+08:00', null],
  ['notice', '2026-12-06T09:00:00+08:00', null],
  ['reply', '2026-12-09T00:10:00+08:00', null],
  ['urgent', '2026-12-09T00:10:00+08:00', null],
])('a %s due at %s leaves then or waits until %s', async (kind, at, until) => {
  world.now = Date.parse(at);
  const id = await world.put({ kind });
  await delivery.drain();
  const state = await world.state(id);
  if (until === null) expect(state).toMatchObject({ status: 2 });
  else {
    expect(door.sent).toEqual([]);
    expect(state).toMatchObject({ status: 0, attempts: 0, dueAt: Date.parse(until) });
  }
});

test('a push that falls into quiet hours and expires before the morning is never sent', async () => {
  world.now = Date.parse('2026-12-08T21:00:00+08:00');
  const id = await world.put({ kind: 'reminder', expiresAt: Date.parse('2026-12-09T08:00:00+08:00') });
  await delivery.drain();
  expect(await world.state(id)).toMatchObject({ status: 4 });
});

test.each<[MessageKind, number]>([
  ['reply', 25],
  ['notice', 20],
  ['broadcast', 16],
])('one person gets each %s, but at most %i a minute, whichever process sends', async (kind, most) => {
  const others = [newProcess(), newProcess()];
  for (let n = 0; n < 60; n += 1) await world.put({ channel: 'wecom', kind, text: `${n}` });
  const sentAt: number[] = [];
  wecom.answer = () => {
    sentAt.push(world.now);
    return { kind: 'sent' };
  };
  for (; sentAt.length < 60 && world.now < tuesday + 10 * minute; world.now += 1000)
    await Promise.all([delivery, ...others].map((one) => one.drain()));
  expect(new Set(textsOf(wecom)).size).toBe(60);
  expect(wecom.sent).toHaveLength(60);
  for (const start of sentAt)
    expect(sentAt.filter((at) => at >= start && at < start + minute).length).toBeLessThanOrEqual(most);
  await Promise.all(others.map((one) => one.stop()));
});

test('replies keep room when pushes have used theirs', async () => {
  for (let n = 0; n < 40; n += 1) await world.put({ channel: 'wecom', kind: 'notice', text: 'push' });
  await delivery.drain();
  for (let n = 0; n < 40; n += 1) await world.put({ channel: 'wecom', text: 'reply' });
  await delivery.drain();
  const texts = textsOf(wecom);
  expect(texts.filter((text) => text === 'push')).toHaveLength(20);
  expect(texts.filter((text) => text === 'reply')).toHaveLength(5);
});

test("other people's messages do not wait for one person's limit", async () => {
  for (let n = 0; n < 40; n += 1) await world.put({ channel: 'wecom', kind: 'notice', text: 'many' });
  await world.put({ channel: 'wecom', kind: 'notice', text: 'one', members: ['m2'], accounts: ['M2'] });
  await delivery.drain();
  expect(textsOf(wecom)).toContain('one');
});

test('an hour has its own limit', async () => {
  // Replies at 25 a minute would be 1,500 an hour; WeCom takes 1,000 and drops the rest.
  await world.db.pool.query(`insert into platform_count values ('hour/wecom/m1', $1, 833)`, [
    new Date(tuesday - minute),
  ]);
  const id = await world.put({ channel: 'wecom' });
  await delivery.drain();
  expect(wecom.sent).toEqual([]);
  expect(await world.state(id)).toMatchObject({ status: 0, attempts: 0, outcome: 'limit' });
  const { dueAt } = await world.state(id);
  expect(dueAt).toBeGreaterThan(tuesday + 59 * minute);
  await drainAt(dueAt);
  expect(wecom.sent).toHaveLength(1);
});

test('a broadcast to many is counted for each of them and does not wait', async () => {
  const many = { channel: 'wecom', kind: 'broadcast' as const, members: members(1000), accounts: accounts(1000) };
  for (let n = 0; n < 3; n += 1) await world.put({ ...many, text: `${n}` });
  await delivery.drain();
  expect(wecom.sent).toHaveLength(3);
  const { rows } = await world.db.pool.query(
    `select count(*)::int as buckets, min(count) as least, max(count) as most from platform_count`,
  );
  expect(rows).toEqual([{ buckets: 2000, least: 3, most: 3 }]);
});

test('counts that no window reaches any more are forgotten', async () => {
  await world.put({ channel: 'wecom' });
  await delivery.drain();
  world.now += 5 * hour;
  await world.put({ channel: 'wecom' });
  await delivery.drain();
  const { rows } = await world.db.pool.query('select distinct window_start >= $1 as fresh from platform_count', [
    new Date(world.now - 10 * minute),
  ]);
  expect(rows).toEqual([{ fresh: true }]);
});

test('a holder that was away too long writes nothing over the one that came after it', async () => {
  const id = await world.put({ kind: 'notice' });
  let slow: (outcome: Outcome) => void = () => {};
  door.answer = () =>
    new Promise((resolve) => {
      slow = resolve;
    });
  const first = delivery.drain();
  await expect.poll(() => door.sent.length, { timeout: 4000 }).toBe(1);
  world.now += leases.sending;
  door.answer = () => ({ kind: 'sent', reference: 'second' });
  const other = newProcess();
  await other.drain();
  slow({ kind: 'unreachable', detail: 'TimeoutError' });
  await first;
  expect(await world.state(id)).toMatchObject({ status: 2, reference: ['second'] });
  expect(new Set(door.sent).size).toBe(1);
  await other.stop();
});

test('a row cancelled while it is in work stays cancelled', async () => {
  const id = await world.put({ kind: 'broadcast', text: 'one\ftwo' });
  door.answer = async () => {
    await world.db.pool.query('update outbox set status = 5 where id = $1', [id]);
    return { kind: 'sent' };
  };
  await delivery.drain();
  expect(textsOf(door)).toEqual(['one']);
  expect(await world.state(id)).toMatchObject({ status: 5 });
  expect(
    await mark(
      world.db.pool,
      { id, heldUntil: 0 },
      { status: outboxStatus.sent, dueAt: 0, attempts: 1, outcome: null },
      0,
    ),
  ).toBe(false);
});
