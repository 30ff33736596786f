// Whether the AI bot's long connection can be made. WeCom allows one connection to a bot: the running service is never pushed off it.

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { botConnection } from '../../channels/wecom-bot/connection.ts';
import type { Config } from '../../config.ts';
import type { Database } from '../../store/database.ts';
import { leaseOf } from '../../store/lease.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const { good, attention, bad } = findingsOf('机器人');

/** How long a subscription is waited for: opening 10 s, acknowledging 10 s (channels/wecom-bot/connection.ts). */
const patience = 21_000;

const place = '管理后台（或企业微信客户端“工作台”）→ 智能机器人 → 点开它 → API模式 → 使用长连接';

export async function checkBot({ environment }: Config, db: Database | undefined): Promise<Finding[]> {
  const { WECOM_BOT_ID: botId, WECOM_BOT_SECRET: secret, WECOM_BOT_TOKEN, WECOM_BOT_AES_KEY } = environment;
  if (!botId || !secret)
    return [good(WECOM_BOT_TOKEN && WECOM_BOT_AES_KEY ? '用回调方式，见“机器人回调”' : '没有设置，跳过')];
  if (!db) return [attention('数据库没有准备好，没有去连（怕挤掉正在用的连接）', '数据库好了以后再查')];
  const lease = leaseOf(db.pool, `wecom-bot/${botId}`);
  const holder = `doctor ${randomUUID()}`;
  if (!(await lease.take(holder, patience + 5000)))
    return [good('服务正管着长连接（一个机器人只能有一条，所以不另外去连）')];
  try {
    return [await tryToConnect(botId, secret, environment.WECOM_BOT_WS)];
  } finally {
    await lease.release(holder);
  }
}

async function tryToConnect(botId: string, secret: string, url: string | undefined): Promise<Finding> {
  let end: { readonly level: string; readonly detail: string } | undefined;
  const hear = (level: string) => (about: object) => {
    end ??= { level, detail: String((about as { detail?: unknown }).detail ?? '') };
  };
  const connection = botConnection({
    botId,
    secret,
    url,
    onFrame: () => {},
    now: Date.now,
    random: Math.random,
    log: { info() {}, warn: hear('warn'), error: hear('error') },
  });
  connection.start();
  for (const began = performance.now(); !connection.isReady() && !end && performance.now() - began < patience; )
    await pause(50);
  const ready = connection.isReady();
  connection.stop();
  if (ready) return good('长连接连得上，BotID 和 Secret 有效');
  if (end?.level === 'error')
    return bad(
      `企业微信不认这个机器人（${end.detail}）`,
      `${place}，重新复制 BotID 和 Secret 到 WECOM_BOT_ID、WECOM_BOT_SECRET；若改成了回调方式，请换用 WECOM_BOT_TOKEN、WECOM_BOT_AES_KEY`,
    );
  if (end?.detail === 'nothing came back')
    return bad('连上了，但企业微信没有认领这条连接', `过几分钟再查；一直这样，到${place}看机器人是否还开着`);
  return bad(
    `连不上 ${url ?? 'wss://openws.work.weixin.qq.com'}（${end?.detail || '没有回答'}）`,
    '检查这台机器能不能上外网的 443 端口（WebSocket），以及 WECOM_BOT_WS',
  );
}
