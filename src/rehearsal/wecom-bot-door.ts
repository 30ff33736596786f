// The AI bot's door in a simulated world: members speak to the fake bot in private or in their unit's group; what they hear is what it delivered.

import type { Draft, Inbound } from '../channels/channel.ts';
import { memoryBotChats } from '../channels/wecom-bot/chats.ts';
import { botConnection } from '../channels/wecom-bot/connection.ts';
import { botListener } from '../channels/wecom-bot/listen.ts';
import { wecomBotChannel } from '../channels/wecom-bot/send.ts';
import { sayLater } from '../store/say-later.ts';
import type { Did, OpenDoor } from './doors.ts';
import { startFakeBot } from './fake-wecom/bot-fake.ts';
import type { BotSay } from './fake-wecom/bot-speech.ts';
import type { BotSaid } from './fake-wecom/bot-world.ts';

const silent = { info() {}, warn() {}, error() {} };

/** A unit's group is called by the unit's id. Everybody has written to the bot before. */
export const wecomBotDoor: OpenDoor = async ({ clock, hear, pool }) => {
  await pool.query(
    `insert into account (channel, account, member) select 'wecom-bot', account, member from account where channel = 'wecom'
      on conflict do nothing`,
  );
  const { rows } = await pool.query<{ account: string; member: string }>(
    `select account, member from account where channel = 'wecom-bot'`,
  );
  const { rows: units } = await pool.query<{ id: string }>('select id from unit');
  const members = new Map(rows.map(({ account, member }) => [account, member]));
  const accounts = new Map(rows.map(({ account, member }) => [member, account]));
  const chats = memoryBotChats();
  const bot = await startFakeBot({ now: clock });
  for (const account of members.keys()) await chats.heard({ kind: 'single', id: account }, account);
  for (const { id } of units) await chats.heard({ kind: 'group', id }, id);
  bot.hasWritten(...members.keys(), ...units.map(({ id }) => id));

  let listen: ReturnType<typeof botListener>;
  /** Called when a frame has become a turn and its answer is on its way. */
  let onHandled = (): void => {};
  const connection = botConnection({
    ...bot.credentials,
    url: bot.ws,
    now: clock,
    random: () => 0,
    log: silent,
    onFrame: (frame) => void listen(frame).then(() => onHandled()),
  });
  const channel = wecomBotChannel({ push: connection.push, chats, now: clock });
  let delivered = 0;

  /** Takes over what the fake has delivered since. */
  function takeOver(): void {
    for (const said of bot.inbox().slice(delivered)) {
      delivered += 1;
      hear(members.get(said.chat) ?? `@${said.chat}`, 'wecom-bot', draftIn(said));
    }
  }

  return {
    channel: {
      ...channel,
      async send(body) {
        const outcome = await channel.send(body);
        takeOver();
        return outcome;
      },
    },
    async connect(app) {
      const later = async (inbound: Inbound, drafts: readonly Draft[]) => {
        await sayLater(pool, inbound, drafts, clock());
        app.dispatcher.kick('reply');
      };
      listen = botListener({ connection, receive: app.receive, later, chats, now: clock, log: silent });
      connection.start();
      while (!connection.isReady()) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async act(member, did) {
      const handled = new Promise<void>((resolve) => {
        onHandled = resolve;
      });
      if (bot.say(sayOf(accounts.get(member) ?? member, did))) await handled;
      takeOver();
    },
    async close() {
      connection.stop();
      await bot.close();
    },
  };
};

function sayOf(from: string, { content, group }: Did): BotSay {
  const where = { from, ...(group === undefined ? {} : { group }) };
  switch (content.kind) {
    case 'text':
      return { ...where, text: content.text };
    case 'tap':
      return {
        ...where,
        event: { eventtype: 'template_card_event', template_card_event: { event_key: content.data } },
      };
    case 'upload':
      if (content.media === 'voice') return { ...where, voice: content.says ?? '' };
      return { ...where, file: { kind: content.media, bytes: Buffer.from(content.ref), name: content.name ?? 'file' } };
    case 'enter':
      return { ...where, event: { eventtype: 'enter_chat' } };
    case 'other':
      return { ...where, fields: { msgtype: content.type } };
  }
}

interface Card {
  readonly main_title: { readonly title: string };
  readonly sub_title_text?: string;
  readonly button_list: readonly { readonly text: string; readonly key?: string }[];
}

/** A message as the member sees it; a card with its buttons, which can be pressed. */
function draftIn({ text, raw }: BotSaid): Draft {
  const card = (raw as { template_card?: Card }).template_card;
  if (!card) return { text };
  const buttons = card.button_list.flatMap(({ text: label, key }) => (key === undefined ? [] : [{ label, data: key }]));
  return { title: card.main_title.title, text: card.sub_title_text ?? '', buttons };
}
