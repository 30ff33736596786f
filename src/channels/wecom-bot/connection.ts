// The one long connection of an AI bot, through WeCom's own SDK: kept up, watched, made anew. Knows no meaning of what comes or goes.

import { randomUUID } from 'node:crypto';
import type { WSClient } from '@wecom/aibot-node-sdk';
import { type Instant, minute } from '../../domain/time.ts';

export type BotAnswer =
  /** They answered; `code` is their `errcode`, 0 = done. `body` is what some commands bring back. */
  | { readonly kind: 'answer'; readonly code: number; readonly message: string; readonly body?: unknown }
  /** No answer. Whether they did it is unknown, unless there was no connection at all. */
  | { readonly kind: 'silence'; readonly detail: string };

/** A message or event that came in; `reqId` is what an answer to it carries. */
export interface BotFrame {
  readonly reqId: string;
  readonly body: unknown;
}

export type RespondCommand = 'aibot_respond_msg' | 'aibot_respond_welcome_msg' | 'aibot_respond_update_msg';

export type UploadCommand = 'aibot_upload_media_init' | 'aibot_upload_media_chunk' | 'aibot_upload_media_finish';

export interface BotConnection {
  /** Connects and stays connected until `stop`. Calling it again changes nothing. */
  start(): void;
  stop(): void;
  /** Whether WeCom has acknowledged our subscription on this very connection. */
  isReady(): boolean;
  /** Writes to a chat without being asked. */
  push(body: unknown): Promise<BotAnswer>;
  /** Answers a frame in its own exchange. */
  respond(reqId: string, command: RespondCommand, body: unknown): Promise<BotAnswer>;
  /** One step of an upload. */
  upload(command: UploadCommand, body: unknown): Promise<BotAnswer>;
}

export interface ConnectionParts {
  readonly botId: string;
  readonly secret: string;
  /** `WECOM_BOT_WS`; undefined = the official address. */
  readonly url?: string | undefined;
  readonly onFrame: (frame: BotFrame) => void;
  readonly now: () => Instant;
  /** 0 ≤ x < 1; keeps processes from coming back in step. */
  readonly random: () => number;
  readonly log: BotLog;
  /** Calls back after so many milliseconds, unless the function that comes back is called before; really, unless a test brings its own time. */
  readonly later?: Later;
  /** Milliseconds between two pings; the SDK's own 30 s when absent. Two without a pong count as a lost connection. */
  readonly heartbeat?: number;
}

export type Later = (work: () => void, milliseconds: number) => () => void;

const reallyLater: Later = (work, milliseconds) => {
  const timer = setTimeout(work, milliseconds);
  return () => clearTimeout(timer);
};

export interface BotLog {
  info(about: object, what: string): void;
  warn(about: object, what: string): void;
  error(about: object, what: string): void;
}

/** Why a connection ended. */
type End = 'dropped' | 'silent' | 'refused' | 'kicked';

/** Milliseconds from opening to the acknowledged subscription: the SDK itself would wait for ever. */
const subscribePatience = 10_000;

/** Milliseconds of the first wait before connecting again, and of the longest; doubled each time. */
const waits: Readonly<Record<End, readonly [number, number]>> = {
  dropped: [1000, 30_000],
  silent: [1000, 30_000],
  // Subscribing is rate-protected, and a wrong secret does not mend itself.
  refused: [30_000, 10 * minute],
  // Another program uses this bot: taking it back at once would go on for ever.
  kicked: [30_000, 10 * minute],
};

/** A connection that held for so long ends a series of kicks. */
const calm = 10 * minute;

/** What is wrong when it ends so, for the operator. */
const says: Readonly<Record<End, string>> = {
  dropped: 'the connection of the AI bot dropped',
  silent: 'the subscription of the AI bot was not acknowledged',
  refused: 'WeCom refused the AI bot: check WECOM_BOT_ID and WECOM_BOT_SECRET',
  kicked: 'another program connected with the same AI bot',
};

