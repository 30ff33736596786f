// Opens the AI bot's door as the environment has it: the long connection where there is a secret, else the callback. Decides nothing.

import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import type { Channel, Draft, Inbound } from '../channels/channel.ts';
import type { BotLog } from '../channels/wecom-bot/connection.ts';
import { pushByLateAnswer } from '../channels/wecom-bot/late-answer.ts';
import type { BotCards } from '../channels/wecom-bot/listen.ts';
import { longBot } from '../channels/wecom-bot/long-bot.ts';
import { botFetch } from '../channels/wecom-bot/media.ts';
import { wecomBotChannel } from '../channels/wecom-bot/send.ts';
import type { Config } from '../config.ts';
import type { Instant } from '../domain/time.ts';
import { limitsFor, wholeLimit } from '../jobs/send-limits.ts';
import { attachmentById } from '../store/attachments.ts';
import { botChats } from '../store/bot-chats.ts';
import { botInbox } from '../store/bot-inbox.ts';
import { answerTo, draftsOfCard } from '../store/card-drafts.ts';
import type { Database } from '../store/database.ts';
import { fieldCipher } from '../store/field-cipher.ts';
import { leaseOf } from '../store/lease.ts';
import { reserve } from '../store/platform-limits.ts';
import { platformMediaCache } from '../store/platform-media.ts';
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
  const {
    WECOM_BOT_ID,
    WECOM_BOT_SECRET,
    WECOM_BOT_WS,
    WECOM_BOT_TOKEN,
    WECOM_BOT_AES_KEY,
    WECOM_BOT_NAME,
    WECOM_API_BASE,
  } = config.environment;
  const chats = botChats(db.pool, now);
  // A fake on this machine gives its files without TLS; anybody else's come with it.
  const isFake = isLocal(new URL(WECOM_BOT_WS ?? WECOM_API_BASE));
  const allowed = (url: URL) => url.protocol === 'https:' || (isFake && isLocal(url));
  if (WECOM_BOT_ID && WECOM_BOT_SECRET) {
    const bot = longBot({
      botId: WECOM_BOT_ID,
      secret: WECOM_BOT_SECRET,
      url: WECOM_BOT_WS,
      chats,
      botName: WECOM_BOT_NAME,
      files: {
        cache: platformMediaCache(db.pool, `wecom-bot/${WECOM_BOT_ID}`, now),
        attachments: (id) => attachmentById(db.pool, id, now()),
        mayUpload: () => countOne(db, `wecom-bot-uploads/${WECOM_BOT_ID}`, now()),
      },
      inbox: botInbox<Inbound>(db.pool, now, fieldCipher(config.fieldKey)),
      mayAnswer: async ({ id }) => (await countOne(db, `wecom-bot/${id.toLowerCase()}`, now())) === true,
      lease: leaseOf(db.pool, `wecom-bot/${WECOM_BOT_ID}`),
      holder: randomUUID(),
      now,
      monotonic: () => performance.now(),
      random: Math.random,
      log,
    });
    const hear: OpenBot['hear'] = (app, later) => {
      const owner = bot.open({ receive: app.receive, later, cards: cardsOf(app) });
      return () => owner.stop();
    };
    return { channel: { ...bot.channel, fetch: botFetch({ allowed }) }, hear, register: undefined };
  }
  if (!WECOM_BOT_TOKEN || !WECOM_BOT_AES_KEY) return undefined;
  const keys = { token: WECOM_BOT_TOKEN, encodingAesKey: WECOM_BOT_AES_KEY };
  const door = wecomBotChannel({ push: pushByLateAnswer({ chats, now }), chats, now });
  return {
    channel: { ...door, answersOnly: true, fetch: botFetch({ encodingAesKey: WECOM_BOT_AES_KEY, allowed }) },
    hear: undefined,
    async register(http, app, later) {
      await http.register(wecomBot, {
        keys,
        receive: app.receive,
        later,
        waiting: app.waiting,
        chats,
        apiBase: WECOM_API_BASE,
        now,
        log,
        botName: WECOM_BOT_NAME,
        cards: cardsOf(app),
        answerTo: (messageId) => answerTo(db.pool, 'wecom-bot', messageId),
      });
    },
  };
}

function cardsOf({ pool, library }: App): BotCards {
  return {
    drafts: (source) => draftsOfCard(pool, 'wecom-bot', source),
    words: (became, chosen) => library.labels.pressed(became ?? 'plain', chosen),
  };
}

/** Counts one of what the bot may do 30 times a minute and 1,000 times an hour, in the same place as the outbox does; else when to ask again. */
async function countOne(db: Database, to: string, now: Instant): Promise<true | { readonly until: Instant }> {
  const wish = { to, messages: 1, limits: limitsFor('wecom-bot', wholeLimit) };
  const grant = await reserve(db.pool, [wish], now, { bounded: true });
  return grant.kind === 'granted' ? true : { until: grant.until };
}

function isLocal({ hostname }: URL): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}
