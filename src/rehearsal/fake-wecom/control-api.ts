// The addresses by which people and tests turn the fake: `/` explains them. A wrong request gets 400 and is told what is wrong with it.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { Fault } from '../../domain/fault.ts';
import { isoOf } from '../../domain/time.ts';
import { shownOfBot } from './bot-by-hand.ts';
import {
  type Bench,
  corruptTokens,
  enterByHand,
  expireTokens,
  moveClock,
  orderTrouble,
  parse,
  sayByHand,
  setMembers,
  tapByHand,
  uploadByHand,
} from './by-hand.ts';
import { changeContacts, contactRequest } from './contact-events.ts';
import { checkUrl } from './deliver.ts';
import { guide } from './guide.ts';
import { attack, hostileRequest } from './hostile.ts';
import { stateOf } from './state.ts';
import type { Received, World } from './world.ts';

const tokensForm = z.strictObject({ do: z.enum(['expire', 'corrupt']) });
const callbackForm = z.strictObject({ url: z.url().nullable() });

const inboxForm = z.strictObject({ user: z.string().optional(), group: z.string().optional() });

/** Registers the addresses. `url` is the fake's own. */
export function controlApi(app: FastifyInstance, bench: Bench, url: () => string): void {
  const { world, faults, bot } = bench;
  const post = (path: string, work: (body: unknown) => unknown) =>
    app.post(path, (request, reply) => orRefuse(reply, async () => work(json(request))));

  app.get('/', async (_request, reply) => reply.type('text/plain; charset=utf-8').send(guide(bench, url())));
  app.get('/__inbox', (request, reply) => orRefuse(reply, async () => inbox(bench, parse(inboxForm, request.query))));
  app.get('/__state', async () => stateOf(bench));
  app.get('/__calls', async () => Object.fromEntries(world.calls));
  app.get('/__contacts', async () => ({
    departments: [...world.corp.departments.values()],
    users: [...world.corp.users.values()],
    range: world.corp.range,
  }));
  app.delete('/__fault', async () => {
    faults.clear();
    world.latency = 0;
    return { ok: true };
  });
  post('/__say', (body) => sayByHand(bench, body));
  post('/__tap', (body) => tapByHand(bench, body));
  post('/__upload', (body) => uploadByHand(bench, body));
  post('/__enter', (body) => enterByHand(bench, body));
  post('/__hostile', (body) => attack(world, parse(hostileRequest, body).kind));
  post('/__check-url', () => checkUrl(world));
  post('/__contacts', (body) => changeContacts(world, parse(contactRequest, body)));
  post('/__clock', (body) => ({ now: isoOf(moveClock(bench, body)) }));
  post('/__fault', (body) => done(() => orderTrouble(bench, body)));
  post('/__members', (body) => done(() => setMembers(bench, body)));
  post('/__tokens', (body) =>
    done(() => (parse(tokensForm, body).do === 'expire' ? expireTokens(world) : corruptTokens(world))),
  );
  post('/__callback', (body) =>
    done(() => {
      world.callback = parse(callbackForm, body).url ?? undefined;
    }),
  );
  post('/__bot-callback', (body) =>
    done(() => {
      if (!bot) throw new Fault('config', '没有开智能机器人');
      bot.setCallback(parse(z.strictObject({ url: z.url() }), body).url);
    }),
  );
}

/** What a member got, oldest first; all members without one. */
export function inboxOf(world: World, user?: string): Received[] {
  return user === undefined ? world.inbox : world.inbox.filter((received) => received.user === user.toLowerCase());
}

function inbox({ world, bot }: Bench, { user, group }: z.output<typeof inboxForm>): readonly { readonly at: string }[] {
  const wanted = (group ?? user)?.toLowerCase();
  const ofBot = (bot?.inbox() ?? []).filter(({ chat }) => wanted === undefined || chat.toLowerCase() === wanted);
  const own =
    group === undefined
      ? inboxOf(world, user).map(shown)
      : world.groupInbox.filter((one) => one.group === group).map((one) => ({ ...one, at: isoOf(one.at) }));
  return [...own, ...ofBot.map(shownOfBot)].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function shown({ at, user, msgtype, text, raw, msgid }: Received) {
  return { at: isoOf(at), touser: user, msgtype, text, raw, msgid };
}

function done(work: () => void): { readonly ok: true } {
  work();
  return { ok: true };
}

function json({ body }: FastifyRequest): unknown {
  return Buffer.isBuffer(body) && body.length > 0 ? JSON.parse(body.toString('utf8')) : {};
}

async function orRefuse(reply: FastifyReply, work: () => Promise<unknown>): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof z.ZodError) return reply.code(400).send({ error: z.prettifyError(error) });
    if (error instanceof SyntaxError) return reply.code(400).send({ error: `请求的正文不是 JSON：${error.message}` });
    if (error instanceof Fault) return reply.code(400).send({ error: error.message });
    throw error;
  }
}
