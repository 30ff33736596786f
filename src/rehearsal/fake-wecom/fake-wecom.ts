// A WeCom to rehearse with: its HTTP API with its limits and moods, and its callbacks. Stands on loopback, keeps nothing, sends nothing to anybody.

import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { attachBot, type FakeBot, type FakeBotOptions } from './bot-fake.ts';
import { businessApi } from './business-api.ts';
import { corruptTokens, expireTokens } from './by-hand.ts';
import { type ContactRequest, changeContacts } from './contact-events.ts';
import { controlApi, inboxOf } from './control-api.ts';
import { checkUrl } from './deliver.ts';
import { type FaultRequest, newFaults } from './faults.ts';
import { attack, type HostileKind } from './hostile.ts';
import { loginPages } from './login-api.ts';
import { type Said, type SayRequest, say } from './speak.ts';
import type { FakeSwitches } from './switches.ts';
import { type TapRequest, tap } from './tap.ts';
import {
  type FakeCredentials,
  type GroupReceived,
  newWorld,
  opaqueId,
  type Received,
  type SentCard,
  type StoredMedia,
  type WorldOptions,
} from './world.ts';

export interface FakeWecomOptions extends Partial<WorldOptions> {
  /** 0 or absent = any free port. */
  readonly port?: number;
  /** An AI bot on the same port; its clock is the fake's. */
  readonly bot?: Omit<FakeBotOptions, 'port' | 'now' | 'pass'>;
}

export interface FakeWecom {
  /** For `WECOM_API_BASE`. */
  readonly url: string;
  readonly credentials: FakeCredentials;
  /** Where one was asked for. */
  readonly bot: FakeBot | undefined;
  /** What a member got and may still see, oldest first. */
  inbox(user?: string): readonly Received[];
  /** What was written into a group (chatid of an app's, key of a robot's), oldest first. */
  groupInbox(group?: string): readonly GroupReceived[];
  /** Calls of each API so far. */
  calls(): Readonly<Record<string, number>>;
  fault(request: FaultRequest): void;
  clearFaults(): void;
  say(request: SayRequest): Promise<Said>;
  /** A member presses a button of a card. */
  tap(request: TapRequest): Promise<Said>;
  /** Changes people, departments, tags or what the app sees, and tells of it; resolves to the answers, in the order of the events. */
  contacts(request: ContactRequest): Promise<Said[]>;
  /** A file that a member sends from the phone; its media_id, for `say`. */
  keepMedia(file: Pick<StoredMedia, 'kind' | 'bytes' | 'filename'>): string;
  /** The cards that were sent, oldest first, and what became of them for each member. */
  cards(): readonly SentCard[];
  checkUrl(): Promise<{ readonly ok: boolean; readonly why?: string }>;
  /** Sends a callback that is wrong in one way; resolves to the HTTP status. */
  attack(kind: HostileKind): Promise<{ readonly status: number }>;
  setCallback(url: string): void;
  /** Turns switches while it runs. */
  setSwitches(switches: Partial<FakeSwitches>): void;
  /** Puts the fake's clock forward; whoever waits for a moment before then goes on. */
  forward(milliseconds: number): void;
  /** The waits that are under way: milliseconds still to go. */
  waits(): readonly number[];
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
  const bot = options.bot && attachBot(app, { ...options.bot, now: world.now, pass: world.clock.pass });
  const url = () => `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
  controlApi(app, { world, faults, bot }, url);
  businessApi(app, world, faults);
  loginPages(app, world);
  await app.listen({ port: options.port ?? 0, host: '127.0.0.1' });
  return {
    url: url(),
    credentials: world.credentials,
    bot,
    inbox: (user) => inboxOf(world, user),
    groupInbox: (group) =>
      group === undefined ? world.groupInbox : world.groupInbox.filter((received) => received.group === group),
    calls: () => Object.fromEntries(world.calls),
    fault: (request) => faults.add(request),
    clearFaults: () => faults.clear(),
    say: (request) => say(world, request),
    tap: (request) => tap(world, request),
    contacts: (request) => changeContacts(world, request),
    keepMedia(file) {
      const id = opaqueId();
      world.media.set(id, { ...file, contentType: 'application/octet-stream', at: world.now() });
      return id;
    },
    cards: () => [...world.cards.values()],
    checkUrl: () => checkUrl(world),
    attack: (kind) => attack(world, kind),
    setCallback: (url) => {
      world.callback = url;
    },
    setSwitches: (switches) => {
      world.switches = { ...world.switches, ...switches };
    },
    forward: (milliseconds) => world.clock.forward(milliseconds),
    waits: () => world.clock.waits(),
    expireTokens: () => expireTokens(world),
    corruptTokens: () => corruptTokens(world),
    async close() {
      await bot?.close();
      await app.close();
    },
  };
}
