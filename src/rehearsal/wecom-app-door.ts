// The WeCom door in a simulated world: members speak to the fake WeCom, which calls the real callback; what they and their groups hear is what the fake
// delivered.

import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import type { Channel, Content, Draft, Inbound, Receive } from '../channels/channel.ts';
import { webhookChannel } from '../channels/webhook.ts';
import { chatIdOf } from '../channels/wecom/app-groups.ts';
import type { TapCard } from '../channels/wecom/card.ts';
import { wecomClient } from '../channels/wecom/client.ts';
import { wecomHttp } from '../channels/wecom/http.ts';
import { wecomFetch } from '../channels/wecom/media-download.ts';
import { wecomChannel } from '../channels/wecom/send.ts';
import { accessTokens } from '../channels/wecom/token.ts';
import { Fault } from '../domain/fault.ts';
import { loadLabels } from '../library/labels.ts';
import { home } from '../library/library.ts';
import { platformTokenStore } from '../store/platform-token.ts';
import { sayLater } from '../store/say-later.ts';
import { pressedCards } from '../web/pressed-cards.ts';
import { makeServer } from '../web/server.ts';
import { wecomCallback } from '../web/wecom-callback.ts';
import type { Door, DoorParts, OpenDoor } from './doors.ts';
import { type FakeWecom, fakeCredentials, startFakeWecom } from './fake-wecom/fake-wecom.ts';
import type { Received } from './fake-wecom/world.ts';
import { sentFile } from './sent-file.ts';
import { pressOf, shownCard } from './shown-card.ts';

const { corpId, agentId, secret, token, encodingAesKey } = fakeCredentials;

/** Each unit's group was made by the app, which writes there and never hears what is said. */
export const wecomAppDoor: OpenDoor = (parts) => openDoor(parts, 'wecom');

/** The app for people; in each unit's group sits a robot of its own. */
export const webhookDoor: OpenDoor = (parts) => openDoor(parts, 'webhook');

async function openDoor(parts: DoorParts, groupsThrough: 'wecom' | 'webhook'): Promise<Door> {
  const { clock, hear, pool } = parts;
  const groups = await setGroups(pool, groupsThrough);
  const { rows } = await pool.query<{ account: string; member: string }>(
    `select account, member from account where channel = 'wecom'`,
  );
  const members = new Map(rows.map(({ account, member }) => [account.toLowerCase(), member]));
  const accounts = new Map(rows.map(({ account, member }) => [member, account]));
  const wecom = await startFakeWecom({
    port: 0,
    credentials: fakeCredentials,
    now: clock,
    members: [...accounts.values()],
    [groupsThrough === 'wecom' ? 'chats' : 'robots']: [...groups.keys()],
  });
  let side = await openSide(parts, wecom.url);
  wecom.setCallback(side.callback);
  let delivered = 0;
  let inGroups = 0;

  /** Takes over what the fake has delivered since. */
  function listen(): void {
    for (const message of wecom.inbox().slice(delivered)) {
      delivered += 1;
      hear(members.get(message.user.toLowerCase()) ?? message.user, 'wecom', draftIn(message));
    }
    for (const { group, text } of wecom.groupInbox().slice(inGroups)) {
      inGroups += 1;
      hear(`@${groups.get(group)}`, groupsThrough, { text });
    }
  }

  const heardAfter = (channel: () => Channel): Channel => ({
    ...channel(),
    async send(body) {
      const outcome = await channel().send(body);
      listen();
      return outcome;
    },
  });
  const robots = webhookChannel({ http: wecomHttp(wecom.url), now: clock, random: () => 0 });

  return {
    channel: heardAfter(() => side.channel),
    ...(groupsThrough === 'webhook' ? { toGroups: heardAfter(() => robots) } : {}),
    async connect(app) {
      side.receive = app.receive;
      side.later = async (inbound, drafts) => {
        await sayLater(pool, inbound, drafts, clock());
        app.dispatcher.kick('reply');
      };
    },
    async act(member, { content, group }) {
      if (group !== undefined) throw new Fault('not-allowed', '自建应用听不到群里的话');
      const from = accounts.get(member) ?? member;
      // A talk taps what it was shown; what was shown in words it says.
      if (content.kind === 'tap') await wecom.tap({ user: from, ...pressOf(content.data) });
      else if (content.kind === 'text') await wecom.say({ from, text: content.text });
      else await wecom.say({ from, fields: fieldsOf(content, wecom) });
      listen();
    },
    repeat: () => side.repeat(),
    async restart() {
      await side.close();
      side = await openSide(parts, wecom.url);
      wecom.setCallback(side.callback);
    },
    /** The worse half of a broken connection: they took the message, and their answer is lost. */
    async disconnect() {
      wecom.fault({ api: 'message/send', reset: 'after' });
    },
    async close() {
      await side.close();
      await wecom.close();
    },
  };
}

