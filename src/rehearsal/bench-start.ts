// `zhibu bench start`: from the command to the first answer of /readyz, on new data and on old, beside a bare HTTP server.

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { home } from '../library/library.ts';

export interface BenchStart {
  readonly first_ms: number;
  readonly again_ms: number;
  readonly floor_ms: number;
  /** again_ms / floor_ms */
  readonly ratio: number;
}

const bare = `import Fastify from 'fastify'; const s = Fastify(); s.get('/readyz', async () => ({ok:true})); await s.listen({port:Number(process.env.PORT)})`;

export async function benchStart(): Promise<BenchStart> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'zhibu-bench-start-'));
  try {
    const service = ['dist/main.js', 'all', '--sample'];
    const first = await untilReady(service, dataDir);
    const again = await untilReady(service, dataDir);
    const floor = await untilReady(['--input-type=module', '-e', bare], dataDir);
    return { first_ms: first, again_ms: again, floor_ms: floor, ratio: Number((again / floor).toFixed(2)) };
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** Starts, waits for the first good answer, stops; milliseconds until that answer. */
async function untilReady(args: readonly string[], dataDir: string): Promise<number> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port), DATA_DIR: dataDir, LOG_LEVEL: 'silent', DATABASE_URL: '' };
  const begin = performance.now();
  const child = spawn(process.execPath, args, { cwd: home, env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let took: number | undefined;
  for (const end = begin + 60_000; took === undefined && performance.now() < end; ) {
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
    if (answer?.ok) took = performance.now() - begin;
    else await pause(5);
  }
  child.kill('SIGTERM');
  await ended;
  if (took === undefined) throw new Error('the service did not answer within a minute');
  return Math.round(took);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
