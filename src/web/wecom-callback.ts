// The address that WeCom calls: checks, opens, hands over, answers. Bad input never becomes a 5xx and is never repeated back.

import { randomInt } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyBaseLogger, FastifyPluginAsync, FastifyReply } from 'fastify';
import type { Draft, Exchange, Inbound, Press, Receive, Reply } from '../channels/channel.ts';
import { tapCard } from '../channels/wecom/card.ts';
import { type CallbackKeys, callbackCrypto, type SignedQuery } from '../channels/wecom/crypto.ts';
import { understand } from '../channels/wecom/message.ts';
import { passiveReply, pressedReply, replyLimit } from '../channels/wecom/reply.ts';
import { readFlatXml } from '../channels/wecom/xml.ts';
import type { ContactNews } from '../domain/contact-change.ts';
import type { Instant } from '../domain/time.ts';
import type { PressedCard } from '../jobs/pressed-words.ts';
import type { PressedCards } from './pressed-cards.ts';

export interface WecomCallbackOptions {
  readonly keys: CallbackKeys;
  readonly agentId: number;
  readonly receive: Receive;
  /**
   * Takes what an exchange could not carry (came too late, or too long), so that the outbox says it.
   * A repeat of the message may bring the same again; it is to be said once.
   */
  readonly later: (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;
  /** Where a message lies whose exchange is over before its turn is done. Absent = it is lost with this process. */
  readonly waiting?: Waiting;
  /** Takes what is told about contacts and the app; a repeat of the same changes nothing. Absent = nobody listens. */
  readonly contacts?: (news: ContactNews) => Promise<void>;
  /** What pressed cards show afterwards; absent = they stay as they are. */
  readonly cards?: PressedCards;
  readonly now: () => Instant;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'error'>;
  /** Milliseconds after which an exchange ends without words. WeCom hangs up after 5 s. */
  readonly patience?: number;
  /**
   * Milliseconds before each new try of a message whose exchange was over before the turn failed: WeCom was told 200 and does not repeat it.
   * Trying again is safe, because the turn takes a message id once.
   */
  readonly tryAgainAfter?: readonly number[];
}

/** Messages that WeCom will not repeat, because it was told that they are taken. */
export interface Waiting {
  /** Resolves when the message outlives this process. */
  keep(inbound: Inbound): Promise<void>;
  drop(inbound: Inbound): Promise<void>;
}

/** Bodies above this are refused with 413; WeCom's own stay below 100 kB. */
const bodyLimit = 1024 * 1024;

/** How long before the end of an exchange the turn stops answering in it, so that its commit and the writing still fit. */
const margin = 500;

/** Milliseconds that are left to WeCom’s own 5 s when an exchange is over. */
const lastMoment = 300;

/** Milliseconds before the end of an exchange at which a message whose turn is not done is kept, so that it can be acknowledged all the same. */
const keepAhead = 1000;

const tooLate = Symbol('too late');

/** Registers `GET|POST /wecom/callback`. Throws a Fault `config` for keys that cannot be right. */
export const wecomCallback: FastifyPluginAsync<WecomCallbackOptions> = async (app, options) => {
  const crypto = callbackCrypto(options.keys);
  const { patience = 4500, tryAgainAfter = [1000, 5000, 25_000] } = options;

  // Whatever type a body claims to be, it is text here.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string', bodyLimit }, (_request, body, done) => done(null, body));
  app.addHook('onRequest', async (request) => {
    request.headers['content-type'] = 'text/xml';
  });

  app.get('/wecom/callback', { exposeHeadRoute: false }, async (request, reply) => {
    const query = request.query as Record<string, unknown>;
    // A raw `+` of the base64 arrives as a space.
    const opened = crypto.open(text(query.echostr).replaceAll(' ', '+'), signedBy(query), options.now());
    if (opened.kind === 'refused') return refuse(reply, opened.status, opened.why);
    return reply.type('text/plain; charset=utf-8').send(opened.text);
  });

  app.post('/wecom/callback', { bodyLimit }, async (request, reply) => {
    const arrivedAt = options.now();
    const encrypted = readFlatXml(text(request.body))?.Encrypt;
    if (!encrypted) return refuse(reply, 400, 'envelope');
    const opened = crypto.open(encrypted, signedBy(request.query as Record<string, unknown>), arrivedAt);
    if (opened.kind === 'refused') return refuse(reply, opened.status, opened.why);
    const understood = understand(opened.text, options.agentId);
    if (understood.kind === 'refused') return refuse(reply, understood.status, understood.why);
    if (understood.kind === 'news') return hear(understood.news, reply);

    const { inbound, answerable, pressed, news } = understood;
    const answerBy = arrivedAt + patience - margin;
    try {
      const received = take(inbound, news, { bytes: answerable ? replyLimit : 0, answerBy, followsAs: isList });
      const { answer, kept } = await waitFor(inbound, received);
      if (!answer) {
        void sayLater(inbound, news, received, pressed, kept);
        // What cannot be kept is not acknowledged, so that WeCom repeats it.
        if ((await orTooLate(kept, lastMoment)) === tooLate) throw new Error('a late message was not kept in time');
        return reply.send();
      }
      const parties = { account: inbound.account, corpId: options.keys.receiveId };
      const nonce = String(randomInt(1e8, 1e9));
      const { body, rest } = answerable
        ? passiveReply(crypto, parties, answer.drafts, options.now(), nonce)
        : { body: '', rest: answer.drafts };
      if (rest.length) await options.later(inbound, rest);
      reply.type('text/xml; charset=utf-8');
      // A repeat of the press gets the same answer: the platform takes one for each press, and the first may have been lost.
      const words = pressed && (await wordsOn(pressed, answer.pressed));
      return reply.send(words ? pressedReply(crypto, parties, words, options.now(), nonce) : body);
    } catch (error) {
      // A failure of ours: WeCom repeats the message, and the repeat may succeed.
      options.log.error({ err: error, messageId: inbound.messageId }, 'wecom message failed');
      return reply.code(503).send();
    }
  });

  /** The answer; undefined = the exchange is over before it, and `kept` resolves when the message outlives this process. */
  async function waitFor(
    inbound: Inbound,
    received: Promise<Reply>,
  ): Promise<{ readonly answer: Reply | undefined; readonly kept: Promise<void> }> {
    const ahead = Math.min(keepAhead, patience / 2);
    const soon = await orTooLate(received, patience - ahead);
    if (soon !== tooLate) return { answer: soon, kept: Promise.resolve() };
    const kept = Promise.resolve(options.waiting?.keep(inbound));
    kept.catch(() => {});
    const answer = await orTooLate(received, ahead);
    if (answer === tooLate) return { answer: undefined, kept };
    void kept
      .then(() => options.waiting?.drop(inbound))
      .catch((err: unknown) => options.log.error({ err }, 'a message was kept for nothing'));
    return { answer, kept };
  }

  /** Who came back is known again before they are greeted. */
  async function take(inbound: Inbound, news: ContactNews | undefined, exchange: Exchange): Promise<Reply> {
    if (news) await options.contacts?.(news);
    return options.receive(inbound, exchange);
  }

  /** An empty answer says that it was taken; what fails in time is told again by WeCom, what fails later we try again ourselves. */
  async function hear(news: ContactNews, reply: FastifyReply): Promise<FastifyReply> {
    const taken = Promise.resolve(options.contacts?.(news));
    try {
      if ((await orTooLate(taken, patience)) === tooLate) void hearLater(news, taken);
      return reply.send();
    } catch (error) {
      options.log.error({ err: error, key: news.key }, 'an event of the contacts failed');
      return reply.code(503).send();
    }
  }

  async function hearLater(news: ContactNews, first: Promise<void>): Promise<void> {
    let taken = first;
    for (const wait of [...tryAgainAfter, undefined]) {
      try {
        return await taken;
      } catch (error) {
        options.log.error({ err: error, key: news.key }, 'an event of the contacts failed after its exchange');
      }
      if (wait === undefined) return;
      await pause(wait, undefined, { ref: false });
      taken = Promise.resolve(options.contacts?.(news));
    }
  }

  /** What the pressed card says from now on; undefined = it stays as it is. Never rejects: the press itself was taken. */
  async function wordsOn(pressed: PressedCard, became: Press | undefined): Promise<string | undefined> {
    try {
      return await options.cards?.words(pressed, became);
    } catch (error) {
      options.log.error({ err: error, card: pressed.card }, 'what a pressed card is to show was not found');
      return undefined;
    }
  }

  function refuse(reply: FastifyReply, status: number, why: string): FastifyReply {
    options.log.info({ status, why }, 'wecom callback refused');
    return reply.code(status).type('text/plain; charset=utf-8').send('refused');
  }

  /** The exchange is over; neither the message nor what the turn still answers may be lost. */
  async function sayLater(
    inbound: Inbound,
    news: ContactNews | undefined,
    received: Promise<Reply>,
    card: PressedCard | undefined,
    kept: Promise<void>,
  ): Promise<void> {
    let answer = received;
    for (const wait of [...tryAgainAfter, undefined]) {
      try {
        const { drafts, pressed } = await answer;
        if (drafts.length) await options.later(inbound, drafts);
        if (card) await options.cards?.changeLater(inbound, pressed);
        // Not before it is kept: else nobody would drop it.
        await kept.catch(() => undefined);
        await options.waiting?.drop(inbound);
        return;
      } catch (error) {
        options.log.error({ err: error, messageId: inbound.messageId }, 'wecom message failed after its exchange');
      }
      if (wait === undefined) return;
      await pause(wait, undefined, { ref: false });
      answer = take(inbound, news, { bytes: 0, answerBy: options.now() });
    }
  }
};

/** A list can be ticked on a card, and no card is sent in an answer (W90241). */
function isList(draft: Draft): boolean {
  return draft.checklist !== undefined && tapCard(draft) !== undefined;
}

function signedBy(query: Record<string, unknown>): SignedQuery {
  return { signature: text(query.msg_signature), timestamp: text(query.timestamp), nonce: text(query.nonce) };
}

/** A parameter given twice comes as an array and counts as absent. */
function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

async function orTooLate<T>(work: Promise<T>, milliseconds: number): Promise<T | typeof tooLate> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof tooLate>((resolve) => {
    timer = setTimeout(resolve, milliseconds, tooLate);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
