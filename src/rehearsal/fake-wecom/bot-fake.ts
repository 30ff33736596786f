// A WeCom AI bot to rehearse with, in both modes: long connection and callback. Stands on loopback, keeps nothing, sends nothing to anybody.

import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import { WebSocketServer } from 'ws';
import type { Instant } from '../../domain/time.ts';
import { answerLate, type BotHeard, poll, sayByCallback } from './bot-callback.ts';
import { type BotFaults, botSocket } from './bot-socket.ts';
import { type BotSay, speech } from './bot-speech.ts';
import { type BotSwitches, usualBotSwitches } from './bot-switches.ts';
import { type BotCredentials, type BotSaid, type BotWorld, life } from './bot-world.ts';

export interface FakeBotOptions {
  /** 0 or absent = any free port. */
  readonly port?: number;
  readonly credentials?: BotCredentials;
  readonly now?: () => Instant;
  /** Lets time pass between two polls; default: really. */
  readonly pass?: (milliseconds: number) => Promise<void>;
  readonly switches?: Partial<BotSwitches>;
  /** The bot's name in groups. */
  readonly name?: string;
  /** Our address in callback mode. */
  readonly callback?: string;
}

export interface FakeBot {
  /** For `WECOM_BOT_WS`. */
  readonly ws: string;
  /** For `WECOM_API_BASE`: where late answers go. */
  readonly url: string;
  readonly credentials: BotCredentials;
  /** What stands in one chat (a group's id, or an account in WeCom's own case), or in all, oldest first. */
  inbox(chat?: string): readonly BotSaid[];
  readonly faults: BotFaults;
  /** Frames that came in so far, by command. */
  counts(): Readonly<Record<string, number>>;
  isSubscribed(): boolean;
  /** Files that were uploaded and are known by a media_id. */
  uploaded(): readonly { readonly type: string; readonly name: string; readonly bytes: Buffer }[];
  /** Forgets all uploaded files, as after three days. */
  forgetMedia(): void;
  /** Over the long connection; false = nobody listens, or WeCom tells the bot nothing of it. */
  say(say: BotSay): boolean;
  /** Over the callback address; resolves when the answer stands, or when WeCom gives up. */
  sayByCallback(say: BotSay): Promise<BotHeard>;
  poll(stream: string): ReturnType<typeof poll>;
  /** Knows people as having written, without telling anybody. */
  hasWritten(...chats: string[]): void;
  hasCallback(): boolean;
  setCallback(url: string): void;
  switches(): BotSwitches;
  setSwitches(switches: Partial<BotSwitches>): void;
  kick(): void;
  drop(): void;
  forget(): void;
  close(): Promise<void>;
}

/** Credentials of nobody, for tests. */
export const fakeBotCredentials: BotCredentials = {
  botId: 'aib-0123456789',
  secret: 'fake-secret-of-the-bot',
  token: 'fake-bot-token-01',
  encodingAesKey: 'GFEDCBA9876543210zyxwvutsrqponmlkjihgfedcba',
};

/** Starts a fake AI bot on 127.0.0.1. */
export async function startFakeBot(options: FakeBotOptions = {}): Promise<FakeBot> {
  const app = Fastify({ forceCloseConnections: true });
  const bot = attachBot(app, options);
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  return {
    ...bot,
    async close() {
      await bot.close();
      await app.close();
    },
  };
}

/** Puts the bot on a server that will listen on 127.0.0.1; its addresses are known when it does. `close` ends the connections only. */
export function attachBot(app: FastifyInstance, options: FakeBotOptions = {}): FakeBot {
  const world = newBotWorld(options);
  const line = botSocket(world);
  const sockets = new WebSocketServer({ server: app.server });
  // The server's own failure to listen is told by whoever makes it listen.
  sockets.on('error', () => {});
  sockets.on('connection', line.accept);
  app.post('/cgi-bin/aibot/response', async (request) =>
    answerLate(world, String((request.query as Record<string, unknown>).response_code), jsonIn(request.body)),
  );
  app.get('/media/:id', async (request, reply) => {
    const media = world.media.get((request.params as { id: string }).id);
    if (!media || world.now() - media.at > life.media) return reply.code(403).send('expired');
    const name = `attachment; filename*=UTF-8''${encodeURIComponent(media.name)}`;
    return reply.header('content-disposition', name).type('application/octet-stream').send(media.sealed);
  });
  const host = () => `127.0.0.1:${(app.server.address() as AddressInfo | null)?.port ?? 0}`;
  return {
    get ws() {
      return `ws://${host()}`;
    },
    get url() {
      return `http://${host()}`;
    },
    credentials: world.credentials,
    inbox: (chat) => (chat === undefined ? world.inbox : world.inbox.filter((said) => said.chat === chat)),
    faults: line.faults,
    counts: line.counts,
    isSubscribed: line.isSubscribed,
    uploaded: () => [...world.uploaded.values()],
    forgetMedia: () => world.uploaded.clear(),
    switches: () => world.switches,
    setSwitches(switches) {
      world.switches = { ...world.switches, ...switches };
    },
    say(say) {
      const body = speech(world, say, `http://${host()}`, true);
      const chat = say.group ?? say.from;
      if (!body) return false;
      if (!say.event) world.written.add(chat);
      return line.tell(body, chat);
    },
    sayByCallback: (say) => sayByCallback(world, say, `http://${host()}`),
    poll: (stream) => poll(world, stream),
    hasWritten(...chats) {
      for (const chat of chats) world.written.add(chat);
    },
    hasCallback: () => world.callback !== undefined,
    setCallback(callback) {
      world.callback = callback;
    },
    kick: line.kick,
    drop: line.drop,
    forget: line.forget,
    async close() {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** A server may hand bodies over as bytes. */
function jsonIn(body: unknown): unknown {
  try {
    return Buffer.isBuffer(body) ? JSON.parse(body.toString('utf8')) : body;
  } catch {
    return undefined;
  }
}

function newBotWorld(options: FakeBotOptions): BotWorld {
  const credentials = options.credentials ?? fakeBotCredentials;
  return {
    credentials,
    keys: { token: credentials.token, encodingAesKey: credentials.encodingAesKey, receiveId: '' },
    switches: { ...usualBotSwitches, ...options.switches },
    now: options.now ?? Date.now,
    pass: options.pass ?? ((milliseconds) => pause(milliseconds)),
    name: options.name ?? '小助手',
    callback: options.callback,
    inbox: [],
    written: new Set(),
    sentAt: new Map(),
    media: new Map(),
    uploads: new Map(),
    uploaded: new Map(),
    tasks: new Set(),
    answerCodes: new Map(),
    inFlight: new Map(),
    entered: new Set(),
  };
}
