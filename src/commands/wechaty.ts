// Opens the door to WeChat as the environment has it, and says in the terminal, the console and to the operators how its login stands.

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { renderUnicodeCompact } from 'uqr';
import type { App } from '../app.ts';
import type { Channel } from '../channels/channel.ts';
import { loadWechaty, wechatyMissing } from '../channels/wechaty/load.ts';
import type { LoginState } from '../channels/wechaty/login.ts';
import { buildBot, type PuppetSettings } from '../channels/wechaty/puppet.ts';
import { wechatyDoor } from '../channels/wechaty/wechaty-door.ts';
import type { Config } from '../config.ts';
import { dayLength, hour, type Instant, minute } from '../domain/time.ts';
import { outliving } from '../jobs/take-waiting.ts';
import { tellOperators } from '../jobs/tell-operators.ts';
import { attachmentById } from '../store/attachments.ts';
import type { Database } from '../store/database.ts';
import { keepDoorState } from '../store/door-state.ts';
import { leaseOf } from '../store/lease.ts';
import { wechatHearing } from '../turn/wechat-hearing.ts';

const lostWords = '微信的登录断了，要请您用那个微信号在控制台扫一次码。要发的消息都留着，登录以后接着发。';

export interface OpenWechat {
  readonly channel: Channel;
  /** Begins to ask for the login and to hear; resolves to how it ends. */
  hear(app: App): () => Promise<void>;
}

/** How often a login that stands as it stood says so (`seen_at` of store/door-state.ts). */
const sayAgain = 2 * minute;

/** A login that came back by itself within so long is nobody's trouble; after a first word the next one comes so much later. */
const patience = 5 * minute;
const nextWord = 6 * hour;

/** Undefined where WeChat is not configured. Loads nothing yet. */
export function openWechat(config: Config, db: Database, now: () => Instant, log: Logger): OpenWechat | undefined {
  const { environment: given } = config;
  const settings: PuppetSettings = { puppet: given.WECHATY_PUPPET, token: given.WECHATY_TOKEN };
  if (!settings.puppet && !settings.token) return undefined;
  const file = (id: string) => attachmentById(db.pool, id, now());
  let tell: (state: LoginState) => void = () => {};
  const door = wechatyDoor({
    modules: loadWechaty,
    build: (modules) => buildBot(modules, settings, config.dataDir),
    limits: {
      perHour: given.WECHATY_PER_HOUR,
      perDay: given.WECHATY_PER_DAY,
      pause: given.WECHATY_PAUSE * 1000,
    },
    sentBefore: () => sentSince(db, now() - dayLength),
    files: { outgoing: file, received: file },
    tell: (state) => tell(state),
    now,
    random: Math.random,
    wait: (milliseconds) => pause(milliseconds, undefined, { ref: false }),
    after(milliseconds, run) {
      const timer = setTimeout(run, milliseconds);
      return () => clearTimeout(timer);
    },
    log,
  });
  return {
    channel: door.channel,
    hear(app) {
      const teller = loginTeller(app, db, log);
      tell = teller.tell;
      door.openAsOwner(
        {
          ...wechatHearing({
            ...app.jobs,
            receive: outliving({ ...app, log }),
            onCommitted: () => app.dispatcher.kick(),
          }),
          friendsPerDay: given.WECHATY_FRIENDS_PER_DAY,
        },
        { lease: leaseOf(db.pool, 'wechaty'), holder: randomUUID(), monotonic: () => performance.now() },
      );
      return async () => {
        await door.close();
        await teller.stop();
      };
    },
  };
}

async function sentSince(db: Database, since: Instant): Promise<Instant[]> {
  const { rows } = await db.pool.query<{ at: Instant; parts: number }>(
    `select sent_at as at, parts_sent as parts from outbox where channel = 'wechaty' and sent_at > $1`,
    [new Date(since)],
  );
  return rows.flatMap(({ at, parts }) => Array<Instant>(Math.max(parts, 1)).fill(at));
}

/** Says how the login stands: into the database in order, a code to scan into the terminal, lasting trouble to the operators. */
export function loginTeller(
  { jobs, dispatcher }: Pick<App, 'jobs' | 'dispatcher'>,
  db: Pick<Database, 'pool'>,
  log: Pick<Logger, 'warn' | 'error'>,
) {
  let written: Promise<unknown> = Promise.resolve();
  let state: LoginState = { state: 'off' };
  let shown = '';
  let alarm: NodeJS.Timeout | undefined;

  function keep(): void {
    const said = { door: 'wechaty', ...state };
    const at = jobs.clock();
    written = written
      .then(() => keepDoorState(db.pool, said, at))
      .catch((err: unknown) => log.warn({ err }, 'how the WeChat login stands was not kept'));
  }

  function ring(wait: number): void {
    alarm ??= setTimeout(() => {
      alarm = undefined;
      written = written
        .then(() => tellOperators(jobs, lostWords, 'wechaty'))
        .then(() => dispatcher.kick())
        .catch((err: unknown) => log.error({ err }, 'the operators could not be told'));
      ring(nextWord);
    }, wait).unref();
  }

  const again = setInterval(() => {
    if (state.state !== 'off') keep();
  }, sayAgain).unref();

  return {
    tell(next: LoginState) {
      state = next;
      keep();
      if (next.state === 'missing') console.log(wechatyMissing);
      if (next.state === 'open') console.log('微信已登录');
      if (next.qr !== undefined && next.qr !== shown) {
        shown = next.qr;
        console.log(`请用专门的那个微信号扫一扫登录（在 /console 也能看到）：\n${renderUnicodeCompact(shown)}`);
      }
      if (['open', 'off', 'missing'].includes(next.state)) {
        clearTimeout(alarm);
        alarm = undefined;
      } else ring(patience);
    },
    async stop() {
      clearInterval(again);
      clearTimeout(alarm);
      await written;
    },
  };
}