/** Gives each unit a group in this door; by the group's id there: whose it is. */
async function setGroups(pool: DoorParts['pool'], door: 'wecom' | 'webhook'): Promise<Map<string, string>> {
  const { rows } = await pool.query<{ id: string }>('select id from unit');
  const groups = new Map(rows.map(({ id }) => [chatIdOf(corpId, id), id]));
  await pool.query(
    `update unit set groups = groups || jsonb_build_object($1::text, new.chat) from unnest($2::text[], $3::text[]) as new(chat, id)
      where unit.id = new.id`,
    [door, [...groups.keys()], [...groups.values()]],
  );
  await pool.query('update org_version set version = version + 1');
  return groups;
}

/** What our process holds: the address WeCom calls, and the way out. */
interface Side {
  readonly channel: Channel;
  readonly callback: string;
  receive: Receive;
  later: (inbound: Inbound, drafts: readonly Draft[]) => Promise<void>;
  /** The last call once more, to the byte. */
  repeat(): Promise<void>;
  close(): Promise<void>;
}

async function openSide({ clock, pool }: DoorParts, wecomUrl: string): Promise<Side> {
  const log = pino({ level: 'silent' });
  let last: { readonly url: string; readonly body: string } | undefined;
  const http: FastifyInstance = await makeServer({
    pool,
    log,
    async open(app) {
      app.addHook('preHandler', async ({ url, body }) => {
        last = { url, body: String(body) };
      });
      await app.register(wecomCallback, {
        keys: { token, encodingAesKey, receiveId: corpId },
        agentId,
        receive: (inbound, exchange) => side.receive(inbound, exchange),
        later: (inbound, drafts) => side.later(inbound, drafts),
        cards: pressedCards({ pool, labels: loadLabels(path.join(home, 'content')), now: clock }),
        now: clock,
        log,
      });
    },
  });
  await http.listen({ port: 0, host: '127.0.0.1' });
  const { port } = http.server.address() as AddressInfo;
  const api = wecomHttp(wecomUrl);
  const store = platformTokenStore(pool, `${corpId}/${agentId}`);
  const tokens = accessTokens({ corpId, secret }, { http: api, store, now: clock });
  const client = wecomClient(api, tokens);
  const side: Side = {
    channel: {
      ...wecomChannel({ agentId, client, now: clock, random: () => 0 }),
      fetch: wecomFetch({ base: wecomUrl, tokens }),
    },
    callback: `http://127.0.0.1:${port}/wecom/callback`,
    receive: () => Promise.reject(new Fault('broken', 'not connected')),
    later: async () => {},
    async repeat() {
      if (last) await fetch(`http://127.0.0.1:${port}${last.url}`, { method: 'POST', body: last.body });
    },
    close: () => http.close(),
  };
  return side;
}

/** As WeCom writes it (W90239, W90240). */
function fieldsOf(
  content: Exclude<Content, { kind: 'text' | 'tap' }>,
  wecom: Pick<FakeWecom, 'keepMedia'>,
): Record<string, string> {
  switch (content.kind) {
    case 'enter':
      return { MsgType: 'event', Event: 'enter_agent', EventKey: '' };
    case 'other':
      return {
        MsgType: content.type,
        Title: '学习材料',
        Url: 'https://example.org/',
        Location_X: '31',
        Location_Y: '121',
      };
    case 'upload':
      return {
        MsgType: content.media,
        MediaId: wecom.keepMedia({ kind: content.media, bytes: sentFile(content), filename: content.name ?? '' }),
        PicUrl: '',
        Format: 'amr',
        ...(content.media === 'file' && content.name ? { FileName: content.name } : {}),
        ...(content.says ? { Recognition: content.says } : {}),
      };
  }
}

/** A message as the member sees it. */
function draftIn({ msgtype, text, raw }: Received): Draft {
  return msgtype === 'template_card'
    ? shownCard((JSON.parse(raw) as { template_card: TapCard }).template_card)
    : { text };
}
