// The dispatcher for many machines: claimed rows travel through Redis to whichever process is free. Redis may forget everything; leases bring the rows back.

import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { type Dispatcher, type DispatcherParts, type Line, longestRest, within } from './dispatcher.ts';
import { dispatcherOf, lineWork, type Runner } from './line-work.ts';

export interface BullmqParts extends DispatcherParts {
  readonly redisUrl: string;
  /** Before all keys; two installations on one Redis need two. */
  readonly prefix?: string;
  /** Milliseconds after which a job whose process died is given to another one. */
  readonly lock?: number;
}

/** How many jobs may lie in a line's queue before no more rows are handed over. */
const deepestQueue = 1000;

/** Rows handed over at a time. */
const batch = 200;

/** Hands rows over through Redis. A job holds nothing but the row's number: BullMQ's own retries, delays and history are not used. */
export function bullmqDispatcher(parts: BullmqParts): Dispatcher {
  const connection = connect(parts);
  return dispatcherOf(
    'bullmq',
    parts.lines.map((line) => lineRunner(line, parts, connection)),
    () => connection.disconnect(),
  );
}

interface JobData {
  readonly id: number;
}

function lineRunner(line: Line, parts: BullmqParts, connection: Redis): Runner {
  const { redisUrl, prefix = 'zhibu', lock = 15_000 } = parts;
  const work = lineWork(line, parts);
  let worker: Worker<JobData, void, string> | undefined;
  let queue: Queue<JobData, void, string> | undefined;

  /** A queue that was made while Redis is away never comes to life, so the first is made once Redis is there. */
  async function openQueue(): Promise<Queue<JobData, void, string>> {
    if (connection.status !== 'ready') await becomesReady(connection);
    if (!queue) {
      queue = new Queue<JobData, void, string>(line.name, { connection, prefix });
      // Told once by `connect`; without a listener an error would end the process.
      queue.on('error', () => {});
    }
    return queue;
  }

  function newWorker(): Worker<JobData, void, string> {
    const made = new Worker<JobData, void, string>(line.name, (job) => work.handle(job.data.id), {
      // BullMQ makes the connections of a worker itself: this one only tells it where.
      connection: { url: redisUrl, maxRetriesPerRequest: null },
      prefix,
      concurrency: line.concurrency,
      lockDuration: lock,
      stalledInterval: lock,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    made.on('error', () => {});
    return made;
  }

  /** How many rows went to Redis. The same row after the same number of attempts is the same job: handing it over again adds nothing. */
  async function handOver(): Promise<number> {
    const queue = await openQueue();
    if ((await queue.count()) >= deepestQueue) return 0;
    const claimed = await line.claim(batch);
    if (claimed.length === 0) return 0;
    const letter = line.name === 'task' ? 't' : 'o';
    try {
      await queue.addBulk(
        claimed.map(({ id, attempts }) => ({
          name: line.name,
          data: { id },
          opts: { jobId: `${letter}-${id}-${attempts}`, attempts: 1, removeOnComplete: true, removeOnFail: true },
        })),
      );
    } catch (error) {
      await line.release(claimed.map(({ id }) => id));
      throw error;
    }
    return claimed.length;
  }

  async function isBusy(): Promise<boolean> {
    const queue = await openQueue();
    const counts = await queue.getJobCounts('waiting', 'active', 'prioritized');
    return work.count() > 0 || Object.values(counts).some((count) => count > 0);
  }

  return {
    name: line.name,
    start() {
      worker ??= newWorker();
      work.startLoop(async () => ((await handOver()) < batch ? 'nothing' : 'more'), 'rows cannot be handed over');
    },
    kick: work.kick,
    async drain() {
      worker ??= newWorker();
      let found = false;
      while ((await handOver()) > 0 || (await isBusy())) {
        found = true;
        while (await isBusy()) await pause(5);
      }
      return found;
    },
    /** Jobs that wait in Redis are for the other processes; without any, their leases run out. */
    async stop(limit) {
      await work.endLoop();
      if (worker) {
        // `close` alone cannot be told later that it need not wait any longer.
        await worker.pause(true);
        const done = await work.finish(limit);
        await within(worker.close(!done), longestRest);
      }
      if (queue) await within(queue.close(), longestRest);
    },
  };
}

/** For the queues: without Redis a command fails soon, so that claimed rows go back into the line. */
function connect({ redisUrl, log }: BullmqParts): Redis {
  const connection = new Redis(redisUrl, {
    maxRetriesPerRequest: 1,
    retryStrategy: (times) => Math.min(times * 100, longestRest),
  });
  let down = false;
  connection.on('error', (err) => {
    if (!down) log.error({ err }, 'Redis is not reachable; what is due waits in the database');
    down = true;
  });
  connection.on('ready', () => {
    if (down) log.info('Redis is back');
    down = false;
  });
  return connection;
}

async function becomesReady(connection: Redis): Promise<void> {
  if (!(await within(once(connection, 'ready'), 5 * longestRest))) throw new Error('Redis is not reachable');
}
