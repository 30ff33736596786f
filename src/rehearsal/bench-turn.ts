// `zhibu bench turn`: the real server against a floor server that does the same HTTP, crypto and XML and nothing else, in one run on loopback.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { drive, makeBodies } from './bench-client.ts';

export interface BenchFigures {
  readonly rps: number;
  readonly p50_ms: number;
  readonly p99_ms: number;
  readonly rss_mb: number;
}

export interface BenchTurn {
  /** server.rps / floor.rps */
  readonly ratio: number;
  readonly server: BenchFigures;
  readonly floor: BenchFigures;
}

/** People who speak; far more than fit into one batch, so that lanes do not wait for one person. */
const people = 2000;
/** Connections at a time, as the architecture probe used. */
const connections = 64;
/** Each side is measured in turns, so that a change of the machine's speed meets both. */
const rounds = 3;
const perRound = 12_000;

/** Measures both sides in interleaved rounds; figures are of all rounds together. */
export async function benchTurn(): Promise<BenchTurn> {
  const server = await startSide('server');
  const floor = await startSide('floor');
  try {
    const total = { server: [] as number[], floor: [] as number[], serverMs: 0, floorMs: 0 };
    let serial = 0;
    const bodies = (count: number) => {
      serial += count;
      return makeBodies(count, people, serial);
    };
    await drive(server.port, bodies(3000), connections);
    await drive(floor.port, bodies(3000), connections);
    for (let round = 0; round < rounds; round += 1) {
      const a = await drive(server.port, bodies(perRound), connections);
      total.server.push(...a.latencies);
      total.serverMs += a.milliseconds;
      const b = await drive(floor.port, bodies(perRound), connections);
      total.floor.push(...b.latencies);
      total.floorMs += b.milliseconds;
    }
    const figures = {
      server: figuresOf(total.server, total.serverMs, await server.rss()),
      floor: figuresOf(total.floor, total.floorMs, await floor.rss()),
    };
    return { ratio: Number((figures.server.rps / figures.floor.rps).toFixed(3)), ...figures };
  } finally {
    await Promise.all([server.stop(), floor.stop()]);
  }
}

function figuresOf(latencies: number[], milliseconds: number, rss: number): BenchFigures {
  const sorted = [...latencies].sort((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2));
  return {
    rps: Math.round((latencies.length / milliseconds) * 1000),
    p50_ms: at(0.5),
    p99_ms: at(0.99),
    rss_mb: Math.round(rss / 1e6),
  };
}

/** Starts one side in a process of its own and waits until it listens. */
async function startSide(side: 'server' | 'floor') {
  const file = fileURLToPath(new URL('./bench-side.ts', import.meta.url));
  const child = fork(file.replace(/\.ts$/, import.meta.url.endsWith('.ts') ? '.ts' : '.js'), [side], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    port,
    async rss(): Promise<number> {
      child.send('rss');
      const [{ rss }] = (await once(child, 'message')) as [{ rss: number }];
      return rss;
    },
    async stop(): Promise<void> {
      child.send('stop');
      await once(child, 'exit');
    },
  };
}
