// What tests and people turn on the fake: `/__inbox`, `/__say`, `/__tap`, `/__fault`, `/__calls`, `/__check-url`, `/__members`, `/__contacts`, `/__tokens`.

import type { FastifyInstance, FastifyReply } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { isoOf } from '../../domain/time.ts';
import { changeContacts, contactRequest } from './contact-events.ts';
import { checkUrl } from './deliver.ts';
import { type Faults, faultRequest } from './faults.ts';
import { say, sayRequest } from './speak.ts';
import { tap, tapRequest } from './tap.ts';
import { lowerCase, type Received, type World } from './world.ts';

const membersRequest = z.strictObject({
  members: z.array(z.string()).nullable().optional(),
  unlicensed: z.array(z.string()).optional(),
});

const tokensRequest = z.strictObject({ do: z.enum(['expire', 'corrupt']) });

/** Registers the routes. Wrong requests get 400 and say what is wrong with them. */
export function controlApi(app: FastifyInstance, world: World, faults: Faults): void {
  app.get('/__inbox', async (request) => {
    const { user, group } = request.query as { user?: string; group?: string };
    if (group === undefined) return inboxOf(world, user).map(shown);
    return world.groupInbox
      .filter((received) => received.group === group)
      .map((one) => ({ ...one, at: isoOf(one.at) }));
  });
  app.get('/__calls', async () => Object.fromEntries(world.calls));
  app.post('/__check-url', (_request, reply) => orRefuse(reply, () => checkUrl(world)));
  app.post('/__say', (request, reply) => orRefuse(reply, async () => say(world, sayRequest.parse(json(request.body)))));
  app.post('/__tap', (request, reply) => orRefuse(reply, async () => tap(world, tapRequest.parse(json(request.body)))));
  app.post('/__fault', (request, reply) =>
    orRefuse(reply, async () => {
      faults.add(faultRequest.parse(json(request.body)));
      return { ok: true };
    }),
  );
  app.delete('/__fault', async () => {
    faults.clear();
    return { ok: true };
  });
  app.post('/__members', (request, reply) =>
    orRefuse(reply, async () => {
      const { members, unlicensed } = membersRequest.parse(json(request.body));
      if (members !== undefined) world.members = members ? lowerCase(members) : undefined;
      if (unlicensed) world.unlicensed = lowerCase(unlicensed);
      return { ok: true };
    }),
  );
  app.post('/__contacts', (request, reply) =>
    orRefuse(reply, async () => changeContacts(world, contactRequest.parse(json(request.body)))),
  );
  app.get('/__contacts', async () => ({
    departments: [...world.corp.departments.values()],
    users: [...world.corp.users.values()],
    range: world.corp.range,
  }));
  app.post('/__tokens', (request, reply) =>
    orRefuse(reply, async () => {
      const wanted = tokensRequest.parse(json(request.body)).do;
      if (wanted === 'expire') expireTokens(world);
      else corruptTokens(world);
      return { ok: true };
    }),
  );
}

/** What a member got, oldest first; all members without one. */
export function inboxOf(world: World, user?: string): Received[] {
  return user === undefined ? world.inbox : world.inbox.filter((received) => received.user === user.toLowerCase());
}

/** All tokens are over: the next call gets 42001. */
export function expireTokens(world: World): void {
  for (const issued of world.tokens.values()) issued.expiresAt = world.now();
}

/** All tokens are unknown: the next call gets 40014. */
export function corruptTokens(world: World): void {
  for (const issued of world.tokens.values()) issued.broken = true;
}

function shown({ at, user, msgtype, text, raw, msgid }: Received) {
  return { at: isoOf(at), touser: user, msgtype, text, raw, msgid };
}

function json(body: unknown): unknown {
  return Buffer.isBuffer(body) && body.length > 0 ? JSON.parse(body.toString('utf8')) : {};
}

async function orRefuse(reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    if (error instanceof Fault || error instanceof SyntaxError) return reply.code(400).send({ error: error.message });
    throw error;
  }
}
