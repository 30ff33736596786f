// Whether the environment is complete and fits together. Asks nobody.

import type { Config, Environment } from '../../config.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const { good, attention, bad } = findingsOf('配置');

export function checkConfiguration(config: Config): Finding[] {
  const { environment: given } = config;
  const findings = [
    ...incomplete(given, '企业微信应用', wecomNames, '值在企业微信管理后台“应用管理 → 应用 → 接收消息”里'),
    ...incomplete(given, '企业微信机器人（长连接）', ['WECOM_BOT_ID', 'WECOM_BOT_SECRET'], '值在机器人的 API 设置里'),
    ...incomplete(given, '企业微信机器人（回调）', ['WECOM_BOT_TOKEN', 'WECOM_BOT_AES_KEY'], '值在机器人的 API 设置里'),
    ...simulator(config),
  ];
  if (config.wecom === undefined && !findings.some(({ level }) => level === 'bad'))
    findings.push(
      attention(
        '没有设置企业微信应用，现在只能用模拟器',
        `正式使用时在 .env 里写 ${wecomNames.join('、')}，值在企业微信管理后台“应用管理”里`,
      ),
    );
  return findings.length > 0 ? findings : [good('环境变量齐全')];
}

const wecomNames = [
  'WECOM_CORP_ID',
  'WECOM_AGENT_ID',
  'WECOM_SECRET',
  'WECOM_TOKEN',
  'WECOM_ENCODING_AES_KEY',
] as const satisfies readonly (keyof Environment)[];

/** Some values of a door without the others open no door. */
function incomplete(given: Environment, door: string, names: readonly (keyof Environment)[], where: string): Finding[] {
  const missing = names.filter((name) => given[name] === undefined);
  if (missing.length === 0 || missing.length === names.length) return [];
  return [bad(`${door}的设置不全，缺少 ${missing.join('、')}`, `请写进 .env 再启动；${where}`)];
}

function simulator({ simulator: on, wecom, host }: Config): Finding[] {
  if (!on) return [];
  const open = !['127.0.0.1', 'localhost', '::1'].includes(host);
  if (open) return [bad(`模拟器开着，HOST 是 ${host}，别的机器上的人可以冒充任何成员说话`, '请设置 SIMULATOR=off')];
  return wecom ? [attention('接着企业微信，模拟器也开着', '正式使用请设置 SIMULATOR=off')] : [];
}
