// The address that WeCom calls for the AI bot (callback mode): checks, opens, hands over, answers, and says how a stream stands when asked.

import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyPluginAsync, FastifyReply } from 'fastify';
import { z } from 'zod';
import type { Draft, Inbound, Receive, Reply } from '../channels/channel.ts';
import type { CallbackKeys } from '../channels/wecom/crypto.ts';
import { callbackCrypto, type SignedQuery } from '../channels/wecom/crypto.ts';
import { cardSource } from '../channels/wecom-bot/card-id.ts';
import type { BotChats } from '../channels/wecom-bot/chats.ts';
import type { BotLog } from '../channels/wecom-bot/connection.ts';
import { answerUrlLife, isAnswerUrl } from '../channels/wecom-bot/late-answer.ts';
import type { BotCards } from '../channels/wecom-bot/listen.ts';
import { mentionReader } from '../channels/wecom-bot/mention.ts';
import { type Heard, understandBot } from '../channels/wecom-bot/message.ts';
import { answeredCard, type CardUpdate, cardWithAnswer } from '../channels/wecom-bot/pressed.ts';
import { replyRoom, welcomeLimit, welcomeReply } from '../channels/wecom-bot/reply.ts';
import { botStreams, streamLife } from '../channels/wecom-bot/streams.ts';
import { type Instant, minute } from '../domain/time.ts';
import type { Waiting } from './wecom-callback.ts';

