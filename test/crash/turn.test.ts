// The turn under kill -9: the service is killed at random moments while people speak; WeCom repeats what was not acknowledged, and some that was.

import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FakeWecom, startFakeWecom } from '../../src/rehearsal/fake-wecom/fake-wecom.ts';
import { removeFolder } from '../store/other-process.ts';
import {
  type ChildService,
  compileProduct,
  type DataFolder,
  makeDataFolder,
  startService,
} from '../turn/child-service.ts';
import { nextId, people } from '../turn/service.ts';

const everybody = people(24);
const kills = 32;

let code: string;
let folder: DataFolder;
let wecom: FakeWecom;
beforeAll(async () => {
  code = compileProduct();
  folder = await makeDataFolder(everybody.length);
  wecom = await startFakeWecom({
    now: () => Date.now(),
    switches: { deliveries: 3, spacing: 100, patience: 5000 },
  });
}, 120_000);
afterAll(async () => {
  await wecom.close();
  folder.remove();
  removeFolder(code);
});

/** One message as its sender knows it. */
interface Sent {
  readonly from: string;
  readonly id: string;
  readonly text: string;
  readonly wanted: RegExp;
  /** The different texts that came back in the exchanges; WeCom shows one of them. */
  readonly passive: Set<string>;
  /** When it was acknowledged first. */
  acknowledged: number;
}

test(`killed ${kills} times, every acknowledged message took effect once and was answered once`, {
  timeout: 300_000,
}, async () => {
  const sent: Sent[] = [];
  let talking = true;
  const killed: number[] = [];

  /** Repeats until it is acknowledged, and one in twenty once more afterwards. */
  async function say(from: string, text: string, wanted: RegExp): Promise<void> {
    const message: Sent = { from, id: nextId(), text, wanted, passive: new Set(), acknowledged: 0 };
    sent.push(message);
    for (let left = Math.random() < 0.05 ? 2 : 1; left > 0; ) {
      const { status, reply, broken } = await wecom.say({ from, text, msgid: message.id });
      expect(broken).toBeUndefined();
      expect([0, 200, 503]).toContain(status);
      if (reply) message.passive.add(reply);
      if (status === 200) {
        left -= 1;
        message.acknowledged ||= Date.now();
      }
    }
  }

  async function talk(from: string): Promise<void> {
    for (let n = 0; talking; n += 1) {
      await say(from, '建议', /请说/);
      await say(from, `给${from}号楼第${n}层装灯`, /记下/);
    }
  }

  let service: ChildService = await startService(code, { DATA_DIR: folder.path }, wecom.url);
  wecom.setCallback(service.callback);
  const talks = everybody.map(talk);
  for (let n = 1; n <= kills; n += 1) {
    await pause(50 + Math.random() * 350);
    if (n % 10 === 0) folder.killServer();
    await service.kill();
    killed.push(Date.now());
    service = await startService(code, { DATA_DIR: folder.path }, wecom.url);
    wecom.setCallback(service.callback);
  }
  talking = false;
  await Promise.all(talks);

  const db = await folder.open();
  try {
    await expect
      .poll(async () => (await db.pool.query('select from outbox where status < 2')).rowCount, { timeout: 60_000 })
      .toBe(0);
    expect(await service.stop()).toBe(0);
    // Each answer was seen once: in the exchange, or as a message of its own.
    for (const from of everybody) {
      const asked = sent.filter((message) => message.from === from);
      const messages = wecom.inbox(from).filter(({ msgid }) => msgid !== undefined);
      for (const kind of [/请说/, /记下/]) {
        const some = asked.filter(({ wanted }) => wanted.source === kind.source);
        const inExchange = some.filter(({ passive }) => passive.size > 0);
        for (const { passive } of inExchange) expect([...passive]).toEqual([expect.stringMatching(kind)]);
        expect(inExchange.length + messages.filter(({ text }) => kind.test(text)).length).toBe(some.length);
      }
    }
    const { rows: facts } = await db.pool.query<{ text: string }>(
      `select data->>'text' as text from fact where kind = 'suggestion'`,
    );
    const suggestions = sent.filter(({ wanted }) => wanted.test('记下'));
    expect(facts.map(({ text }) => text).sort()).toEqual(suggestions.map(({ text }) => text).sort());
    const { rows: taken } = await db.pool.query<{ id: string; at: number }>(
      'select message_id as id, received_at as at from inbound',
    );
    expect(taken.map(({ id }) => id).sort()).toEqual(sent.map(({ id }) => id).sort());
    // Otherwise no kill fell between a commit and its acknowledgement, and the test has shown nothing.
    const acknowledged = new Map(sent.map((message) => [message.id, message.acknowledged]));
    const between = taken.filter(({ id, at }) => killed.some((kill) => at < kill && kill < acknowledged.get(id)!));
    expect(between.length).toBeGreaterThan(0);
    const { rows: open } = await db.pool.query(
      `select member from session where json_array_length(state->'stack') > 0`,
    );
    expect(open).toEqual([]);
    expect((await db.pool.query(`select from audit where action = 'turn-failed'`)).rowCount).toBe(0);
  } finally {
    await db.close();
  }
});
