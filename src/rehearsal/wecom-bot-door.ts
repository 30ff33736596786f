// The AI bot's door in a simulated world, in both of its modes: members speak to the fake bot in private or in their unit's group; what they hear is what it delivered.

import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { App } from '../app.ts';
import type { Channel, Draft, Inbound } from '../channels/channel.ts';
import type { TapCard } from '../channels/wecom/card.ts';
import { botConnection } from '../channels/wecom-bot/connection.ts';
import { pushByLateAnswer } from '../channels/wecom-bot/late-answer.ts';
import { type BotCards, botListener } from '../channels/wecom-bot/listen.ts';
import { botFetch } from '../channels/wecom-bot/media.ts';
import { wecomBotChannel } from '../channels/wecom-bot/send.ts';
import { Fault } from '../domain/fault.ts';
import { botChats } from '../store/bot-chats.ts';
import { botInbox } from '../store/bot-inbox.ts';
import { answerTo, draftsOfCard } from '../store/card-drafts.ts';
import { fieldCipher } from '../store/field-cipher.ts';
import { giveBotAccounts } from '../store/organisation.ts';
import { sayLater } from '../store/say-later.ts';
import { makeServer } from '../web/server.ts';
import { wecomBot } from '../web/wecom-bot.ts';
import type { Did, DoorParts, OpenDoor } from './doors.ts';
import { type FakeBot, startFakeBot } from './fake-wecom/bot-fake.ts';
import type { BotSay } from './fake-wecom/bot-speech.ts';
import type { BotSaid } from './fake-wecom/bot-world.ts';
import { sentFile } from './sent-file.ts';
import { pressOf, shownCard } from './shown-card.ts';

/** What our process holds in one of the modes. */
interface Side {
  readonly channel: Channel;
  connect(app: App, later: Later): Promise<void>;
  /** Resolves when what was said has become a turn and its answer is on its way. */
  hear(say: BotSay): Promise<void>;
  disconnect(): void;
  close(): Promise<void>;
}

