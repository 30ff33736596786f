// Whether the environment is complete and fits together. Asks nobody.

import type { Config, Environment } from '../../config.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const { good, attention, bad } = findingsOf('配置');

type Names = readonly (keyof Environment)[];

const wecomNames = [
  'WECOM_CORP_ID',
  'WECOM_AGENT_ID',
  'WECOM_SECRET',
  'WECOM_TOKEN',
  'WECOM_ENCODING_AES_KEY',
] as const satisfies Names;
const longBotNames = ['WECOM_BOT_ID', 'WECOM_BOT_SECRET'] as const satisfies Names;
const callbackBotNames = ['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'] as const satisfies Names;

/** Where in the console each value stands. */
const whereIs: Partial<Readonly<Record<keyof Environment, string>>> = {
  WECOM_CORP_ID: '“我的企业 → 企业信息”最下面',
  WECOM_AGENT_ID: '“应用管理 → 点开这个应用”上方',
  WECOM_SECRET: '“应用管理 → 点开这个应用”的 Secret',
  WECOM_TOKEN: '“应用管理 → 点开这个应用 → 接收消息 → 设置API接收”',
  WECOM_ENCODING_AES_KEY: '“应用管理 → 点开这个应用 → 接收消息 → 设置API接收”',
  WECOM_BOT_ID: '机器人的“API模式 → 使用长连接”',
  WECOM_BOT_SECRET: '机器人的“API模式 → 使用长连接”',
  WECOM_BOT_TOKEN: '机器人的“API模式 → 使用URL回调”',
  WECOM_BOT_AES_KEY: '机器人的“API模式 → 使用URL回调”',
};

export function checkConfiguration(config: Config): Finding[] {
  const { environment: given } = config;
  const findings = [
    ...incomplete(given, '企业微信应用', wecomNames),
    ...incomplete(given, '智能机器人（长连接）', longBotNames),
    ...incomplete(given, '智能机器人（回调）', callbackBotNames),
    ...bothBots(given),
    ...simulator(config),
    ...fieldKey(config),
  ];
  if (!config.isReal) findings.push(noDoor());
  return findings.length > 0 ? findings : [good('环境变量齐全')];
}

function noDoor(): Finding {
  return attention(
    '还没有接任何真的门（企业微信应用、智能机器人、微信），现在只能用模拟器',
    `照 docs/wecom.md 一步步做；最先要的是 ${wecomNames.join('、')}，写进 .env`,
  );
}

/** Some values of a door without the others open no door. */
function incomplete(given: Environment, door: string, names: Names): Finding[] {
  // The corp's id serves the address book too.
  const own = names.filter((name) => name !== 'WECOM_CORP_ID' || !given.WECOM_CONTACT_SECRET);
  const missing = names.filter((name) => given[name] === undefined);
  if (missing.length === 0 || !own.some((name) => given[name] !== undefined)) return [];
  const places = missing.map((name) => `${name}（${whereIs[name]}）`).join('、');
  return [bad(`${door}的设置不全，缺少 ${missing.join('、')}`, `从管理后台复制到 .env，重启服务：${places}`)];
}

function bothBots(given: Environment): Finding[] {
  const all = (names: Names) => names.every((name) => given[name] !== undefined);
  if (!all(longBotNames) || !all(callbackBotNames)) return [];
  return [
    attention(
      '智能机器人的两种方式都设了，企业微信只认一种，现在用长连接',
      `看机器人的“API模式”页选的是哪一种，把另一种的两项从 .env 里去掉（长连接是 ${longBotNames.join('、')}）`,
    ),
  ];
}

function simulator({ simulator: on, isReal, host }: Config): Finding[] {
  if (!on) return [];
  const open = !['127.0.0.1', 'localhost', '::1'].includes(host);
  const todo = '在 .env 里写 SIMULATOR=off，重启服务';
  if (open) return [bad(`模拟器开着，HOST 是 ${host}，别的机器上的人可以冒充任何成员说话`, todo)];
  return isReal ? [attention('接着真的门，模拟器也开着', todo)] : [];
}

function fieldKey({ isReal, fieldKey: key }: Config): Finding[] {
  if (!isReal || key !== undefined) return [];
  return [
    attention(
      '没有设置 FIELD_KEY（给敏感内容加密的钥匙）',
      '用 openssl rand -base64 32 生成一个，写进 .env 再重启；另外抄一份锁好，丢了就解不开',
    ),
  ];
}
