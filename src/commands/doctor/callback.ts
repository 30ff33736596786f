// Whether WeCom can reach our callback, as far as that can be seen from here.

import type { Config } from '../../config.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

const { good, attention, bad } = findingsOf('回调');

/** `running`: whether the service runs now; undefined = cannot be known. */
export async function checkCallback({ publicUrl, wecom }: Config, running: boolean | undefined): Promise<Finding[]> {
  if (!publicUrl) {
    if (!wecom) return [good('没有接企业微信应用，不需要')];
    const todo = '请设置 PUBLIC_URL，并在“应用管理 → 应用 → 接收消息”里填 PUBLIC_URL/wecom/callback';
    return [attention('没有设置 PUBLIC_URL，没法核对', todo)];
  }
  const url = new URL('wecom/callback', `${publicUrl.replace(/\/+$/, '')}/`);
  const findings: Finding[] = [];
  if (url.protocol !== 'https:') findings.push(attention(`${url} 没有加密`, '建议换成 https://，内容里有个人信息'));
  if (/^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\])/.test(url.hostname))
    findings.push(attention(`${url.hostname} 是内网地址，企业微信访问不到`, '请换成公网能打开的域名'));
  findings.push(await ask(url, { wecom: wecom !== undefined, running }));
  return findings;
}

/** A callback without a signature is refused with 403: whoever answers so is us. */
async function ask(url: URL, { wecom, running }: { wecom: boolean; running: boolean | undefined }): Promise<Finding> {
  let status: number;
  try {
    status = (await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })).status;
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined;
    const what = `从这台机器打不开 ${url}（${cause?.code ?? (error as Error).name}）`;
    if (running === false) return attention(`${what}，服务没有在运行`, '请启动服务后再查');
    return bad(what, '请检查域名解析、防火墙和反向代理');
  }
  if (status === 403) return good(`${url} 能打开`);
  if (running === false) return attention(`${url} 回答 ${status}，服务没有在运行`, '请启动服务后再查');
  if (status === 404 && !wecom) return attention(`${url} 回答 404，还没有设置企业微信应用`, '设置好再查');
  return bad(`${url} 回答 ${status}，不是支部通的回答`, '请检查反向代理是否把 /wecom/callback 转到了服务的 PORT');
}
