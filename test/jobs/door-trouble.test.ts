// What is kept, for the operator, of a door that refuses or is silent: a code and when, never a sentence.

import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Outcome } from '../../src/channels/channel.ts';
import { minute } from '../../src/domain/time.ts';
import { directDispatcher } from '../../src/jobs/direct-dispatcher.ts';
import { outboxLines } from '../../src/jobs/outbox.ts';
import { openWorld, tuesday, type World, writingDoor } from './delivery-world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function troubleAfter(outcome: Outcome): Promise<unknown> {
  await world.clear();
  await world.db.pool.query('truncate door_trouble');
  const door = writingDoor('wecom');
  door.answer = () => outcome;
  const log = pino({ level: 'silent' });
  const { pool } = world.db;
  const channels = new Map([[door.name, door]]);
  const lines = outboxLines({ pool, clock: world.clock, log, channels });
  const delivery = directDispatcher({ lines, clock: world.clock, log });
  await world.put({ channel: 'wecom' });
  await delivery.drain();
  await delivery.stop();
  return (await pool.query('select door, at, code from door_trouble')).rows;
}

test('a refusal, a silence and a limit are kept by their code; what went well is not', async () => {
  const sentence = 'not allow 王芳, from ip: 203.0.113.9, more';
  const kept = (code: string) => [{ door: 'wecom', at: tuesday, code }];
  expect(await troubleAfter({ kind: 'rejected', reason: 'door-misconfigured', detail: `60020 ${sentence}` })).toEqual(
    kept('60020 from ip: 203.0.113.9'),
  );
  expect(await troubleAfter({ kind: 'rejected', reason: 'unknown-account', detail: '60111 王芳' })).toEqual(
    kept('60111'),
  );
  expect(await troubleAfter({ kind: 'unreachable', detail: 'ECONNRESET' })).toEqual(kept('ECONNRESET'));
  expect(await troubleAfter({ kind: 'throttled', until: tuesday + minute, detail: '45009 limit' })).toEqual(
    kept('45009'),
  );
  expect(await troubleAfter({ kind: 'sent' })).toEqual([]);
});