/** Makes the connection; nothing happens before `start`. */
export function botConnection(parts: ConnectionParts): BotConnection {
  const { now, random, log, later = reallyLater } = parts;
  let wanted = false;
  /** Grows with every attempt, so that what an earlier one still reports changes nothing. */
  let attempt = 0;
  let client: WSClient | undefined;
  let readyAt: Instant | undefined;
  let cancelTimer = (): void => {};
  let failures = 0;
  let kicks = 0;

  /**
   * A client lives for one connection: reused after `disconnect` it may take the end of its old socket for that of the new one, and it
   * crashes the process when it drops a socket that is still connecting.
   */
  function drop(): void {
    cancelTimer();
    attempt += 1;
    readyAt = undefined;
    client?.removeAllListeners();
    client?.disconnect();
    client = undefined;
  }

  function again(end: End, detail: string): void {
    const lasted = readyAt === undefined ? 0 : now() - readyAt;
    if (end === 'kicked') kicks = lasted > calm ? 0 : kicks;
    drop();
    const count = end === 'kicked' ? kicks : failures;
    if (end === 'kicked') kicks += 1;
    else failures += 1;
    const [first, longest] = waits[end];
    const wait = Math.min(first * 2 ** count, longest) * (1 - random() / 2);
    const level = end === 'refused' || end === 'kicked' ? 'error' : 'warn';
    log[level]({ detail, againIn: Math.round(wait) }, says[end]);
    cancelTimer = later(open, wait);
  }

  function open(): void {
    attempt += 1;
    const mine = attempt;
    cancelTimer = later(() => again('silent', 'nothing came back'), subscribePatience);
    // Loaded only where the bot is used: with what it brings it takes some 8 MB.
    import('@wecom/aibot-node-sdk').then(
      (sdk) => {
        if (mine === attempt) connect(sdk);
      },
      (err: unknown) => {
        if (mine === attempt) again('dropped', (err as Error).message);
      },
    );
  }

  function connect(sdk: typeof import('@wecom/aibot-node-sdk')): void {
    let refusal: string | undefined;
    let kicked = false;
    const made = new sdk.WSClient({
      botId: parts.botId,
      secret: parts.secret,
      ...(parts.url ? { wsUrl: parts.url } : {}),
      wsOptions: { handshakeTimeout: subscribePatience, maxPayload: 4 * 1024 * 1024 },
      // Coming back is ours: the SDK neither notices a silent subscription nor comes back after a kick.
      maxReconnectAttempts: 0,
      ...(parts.heartbeat === undefined ? {} : { heartbeatInterval: parts.heartbeat }),
      maxAuthFailureAttempts: 0,
      // Its own log repeats what people wrote.
      logger: { debug() {}, info() {}, warn() {}, error() {} },
    });
    client = made;
    made.on('authenticated', () => {
      cancelTimer();
      failures = 0;
      readyAt = now();
      log.info({}, 'the AI bot is connected');
    });
    made.on('error', (error) => {
      if (/^Authentication failed/.test(error.message)) refusal = error.message;
    });
    made.on('event.disconnected_event', () => {
      kicked = true;
    });
    made.on('disconnected', (reason) => {
      if (kicked) again('kicked', reason);
      else if (refusal !== undefined) again('refused', refusal);
      else again('dropped', reason);
    });
    const hear = (frame: { headers?: { req_id?: string }; body?: unknown }) =>
      parts.onFrame({ reqId: frame.headers?.req_id ?? '', body: frame.body });
    made.on('message', hear);
    made.on('event', hear);
    made.connect();
  }

  async function exchange(reqId: string, command: string, body: unknown): Promise<BotAnswer> {
    const current = client;
    if (readyAt === undefined || !current) return { kind: 'silence', detail: 'not connected' };
    try {
      const done = await current.reply({ headers: { req_id: reqId } }, body as Record<string, unknown>, command);
      return { kind: 'answer', code: 0, message: 'ok', body: done.body };
    } catch (cause) {
      const answer = refusalIn(cause);
      // They took this connection for another one's: only a new subscription helps.
      if (answer.kind === 'answer' && answer.code === 846609 && client === current) again('dropped', 'not subscribed');
      return answer;
    }
  }

  return {
    start() {
      if (wanted) return;
      wanted = true;
      failures = 0;
      open();
    },
    stop() {
      wanted = false;
      drop();
    },
    isReady: () => readyAt !== undefined,
    push: (body) => exchange(`aibot_send_msg_${randomUUID()}`, 'aibot_send_msg', body),
    respond: exchange,
    upload: (command, body) => exchange(`${command}_${randomUUID()}`, command, body),
  };
}

/** The SDK rejects with an Error when nothing came, and with the bare frame when they said no. */
function refusalIn(cause: unknown): BotAnswer {
  if (cause instanceof Error) return { kind: 'silence', detail: cause.message };
  const frame = (cause ?? {}) as { errcode?: unknown; errmsg?: unknown };
  if (typeof frame.errcode !== 'number') return { kind: 'silence', detail: 'an answer without an errcode' };
  return { kind: 'answer', code: frame.errcode, message: String(frame.errmsg ?? '') };
}
