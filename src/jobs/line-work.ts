// What every dispatcher does with the rows of one line: looks for them again and again, handles them, and stops. Hands nothing over itself.

import {
  bell,
  type Dispatcher,
  type DispatcherParts,
  type Line,
  type LineName,
  longestRest,
  restOf,
  stopLimit,
  within,
} from './dispatcher.ts';

/** Moves one line. */
export interface Runner {
  readonly name: LineName;
  start(): void;
  kick(): void;
  /** True when there was something to do. */
  drain(): Promise<boolean>;
  stop(limit: number): Promise<void>;
}

/** The dispatcher whose lines these runners move; `onStopped` ends what they share. */
export function dispatcherOf(name: Dispatcher['name'], runners: readonly Runner[], onStopped = () => {}): Dispatcher {
  return {
    name,
    start() {
      for (const runner of runners) runner.start();
    },
    kick(line) {
      for (const runner of runners) if (line === undefined || runner.name === line) runner.kick();
    },
    async drain() {
      // A task may put messages into other lines: again until a whole round finds nothing.
      for (let rounds = 0; ; rounds += 1) {
        const found = (await Promise.all(runners.map((runner) => runner.drain()))).some(Boolean);
        if (!found) return rounds > 0;
      }
    },
    async stop(limit = stopLimit) {
      await Promise.all(runners.map((runner) => runner.stop(limit)));
      onStopped();
    },
  };
}

/** What a look found: `more` = look again at once, `enough` = when something is done, `nothing` = when the next row falls due. */
export type Look = 'more' | 'enough' | 'nothing';

/** The rows of one line that are in work here, and the loop that looks for more. */
export function lineWork(line: Line, { clock, log }: DispatcherParts) {
  const changed = bell();
  const inWork = new Set<Promise<void>>();
  let stopping = false;
  let loop: Promise<void> | undefined;

  async function run(look: () => Promise<Look>, complaint: string): Promise<void> {
    for (let failures = 0; !stopping; ) {
      try {
        const found = await look();
        failures = 0;
        if (found === 'enough') await changed.wait();
        if (found === 'nothing') await changed.wait(await restOf(line, clock));
      } catch (err) {
        if (failures === 0 && !stopping) log.error({ err, line: line.name }, complaint);
        failures += 1;
        await changed.wait(longestRest);
      }
    }
  }

  return {
    kick: changed.ring,
    count: () => inWork.size,
    /** Looks until `endLoop`; calling it again changes nothing. `complaint` is what the log says when looking fails. */
    startLoop(look: () => Promise<Look>, complaint: string): void {
      loop ??= run(look, complaint);
    },
    async endLoop(): Promise<void> {
      stopping = true;
      changed.ring();
      await loop;
    },
    /** Never rejects: what cannot be handled comes back by itself. */
    handle(id: number): Promise<void> {
      const work: Promise<void> = line
        .handle(id)
        .catch((err: unknown) => log.error({ err, line: line.name, id }, 'a row could not be handled; it comes back'))
        .finally(() => {
          inWork.delete(work);
          changed.ring();
        });
      inWork.add(work);
      return work;
    },
    /** Resolves when everything that is in work now is done. */
    async done(): Promise<void> {
      await Promise.all(inWork);
    },
    /** As `done`, for at most so many milliseconds; true when it was done. */
    async finish(limit: number): Promise<boolean> {
      const done = await within(Promise.all(inWork), limit);
      if (!done)
        log.warn({ line: line.name, rows: inWork.size }, 'stopped before these rows were done; they come back');
      return done;
    },
  };
}
