// `zhibu bench broadcast`: one material to 10,000 people from approval to the last call, beside the same calls without planning and database.

import { setTimeout as pause } from 'node:timers/promises';
import { pino } from 'pino';
import { makeApp } from '../app.ts';
import type { Channel } from '../channels/channel.ts';
import { instantOf } from '../domain/time.ts';
import { loadLibrary } from '../library/library.ts';
import { openThrowaway } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { migrations } from '../store/migrations/index.ts';
import { viewNames } from '../store/views/index.ts';

export interface BenchRate {
  /** People reached a second. */
  readonly per_second: number;
  readonly milliseconds: number;
}

export interface BenchBroadcast {
  /** ours.per_second / floor.per_second */
  readonly ratio: number;
  readonly people: number;
  readonly calls: number;
  readonly ours: BenchRate;
  readonly floor: BenchRate;
}

const people = 10_000;
/** Milliseconds of one call, as the peers were measured with. */
const callTime = 200;
/** Calls under way at a time: what the outbox allows its line of broadcasts. */
const atOnce = 2;

/** A Tuesday at push time: nothing is held back. */
const now = instantOf('2026-12-08', '09:00');

export async function benchBroadcast(): Promise<BenchBroadcast> {
  const floor = await timed(async () => {
    for (let call = 0; call < people / 1000; call += atOnce) {
      await Promise.all(Array.from({ length: atOnce }, () => pause(callTime)));
    }
  });
  const db = await openThrowaway(10, { durable: true });
  try {
    await migrate(db, migrations);
    await db.pool.query(
      `insert into unit (id, name, kind, parent) values ('district', '区直机关党工委', 'district', null)`,
    );
    await db.pool.query(
      `insert into unit (id, name, kind, parent) select 'b' || n, '支部' || n, 'branch', 'district' from generate_series(1, 200) n`,
    );
    await db.pool.query(
      `insert into member (id, name, unit, noticed_at) select 'm' || n, '成员' || n, 'b' || (1 + n % 200), now() from generate_series(1, $1::int) n`,
      [people],
    );
    await db.pool.query(`insert into account (channel, account, member) select 'wecom', id, id from member`);
    let reached = 0;
    let calls = 0;
    const app = await makeApp({
      pool: db.pool,
      library: loadLibrary(viewNames, { sample: true }),
      channels: [
        countingDoor((accounts) => {
          reached += accounts;
          calls += 1;
        }),
      ],
      clock: () => now,
      log: pino({ level: 'silent' }),
    });
    const body = { by: 'm1', title: '学习材料', text: '请读一读。', source: '示例', public: true, audience: [] };
    await db.pool.query(
      `insert into record (id, kind, unit, state, title, body, created_at, updated_at) values ('bench', 'broadcast', 'district', 'approved', '学习材料', $1, $2, $2)`,
      [JSON.stringify(body), new Date(now)],
    );
    await db.pool.query(
      `insert into task (kind, key, body, due_at, created_at) values ('broadcast', 'broadcast/bench', '{"record":"bench"}', $1, $1)`,
      [new Date(now - 60_000)],
    );
    const ours = await timed(() => app.dispatcher.drain());
    if (reached < people) {
      // Calls are spread over time by design; bring those that wait forward and count their time too.
      await db.pool.query('update outbox set due_at = $1 where status = 0', [new Date(now)]);
      ours.milliseconds += (await timed(() => app.dispatcher.drain())).milliseconds;
    }
    await app.dispatcher.stop();
    const rate = (milliseconds: number): BenchRate => ({
      per_second: Math.round((people / milliseconds) * 1000),
      milliseconds: Math.round(milliseconds),
    });
    return {
      ratio: Number((floor.milliseconds / ours.milliseconds).toFixed(3)),
      people: reached,
      calls,
      ours: rate(ours.milliseconds),
      floor: rate(floor.milliseconds),
    };
  } finally {
    await db.close();
  }
}

function countingDoor(count: (accounts: number) => void): Channel {
  return {
    name: 'wecom',
    batch: 1000,
    groups: false,
    compose: (draft, to) => [JSON.stringify({ to, text: draft.text })],
    async send(body) {
      await pause(callTime);
      count((JSON.parse(body) as { to: { accounts: string[] } }).to.accounts.length);
      return { kind: 'sent', reference: 'bench' };
    },
    recall: async () => ({ kind: 'sent' }),
  };
}

async function timed(work: () => Promise<unknown>): Promise<{ milliseconds: number }> {
  const begin = performance.now();
  await work();
  return { milliseconds: performance.now() - begin };
}
