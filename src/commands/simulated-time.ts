// The clock of a service: the machine's own, or with the simulator one that people may move forward. What falls due on the way happens.

import type pg from 'pg';
import type { App } from '../app.ts';
import type { Instant } from '../domain/time.ts';
import { dayLength } from '../domain/time.ts';
import { eventsOf } from '../store/events.ts';

export interface SimulatedTime {
  now(): Instant;
  readonly mayMove: boolean;
  /** Moves forward to `at`, acting on everything that falls due on the way; an earlier instant changes nothing. */
  moveTo(at: Instant): Promise<void>;
  /** When sign-in opens at the next theme day of this unit. */
  nextThemeDay(unit: string): Promise<Instant | undefined>;
  /** Tells the clock whose work falls due, and takes up where the last process left it. */
  follow(app: App): Promise<void>;
}

/** `mayMove` false = always the machine's clock. */
export function simulatedTime(pool: pg.Pool, mayMove: boolean): SimulatedTime {
  let ahead = 0;
  let app: App | undefined;
  const now = () => Date.now() + ahead;

  async function moveTo(at: Instant): Promise<void> {
    if (!app || !mayMove) return;
    while (now() < at) {
      const next = Math.min(at, (await app.nextDue(now())) ?? at);
      ahead += Math.max(1, next - now());
      await app.tick();
      await app.dispatcher.drain();
    }
    await pool.query(
      `insert into setting (key, value) values ('simulated-time', $1) on conflict (key) do update set value = excluded.value`,
      [JSON.stringify(ahead)],
    );
  }

  return {
    now,
    mayMove,
    moveTo,
    async nextThemeDay(unit) {
      if (!app) return undefined;
      const units = await app.units.newest(pool);
      if (!units.byId.has(unit)) return undefined;
      const events = await eventsOf(
        pool,
        unit,
        units.settings(unit),
        { from: now(), until: now() + 70 * dayLength },
        now(),
      );
      return events.find(({ opensAt }) => opensAt > now())?.opensAt;
    },
    async follow(one) {
      app = one;
      if (!mayMove) return;
      const { rows } = await pool.query<{ value: number }>(`select value from setting where key = 'simulated-time'`);
      ahead = rows[0]?.value ?? 0;
    },
  };
}
