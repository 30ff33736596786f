// Opens the AI bot's door as the environment has it: the long connection where there is a secret, else the callback. Decides nothing.

import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import type { Channel, Draft, Inbound } from '../channels/channel.ts';
import type { BotLog } from '../channels/wecom-bot/connection.ts';
import { pushByLateAnswer } from '../channels/wecom-bot/late-answer.ts';
import { longBot } from '../channels/wecom-bot/long-bot.ts';
import { wecomBotChannel } from '../channels/wecom-bot/send.ts';
import type { Config } from '../config.ts';
import type { Instant } from '../domain/time.ts';
import { botChats } from '../store/bot-chats.ts';
import type { Database } from '../store/database.ts';
import { leaseOf } from '../store/lease.ts';
import { wecomBot } from '../web/wecom-bot.ts';

export type SayLater = (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;

export interface OpenBot {
  readonly channel: Channel;
  /** Begins to hear over the long connection; resolves to how it ends. Undefined in callback mode, which hears through `register`. */
  readonly hear: ((app: App, later: SayLater) => () => Promise<void>) | undefined;
  /** Adds the callback's address; undefined with the long connection. */
  readonly register: ((http: FastifyInstance, app: App, later: SayLater) => Promise<void>) | undefined;
}

/** Undefined where no AI bot is configured. With both kinds of settings the long connection wins: WeCom allows one of them. */
export function openBot(config: Config, db: Database, now: () => Instant, log: BotLog): OpenBot | undefined {
  const { WECOM_BOT_ID, WECOM_BOT_SECRET, WECOM_BOT_WS, WECOM_BOT_TOKEN, WECOM_BOT_AES_KEY, WECOM_API_BASE } =
    config.environment;
  const chats = botChats(db.pool, now);
  if (WECOM_BOT_ID && WECOM_BOT_SECRET) {
    const bot = longBot({
      botId: WECOM_BOT_ID,
      secret: WECOM_BOT_SECRET,
      url: WECOM_BOT_WS,
      chats,
      lease: leaseOf(db.pool, `wecom-bot/${WECOM_BOT_ID}`),
      holder: randomUUID(),
      now,
      monotonic: () => performance.now(),
      random: Math.random,
      log,
    });
    const hear: OpenBot['hear'] = (app, later) => {
      const owner = bot.open({ receive: app.receive, later });
      return () => owner.stop();
    };
    return { channel: bot.channel, hear, register: undefined };
  }
  if (!WECOM_BOT_TOKEN || !WECOM_BOT_AES_KEY) return undefined;
  const keys = { token: WECOM_BOT_TOKEN, encodingAesKey: WECOM_BOT_AES_KEY };
  return {
    channel: wecomBotChannel({ push: pushByLateAnswer({ chats, now }), chats, now }),
    hear: undefined,
    async register(http, app, later) {
      await http.register(wecomBot, { keys, receive: app.receive, later, chats, apiBase: WECOM_API_BASE, now, log });
    },
  };
}
