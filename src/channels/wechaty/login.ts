// The one login of the WeChat account: begun, watched, begun anew. Knows no meaning of what comes or goes.

import type { Wechaty } from 'wechaty';
import { type Instant, minute } from '../../domain/time.ts';
import type { After } from './within.ts';

/** How the login stands, for the operator; the words are those of store/door-state.ts. */
export interface LoginState {
  readonly state: 'off' | 'missing' | 'starting' | 'waiting-for-scan' | 'open' | 'lost';
  /** What to draw as a QR code, and until when it is good. */
  readonly qr?: string;
  readonly qrUntil?: Instant;
  readonly note?: string | null;
}

export interface LoginLog {
  info(about: object, what: string): void;
  warn(about: object, what: string): void;
  error(about: object, what: string): void;
}

/** What a listener of one bot may ask. */
export interface CurrentLogin {
  /** False once this bot was given up. */
  isMine(): boolean;
  /** From when on what was said counts. */
  since(): Instant;
}

export interface LoginParts {
  /** Makes a bot that was never started; undefined = wechaty is not installed. */
  readonly build: () => Promise<Wechaty | undefined>;
  /** Adds what listens to people. */
  readonly attach: (bot: Wechaty, login: CurrentLogin) => void;
  /** Called at each change, in order. */
  readonly tell: (state: LoginState) => void;
  /** Somebody logged in: the pace begins where the last process left off. */
  readonly onOpen: () => Promise<void>;
  readonly now: () => Instant;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly after: After;
  readonly log: LoginLog;
}

export interface WechatLogin {
  start(): void;
  stop(): void;
  /** The bot while somebody is logged in and this process holds the login. */
  open(): Wechaty | undefined;
  /** Resolves when nothing of an earlier `start` runs any more. */
  ended(): Promise<void>;
}

/** wechaty's `ScanStatus`: 1 = turned down on the phone, 3 and 4 = scanned and confirmed there, 5 = too late. */
const scanNotes: Readonly<Record<number, string>> = {
  1: '手机上点了取消，请再扫一次',
  3: '已经扫了，请在手机上点确认',
  4: '已经确认，正在登录',
  5: '这个码过期了，等新的',
};

/** How long a QR code of WeChat is good; a new one comes by itself. */
const qrLife = 5 * minute;

/** What was said so shortly before a login that needed no scan was said while we were away: it is answered. */
const away = 10 * minute;

/** A bot that shows neither code nor login after so long does not come up. */
const startPatience = 2 * minute;

/** Without any sign for so long it is asked, and begun anew when it stays silent for another beat. */
const silence = 5 * minute;

const waits = { first: 5000, longest: 10 * minute } as const;

/** Makes the login; nothing happens before `start`. */
export function wechatLogin(parts: LoginParts): WechatLogin {
  const { now, random, after, log, tell } = parts;
  let wanted = false;
  let bot: Wechaty | undefined;
  let isOpen = false;
  let wasScanned = false;
  let since: Instant = Number.POSITIVE_INFINITY;
  let signAt: Instant = 0;
  let failures = 0;
  let lastError = '';
  let isAsked = false;
  let callOff = (): void => {};
  let work: Promise<void> = Promise.resolve();

  /** One thing at a time: starting and stopping never overlap. */
  function queue(step: () => Promise<void>): void {
    work = work.then(step).catch((err: unknown) => log.error({ err }, 'the WeChat login failed'));
  }

  function sign(): void {
    signAt = now();
    isAsked = false;
  }

  async function begin(): Promise<void> {
    if (!wanted || bot) return;
    tell({ state: 'starting' });
    const made = await parts.build().catch((err: Error) => {
      lastError = err.message;
      return null;
    });
    if (made === undefined) return tell({ state: 'missing' });
    if (made === null) return again(lastError);
    bot = made;
    sign();
    listen(made);
    watch();
    // Some puppets resolve only when somebody has logged in; wechaty itself waits 15 s for them.
    await made.start().catch((err: Error) => {
      lastError = err.message;
    });
  }

  async function end(): Promise<void> {
    const old = bot;
    bot = undefined;
    isOpen = false;
    callOff();
    if (!old) return;
    // Its listeners stay: what it still says changes nothing (`isMine`), but an error without a listener would end the process.
    await old.stop().catch((err: Error) => log.warn({ err: err.message }, 'the WeChat login did not end cleanly'));
  }

  function again(why: string): void {
    if (!wanted) return;
    const wait = Math.min(waits.first * 2 ** failures, waits.longest) * (1 - random() / 2);
    failures += 1;
    log.warn({ why, againIn: Math.round(wait) }, 'the WeChat login begins anew');
    tell({ state: 'lost', note: why });
    queue(async () => {
      await end();
      callOff = after(wait, () => queue(begin));
    });
  }

  function listen(made: Wechaty): void {
    const isMine = () => bot === made;
    made.on('error', (error) => {
      lastError = error.message;
      log.warn({ why: error.message }, 'wechaty reports an error');
    });
    made.on('scan', (qr, status) => {
      if (!isMine()) return;
      sign();
      wasScanned = true;
      isOpen = false;
      if (qr) tell({ state: 'waiting-for-scan', qr, qrUntil: now() + qrLife, note: scanNotes[status] ?? null });
    });
    made.on('login', () => {
      if (!isMine()) return;
      sign();
      failures = 0;
      // Seconds are all that WeChat's times hold.
      since = wasScanned ? now() - 1000 : now() - away;
      wasScanned = false;
      log.info({}, 'logged in to WeChat');
      parts
        .onOpen()
        .catch((err: unknown) => log.warn({ err }, 'what was sent before is not known'))
        .finally(() => {
          if (!isMine() || !made.isLoggedIn) return;
          isOpen = true;
          tell({ state: 'open' });
        });
    });
    made.on('logout', (_user, reason) => {
      if (!isMine()) return;
      sign();
      isOpen = false;
      log.error({ reason }, 'logged out of WeChat');
      tell({ state: 'lost', note: '微信账号退出了登录，正在重新打开' });
    });
    made.on('heartbeat', sign);
    made.on('dong', sign);
    made.on('message', sign);
    parts.attach(made, { isMine, since: () => since });
  }

  /** Every minute: whether it came up, whether it still lives. */
  function watch(): void {
    callOff = after(minute, () => {
      const made = bot;
      if (!made) return;
      const silent = now() - signAt;
      if (!isOpen && silent >= startPatience && !wasScanned) return again(lastError || '一直没有登录成功');
      if (isOpen && silent >= silence) {
        if (isAsked) return again('微信登录没有反应');
        isAsked = true;
        try {
          made.ding('zhibu');
        } catch (err) {
          lastError = (err as Error).message;
        }
      }
      watch();
    });
  }

  return {
    start() {
      if (wanted) return;
      wanted = true;
      failures = 0;
      queue(begin);
    },
    stop() {
      if (!wanted) return;
      wanted = false;
      isOpen = false;
      callOff();
      // At once: the next owner says how it stands from now on.
      tell({ state: 'off' });
      queue(end);
    },
    open: () => (isOpen ? bot : undefined),
    ended: () => work,
  };
}
