// A WeCom to rehearse with: its HTTP API with its limits and moods, and its callbacks. Stands on loopback, keeps nothing, sends nothing to anybody.

import type { AddressInfo } from 'node:net';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { type FakeAnswer, refusal } from './answers.ts';
import { updateCard } from './cards.ts';
import { controlApi, corruptTokens, expireTokens, inboxOf } from './control-api.ts';
import { type Fault, type FaultRequest, type Faults, newFaults } from './faults.ts';
import { createChat, findChat, sendAsRobot, sendToChat, updateChat } from './groups-api.ts';
import { findMedia, uploadMedia } from './media-api.ts';
import { menuCall } from './menu-api.ts';
import { recallMessage, sendMessage } from './send-api.ts';
import { checkUrl, type Said, type SayRequest, say } from './speak.ts';
import { type TapRequest, tap } from './tap.ts';
import { agentOf, appOf, getToken } from './token-api.ts';
import {
  type FakeCredentials,
  type GroupReceived,
  newWorld,
  type Received,
  type SentCard,
  type World,
  type WorldOptions,
} from './world.ts';

export interface FakeWecomOptions extends Partial<WorldOptions> {
  /** 0 or absent = any free port. */
  readonly port?: number;
  /** Milliseconds that every answer of the API takes at least. */
  readonly latency?: number;
}

export interface FakeWecom {
  /** For `WECOM_API_BASE`. */
  readonly url: string;
  readonly credentials: FakeCredentials;
  /** What a member got and may still see, oldest first. */
  inbox(user?: string): readonly Received[];
  /** What was written into a group (chatid of an app's, key of a robot's), oldest first. */
  groupInbox(group: string): readonly GroupReceived[];
  /** Calls of each API so far. */
  calls(): Readonly<Record<string, number>>;
  fault(request: FaultRequest): void;
  clearFaults(): void;
  say(request: SayRequest): Promise<Said>;
  /** A member presses a button of a card. */
  tap(request: TapRequest): Promise<Said>;
  /** The cards that were sent, oldest first, and what became of them for each member. */
  cards(): readonly SentCard[];
  checkUrl(): Promise<{ readonly ok: boolean; readonly why?: string }>;
  setCallback(url: string): void;
  expireTokens(): void;
  corruptTokens(): void;
  close(): Promise<void>;
}

/** Credentials of nobody, for tests. */
export const fakeCredentials: FakeCredentials = {
  corpId: 'ww0123456789abcdef',
  agentId: 1000002,
  secret: 'fake-secret-of-the-app',
  token: 'fake-token-01',
  encodingAesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
};

/** Starts a fake WeCom on 127.0.0.1. */
export async function startFakeWecom(options: FakeWecomOptions = {}): Promise<FakeWecom> {
  const world = newWorld({ credentials: fakeCredentials, now: Date.now, ...options });
  const faults = newFaults(world.now);
  const app = Fastify({ bodyLimit: 25 * 1024 * 1024, forceCloseConnections: true, exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, parsed) => parsed(null, body));
  controlApi(app, world, faults);
  businessApi(app, world, faults, options.latency ?? 0);
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  return {
    url: `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`,
    credentials: world.credentials,
    inbox: (user) => inboxOf(world, user),
    groupInbox: (group) => world.groupInbox.filter((received) => received.group === group),
    calls: () => Object.fromEntries(world.calls),
    fault: (request) => faults.add(request),
    clearFaults: () => faults.clear(),
    say: (request) => say(world, request),
    tap: (request) => tap(world, request),
    cards: () => [...world.cards.values()],
    checkUrl: () => checkUrl(world),
    setCallback: (url) => {
      world.callback = url;
    },
    expireTokens: () => expireTokens(world),
    corruptTokens: () => corruptTokens(world),
    close: () => app.close(),
  };
}

type Query = Readonly<Record<string, string | undefined>>;

function businessApi(app: FastifyInstance, world: World, faults: Faults, latency: number): void {
  app.all('/cgi-bin/*', async (request, reply) => {
    const api = (request.params as { '*': string })['*'];
    world.calls.set(api, (world.calls.get(api) ?? 0) + 1);
    const fault = faults.next(api);
    const wait = Math.max(latency, fault?.delayMs ?? 0);
    if (wait > 0) await world.clock.pass(wait);
    if (fault && happensBefore(fault, reply)) return reply;
    const answer = await answerTo(world, api, request);
    if (fault?.reset === 'after') return cutConnection(reply);
    if (isMedia(answer)) return fault?.body === 'half' ? sendHalf(reply, answer) : sendMedia(request, reply, answer);
    const text = JSON.stringify(answer);
    reply.type('application/json; charset=UTF-8');
    return reply.send(fault?.body === 'half' ? text.slice(0, text.length / 2) : text);
  });
}

