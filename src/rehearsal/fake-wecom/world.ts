// What the fake WeCom knows: its apps and members, tokens, and what was sent. Holds no HTTP.

import { randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';
import { type FakeClock, fakeClock, type Pass } from './clock.ts';
import { assistantAgent, type Corp, type CorpOptions, inSight, newCorp } from './corp.ts';
import { type Logins, newLogins } from './login-api.ts';
import type { SealKeys } from './seal.ts';
import { type FakeSwitches, usualSwitches } from './switches.ts';

/** What the console of one corp with one main app shows. */
export interface FakeCredentials {
  readonly corpId: string;
  readonly agentId: number;
  readonly secret: string;
  readonly token: string;
  readonly encodingAesKey: string;
}

/** What one member got, from `message/send` or as a passive reply. */
export interface Received {
  readonly at: Instant;
  /** The member's account in lower case. */
  readonly user: string;
  readonly msgtype: string;
  /** What there is to read in it. */
  readonly text: string;
  /** The request body, or the decrypted passive reply. */
  readonly raw: string;
  readonly msgid: string | undefined;
  readonly agentId: number;
}

/** What was written into a group: an app's by its chatid, a robot's by the robot's key. */
export interface GroupReceived {
  readonly at: Instant;
  readonly group: string;
  readonly msgtype: string;
  readonly text: string;
  readonly raw: string;
  /** Members of an app's group who got it. */
  readonly to: readonly string[];
}

/** A group that an app made. */
export interface Chat {
  readonly agentId: number;
  readonly name: string;
  readonly owner: string;
  readonly members: ReadonlySet<string>;
}

export interface SentMessage {
  readonly agentId: number;
  readonly at: Instant;
  recalled: boolean;
}

/** A card as it was sent; its task_id is used up for ever. */
export interface SentCard {
  readonly agentId: number;
  readonly taskId: string;
  readonly msgid: string;
  readonly card: Readonly<Record<string, unknown>>;
  /** Accounts in lower case. */
  readonly users: readonly string[];
  /** What single members see instead by now: the words on the greyed button, or another card. */
  readonly changed: Map<string, { readonly button: string } | { readonly card: Readonly<Record<string, unknown>> }>;
}

/** A response code: one update of one card, within 72 hours. */
export interface CardCode {
  readonly card: SentCard;
  readonly at: Instant;
  used: boolean;
}

export interface StoredMedia {
  readonly kind: string;
  readonly bytes: Buffer;
  readonly filename: string;
  readonly contentType: string;
  readonly at: Instant;
  /** The robot that uploaded it and alone may send it. */
  readonly robot?: string;
}

export interface IssuedToken {
  readonly agentId: number;
  expiresAt: Instant;
  broken: boolean;
}

/** Everything that changes while the fake runs. */
export interface World {
  readonly credentials: FakeCredentials;
  readonly keys: SealKeys;
  switches: FakeSwitches;
  /** Milliseconds that every answer of the API takes at least. */
  latency: number;
  readonly clock: FakeClock;
  /** The clock's time. */
  readonly now: () => Instant;
  /** Secret → app. */
  readonly apps: ReadonlyMap<string, number>;
  /** Accounts in lower case; undefined = whoever is written to is a member. */
  members: ReadonlySet<string> | undefined;
  /** Accounts in lower case that no app may write to, though they exist. */
  unlicensed: ReadonlySet<string>;
  callback: string | undefined;
  /** The last call of ours as it went out. */
  lastCallback: { readonly query: string; readonly body: string } | undefined;
  readonly tokens: Map<string, IssuedToken>;
  readonly tokenCalls: Instant[];
  readonly wrongSecrets: Instant[];
  inbox: Received[];
  readonly sent: Map<string, SentMessage>;
  /** Fingerprint → until when an equal message is kept back, and the id it got. */
  readonly duplicates: Map<string, { readonly until: Instant; readonly msgid: string }>;
  /** App and member → when something was delivered within the last hour. */
  readonly delivered: Map<string, Instant[]>;
  /** Day → messages accepted by all apps. */
  readonly quota: Map<string, number>;
  readonly media: Map<string, StoredMedia>;
  readonly calls: Map<string, number>;
  /** App and task_id → card. */
  readonly cards: Map<string, SentCard>;
  readonly codes: Map<string, CardCode>;
  /** App → menu. */
  readonly menus: Map<number, { readonly button: unknown }>;
  /** chatid → group. */
  readonly chats: Map<string, Chat>;
  /** Keys of the robots there are. */
  robots: ReadonlySet<string>;
  readonly corp: Corp;
  readonly logins: Logins;
  readonly groupInbox: GroupReceived[];
  nextMessageId: bigint;
}

export interface WorldOptions {
  readonly credentials: FakeCredentials;
  readonly now: () => Instant;
  /** How time passes while the fake waits; really, unless a test brings its own. */
  readonly pass?: Pass;
  readonly latency?: number;
  readonly switches?: Partial<FakeSwitches>;
  readonly members?: readonly string[];
  readonly unlicensed?: readonly string[];
  readonly callback?: string;
  /** Groups that the main app has made, with all members in them. */
  readonly chats?: readonly string[];
  /** Keys of group robots. */
  readonly robots?: readonly string[];
  /** Who works there and what the app sees of them; absent = nobody has said. */
  readonly corp?: CorpOptions;
  /** More apps of the corp beside the main one. */
  readonly apps?: readonly { readonly agentId: number; readonly secret: string }[];
}

export function newWorld(options: WorldOptions): World {
  const { credentials } = options;
  const clock = fakeClock(options.now, options.pass);
  const corp = newCorp(options.corp);
  const { assistantSecret } = options.corp ?? {};
  return {
    credentials,
    keys: { token: credentials.token, encodingAesKey: credentials.encodingAesKey, receiveId: credentials.corpId },
    switches: { ...usualSwitches, ...options.switches },
    latency: options.latency ?? 0,
    clock,
    now: clock.now,
    apps: new Map([
      ...[credentials, ...(options.apps ?? [])].map((app) => [app.secret, app.agentId] as const),
      ...(assistantSecret ? [[assistantSecret, assistantAgent] as const] : []),
    ]),
    members: options.members ? lowerCase(options.members) : corp.isKnown ? inSight(corp) : undefined,
    unlicensed: lowerCase(options.unlicensed ?? []),
    callback: options.callback,
    lastCallback: undefined,
    tokens: new Map(),
    tokenCalls: [],
    wrongSecrets: [],
    inbox: [],
    sent: new Map(),
    duplicates: new Map(),
    delivered: new Map(),
    quota: new Map(),
    media: new Map(),
    calls: new Map(),
    cards: new Map(),
    codes: new Map(),
    menus: new Map(),
    chats: new Map(
      (options.chats ?? []).map((chatId) => [
        chatId,
        { agentId: credentials.agentId, name: chatId, owner: '', members: lowerCase(options.members ?? []) },
      ]),
    ),
    robots: new Set(options.robots),
    corp,
    logins: newLogins(),
    groupInbox: [],
    // Beyond 2^53, where neighbours are one and the same as a double.
    nextMessageId: 7_301_234_567_890_123_456n,
  };
}

export function lowerCase(accounts: readonly string[]): ReadonlySet<string> {
  return new Set(accounts.map((account) => account.toLowerCase()));
}

/** An id as WeCom gives them out: long, opaque, never the same. */
export function opaqueId(): string {
  return randomBytes(32).toString('base64url');
}

/** How many of `times` lie within the last `length` milliseconds; older ones are forgotten. */
export function recent(times: Instant[], now: Instant, length: number): number {
  while (times[0] !== undefined && times[0] <= now - length) times.shift();
  return times.length;
}
