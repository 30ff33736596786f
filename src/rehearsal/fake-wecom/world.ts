// What the fake WeCom knows: its apps and members, tokens, what was sent, and the switches for what nobody has documented. Holds no HTTP.

import { randomBytes } from 'node:crypto';
import type { Instant } from '../../domain/time.ts';
import type { SealKeys } from './seal.ts';

/** What the console of one corp with one main app shows. */
export interface FakeCredentials {
  readonly corpId: string;
  readonly agentId: number;
  readonly secret: string;
  readonly token: string;
  readonly encodingAesKey: string;
}

/** Behaviour that the documents leave open; tests run against both sides. */
export interface FakeSwitches {
  /** `gettoken` while a token is valid: the same again, a new one beside the old, or a new one instead of it. */
  readonly repeatedToken: 'same' | 'new-beside' | 'new-instead';
  /** A text over 2,048 bytes is cut, or refused with 45002. */
  readonly longText: 'cut' | 'refuse';
  /** What makes two messages equal for the duplicate check: the whole request, or recipients and content. */
  readonly duplicateBy: 'body' | 'content';
  readonly duplicateAnswer: 'same-msgid' | 'new-msgid';
  /** Recall after 24 hours, and a second recall. */
  readonly lateRecall: 'refuse' | 'done';
  readonly secondRecall: 'refuse' | 'done';
  /** An interactive card sent again with its task_id: kept back as a duplicate, or refused with 42014 before that is looked at. */
  readonly repeatedCard: 'kept-back' | 'refuse';
  /** A press on a card whose buttons were replaced still tells us, or cannot be made. */
  readonly replacedCard: 'event' | 'nothing';
  /** Whether the app sees the whole corp, without which it has no groups (48002). */
  readonly rootRange: boolean;
  readonly unknownChat: 40050 | 86003;
  /** How often a callback is delivered in all when nobody answers 200. */
  readonly deliveries: 3 | 4;
  /** Milliseconds after which WeCom hangs up on a callback, and on the check of an address (W90238: 5 s and 1 s). */
  readonly patience: number;
  readonly checkPatience: number;
  /** Milliseconds between two deliveries, and whether each is sealed anew. */
  readonly spacing: number;
  readonly freshSeal: boolean;
  /** `gettoken` calls a minute before 45009. */
  readonly tokensPerMinute: number;
  /** Wrong secrets an hour before the address is closed. */
  readonly wrongSecretsPerHour: number;
  /** Accounts of the corp; 200 messages for each a day before 45009. */
  readonly accountCap: number;
}

export const usualSwitches: FakeSwitches = {
  repeatedToken: 'same',
  longText: 'cut',
  duplicateBy: 'body',
  duplicateAnswer: 'same-msgid',
  lateRecall: 'refuse',
  secondRecall: 'done',
  repeatedCard: 'kept-back',
  replacedCard: 'event',
  rootRange: true,
  unknownChat: 40050,
  deliveries: 4,
  patience: 5000,
  checkPatience: 1000,
  spacing: 5000,
  freshSeal: true,
  tokensPerMinute: 100,
  wrongSecretsPerHour: 2000,
  accountCap: 100_000,
};

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
  readonly switches: FakeSwitches;
  readonly now: () => Instant;
  /** Secret → app. */
  readonly apps: ReadonlyMap<string, number>;
  /** Accounts in lower case; undefined = whoever is written to is a member. */
  members: ReadonlySet<string> | undefined;
  /** Accounts in lower case that no app may write to, though they exist. */
  unlicensed: ReadonlySet<string>;
  callback: string | undefined;
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
  readonly robots: ReadonlySet<string>;
  readonly groupInbox: GroupReceived[];
  nextMessageId: bigint;
}

export interface WorldOptions {
  readonly credentials: FakeCredentials;
  readonly now: () => Instant;
  readonly switches?: Partial<FakeSwitches>;
  readonly members?: readonly string[];
  readonly unlicensed?: readonly string[];
  readonly callback?: string;
  /** Groups that the main app has made, with all members in them. */
  readonly chats?: readonly string[];
  /** Keys of group robots. */
  readonly robots?: readonly string[];
  /** More apps of the corp beside the main one. */
  readonly apps?: readonly { readonly agentId: number; readonly secret: string }[];
}

export function newWorld(options: WorldOptions): World {
  const { credentials } = options;
  return {
    credentials,
    keys: { token: credentials.token, encodingAesKey: credentials.encodingAesKey, receiveId: credentials.corpId },
    switches: { ...usualSwitches, ...options.switches },
    now: options.now,
    apps: new Map([credentials, ...(options.apps ?? [])].map((app) => [app.secret, app.agentId])),
    members: options.members ? lowerCase(options.members) : undefined,
    unlicensed: lowerCase(options.unlicensed ?? []),
    callback: options.callback,
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