/** Trouble that keeps the call from being done; true when it has answered. */
function happensBefore(fault: Fault, reply: FastifyReply): boolean {
  if (fault.reset === 'before') cutConnection(reply);
  else if (fault.status !== undefined)
    reply.code(fault.status).type('text/html').send('<html><body>gateway</body></html>');
  else if (fault.body === 'html') reply.type('text/html').send('<html><body>please log in</body></html>');
  else if (fault.code !== undefined) reply.send(refusal(fault.code, 'as ordered'));
  else return false;
  return true;
}

function cutConnection(reply: FastifyReply): FastifyReply {
  reply.hijack();
  reply.raw.socket?.destroy();
  return reply;
}

async function answerTo(world: World, api: string, request: FastifyRequest) {
  const query = request.query as Query;
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (api === 'webhook/send') return sendAsRobot(world, query.key, fieldsOf(body) ?? {}, body.toString('utf8'));
  if (api === 'webhook/upload_media') {
    if (!world.robots.has(query.key ?? '')) return refusal(93000, 'invalid webhook url');
    return uploadMedia(world, query.type, request.headers['content-type'] ?? '', body, query.key);
  }
  if (api === 'gettoken') return getToken(world, query.corpid, query.corpsecret);
  const app = appOf(world, query.access_token);
  if ('refused' in app) return app.refused;
  if (api === 'agent/get') return agentOf(app.agentId, query.agentid);
  if (api === 'media/get') return findMedia(world, query.media_id);
  if (api === 'menu/create' || api === 'menu/get' || api === 'menu/delete') {
    const agents = { tokenAgent: app.agentId, agentId: query.agentid };
    return menuCall(world, api, agents, api === 'menu/create' ? (fieldsOf(body) ?? {}) : {});
  }
  if (api === 'appchat/get') return findChat(world, app.agentId, query.chatid);
  if (request.method !== 'POST') return refusal(40058, 'invalid request method');
  if (api === 'media/upload') return uploadMedia(world, query.type, request.headers['content-type'] ?? '', body);
  const message = fieldsOf(body);
  if (!message) return refusal(40058, 'invalid json');
  switch (api) {
    case 'message/send':
      return sendMessage(world, app.agentId, message, body.toString('utf8'));
    case 'message/update_template_card':
      return updateCard(world, app.agentId, message);
    case 'appchat/create':
      return createChat(world, app.agentId, message);
    case 'appchat/update':
      return updateChat(world, app.agentId, message);
    case 'appchat/send':
      return sendToChat(world, app.agentId, message, body.toString('utf8'));
    case 'message/recall':
      return recallMessage(world, app.agentId, message);
    default:
      return refusal(48002, 'api forbidden');
  }
}

function fieldsOf(body: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString('utf8'));
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

type Media = Exclude<ReturnType<typeof findMedia>, FakeAnswer>;

function isMedia(answer: FakeAnswer | Media): answer is Media {
  return 'bytes' in answer && Buffer.isBuffer(answer.bytes);
}

/** Promises all of it and hangs up in the middle. */
function sendHalf(reply: FastifyReply, { bytes, contentType }: Media): FastifyReply {
  reply.hijack();
  const length = bytes.length;
  reply.raw.writeHead(200, {
    'content-type': contentType,
    'content-length': length,
    'content-disposition': 'attachment',
  });
  reply.raw.write(bytes.subarray(0, length / 2), () => setTimeout(() => reply.raw.socket?.destroy(), 20));
  return reply;
}

function sendMedia(request: FastifyRequest, reply: FastifyReply, media: Media): FastifyReply {
  reply.type(media.contentType);
  reply.header('content-disposition', `attachment; filename="${encodeURIComponent(media.filename)}"`);
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) return reply.send(media.bytes);
  const first = Number(range[1]);
  const last = Math.min(range[2] ? Number(range[2]) : media.bytes.length - 1, media.bytes.length - 1);
  reply.code(206).header('content-range', `bytes ${first}-${last}/${media.bytes.length}`);
  return reply.send(media.bytes.subarray(first, last + 1));
}
