// The HTTP API of the fake WeCom below `/cgi-bin/`: which call is done by whom. Meets every call with the trouble that was ordered for it.

import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type FakeAnswer, refusal } from './answers.ts';
import { updateCard } from './cards.ts';
import { contactReads, contactWrites } from './contacts-api.ts';
import type { Faults } from './faults.ts';
import { createChat, findChat, sendAsRobot, sendToChat, updateChat } from './groups-api.ts';
import { loginReads, loginWrites } from './login-api.ts';
import { findMedia, uploadMedia } from './media-api.ts';
import { menuCall } from './menu-api.ts';
import { recallMessage, sendMessage } from './send-api.ts';
import { appOf, getToken } from './token-api.ts';
import { type Answered, meet } from './trouble.ts';
import type { World } from './world.ts';

/** One call of an API, opened. */
export interface Call {
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly contentType: string;
  readonly range: string | undefined;
  readonly bytes: Buffer;
  /** The body as JSON; empty where there is none. */
  readonly body: Readonly<Record<string, unknown>>;
  /** The body as it came. */
  readonly raw: string;
}

type Open = (world: World, call: Call) => Answered | Promise<Answered>;
type OfApp = (world: World, agentId: number, call: Call) => Answered | Promise<Answered>;

/** Calls without a token. */
const open: Readonly<Record<string, Open>> = {
  gettoken: (world, { query }) => getToken(world, query.corpid, query.corpsecret),
  'webhook/send': (world, { query, body, raw }) => sendAsRobot(world, query.key, body, raw),
  'webhook/upload_media': (world, { query, contentType, bytes }) =>
    world.robots.has(query.key ?? '')
      ? uploadMedia(world, query.type, contentType, bytes, query.key)
      : refusal(93000, 'invalid webhook url'),
};

const menu =
  (api: 'menu/create' | 'menu/get' | 'menu/delete'): OfApp =>
  (world, tokenAgent, { query, body }) =>
    menuCall(world, api, { tokenAgent, agentId: query.agentid }, body);

/** Calls that read and come by GET. */
const reading: Readonly<Record<string, OfApp>> = {
  'media/get': (world, _agentId, { query, range }) => findMedia(world, query.media_id, range),
  'menu/get': menu('menu/get'),
  'menu/delete': menu('menu/delete'),
  ...contactReads,
  ...loginReads,
  'appchat/get': (world, agentId, { query }) => findChat(world, agentId, query.chatid),
};

/** Calls that bring a body and come by POST. */
const writing: Readonly<Record<string, OfApp>> = {
  'menu/create': menu('menu/create'),
  ...contactWrites,
  ...loginWrites,
  'message/send': (world, agentId, { body, raw }) => sendMessage(world, agentId, body, raw),
  'message/recall': (world, agentId, { body }) => recallMessage(world, agentId, body),
  'message/update_template_card': (world, agentId, { body }) => updateCard(world, agentId, body),
  'appchat/create': (world, agentId, { body }) => createChat(world, agentId, body),
  'appchat/update': (world, agentId, { body }) => updateChat(world, agentId, body),
  'appchat/send': (world, agentId, { body, raw }) => sendToChat(world, agentId, body, raw),
};

/** Registers the API. */
export function businessApi(app: FastifyInstance, world: World, faults: Faults): void {
  app.all('/cgi-bin/*', async (request, reply) => {
    const api = (request.params as { '*': string })['*'];
    world.calls.set(api, (world.calls.get(api) ?? 0) + 1);
    return meet(world, faults.next(api), reply, () => answerTo(world, api, request));
  });
}

async function answerTo(world: World, api: string, request: FastifyRequest): Promise<Answered> {
  const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const json = fieldsOf(bytes);
  const call: Call = {
    query: request.query as Call['query'],
    contentType: request.headers['content-type'] ?? '',
    range: request.headers.range,
    bytes,
    body: json ?? {},
    raw: bytes.toString('utf8'),
  };
  const known = open[api];
  if (known) return known(world, call);
  const app = appOf(world, call.query.access_token);
  if ('refused' in app) return app.refused;
  const read = reading[api];
  if (read) return read(world, app.agentId, call);
  if (request.method !== 'POST') return refusal(40058, 'invalid request method');
  if (api === 'media/upload') return uploadMedia(world, call.query.type, call.contentType, bytes);
  if (!json) return refusal(40058, 'invalid json');
  return writing[api]?.(world, app.agentId, call) ?? forbidden();
}

function forbidden(): FakeAnswer {
  return refusal(48002, 'api forbidden');
}

function fieldsOf(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
