// Figures for the operator's monitoring: counts and times, never a person.

import type pg from 'pg';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import { outboxCounters } from '../jobs/outbox.ts';
import { taskCounters } from '../jobs/tasks.ts';
import { doorStates } from '../store/door-state.ts';

interface WithPool {
  readonly pool: pg.Pool;
}

/** The metrics page of one process. */
export function metrics(app: WithPool): { contentType: string; read(): Promise<string> } {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        this.set(await read());
      },
    });
  for (const name of Object.keys(outboxCounters) as (keyof typeof outboxCounters)[]) {
    gauge(`zhibu_outbox_${name}`, `outbox: ${name} since this process started`, () => outboxCounters[name]);
  }
  for (const name of Object.keys(taskCounters) as (keyof typeof taskCounters)[]) {
    gauge(`zhibu_tasks_${name}`, `tasks: ${name} since this process started`, () => taskCounters[name]);
  }
  gauge('zhibu_outbox_waiting', 'rows of the outbox that wait to be sent', () =>
    count(app, 'select count(*)::int as count from outbox where status < 2'),
  );
  gauge('zhibu_sessions_open', 'people with an open conversation', () =>
    count(app, 'select count(*)::int as count from session where expires_at is not null'),
  );
  const doorOpen = new Gauge({
    name: 'zhibu_door_open',
    help: 'doors with a login of their own: 1 = logged in',
    labelNames: ['door'],
    registers: [registry],
    async collect() {
      for (const { door, state } of await doorStates(app.pool, Date.now()))
        doorOpen.set({ door }, state === 'open' ? 1 : 0);
    },
  });
  return { contentType: registry.contentType, read: () => registry.metrics() };
}

async function count({ pool }: WithPool, statement: string): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(statement);
  return rows[0]?.count ?? 0;
}