export interface WecomBotOptions {
  /** Token and key of the bot; an AI bot has no receive id. */
  readonly keys: Omit<CallbackKeys, 'receiveId'>;
  readonly receive: Receive;
  /** Takes what an exchange could not carry, so that the outbox says it; a repeat is to be said once. */
  readonly later: (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;
  /** Where a message lies whose exchange is over before its turn is done. Absent = it is lost with this process. */
  readonly waiting?: Waiting | undefined;
  readonly chats: BotChats;
  /** `WECOM_API_BASE`: late answers go there and nowhere else. */
  readonly apiBase: string;
  readonly now: () => Instant;
  readonly log: BotLog;
  readonly botName?: string | undefined;
  /** Absent = an answered card stays as it is. */
  readonly cards?: BotCards | undefined;
  /** What a message was answered, whichever process took it: WeCom may ask any of them how its stream stands. */
  readonly answerTo?: ((messageId: string) => Promise<readonly Draft[] | undefined>) | undefined;
  /** Milliseconds after which an exchange ends with what there is. WeCom hangs up after 5 s. */
  readonly patience?: number;
  /** Milliseconds before each new try of a turn that failed. */
  readonly tryAgainAfter?: readonly number[];
}

/** Bodies above this are refused with 413. */
const bodyLimit = 1024 * 1024;

/** How long before the end of an exchange the turn stops answering in it, so that its commit and the writing still fit. */
const margin = 500;

type Spoken = Heard & { readonly kind: 'inbound' };
type Body = Readonly<Record<string, unknown>>;

/** Registers `GET|POST /wecom/bot`. Throws a Fault `config` for keys that cannot be right. */
export const wecomBot: FastifyPluginAsync<WecomBotOptions> = async (app, options) => {
  const { chats, now, log, patience = 4000, tryAgainAfter = [1000, 5000, 25_000] } = options;
  const crypto = callbackCrypto({ ...options.keys, receiveId: '' });
  const streams = botStreams({ later: options.later, answerTo: options.answerTo, log });
  const withoutMention = mentionReader(options.botName);
  let last = Number.NEGATIVE_INFINITY;

  // Whatever type a body claims to be, it is text here.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request) => {
    request.headers['content-type'] = 'application/json';
  });

  app.get('/wecom/bot', { exposeHeadRoute: false }, async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    // A raw `+` of the base64 arrives as a space.
    const opened = crypto.open(text(query.echostr).replaceAll(' ', '+'), signedBy(query), now());
    if (opened.kind === 'refused') return refuse(reply, opened.status, opened.why);
    return reply.type('text/plain; charset=utf-8').send(opened.text);
  });

  app.post('/wecom/bot', { bodyLimit }, async (request, reply) => {
    const encrypted = sealedIn(request.body);
    if (encrypted === undefined) return refuse(reply, 400, 'envelope');
    const signed = signedBy(request.query as Record<string, unknown>);
    const opened = crypto.open(encrypted, signed, now());
    if (opened.kind === 'refused') return refuse(reply, opened.status, opened.why);
    // Messages carry no time: no two get the same, so that the turn keeps their order.
    last = Math.max(now(), last + 1);
    const heard = understandBot(json(opened.text), { arrivedAt: last, withoutMention });
    if (heard.kind === 'refused') return refuse(reply, 400, heard.why);
    const body = await answerTo(heard);
    if (!body) return reply.send();
    const seconds = String(Math.floor(now() / 1000));
    const { encrypted: encrypt, signature } = crypto.seal(JSON.stringify(body), seconds, signed.nonce);
    return reply.send({ encrypt, msgsignature: signature, timestamp: Number(seconds), nonce: signed.nonce });
  });

  function refuse(reply: FastifyReply, status: number, why: string): FastifyReply {
    log.info({ status, why }, 'wecom bot callback refused');
    return reply.code(status).type('text/plain; charset=utf-8').send('refused');
  }

  async function answerTo(heard: Exclude<Heard, { kind: 'refused' }>): Promise<Body | undefined> {
    if (heard.kind === 'nothing') return undefined;
    if (heard.kind === 'poll') return streams.state(heard.stream);
    await keepChat(heard).catch((err: unknown) => log.warn({ err }, 'a chat was not kept'));
    if (heard.answer !== 'stream') return answerToEvent(heard);
    const { inbound } = heard;
    const answerBy = now() + streamLife - minute;
    const begun = streams.begin(inbound, () => received(inbound, replyRoom, answerBy));
    if (
      !(await orTooLate(
        begun.settled.then(() => true),
        patience,
      ))
    )
      await outlive(inbound, begun.settled);
    return begun.answer();
  }

  /**
   * Only what is ready within the exchange can be said in it. To a pressed card nothing but the changed card can be said, so that a short answer stands
   * on it: whether there is another way to say it later is not certain here.
   */
  async function answerToEvent({ inbound, answer }: Spoken): Promise<Body | undefined> {
    const room = answer === 'welcome' ? welcomeLimit : replyRoom;
    const work = received(inbound, room, now() + patience - margin);
    const ready = await orTooLate(work.catch(failed(inbound)), patience);
    const card = answer === 'welcome' ? undefined : await changedCard(inbound, ready);
    if (ready) {
      const { body, rest } = saidTo(ready.drafts);
      if (rest.length > 0) await options.later(inbound, rest).catch(failed(inbound));
      return body;
    }
    const said = work
      .then(({ drafts }) => (drafts.length > 0 ? options.later(inbound, drafts) : undefined))
      .catch(failed(inbound));
    await outlive(inbound, said);
    return card && { ...card };

    function saidTo(drafts: readonly Draft[]): { body: Body | undefined; rest: readonly Draft[] } {
      if (answer === 'welcome') return welcomeReply(drafts, inbound.messageId);
      const whole = card && cardWithAnswer(card, drafts);
      return whole ? { body: { ...whole }, rest: [] } : { body: card && { ...card }, rest: drafts };
    }
  }

  /** Until its turn is done the message lies where the next process finds it: WeCom tells it once. */
  async function outlive(inbound: Inbound, done: Promise<unknown>): Promise<void> {
    const { waiting } = options;
    if (!waiting) return;
    const kept = waiting.keep(inbound).catch((err: unknown) => log.warn({ err }, 'a late message was not kept'));
    void Promise.all([kept, done])
      .then(() => waiting.drop(inbound))
      .catch((err: unknown) => log.warn({ err }, 'a message was kept for nothing'));
    await orTooLate(kept, margin);
  }

  /** The pressed card as it is from now on; undefined where nothing is known of it. */
  async function changedCard({ content }: Inbound, ready: Reply | undefined): Promise<CardUpdate | undefined> {
    const { cards } = options;
    if (!cards || content.kind !== 'tap' || content.card === undefined) return undefined;
    try {
      const source = cardSource(content.card);
      const shown = source ? await cards.drafts(source) : [];
      return answeredCard(shown, content.card, content.data, (chosen) => cards.words(ready?.pressed, chosen));
    } catch (err) {
      log.warn({ err }, 'an answered card was not changed');
      return undefined;
    }
  }

  const failed = (inbound: Inbound) => (err: unknown) => {
    log.error({ err, messageId: inbound.messageId }, 'an event of the AI bot failed');
    return undefined;
  };

  /** Before the turn: what it puts into the outbox may be sent at once. */
  async function keepChat({ inbound, chat, wrote, answerUrl }: Spoken): Promise<void> {
    if (!wrote) return;
    const place = { kind: inbound.place.kind === 'group' ? 'group' : 'single', id: chat } as const;
    await chats.heard(place, chat);
    if (answerUrl && isAnswerUrl(answerUrl, options.apiBase))
      await chats.keepAnswerUrl(place, answerUrl, now() + answerUrlLife);
  }

  /** Whether WeCom repeats a message is not documented, so we do; the turn takes a message id once. */
  async function received(inbound: Inbound, bytes: number, answerBy: Instant): Promise<Reply> {
    for (const wait of tryAgainAfter) {
      try {
        return await options.receive(inbound, { bytes, answerBy });
      } catch (err) {
        log.error({ err, messageId: inbound.messageId }, 'a message to the AI bot failed');
      }
      await pause(wait, undefined, { ref: false });
    }
    return options.receive(inbound, { bytes, answerBy });
  }
};

/** The documents write `encrypt`; some gateways `Encrypt`. */
const envelope = z.union([
  z.object({ encrypt: z.string().min(1) }).transform(({ encrypt }) => encrypt),
  z.object({ Encrypt: z.string().min(1) }).transform(({ Encrypt }) => Encrypt),
]);

function sealedIn(body: unknown): string | undefined {
  return envelope.safeParse(json(text(body))).data;
}

function json(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}

function signedBy(query: Record<string, unknown>): SignedQuery {
  return { signature: text(query.msg_signature), timestamp: text(query.timestamp), nonce: text(query.nonce) };
}

/** A parameter given twice comes as an array and counts as absent. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Undefined when it takes longer. */
async function orTooLate<T>(work: Promise<T>, milliseconds: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, milliseconds, undefined);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
