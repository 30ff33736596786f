// WeCom's contacts as the environment opens them: the app's own secret, and the contact-sync assistant's where there is one. Calls nothing by itself.

import { type WecomClient, wecomClient } from '../channels/wecom/client.ts';
import { type WecomContacts, wecomContacts } from '../channels/wecom/contacts.ts';
import { wecomHttp } from '../channels/wecom/http.ts';
import { accessTokens } from '../channels/wecom/token.ts';
import type { Config, WecomSettings } from '../config.ts';
import { Fault } from '../domain/fault.ts';
import type { Instant } from '../domain/time.ts';
import type { Database } from '../store/database.ts';
import { platformTokenStore } from '../store/platform-token.ts';
import type { ContactParts, TakeContacts } from '../turn/contacts.ts';
import { makeContacts } from '../turn/contacts.ts';

export interface OpenContacts {
  readonly settings: WecomSettings;
  readonly contacts: WecomContacts;
  /** Calls in the name of the app. */
  readonly app: WecomClient;
}

/** Undefined while the app is not set up. Tokens are shared with the doors of all processes. */
export function openContacts(
  { wecom: settings, environment }: Config,
  { pool }: Pick<Database, 'pool'>,
  now: () => Instant,
): OpenContacts | undefined {
  if (!settings) return undefined;
  const { corpId, agentId, secret, apiBase } = settings;
  const http = wecomHttp(apiBase);
  const clientOf = (own: string, owner: string) =>
    wecomClient(
      http,
      accessTokens({ corpId, secret: own }, { http, store: platformTokenStore(pool, `${corpId}/${owner}`), now }),
    );
  const app = clientOf(secret, String(agentId));
  const assistant = environment.WECOM_CONTACT_SECRET && clientOf(environment.WECOM_CONTACT_SECRET, 'contacts');
  return { settings, app, contacts: wecomContacts({ agentId, app, assistant: assistant || undefined }) };
}

/** Takes what WeCom tells about contacts; where a name decides, WeCom is asked for it. */
export function hearContacts(
  config: Config,
  { pool }: Pick<Database, 'pool'>,
  now: () => Instant,
  log: ContactParts['log'],
): TakeContacts {
  const open = openContacts(config, { pool }, now);
  return makeContacts({
    pool,
    clock: now,
    log,
    nameOf: async (account) => {
      const told = await open?.contacts.nameOf(account);
      if (told?.kind === 'failed') throw new Fault('channel', told.say);
      return told?.value ?? null;
    },
  });
}
