// The one HTTP server: health, metrics, the callbacks of the doors and the pages. Decides nothing about people.

import type { FastifyError, FastifyInstance } from 'fastify';
import Fastify from 'fastify';
import type pg from 'pg';
import type { Logger } from 'pino';
import { metrics } from './metrics.ts';

export interface ServerParts {
  readonly pool: pg.Pool;
  readonly log: Logger;
  /** Adds what this process was asked to open: callbacks, the simulator. */
  readonly open: (server: FastifyInstance) => Promise<void>;
}

/** Makes the server; listens nowhere yet. */
export async function makeServer({ pool, log, open }: ServerParts): Promise<FastifyInstance> {
  const server: FastifyInstance = Fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    // A request that has not come to its end by then is given up; fastify itself would wait for ever.
    requestTimeout: 30_000,
    trustProxy: false,
  });
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    // The path without its query: signatures and codes stay out of the log.
    if (status >= 500) log.error({ err: error, path: request.url.split('?')[0] }, 'a request failed');
    return reply.code(status).send({ error: status >= 500 ? 'internal' : error.code });
  });
  server.get('/healthz', async () => ({ ok: true }));
  server.get('/readyz', async (_request, reply) => {
    try {
      await pool.query('select 1');
      return { ok: true };
    } catch {
      return reply.code(503).send({ ok: false });
    }
  });
  const page = metrics({ pool });
  server.get('/metrics', async (_request, reply) => reply.type(page.contentType).send(await page.read()));
  await open(server);
  return server;
}
