import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type BotOwner, botOwner, type Lease, memoryLease } from '../../../src/channels/wecom-bot/owner.ts';

interface Process {
  readonly owner: BotOwner;
  connected: boolean;
}

let now: number;
let lease: Lease;
const log = { info() {}, warn() {}, error() {} };

beforeEach(() => {
  vi.useFakeTimers();
  now = 0;
  lease = memoryLease(() => now);
});
afterEach(() => vi.useRealTimers());

function start(holder: string, its: Lease = lease): Process {
  const process: Process = {
    connected: false,
    owner: botOwner({
      lease: its,
      holder,
      connection: {
        start() {
          process.connected = true;
        },
        stop() {
          process.connected = false;
        },
      },
      monotonic: () => now,
      log,
    }),
  };
  process.owner.start();
  return process;
}

async function pass(milliseconds: number): Promise<void> {
  for (let left = milliseconds; left > 0; left -= 1000) {
    now += Math.min(1000, left);
    await vi.advanceTimersByTimeAsync(Math.min(1000, left));
  }
}

describe('the owner of the bot’s connection', () => {
  test('is one among several processes, and stays it', async () => {
    const all = ['a', 'b', 'c'].map((holder) => start(holder));
    await pass(1);
    for (let n = 0; n < 60; n += 1) {
      await pass(1000);
      expect(all.map(({ connected }) => connected)).toEqual([true, false, false]);
    }
  });

  test('is replaced within thirty seconds when it dies, and never are there two', async () => {
    let dead = false;
    const first = start('a', {
      take: (holder, length) => (dead ? new Promise(() => {}) : lease.take(holder, length)),
      release: async () => {},
    });
    await pass(7000);
    const second = start('b');
    await pass(10_000);
    expect([first.connected, second.connected]).toEqual([true, false]);
    dead = true;
    let waited = 0;
    while (!second.connected) {
      await pass(1000);
      waited += 1;
      expect(first.connected && second.connected).toBe(false);
    }
    expect(waited).toBeLessThanOrEqual(25);
  });

  test('lets go when it can no longer prove that it holds the lease, and takes it again when it can', async () => {
    let broken = false;
    const one = start('a', {
      take: async (holder, length) => {
        if (broken) throw new Error('the database is away');
        return lease.take(holder, length);
      },
      release: async () => {},
    });
    await pass(1000);
    broken = true;
    await pass(9000);
    expect(one.connected).toBe(true);
    await pass(11_000);
    expect(one.connected).toBe(false);
    broken = false;
    await pass(5000);
    expect(one.connected).toBe(true);
  });

  test('that stops gives the lease back, so that the next one need not wait for its end', async () => {
    const first = start('a');
    await pass(1000);
    const second = start('b');
    await first.owner.stop();
    expect(first.connected).toBe(false);
    await pass(5000);
    expect(second.connected).toBe(true);
  });

  test('stopped while it asks, it does not connect afterwards', async () => {
    const one = start('a');
    await one.owner.stop();
    await pass(20_000);
    expect(one.connected).toBe(false);
    const other = start('b');
    await pass(1);
    expect(other.connected).toBe(true);
  });
});
