// all, serve, work: runs the parts of the service this process was asked for, until it is told to stop.

import { once } from 'node:events';
import type { FastifyInstance } from 'fastify';
import cron from 'node-cron';
import { pino } from 'pino';
import type { App } from '../app.ts';
import { makeApp } from '../app.ts';
import type { Draft, Inbound } from '../channels/channel.ts';
import type { Config } from '../config.ts';
import { Fault } from '../domain/fault.ts';
import type { DispatcherParts } from '../jobs/dispatcher.ts';
import { loadLibrary } from '../library/library.ts';
import type { Database } from '../store/database.ts';
import { sayLater } from '../store/say-later.ts';
import { takeServiceLock } from '../store/service-lock.ts';
import { viewNames } from '../store/views/index.ts';
import { calendarFeeds } from '../web/calendar.ts';
import { consolePage } from '../web/console/console-page.ts';
import { runLean } from '../web/lean-heap.ts';
import { pressedCards } from '../web/pressed-cards.ts';
import { makeServer } from '../web/server.ts';
import { simulatorPage } from '../web/simulator/simulator-page.ts';
import { wecomCallback } from '../web/wecom-callback.ts';
import { type OpenBot, openBot, type SayLater } from './bot.ts';
import { consoleOptions } from './console.ts';
import { hearContacts } from './contact-sources.ts';
import { doorsOf } from './doors.ts';
import { openLogin } from './login.ts';
import { openMigrated } from './open-database.ts';
import { loadSample } from './sample.ts';
import { simulatedTime } from './simulated-time.ts';
import { openWechat } from './wechaty.ts';

export interface ServiceOptions {
  /** Loads the sample organisation into an empty database. */
  readonly sample?: boolean;
}

export type Parts = 'all' | 'serve' | 'work';

/** Resolves when the service has stopped cleanly after SIGINT or SIGTERM. */
export async function runService(parts: Parts, config: Config, options: ServiceOptions = {}): Promise<void> {
  const log = pino({ level: config.logLevel, redact: ['*.token', '*.secret', '*.text'] }, pino.destination(2));
  const { redisUrl } = config;
  const db = await openMigrated(config, log);
  try {
    if (parts !== 'serve' || !config.databaseUrl) await beTheOnlyOne(db);
    if (options.sample) await loadSample(db);
    const clock = simulatedTime(db.pool, config.simulator && !config.isReal);
    const bot = openBot(config, db, () => clock.now(), log);
    const wechat = openWechat(config, db, () => clock.now(), log);
    // Only where Redis is: the package is a tenth of the memory.
    const bullmq = redisUrl ? await import('../jobs/bullmq-dispatcher.ts') : undefined;
    const app = await makeApp({
      pool: db.pool,
      library: loadLibrary(viewNames, { sample: !config.isReal, packs: config.packsDir }),
      channels: [
        ...doorsOf(config, db, () => clock.now()),
        ...(bot ? [bot.channel] : []),
        ...(wechat ? [wechat.channel] : []),
      ],
      clock: () => clock.now(),
      log,
      uploadLimits: {
        picture: config.environment.UPLOAD_PICTURE_MB * 1024 * 1024,
        file: config.environment.UPLOAD_FILE_MB * 1024 * 1024,
      },
      address: (config.publicUrl ?? `http://${config.host}:${config.port}`).replace(/\/+$/, ''),
      fieldKey: config.fieldKey,
      ...(redisUrl && bullmq
        ? { dispatcher: (dispatch: DispatcherParts) => bullmq.bullmqDispatcher({ ...dispatch, redisUrl }) }
        : {}),
    });
    await clock.follow(app);
    const later = async (inbound: Inbound, drafts: readonly Draft[]) => {
      await sayLater(db.pool, inbound, drafts, clock.now());
      app.dispatcher.kick('reply');
    };
    const server = parts === 'work' ? undefined : await listen({ config, db, app, clock, log, later, bot });
    const stopHearing = parts === 'work' ? undefined : bot?.hear?.(app, later);
    const stopWechat = parts === 'work' ? undefined : wechat?.hear(app);
    const stopJobs = parts === 'serve' ? undefined : await startJobs(app);
    // The bot's connection is held by a process that hears: what goes out through it goes out from there.
    if (parts === 'serve') app.ownDoors.start();
    runLean();
    console.log(`支部通已启动${server ? `：${addressOf(config, server)}` : ''}`);
    console.log(db.where);
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
    console.log('正在停止…');
    await server?.close();
    await stopJobs?.();
    // What is being sent needs the connections that hearing holds.
    await app.dispatcher.stop();
    await stopHearing?.();
    await stopWechat?.();
  } finally {
    await db.close();
  }
}

async function beTheOnlyOne(db: Database): Promise<void> {
  const lock = await takeServiceLock(db);
  if (lock.kind === 'held')
    throw new Fault('database-busy', `支部通已经在运行（进程 ${lock.pid}），不用再启动；要换用别的数据请设置 DATA_DIR`);
}

interface Listening {
  readonly config: Config;
  readonly db: Database;
  readonly app: App;
  readonly clock: ReturnType<typeof simulatedTime>;
  readonly log: pino.Logger;
  readonly later: SayLater;
  readonly bot: OpenBot | undefined;
}

async function listen({ config, db, app, clock, log, later, bot }: Listening): Promise<FastifyInstance> {
  const { wecom } = config;
  const server = await makeServer({
    pool: db.pool,
    log,
    async open(http) {
      if (wecom) {
        await http.register(wecomCallback, {
          keys: { token: wecom.token, encodingAesKey: wecom.aesKey, receiveId: wecom.corpId },
          agentId: wecom.agentId,
          receive: app.receive,
          later,
          contacts: hearContacts(config, db, () => clock.now(), log),
          waiting: app.waiting,
          cards: pressedCards({
            pool: db.pool,
            labels: app.jobs.library.labels,
            now: () => clock.now(),
            onNoted: () => app.dispatcher.kick('task'),
          }),
          now: () => clock.now(),
          log,
        });
      }
      await bot?.register?.(http, app, later);
      const login = openLogin(config, db, () => clock.now(), log);
      if (login) await http.register(login.plugin);
      await http.register(calendarFeeds, {
        pool: db.pool,
        library: app.library,
        units: app.units,
        now: () => clock.now(),
      });
      await http.register(consolePage, consoleOptions(config, { app, db, login }));
      if (config.simulator) {
        await http.register(simulatorPage, { pool: db.pool, receive: app.receive, units: app.units, time: clock, log });
        http.get('/', async (_request, reply) => reply.redirect('/simulator'));
      }
    },
  });
  try {
    await server.listen({ port: config.port, host: config.host });
  } catch (cause) {
    throw new Fault('config', `端口 ${config.port} 已被占用，请设置 PORT 换一个`, { cause });
  }
  return server;
}

/** node-cron only rings; what is due, and who acts, the database says. */
async function startJobs(app: App): Promise<() => Promise<void>> {
  await app.tick();
  app.dispatcher.start();
  let ticking: Promise<void> = Promise.resolve();
  const bell = cron.schedule('* * * * *', () => {
    ticking = ticking
      .then(() => app.tick())
      .catch((error: unknown) => app.jobs.log.error({ err: error }, 'a tick failed'));
  });
  return async () => {
    await bell.stop();
    await ticking;
  };
}

function addressOf(config: Config, server: FastifyInstance): string {
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : config.port;
  return `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}${config.simulator ? '/simulator' : ''}`;
}
