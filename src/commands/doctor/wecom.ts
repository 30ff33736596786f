// Whether WeCom accepts us: the address, the secret, the app, the trusted address, and the clock. Sends no message and keeps no token.

import { z } from 'zod';
import type { Answer, WecomHttp } from '../../channels/wecom/http.ts';
import { wecomHttp } from '../../channels/wecom/http.ts';
import { reactionTo } from '../../channels/wecom/reactions.ts';
import type { Config, WecomSettings } from '../../config.ts';
import type { Instant } from '../../domain/time.ts';
import { clockTimeOf, dayOf, minute } from '../../domain/time.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const wecom = findingsOf('企业微信');
const clock = findingsOf('时钟');

export async function checkWecom({ wecom: settings }: Config): Promise<Finding[]> {
  if (!settings) return [wecom.good('没有设置，跳过')];
  const http = wecomHttp(settings.apiBase);
  const answer = await http('gettoken', { corpid: settings.corpId, corpsecret: settings.secret });
  const token = answer.kind === 'answer' && answer.code === 0 ? answer.body.access_token : undefined;
  if (typeof token !== 'string') return [refused('取不到访问凭证', answer, settings)];
  return [wecom.good('企业编号和应用密钥有效'), ...(await checkApp(http, token, settings))];
}

const appBody = z.object({
  name: z.string().default(''),
  close: z.number().default(0),
  allow_userinfos: z.object({ user: z.array(z.unknown()).default([]) }).default({ user: [] }),
  allow_partys: z.object({ partyid: z.array(z.unknown()).default([]) }).default({ partyid: [] }),
  allow_tags: z.object({ tagid: z.array(z.unknown()).default([]) }).default({ tagid: [] }),
});

/** `agent/get` is the first call that WeCom answers only to a trusted address. */
async function checkApp(http: WecomHttp, token: string, settings: WecomSettings): Promise<Finding[]> {
  const { agentId } = settings;
  const answer = await http('agent/get', { access_token: token, agentid: String(agentId) });
  if (answer.kind === 'silence' || answer.code !== 0) return [refused(`应用 ${agentId} 用不了`, answer, settings)];
  const app = appBody.safeParse(answer.body).data;
  if (!app) return [wecom.attention(`应用 ${agentId} 的资料看不懂`, '请升级程序')];
  if (app.close === 1) return [wecom.bad(`应用“${app.name}”被停用`, '请管理员在“应用管理”里启用')];
  const range = [app.allow_userinfos.user, app.allow_partys.partyid, app.allow_tags.tagid];
  if (range.every((list) => list.length === 0))
    return [
      wecom.attention(`应用“${app.name}”的可见范围是空的，谁也收不到`, '请在“应用管理 → 应用 → 可见范围”里加上党员'),
    ];
  return [wecom.good(`应用“${app.name}”可用，服务器地址受信任`)];
}

function refused(what: string, answer: Answer, { apiBase }: WecomSettings): Finding {
  if (answer.kind === 'silence')
    return wecom.bad(`${what}，${apiBase} 没有正常回答（${answer.detail}）`, '请检查网络、代理和 WECOM_API_BASE');
  const { code, message } = answer;
  const ip = /from ip: ?([0-9a-f.:]+)/i.exec(message)?.[1];
  // Their sentence says "see the error message"; here it is.
  const todo =
    code === 60020 && ip
      ? `请在企业微信管理后台“应用管理 → 应用 → 企业可信IP”里加上 ${ip}，约一分钟后生效`
      : reactionTo(code).say;
  return wecom.bad(`${what}（错误码 ${code}）`, todo);
}

/** Callbacks older than ten minutes are refused; half of that is time to act. */
const driftToMend = 5 * minute;
const driftToMind = minute;

/** The time zone of the machine does not matter: everything is reckoned in Beijing time. */
export async function checkClock({ wecom: settings }: Config, now: () => Instant): Promise<Finding[]> {
  const here = `本机时间是北京时间 ${dayOf(now())} ${clockTimeOf(now())}`;
  if (!settings) return [clock.good(`${here}，没有接企业微信，没有核对`)];
  const theirs = await dateAt(settings.apiBase);
  if (theirs === undefined) return [clock.attention(`${here}，没能和企业微信核对`, '请自己核对一下')];
  const drift = now() - theirs;
  const said = `${here}，比企业微信${drift > 0 ? '快' : '慢'}${Math.round(Math.abs(drift) / 1000)}秒`;
  const todo = '请打开系统的自动对时（如 timedatectl set-ntp true）';
  if (Math.abs(drift) >= driftToMend) return [clock.bad(said, todo)];
  if (Math.abs(drift) >= driftToMind) return [clock.attention(said, todo)];
  return [clock.good(`${here}，和企业微信一致`)];
}

/** The time in the head of any answer, to the second. */
async function dateAt(url: string): Promise<Instant | undefined> {
  try {
    const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    const at = Date.parse(response.headers.get('date') ?? '');
    return Number.isNaN(at) ? undefined : at;
  } catch {
    return undefined;
  }
}
