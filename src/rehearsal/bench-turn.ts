// `zhibu bench turn`: the real server against a floor server that does the same HTTP, crypto and XML and nothing else, in one run on loopback.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Driven } from './bench-client.ts';
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
/** Each side is measured in turns, so that a change of the machine's speed meets both; the figure is the round in the middle. */
const rounds = 7;
const perRound = 6000;
/** Until the compiler of the language has seen the code: without it the first rounds measure the compiler. */
const warmUp = 12_000;

/** Measures both sides in interleaved rounds. */
export async function benchTurn(): Promise<BenchTurn> {
  const sides = { server: await startSide('server'), floor: await startSide('floor') };
  try {
    const driven: Record<'server' | 'floor', Driven[]> = { server: [], floor: [] };
    // Each side is told the whole story in its order: a message out of its turn would be another one.
    const serial = { server: 0, floor: 0 };
    for (let round = -1; round < rounds; round += 1) {
      for (const name of ['server', 'floor'] as const) {
        const count = round === -1 ? warmUp : perRound;
        const result = await drive(sides[name].port, makeBodies(count, people, serial[name]), connections);
        serial[name] += count;
        if (round >= 0) driven[name].push(result);
      }
    }
    const server = figuresOf(driven.server, await sides.server.rss());
    const floor = figuresOf(driven.floor, await sides.floor.rss());
    return { ratio: Number((server.rps / floor.rps).toFixed(3)), server, floor };
  } finally {
    await Promise.all([sides.server.stop(), sides.floor.stop()]);
  }
}

function figuresOf(driven: readonly Driven[], rss: number): BenchFigures {
  const rates = driven
    .map(({ latencies, milliseconds }) => (latencies.length / milliseconds) * 1000)
    .sort((a, b) => a - b);
  const latencies = driven.flatMap((one) => one.latencies).sort((a, b) => a - b);
  const at = (share: number) => Number((latencies[Math.floor(latencies.length * share)] ?? 0).toFixed(2));
  return {
    rps: Math.round(rates[Math.floor(rates.length / 2)]!),
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
