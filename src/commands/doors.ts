// The doors that the environment opens, best first. The service sends through them; commands ask them what a call can carry.

import type { Channel } from '../channels/channel.ts';
import { simulatorChannel } from '../channels/simulator.ts';
import { webhookChannel } from '../channels/webhook.ts';
import { wecomClient } from '../channels/wecom/client.ts';
import { wecomHttp } from '../channels/wecom/http.ts';
import { outgoingFiles, uploadTime } from '../channels/wecom/media.ts';
import { wecomFetch } from '../channels/wecom/media-download.ts';
import { wecomChannel } from '../channels/wecom/send.ts';
import { accessTokens } from '../channels/wecom/token.ts';
import type { Config } from '../config.ts';
import type { Instant } from '../domain/time.ts';
import { attachmentById } from '../store/attachments.ts';
import type { Database } from '../store/database.ts';
import { platformMediaCache } from '../store/platform-media.ts';
import { platformTokenStore } from '../store/platform-token.ts';
import { keepChat, takeChatBack } from '../store/simulator-chat.ts';

export function doorsOf(config: Config, db: Database, now: () => Instant): Channel[] {
  const doors: Channel[] = [];
  if (config.wecom) {
    const { corpId, agentId, secret, apiBase } = config.wecom;
    const http = wecomHttp(apiBase);
    const store = platformTokenStore(db.pool, `${corpId}/${agentId}`);
    const tokens = accessTokens({ corpId, secret }, { http, store, now });
    const files = outgoingFiles({
      client: wecomClient(wecomHttp(apiBase, uploadTime), tokens),
      cache: platformMediaCache(db.pool, corpId, now),
      attachments: (id) => attachmentById(db.pool, id, now()),
      now,
    });
    const door = wecomChannel({ agentId, client: wecomClient(http, tokens), files, now, random: Math.random });
    doors.push({ ...door, fetch: wecomFetch({ base: apiBase, tokens }) });
  }
  // Robots need no account of ours, so their door is open wherever this is a real installation, and never while trying out.
  if (config.isReal) {
    doors.push(webhookChannel({ http: wecomHttp(config.environment.WECOM_API_BASE), now, random: Math.random }));
  }
  if (config.simulator)
    doors.push(
      simulatorChannel({
        deliver: keepChat(db.pool, now),
        takeBack: takeChatBack(db.pool, now),
        sentIn: (id) => attachmentById(db.pool, id, now()),
      }),
    );
  return doors;
}
