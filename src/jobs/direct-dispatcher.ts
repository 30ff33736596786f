// The dispatcher that needs nothing but the database: each line takes its due rows and handles them in this process.

import type { Claimed } from '../store/outbox.ts';
import type { Dispatcher, DispatcherParts, Line } from './dispatcher.ts';
import { dispatcherOf, lineWork, type Runner } from './line-work.ts';

/** Handles rows in this process; any number of processes may do so at a time. */
export function directDispatcher(parts: DispatcherParts): Dispatcher {
  return dispatcherOf(
    'direct',
    parts.lines.map((line) => lineRunner(line, parts)),
  );
}

function lineRunner(line: Line, parts: DispatcherParts): Runner {
  const queue: Claimed[] = [];
  const work = lineWork(line, parts);

  function fill(): void {
    while (work.count() < line.concurrency) {
      const next = queue.shift();
      if (!next) return;
      void work.handle(next.id).then(fill);
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

  return {
    name: line.name,
    start() {
      const look = async () => {
        const took = await take();
        if (queue.length > 0) return 'enough';
        return took ? 'more' : 'nothing';
      };
      work.startLoop(look, 'the database does not hand over rows');
    },
    kick: work.kick,
    async drain() {
      let found = false;
      while ((await take()) || queue.length + work.count() > 0) {
        found = true;
        await work.done();
      }
      return found;
    },
    async stop(limit) {
      await work.endLoop();
      const rest = queue.splice(0);
      if (rest.length > 0) await line.release(rest.map(({ id }) => id)).catch(() => {});
      await work.finish(limit);
    },
  };
}
