// A database with members and an outbox, a door that writes down what it was given, and a clock that is set by hand.

import type { Channel, Outcome } from '../../src/channels/channel.ts';
import type { Instant } from '../../src/domain/time.ts';
import { type Database, openThrowaway } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { migrations } from '../../src/store/migrations/index.ts';
import { insertOutbox, type OutboxRow } from '../../src/store/outbox-rows.ts';

/** A Tuesday morning outside all quiet hours. */
export const tuesday = Date.parse('2026-12-08T10:00:00+08:00');

export interface Door extends Channel {
  /** Bodies in the order in which they were sent. */
  readonly sent: string[];
  /** What the platform answers; set anew at will. */
  answer: (body: string) => Outcome | Promise<Outcome>;
}

/** A door whose body is `serial|accounts|text`; a form feed in the text parts it. */
export function writingDoor(name: Channel['name'] = 'simulator', batch = 1000): Door {
  let count = 0;
  const door: Door = {
    name,
    batch,
    groups: true,
    sent: [],
    answer: () => {
      count += 1;
      return { kind: 'sent', reference: `ref-${count}` };
    },
    compose: (draft, to, serial) =>
      draft.text
        .split('\f')
        .filter((text) => text !== '')
        .map((text) => `${serial}|${to.kind === 'group' ? to.group : to.accounts.join(',')}|${text}`),
    async send(body) {
      door.sent.push(body);
      return door.answer(body);
    },
    recall: async () => ({ kind: 'rejected', reason: 'bad-request', detail: 'not here' }),
  };
  return door;
}

/** The texts that a door was given. */
export function textsOf(door: Door): string[] {
  return door.sent.map((body) => body.split('|').slice(2).join('|'));
}

export interface State {
  readonly status: number;
  readonly attempts: number;
  readonly outcome: string | null;
  readonly dueAt: Instant;
  readonly parts: number;
  readonly reference: string[];
}

export interface World {
  readonly db: Database;
  now: Instant;
  readonly clock: () => Instant;
  /** A row for one member (`m1` has the account `M1`), due now unless said. */
  put(row: Partial<OutboxRow> & { readonly text?: string }): Promise<number>;
  state(id: number): Promise<State>;
  /** Counts of rows by status. */
  statuses(): Promise<Record<number, number>>;
  undelivered(id: number): Promise<Record<string, string>>;
  /** Empties everything but the members. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export const members = (count: number): string[] => Array.from({ length: count }, (_, n) => `m${n + 1}`);
export const accounts = (count: number): string[] => Array.from({ length: count }, (_, n) => `M${n + 1}`);

export async function openWorld(poolSize = 10): Promise<World> {
  const db = await openThrowaway(poolSize);
  await migrate(db, migrations);
  await db.pool.query(`insert into unit (id, name, kind) values ('b1', '第一党支部', 'branch')`);
  await db.pool.query(
    `insert into member (id, name, unit) select 'm' || n, '党员' || n, 'b1' from generate_series(1, 1200) as n`,
  );
  const world: World = {
    db,
    now: tuesday,
    clock: () => world.now,
    async put({ text = '你好', ...row }) {
      const whole: OutboxRow = {
        channel: 'simulator',
        kind: 'reply',
        unit: 'b1',
        members: ['m1'],
        accounts: ['M1'],
        group: null,
        draft: { text },
        dueAt: world.now,
        expiresAt: null,
        duty: null,
        record: null,
        ...row,
      };
      return (await insertOutbox(db.pool, [whole], world.now))[0]!;
    },
    async state(id) {
      const { rows } = await db.pool.query<State>(
        'select status, attempts, outcome, due_at as "dueAt", parts_sent as parts, reference from outbox where id = $1',
        [id],
      );
      return rows[0]!;
    },
    async statuses() {
      const { rows } = await db.pool.query<{ status: number; count: number }>(
        'select status, count(*)::int as count from outbox group by 1',
      );
      return Object.fromEntries(rows.map((row) => [row.status, row.count]));
    },
    async undelivered(id) {
      const { rows } = await db.pool.query<{ member: string; reason: string }>(
        'select member, reason from undelivered where outbox = $1',
        [id],
      );
      return Object.fromEntries(rows.map((row) => [row.member, row.reason]));
    },
    async clear() {
      world.now = tuesday;
      await db.pool.query('truncate outbox, undelivered, task, platform_count');
    },
    close: () => db.close(),
  };
  return world;
}
