// Whether WeCom accepts our app: the secret, the app itself, its range, the trusted address and domain. Sends no message and keeps no token.

import { z } from 'zod';
import type { Answer, WecomHttp } from '../../channels/wecom/http.ts';
import { wecomHttp } from '../../channels/wecom/http.ts';
import type { Config, WecomSettings } from '../../config.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const app = findingsOf('应用');

export interface AppChecked {
  readonly findings: readonly Finding[];
  /** Calls WeCom as the app; absent where it is not accepted. */
  readonly call?: (path: string, query?: Readonly<Record<string, string>>) => ReturnType<WecomHttp>;
}

export async function checkApp(config: Config): Promise<AppChecked> {
  const { wecom: settings } = config;
  if (!settings) return { findings: [app.good('没有设置，跳过')] };
  const http = wecomHttp(settings.apiBase);
  const answer = await http('gettoken', { corpid: settings.corpId, corpsecret: settings.secret });
  const token = answer.kind === 'answer' && answer.code === 0 ? answer.body.access_token : undefined;
  if (typeof token !== 'string') return { findings: [app.refused('取不到访问凭证', answer, settings.apiBase)] };
  const call: AppChecked['call'] = (path, query = {}) => http(path, { access_token: token, ...query });
  const findings = await checkAgent(call, settings, config.publicUrl);
  const accepted = !findings.some(({ level }) => level === 'bad');
  return { findings: [app.good('企业ID和密钥有效'), ...findings], ...(accepted ? { call } : {}) };
}

const agentBody = z.object({
  name: z.string().default(''),
  close: z.number().default(0),
  redirect_domain: z.string().optional(),
  allow_userinfos: z.object({ user: z.array(z.unknown()).default([]) }).default({ user: [] }),
  allow_partys: z.object({ partyid: z.array(z.unknown()).default([]) }).default({ partyid: [] }),
  allow_tags: z.object({ tagid: z.array(z.unknown()).default([]) }).default({ tagid: [] }),
});

/** `agent/get` is the first call that WeCom answers only to a trusted address. */
async function checkAgent(
  call: NonNullable<AppChecked['call']>,
  { agentId, apiBase }: WecomSettings,
  publicUrl: string | undefined,
): Promise<Finding[]> {
  const answer = await call('agent/get', { agentid: String(agentId) });
  if (answer.kind === 'silence' || answer.code !== 0) return [app.refused(`应用 ${agentId} 用不了`, answer, apiBase)];
  const agent = agentBody.safeParse(answer.body).data;
  if (!agent) return [app.attention(`应用 ${agentId} 的资料看不懂`, '升级程序')];
  const { name, close } = agent;
  if (close === 1) return [app.bad(`应用“${name}”被停用`, '管理后台 → 应用管理 → 点开这个应用 → 右上角点“启用”')];
  const range = [agent.allow_userinfos.user, agent.allow_partys.partyid, agent.allow_tags.tagid];
  if (range.every((list) => list.length === 0))
    return [
      app.bad(
        `应用“${name}”的可见范围是空的，谁也看不到、收不到`,
        '管理后台 → 应用管理 → 点开这个应用 → 可见范围 → 编辑，加上党员所在的部门',
      ),
    ];
  return [
    app.good(`应用“${name}”可用，服务器地址受信任`),
    ...checkDomain(agent.redirect_domain, publicUrl),
    ...checkMenu(await call('menu/get', { agentid: String(agentId) })),
  ];
}

/** 46003: the app has no menu. */
function checkMenu(answer: Answer): Finding[] {
  if (answer.kind === 'silence' || answer.code !== 46003) return [];
  return [app.attention('应用底部还没有菜单（不影响收发）', '运行 npx zhibu menu，几分钟后生效')];
}

/** Logging in to our pages works only under the app's trusted domain. */
function checkDomain(trusted: string | undefined, publicUrl: string | undefined): Finding[] {
  if (trusted === undefined || publicUrl === undefined) return [];
  const { host } = new URL(publicUrl);
  if (trusted.toLowerCase() === host) return [];
  const todo = `管理后台 → 应用管理 → 点开这个应用 → 网页授权及JS-SDK → 设置可信域名，填 ${host}`;
  const said = trusted === '' ? '应用没有设置可信域名' : `应用的可信域名是 ${trusted}，和 PUBLIC_URL 不同`;
  return [app.attention(`${said}，网页登录用不了（收发消息不受影响）`, todo)];
}
