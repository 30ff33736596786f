// Whether a request comes from this very machine: by its connection, under a loopback name, through no proxy. Knows no members.

import type { FastifyRequest } from 'fastify';

/** True only for a direct connection from loopback to a loopback name (another name = DNS rebinding or a proxy). */
export function fromThisMachine({ socket, headers }: FastifyRequest): boolean {
  const peer = socket.remoteAddress ?? '';
  const near = peer === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(peer);
  const forwarded = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'].some((name) => headers[name] !== undefined);
  return near && !forwarded && isLoopbackHost(headers.host);
}

/** Whether the name under which a page was asked for is one of this machine's own. */
export function isLoopbackHost(host: string | undefined): boolean {
  const address = `http://${host ?? ''}`;
  if (host === undefined || !URL.canParse(address)) return false;
  const name = new URL(address).hostname;
  return name === 'localhost' || name.endsWith('.localhost') || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}
