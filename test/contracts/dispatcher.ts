// What a dispatcher must do, run on each of them with a real database and, where it has one, a real Redis. Says nothing about what is sent.

import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/channels/channel.ts';
import type { Dispatcher, DispatcherParts, Line } from '../../src/jobs/dispatcher.ts';
import { outboxLines } from '../../src/jobs/outbox.ts';
import { type TaskHandler, taskLine } from '../../src/jobs/tasks.ts';
import { claimOutbox, holdOutbox } from '../../src/store/outbox.ts';
import { lanes } from '../../src/store/outbox-rows.ts';
import { accounts, type Door, members, openWorld, textsOf, type World, writingDoor } from '../jobs/delivery-world.ts';

export interface DispatcherSetting {
  make(parts: DispatcherParts): Dispatcher;
  /** Makes what lies outside the database forget everything. */
  readonly forget?: () => Promise<void>;
  close(): Promise<void>;
}

const leases = { handOver: 30_000, sending: 45_000 };
const log = pino({ level: 'silent' });
/** Never the thing under test: how long a loaded machine may take. */
const soon = { timeout: 10_000 };

/** Runs the contract; `factory` prepares the surroundings once for the whole suite. */
export function defineDispatcherContract(name: string, factory: () => Promise<DispatcherSetting>): void {
  describe(`the contract of a dispatcher: ${name}`, { timeout: 30_000 }, () => {
    let world: World;
    let setting: DispatcherSetting;
    let door: Door;
    let open: Dispatcher[] = [];
    let tasks: Record<string, TaskHandler<string>> = {};

    beforeAll(async () => {
      world = await openWorld();
      setting = await factory();
    });
    afterAll(async () => {
      await setting.close();
      await world.close();
    });
    beforeEach(async () => {
      await world.clear();
      await setting.forget?.();
      door = writingDoor();
      tasks = {};
    });
    afterEach(async () => {
      await Promise.all(open.map((dispatcher) => dispatcher.stop()));
      open = [];
    });

    function lines(): Line[] {
      const { pool } = world.db;
      const { clock } = world;
      return [
        ...outboxLines({ pool, clock, log, leases, channels: new Map([[door.name, door]]) }),
        taskLine({ pool, clock, log, handlers: tasks, context: 'the context' }),
      ];
    }
    function dispatcher(some: readonly Line[] = lines()): Dispatcher {
      const made = setting.make({ lines: some, clock: world.clock, log });
      open.push(made);
      return made;
    }
    /** Holds every call back until it is let go. */
    function gate() {
      let release = () => {};
      const opened = new Promise<void>((resolve) => {
        release = resolve;
      });
      return { opened, release };
    }

    test('what is due is handed over in the order in which it is due, and nothing before', async () => {
      await world.put({ kind: 'notice', text: 'third', dueAt: world.now });
      await world.put({ kind: 'notice', text: 'first', dueAt: world.now - 2000 });
      await world.put({ kind: 'notice', text: 'later', dueAt: world.now + 1 });
      await world.put({ kind: 'notice', text: 'second', dueAt: world.now - 1000 });
      const one = dispatcher(lines().map((line) => ({ ...line, concurrency: 1 })));
      await one.drain();
      expect(textsOf(door)).toEqual(['first', 'second', 'third']);
      world.now += 1;
      await one.drain();
      expect(textsOf(door)).toEqual(['first', 'second', 'third', 'later']);
    });

    test("one person's replies never overtake each other, and do not wait for other people's", async () => {
      const said = Array.from({ length: 12 }, (_, n) => [`m1: ${n}`, `m2: ${n}`]).flat();
      for (const text of said) {
        const who = text.slice(1, 2);
        await world.put({ text, members: [`m${who}`], accounts: [`M${who}`] });
      }
      door.answer = async (body): Promise<Outcome> => {
        // The earlier ones are the slower ones.
        for (let n = Number(body.split(': ')[1]); n < 12; n += 1) await new Promise(setImmediate);
        return { kind: 'sent' };
      };
      await dispatcher().drain();
      const texts = textsOf(door);
      for (const who of ['m1', 'm2'])
        expect(texts.filter((text) => text.startsWith(who))).toEqual(said.filter((text) => text.startsWith(who)));
    });

    test('several at once send each message once', async () => {
      const texts = Array.from({ length: 120 }, (_, n) => `message ${n}`);
      for (const [n, text] of texts.entries())
        await world.put({
          kind: n % 2 ? 'notice' : 'broadcast',
          text,
          members: [`m${n + 1}`],
          accounts: [`M${n + 1}`],
        });
      await Promise.all([dispatcher().drain(), dispatcher().drain(), dispatcher().drain()]);
      await expect.poll(() => world.statuses(), soon).toEqual({ 2: 120 });
      expect(textsOf(door).toSorted()).toEqual(texts.toSorted());
    });

    test('a row that is handed over twice is sent once', async () => {
      const some = lines();
      const push = some.find((line) => line.name === 'push')!;
      const id = await world.put({ kind: 'notice' });
      await push.claim(1);
      await Promise.all([push.handle(id), push.handle(id), push.handle(id)]);
      await push.handle(id);
      await dispatcher(some).drain();
      expect(door.sent).toHaveLength(1);
    });

    test('what a dead process had taken is handed over again when its lease is over, not before', async () => {
      const { pool } = world.db;
      const claimed = await world.put({ kind: 'notice', text: 'claimed' });
      await claimOutbox(pool, lanes.push, 1, world.now, world.now + leases.handOver);
      const held = await world.put({ kind: 'notice', text: 'held' });
      await claimOutbox(pool, lanes.push, 1, world.now, world.now + leases.handOver);
      await holdOutbox(pool, held, world.now, world.now + leases.sending);
      const one = dispatcher();
      await one.drain();
      world.now += leases.handOver - 1;
      await one.drain();
      expect(textsOf(door)).toEqual([]);
      world.now += 1;
      await one.drain();
      expect(textsOf(door)).toEqual(['claimed']);
      world.now += leases.sending - leases.handOver;
      await one.drain();
      expect(textsOf(door)).toEqual(['claimed', 'held']);
      expect(await world.state(claimed)).toMatchObject({ status: 2, attempts: 1 });
      expect(await world.state(held)).toMatchObject({ status: 2, attempts: 2 });
    });

    test('a handler that throws loses nothing: its row comes back', async () => {
      const id = await world.put({ kind: 'notice' });
      let throws = true;
      const one = dispatcher(
        lines().map((line) => ({
          ...line,
          async handle(row: number) {
            if (throws) throw new Error('as planned');
            await line.handle(row);
          },
        })),
      );
      await one.drain();
      expect(await world.state(id)).toMatchObject({ status: 1 });
      throws = false;
      world.now += leases.handOver;
      await one.drain();
      expect(await world.state(id)).toMatchObject({ status: 2 });
    });

    test('a platform that asks to wait is waited for, and the attempt does not count', async () => {
      const id = await world.put({ kind: 'notice' });
      const until = world.now + 60_000;
      door.answer = () => ({ kind: 'throttled', until, detail: '45009' });
      const one = dispatcher();
      await one.drain();
      expect(await world.state(id)).toMatchObject({ status: 0, attempts: 0, dueAt: until });
      door.answer = () => ({ kind: 'sent' });
      world.now = until - 1;
      await one.drain();
      expect(door.sent).toHaveLength(1);
      world.now = until;
      await one.drain();
      expect(door.sent).toHaveLength(2);
      expect(await world.state(id)).toMatchObject({ status: 2, attempts: 1 });
    });

    test('a platform that does not answer is asked again later, each time after a longer wait, with the same body', async () => {
      const id = await world.put({ kind: 'notice' });
      door.answer = () => ({ kind: 'unreachable', detail: 'ECONNRESET' });
      const one = dispatcher();
      const waits: number[] = [];
      for (let n = 0; n < 4; n += 1) {
        await one.drain();
        const { dueAt } = await world.state(id);
        waits.push(dueAt - world.now);
        world.now = dueAt;
      }
      expect(waits).toEqual([500, 2000, 8000, 32_000]);
      door.answer = () => ({ kind: 'sent' });
      await one.drain();
      expect(await world.state(id)).toMatchObject({ status: 2, attempts: 5 });
      expect(new Set(door.sent).size).toBe(1);
    });

    test('what has expired is never sent', async () => {
      const id = await world.put({ kind: 'reminder', expiresAt: world.now });
      await dispatcher().drain();
      expect(door.sent).toEqual([]);
      expect(await world.state(id)).toMatchObject({ status: 4 });
    });

    test('a broadcast that hangs keeps neither replies nor pushes nor tasks', async () => {
      const { opened, release } = gate();
      for (let n = 0; n < 20; n += 1)
        await world.put({ kind: 'broadcast', text: 'bulk', members: members(1000), accounts: accounts(1000) });
      door.answer = async (body): Promise<Outcome> => {
        if (body.endsWith('bulk')) await opened;
        return { kind: 'sent' };
      };
      let ran = false;
      tasks.digest = async () => {
        ran = true;
        return { kind: 'done' };
      };
      const one = dispatcher();
      one.start();
      await expect.poll(() => textsOf(door), soon).toContain('bulk');
      const reply = await world.put({ text: 'reply' });
      const push = await world.put({ kind: 'notice', text: 'push' });
      await putTask('digest', 'b1');
      one.kick();
      await expect.poll(async () => (await world.state(reply)).status, soon).toBe(2);
      await expect.poll(async () => (await world.state(push)).status, soon).toBe(2);
      await expect.poll(() => ran, soon).toBe(true);
      expect(await world.statuses()).toMatchObject({ 2: 2 });
      release();
      await one.drain();
      expect(await world.statuses()).toEqual({ 2: 22 });
    });

    test('what another process commits is noticed without a kick', async () => {
      const one = dispatcher();
      one.start();
      await one.drain();
      const id = await world.put({ text: 'from elsewhere' });
      await expect.poll(async () => (await world.state(id)).status, soon).toBe(2);
    });

    test('stopping finishes what is in work, takes nothing new, and loses nothing', async () => {
      const { opened, release } = gate();
      const first = await world.put({ text: 'in work' });
      door.answer = async (): Promise<Outcome> => {
        await opened;
        return { kind: 'sent' };
      };
      const one = dispatcher();
      one.start();
      await expect.poll(() => textsOf(door), soon).toEqual(['in work']);
      for (let n = 2; n <= 40; n += 1)
        await world.put({ kind: 'notice', text: `${n}`, members: [`m${n}`], accounts: [`M${n}`] });
      const stopped = one.stop();
      release();
      await stopped;
      expect(await world.state(first)).toMatchObject({ status: 2 });
      const before = door.sent.length;
      const two = dispatcher();
      world.now += leases.sending;
      await two.drain();
      expect(await world.statuses()).toEqual({ 2: 40 });
      expect(door.sent).toHaveLength(40);
      expect(before).toBeLessThanOrEqual(40);
    });

    test('stopping does not wait for ever', async () => {
      await world.put({});
      const { opened, release } = gate();
      door.answer = async (): Promise<Outcome> => {
        await opened;
        return { kind: 'sent' };
      };
      const one = dispatcher();
      one.start();
      await expect.poll(() => door.sent.length, soon).toBe(1);
      await one.stop(50);
      release();
    });

    test('tasks run once, again after a failure, and later when they ask for it', async () => {
      const ran: string[] = [];
      tasks.digest = async (task, context) => {
        ran.push(`${task.key} ${task.attempt} ${context} ${JSON.stringify(task.body)}`);
        if (task.key === 'throws' && task.attempt === 1) throw new Error('as planned');
        if (task.key === 'later' && world.now === due) return { kind: 'later', at: due + 3_600_000 };
        return task.key === 'fails' ? { kind: 'failed', detail: 'no such unit' } : { kind: 'done', detail: 'fine' };
      };
      const due = world.now;
      for (const key of ['plain', 'throws', 'later', 'fails']) await putTask('digest', key);
      await putTask('unknown', 'unknown');
      const one = dispatcher();
      await one.drain();
      expect(ran.toSorted()).toEqual([
        'fails 1 the context {"n":1}',
        'later 1 the context {"n":1}',
        'plain 1 the context {"n":1}',
        'throws 1 the context {"n":1}',
      ]);
      world.now += 500;
      await one.drain();
      world.now += 3_600_000;
      await one.drain();
      expect(ran.slice(4)).toEqual(['throws 2 the context {"n":1}', 'later 1 the context {"n":1}']);
      const { rows } = await world.db.pool.query('select key, status, outcome, attempts from task order by key');
      expect(rows).toEqual([
        { key: 'fails', status: 3, outcome: 'no such unit', attempts: 1 },
        { key: 'later', status: 2, outcome: 'fine', attempts: 1 },
        { key: 'plain', status: 2, outcome: 'fine', attempts: 1 },
        { key: 'throws', status: 2, outcome: 'fine', attempts: 2 },
        { key: 'unknown', status: 3, outcome: 'no handler for unknown', attempts: 1 },
      ]);
    });

    test('nothing is lost when everything outside the database forgets', async (context) => {
      if (!setting.forget) return context.skip();
      for (let n = 1; n <= 300; n += 1)
        await world.put({ kind: 'notice', text: `${n}`, members: [`m${n}`], accounts: [`M${n}`] });
      let forgotten: Promise<void> | undefined;
      door.answer = async (): Promise<Outcome> => {
        if (door.sent.length === 20) forgotten = setting.forget!();
        await forgotten;
        return { kind: 'sent' };
      };
      const one = dispatcher();
      one.start();
      await expect.poll(() => forgotten !== undefined, soon).toBe(true);
      await forgotten;
      await one.drain();
      world.now += leases.sending;
      await one.drain();
      await expect.poll(() => world.statuses(), soon).toEqual({ 2: 300 });
      expect(new Set(door.sent).size).toBe(300);
      expect(door.sent).toHaveLength(300);
    });

    async function putTask(kind: string, key: string): Promise<void> {
      const at = new Date(world.now);
      await world.db.pool.query(
        `insert into task (kind, key, body, due_at, created_at) values ($1, $2, '{"n":1}', $3, $3)`,
        [kind, key, at],
      );
    }
  });
}
