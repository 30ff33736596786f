// Opens logging in to the pages with WeCom where the app is set up. Calls nothing by itself.

import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Instant } from '../domain/time.ts';
import type { Database } from '../store/database.ts';
import { makeWecomLogin, type WecomLogin } from '../web/wecom-login.ts';
import { openContacts } from './contact-sources.ts';

/** Undefined while there is no app to log in to. */
export function openLogin(config: Config, db: Database, now: () => Instant, log: Logger): WecomLogin | undefined {
  const contacts = openContacts(config, db, now);
  if (!contacts) return undefined;
  const { settings: app, app: client } = contacts;
  return makeWecomLogin({ pool: db.pool, app, client, publicUrl: config.publicUrl, now, log });
}
