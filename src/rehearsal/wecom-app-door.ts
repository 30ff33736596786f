// The WeCom door in a simulated world: members speak to the fake WeCom, which calls the real callback; what they hear is what the fake delivered.

import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import type { Draft, Inbound, Receive } from '../channels/channel.ts';
import type { ButtonCard } from '../channels/wecom/card.ts';
import { wecomClient } from '../channels/wecom/client.ts';
import { wecomHttp } from '../channels/wecom/http.ts';
import { wecomChannel } from '../channels/wecom/send.ts';
import { accessTokens, memoryTokenStore } from '../channels/wecom/token.ts';
import { sayLater } from '../store/say-later.ts';
import { labelOnCard } from '../web/label-on-card.ts';
import { makeServer } from '../web/server.ts';
import { wecomCallback } from '../web/wecom-callback.ts';
import type { OpenDoor } from './doors.ts';
import { fakeCredentials, startFakeWecom } from './fake-wecom/fake-wecom.ts';
import type { Received } from './fake-wecom/world.ts';

export const wecomAppDoor: OpenDoor = async ({ clock, hear, pool }) => {
  const { corpId, agentId, secret, token, encodingAesKey } = fakeCredentials;
  const { rows } = await pool.query<{ account: string; member: string }>(
    `select account, member from account where channel = 'wecom'`,
  );
  const members = new Map(rows.map(({ account, member }) => [account.toLowerCase(), member]));
  const accounts = new Map(rows.map(({ account, member }) => [member, account]));
  const log = pino({ level: 'silent' });
  let receive: Receive;
  let later: (inbound: Inbound, drafts: readonly Draft[]) => Promise<void> = async () => {};
  const server = await makeServer({
    pool,
    log,
    open: async (http) => {
      await http.register(wecomCallback, {
        keys: { token, encodingAesKey, receiveId: corpId },
        agentId,
        receive: (inbound, exchange) => receive(inbound, exchange),
        later: (inbound, drafts) => later(inbound, drafts),
        labelOnCard: labelOnCard(pool),
        now: clock,
        log,
      });
    },
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const wecom = await startFakeWecom({
    port: 0,
    credentials: fakeCredentials,
    callback: `http://127.0.0.1:${port}/wecom/callback`,
    now: clock,
    members: [...accounts.values()],
  });
  const http = wecomHttp(wecom.url);
  const client = wecomClient(http, accessTokens({ corpId, secret }, { http, store: memoryTokenStore(), now: clock }));
  const channel = wecomChannel({ agentId, client, now: clock, random: () => 0 });
  let delivered = 0;

  /** Takes over what the fake has delivered since. */
  function listen(): void {
    for (const message of wecom.inbox().slice(delivered)) {
      delivered += 1;
      const member = members.get(message.user.toLowerCase());
      if (member) hear(member, 'wecom', draftIn(message));
    }
  }

  return {
    channel: {
      ...channel,
      async send(body) {
        const outcome = await channel.send(body);
        listen();
        return outcome;
      },
    },
    async connect(app) {
      receive = app.receive;
      later = async (inbound, drafts) => {
        await sayLater(pool, inbound, drafts, clock());
        app.dispatcher.kick('reply');
      };
    },
    async act(member, { content }) {
      const from = accounts.get(member) ?? member;
      if (content.kind === 'text') await wecom.say({ from, text: content.text });
      // A talk taps what it was shown; what was shown in words it says.
      else if (content.kind === 'tap') await wecom.tap({ user: from, key: content.data });
      else
        await wecom.say({
          from,
          fields: {
            MsgType: content.kind === 'upload' ? content.media : 'event',
            MediaId: 'media-1',
            PicUrl: '',
            Format: 'amr',
          },
        });
      listen();
    },
    async close() {
      await server.close();
      await wecom.close();
    },
  };
};

/** A message as the member sees it; a card with its buttons, which can be pressed. */
function draftIn({ msgtype, text, raw }: Received): Draft {
  if (msgtype !== 'template_card') return { text };
  const {
    main_title,
    sub_title_text = '',
    button_list,
  } = (JSON.parse(raw) as { template_card: ButtonCard }).template_card;
  const buttons = button_list.flatMap((one) => (one.type === 0 ? [{ label: one.text, data: one.key }] : []));
  const link = button_list.find((one) => one.type === 1);
  return {
    title: main_title.title,
    text: sub_title_text,
    buttons,
    ...(link ? { link: { label: link.text, url: link.url } } : {}),
  };
}
