// Keeps the simulator to this machine: no other name for it (DNS rebinding), no other site's page behind a request. Knows no members.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopbackHost } from '../from-this-machine.ts';

/** A hook that refuses with 403 what did not come from a page of ours, opened under a loopback name. */
export async function localOnly(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
  const { host, origin, 'sec-fetch-site': site } = request.headers;
  if (!isLoopbackHost(host))
    return refuse(reply, '模拟器只能在运行它的这台电脑上打开，请用 127.0.0.1 或 localhost 访问。');
  if (!request.url.startsWith('/simulator/api/')) return undefined;
  // `none`: typed into the address line. A page on another port of this machine is `same-site`, and refused too.
  const fromElsewhere = typeof site === 'string' && site !== 'same-origin' && site !== 'none';
  if (fromElsewhere || (origin !== undefined && hostOf(origin) !== host)) return refuse(reply, '请求来自别的网页。');
  return undefined;
}

function refuse(reply: FastifyReply, say: string): FastifyReply {
  return reply.code(403).send({ say });
}

function hostOf(origin: string): string | undefined {
  return readUrl(origin)?.host;
}

function readUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}