type Later = (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;
type OpenSide = (bot: FakeBot, parts: DoorParts) => Side | Promise<Side>;

const silent = { info() {}, warn() {}, error() {} };

/** Over the long connection. */
export const wecomBotDoor: OpenDoor = botDoor(longSide);

/** By callbacks: who has not written within the hour cannot be written to. */
export const wecomBotCallbackDoor: OpenDoor = botDoor(callbackSide);

/** A unit's group is called by the unit's id, and bound to it. Everybody has written to the bot before. */
function botDoor(openSide: OpenSide): OpenDoor {
  return async (parts) => {
    const { clock, hear, pool } = parts;
    await giveBotAccounts(pool);
    await pool.query(`update unit set groups = groups || jsonb_build_object('wecom-bot', id)`);
    await pool.query('update org_version set version = version + 1');
    const { rows } = await pool.query<{ account: string; member: string }>(
      `select account, member from account where channel = 'wecom-bot'`,
    );
    const { rows: units } = await pool.query<{ id: string }>('select id from unit');
    const members = new Map(rows.map(({ account, member }) => [account, member]));
    const accounts = new Map(rows.map(({ account, member }) => [member, account]));
    const groups = new Set(units.map(({ id }) => id));
    const chats = botChats(pool, clock);
    const bot = await startFakeBot({ now: clock });
    for (const account of members.keys()) await chats.heard({ kind: 'single', id: account }, account);
    for (const id of groups) await chats.heard({ kind: 'group', id }, id);
    bot.hasWritten(...members.keys(), ...groups);
    let side = await openSide(bot, parts);
    let last: BotSay | undefined;
    let delivered = 0;

    /** Takes over what the fake has delivered since. */
    function takeOver(): void {
      for (const said of bot.inbox().slice(delivered)) {
        delivered += 1;
        if (said.how === 'card-update' && !saysMore(bot, said)) continue;
        const to = groups.has(said.chat) ? `@${said.chat}` : (members.get(said.chat) ?? said.chat);
        hear(to, 'wecom-bot', draftIn(said));
      }
    }

    return {
      channel: {
        ...side.channel,
        async send(body) {
          const outcome = await side.channel.send(body);
          takeOver();
          return outcome;
        },
      },
      connect: (app) =>
        side.connect(app, async (inbound, drafts) => {
          await sayLater(pool, inbound, drafts, clock());
          app.dispatcher.kick('reply');
        }),
      async act(member, did) {
        const from = accounts.get(member) ?? member;
        last = { ...sayOf(from, did, bot.inbox(did.group ?? from)), msgid: randomUUID() };
        await side.hear(last);
        takeOver();
      },
      async repeat() {
        if (last) await side.hear(last);
        delivered = bot.inbox().length;
      },
      async restart() {
        await side.close();
        side = await openSide(bot, parts);
      },
      async disconnect() {
        side.disconnect();
      },
      async close() {
        await side.close();
        await bot.close();
      },
    };
  };
}

function longSide(bot: FakeBot, { clock, pool }: DoorParts): Side {
  const chats = botChats(pool, clock);
  let listen: ReturnType<typeof botListener>;
  /** One for each frame on its way, in order. */
  const onHandled: (() => void)[] = [];
  const connection = botConnection({
    ...bot.credentials,
    url: bot.ws,
    now: clock,
    // Half of the wait, which is real time, before it connects again.
    random: () => 0.999,
    log: silent,
    onFrame: (frame) => void listen(frame).then(() => onHandled.shift()?.()),
  });
  const inner = {
    ...wecomBotChannel({ push: connection.push, chats, now: clock }),
    fetch: botFetch({ allowed: () => true }),
  };
  const isReady = async () => {
    while (!connection.isReady()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  let isBroken = false;
  return {
    channel: {
      ...inner,
      async send(body) {
        const outcome = await inner.send(body);
        // Retries of the outbox are simulated time, connecting again is not.
        if (isBroken) await isReady();
        isBroken = false;
        return outcome;
      },
    },
    async connect(app, later) {
      const inbox = botInbox<Inbound>(pool, clock, fieldCipher(undefined));
      const cards = cardsOf(app);
      listen = botListener({ connection, receive: app.receive, later, chats, inbox, cards, now: clock, log: silent });
      connection.start();
      await isReady();
    },
    async hear(say) {
      await isReady();
      const handled = new Promise<void>((resolve) => onHandled.push(resolve));
      if (bot.say(say)) await handled;
      else onHandled.pop();
    },
    disconnect() {
      isBroken = true;
      bot.drop();
    },
    async close() {
      connection.stop();
    },
  };
}

async function callbackSide(bot: FakeBot, { clock, pool }: DoorParts): Promise<Side> {
  const { token, encodingAesKey } = bot.credentials;
  const chats = botChats(pool, clock);
  let app: App;
  let later: Later;
  const http = await makeServer({
    pool,
    log: pino({ level: 'silent' }),
    async open(server) {
      await server.register(wecomBot, {
        keys: { token, encodingAesKey },
        receive: (inbound, exchange) => app.receive(inbound, exchange),
        later: (inbound, drafts) => later(inbound, drafts),
        chats,
        cards: { drafts: (source) => cardsOf(app).drafts(source), words: (...became) => cardsOf(app).words(...became) },
        answerTo: (messageId) => answerTo(pool, 'wecom-bot', messageId),
        apiBase: bot.url,
        now: clock,
        log: silent,
      });
    },
  });
  await http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = http.server.address() as AddressInfo;
  bot.setCallback(`http://127.0.0.1:${port}/wecom/bot`);
  return {
    channel: {
      ...wecomBotChannel({ push: pushByLateAnswer({ chats, now: clock }), chats, now: clock }),
      answersOnly: true,
      fetch: botFetch({ encodingAesKey: bot.credentials.encodingAesKey, allowed: () => true }),
    },
    async connect(made, say) {
      app = made;
      later = say;
    },
    async hear(say) {
      await bot.sayByCallback(say);
    },
    disconnect() {
      throw new Fault('not-allowed', '回调方式没有连接可断');
    },
    close: () => http.close(),
  };
}

function cardsOf({ pool, library }: App): BotCards {
  return {
    drafts: (source) => draftsOfCard(pool, 'wecom-bot', source),
    words: (became, chosen) => library.labels.pressed(became ?? 'plain', chosen),
  };
}

function sayOf(from: string, { content, group }: Did, chat: readonly BotSaid[]): BotSay {
  const where = { from, ...(group === undefined ? {} : { group }) };
  switch (content.kind) {
    case 'text':
      return { ...where, text: content.text };
    case 'tap':
      return {
        ...where,
        event: { eventtype: 'template_card_event', template_card_event: pressed(content.data, chat) },
      };
    case 'upload':
      if (content.media === 'voice') return { ...where, voice: content.says ?? '' };
      return { ...where, file: { kind: content.media, bytes: sentFile(content), name: content.name ?? 'file' } };
    case 'enter':
      return { ...where, event: { eventtype: 'enter_chat' } };
    case 'other':
      return { ...where, fields: { msgtype: content.type } };
  }
}

/** A press as WeCom tells it (W101027). */
function pressed(data: string, chat: readonly BotSaid[]): Readonly<Record<string, unknown>> {
  const { key, options } = pressOf(data);
  const card = chat.findLast(
    ({ how, raw }) => how !== 'card-update' && JSON.stringify(raw).includes(JSON.stringify(key)),
  );
  const task_id = card && taskOf(card);
  const press = { event_key: key, ...(task_id ? { task_id } : {}) };
  if (!options) return press;
  const item = { question_key: 'o', option_ids: { option_id: options } };
  return { ...press, selected_items: { selected_item: [item] } };
}

function taskOf({ raw }: BotSaid): string | undefined {
  return (raw as { template_card?: { task_id?: string } }).template_card?.task_id;
}

/** A changed card mostly shows only what was chosen; where nothing else can be said, an answer stands on it. */
function saysMore(bot: FakeBot, changed: BotSaid): boolean {
  const before = bot.inbox(changed.chat).find((said) => said.how !== 'card-update' && taskOf(said) === taskOf(changed));
  const words = (said: BotSaid) => draftIn(said).text;
  return before === undefined || words(before) !== words(changed);
}

/** A message as the member sees it. */
function draftIn({ text, raw }: BotSaid): Draft {
  const card = (raw as { template_card?: TapCard }).template_card;
  return card ? shownCard(card) : { text };
}
