// The dispatcher that needs nothing but the database: each line takes its due rows and handles them in this process.

import type { Claimed } from '../store/outbox.ts';
import {
  bell,
  type Dispatcher,
  type DispatcherParts,
  type Line,
  longestRest,
  restOf,
  stopLimit,
  within,
} from './dispatcher.ts';

/** Handles rows in this process; any number of processes may do so at a time. */
export function directDispatcher(parts: DispatcherParts): Dispatcher {
  const runners = parts.lines.map((line) => lineRunner(line, parts));
  return {
    name: 'direct',
    start() {
      for (const runner of runners) runner.start();
    },
    kick(line) {
      for (const runner of runners) if (line === undefined || runner.name === line) runner.kick();
    },
    async drain() {
      // A task may put messages into other lines: again until a whole round finds nothing.
      for (let found = true; found; )
        found = (await Promise.all(runners.map((runner) => runner.drain()))).some(Boolean);
    },
    async stop(limit = stopLimit) {
      await Promise.all(runners.map((runner) => runner.stop(limit)));
    },
  };
}

function lineRunner(line: Line, { clock, log }: DispatcherParts) {
  const queue: Claimed[] = [];
  const inWork = new Set<Promise<void>>();
  const changed = bell();
  let stopping = false;
  let loop: Promise<void> | undefined;

  function fill(): void {
    while (inWork.size < line.concurrency) {
      const next = queue.shift();
      if (!next) return;
      const work: Promise<void> = line
        .handle(next.id)
        .catch((err: unknown) =>
          log.error({ err, line: line.name, id: next.id }, 'a row could not be handled; it comes back'),
        )
        .finally(() => {
          inWork.delete(work);
          fill();
          changed.ring();
        });
      inWork.add(work);
    }
  }

  /** True when something was taken. Takes a few more than can be handled at a time, so that handlers never wait for a claim. */
  async function take(): Promise<boolean> {
    if (queue.length >= line.concurrency) return false;
    const claimed = await line.claim(line.concurrency * 4);
    queue.push(...claimed);
    fill();
    return claimed.length > 0;
  }

  async function run(): Promise<void> {
    for (let failures = 0; !stopping; ) {
      try {
        const took = await take();
        failures = 0;
        if (queue.length > 0) await changed.wait();
        else if (!took) await changed.wait(await restOf(line, clock));
      } catch (err) {
        if (failures === 0) log.error({ err, line: line.name }, 'the database does not hand over rows');
        failures += 1;
        await changed.wait(longestRest);
      }
    }
  }

  return {
    name: line.name,
    start(): void {
      loop ??= run();
    },
    kick: changed.ring,
    /** True when there was something to do. */
    async drain(): Promise<boolean> {
      let found = false;
      while ((await take()) || queue.length + inWork.size > 0) {
        found = true;
        await Promise.all(inWork);
      }
      return found;
    },
    async stop(limit: number): Promise<void> {
      stopping = true;
      changed.ring();
      await loop;
      const rest = queue.splice(0);
      if (rest.length > 0) await line.release(rest.map(({ id }) => id)).catch(() => {});
      if (!(await within(Promise.all(inWork), limit)))
        log.warn({ line: line.name, rows: inWork.size }, 'stopped before these rows were done; they come back');
    },
  };
}
