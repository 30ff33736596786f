import fc from 'fast-check';
import { expect, test } from 'vitest';
import { humanPace, type Why } from '../../../src/channels/wechaty/pace.ts';
import { dayLength, hour } from '../../../src/domain/time.ts';

const start = Date.parse('2026-12-05T10:00:00+08:00');

/** A pace whose waits move its clock, as a sleep would. */
function paceAt(limits = { perHour: 100, perDay: 400, pause: 2000 }, random = () => 0.5) {
  const clock = { now: start };
  const pauses: number[] = [];
  const pace = humanPace({
    limits,
    now: () => clock.now,
    random,
    wait: async (milliseconds) => {
      pauses.push(milliseconds);
      clock.now += milliseconds;
    },
  });
  return { pace, clock, pauses };
}

test('between two messages lie two to four seconds', async () => {
  const randoms = [0, 0.999, 0.5];
  const { pace, pauses } = paceAt(undefined, () => randoms.shift() ?? 0);
  for (let count = 0; count < 4; count += 1) expect(await pace.take('answer')).toEqual({ kind: 'go' });
  expect(pauses.map(Math.round)).toEqual([2000, 3998, 3000]);
});

test('nobody waits here for long: who would is told when to come', async () => {
  const waiting: (() => void)[] = [];
  const pace = humanPace({
    limits: { perHour: 100, perDay: 400, pause: 2000 },
    now: () => start,
    random: () => 0,
    wait: () => new Promise((resolve) => waiting.push(resolve)),
  });
  const turns: string[] = [];
  let until = 0;
  for (let count = 0; count < 10; count += 1)
    void pace.take('answer').then((turn) => {
      turns.push(turn.kind);
      if (turn.kind === 'full') until ||= turn.until;
    });
  await new Promise((resolve) => setImmediate(resolve));
  for (const go of waiting) go();
  await new Promise((resolve) => setImmediate(resolve));
  expect(turns.filter((kind) => kind === 'go')).toHaveLength(7);
  expect(until).toBe(start + 14_000);
});

test('what nobody asked for leaves room for answers', async () => {
  const { pace } = paceAt({ perHour: 10, perDay: 400, pause: 0 });
  const kinds = async (why: Why, count: number) => {
    const all: string[] = [];
    for (let number = 0; number < count; number += 1) all.push((await pace.take(why)).kind);
    return all;
  };
  expect(await kinds('push', 8)).toEqual([...Array(7).fill('go'), 'full']);
  expect(await kinds('answer', 4)).toEqual(['go', 'go', 'go', 'full']);
});

test('says when there is room again', async () => {
  const { pace, clock } = paceAt({ perHour: 2, perDay: 400, pause: 0 });
  await pace.take('answer');
  clock.now += 1000;
  await pace.take('answer');
  expect(await pace.take('answer')).toMatchObject({ kind: 'full', until: start + hour });
  clock.now = start + hour;
  expect(await pace.take('answer')).toEqual({ kind: 'go' });
});

test('a new process goes on where the last one stopped', async () => {
  const { pace } = paceAt({ perHour: 100, perDay: 3, pause: 0 });
  pace.remember([start - 2 * dayLength, start - 3 * hour, start - 2 * hour, start - hour]);
  expect(await pace.take('answer')).toMatchObject({ kind: 'full', until: start - 3 * hour + dayLength });
});

test('no hour and no day ever holds more than its limit, however people come', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ gap: fc.integer({ min: 0, max: 2 * hour }), push: fc.boolean() }), { maxLength: 120 }),
      async (wishes) => {
        const limits = { perHour: 5, perDay: 20, pause: 2000 };
        const { pace, clock } = paceAt(limits);
        const sent: number[] = [];
        for (const { gap, push } of wishes) {
          clock.now += gap;
          const turn = await pace.take(push ? 'push' : 'answer');
          if (turn.kind === 'go') sent.push(clock.now);
          else expect(turn.until).toBeGreaterThan(clock.now);
        }
        for (const at of sent) {
          expect(sent.filter((one) => one > at - hour && one <= at).length).toBeLessThanOrEqual(limits.perHour);
          expect(sent.filter((one) => one > at - dayLength && one <= at).length).toBeLessThanOrEqual(limits.perDay);
        }
        for (const [index, at] of sent.slice(1).entries())
          expect(at - sent[index]!).toBeGreaterThanOrEqual(limits.pause);
      },
    ),
  );
});
