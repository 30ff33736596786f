// Whether WeCom can reach our callbacks: the same check that WeCom makes when the address is saved, asked through PUBLIC_URL.

import { randomInt } from 'node:crypto';
import { type CallbackKeys, callbackCrypto } from '../../channels/wecom/crypto.ts';
import type { Config } from '../../config.ts';
import type { Finding } from './finding.ts';
import { findingsOf } from './finding.ts';

/** WeCom waits no longer than this for the answer to its check (W91116). */
const patience = 1000;

interface Callback {
  readonly check: string;
  readonly path: string;
  readonly keys: CallbackKeys;
  /** Where in the console it is entered. */
  readonly place: string;
  /** The variables that hold token and key. */
  readonly names: string;
}

/** `running`: whether the service runs now; undefined = cannot be known. */
export async function checkCallbacks(config: Config, running: boolean | undefined): Promise<Finding[]> {
  const callbacks = callbacksOf(config);
  if (callbacks.length === 0) return [];
  const { publicUrl } = config;
  if (!publicUrl)
    return callbacks.map(({ check, path, place }) =>
      findingsOf(check).attention(
        '没有设置 PUBLIC_URL，没法核对',
        `在 .env 里写 PUBLIC_URL=https://你的域名，重启后再查；管理后台的${place}里填它加上 /${path}`,
      ),
    );
  const findings: Finding[] = [];
  for (const callback of callbacks) {
    const url = new URL(callback.path, `${publicUrl.replace(/\/+$/, '')}/`);
    findings.push(...checkAddress(callback.check, url), await ask(callback, url, running));
  }
  return findings;
}

function callbacksOf({ wecom, environment }: Config): Callback[] {
  const { WECOM_BOT_ID, WECOM_BOT_SECRET, WECOM_BOT_TOKEN: token, WECOM_BOT_AES_KEY: encodingAesKey } = environment;
  const callbacks: Callback[] = [];
  if (wecom)
    callbacks.push({
      check: '应用回调',
      path: 'wecom/callback',
      keys: { token: wecom.token, encodingAesKey: wecom.aesKey, receiveId: wecom.corpId },
      place: '“应用管理 → 点开这个应用 → 接收消息 → 设置API接收”',
      names: 'WECOM_TOKEN、WECOM_ENCODING_AES_KEY',
    });
  // With both kinds of settings the long connection is used, and nobody answers at the address.
  if (token && encodingAesKey && !(WECOM_BOT_ID && WECOM_BOT_SECRET))
    callbacks.push({
      check: '机器人回调',
      path: 'wecom/bot',
      keys: { token, encodingAesKey, receiveId: '' },
      place: '机器人的“API模式 → 使用URL回调”',
      names: 'WECOM_BOT_TOKEN、WECOM_BOT_AES_KEY',
    });
  return callbacks;
}

function checkAddress(check: string, url: URL): Finding[] {
  const { attention } = findingsOf(check);
  const findings: Finding[] = [];
  if (url.protocol !== 'https:') findings.push(attention(`${url} 没有加密`, '换成 https://，内容里有个人信息'));
  if (/^(localhost|127\.|10\.|192\.168\.|172\.(1[6-9]|2\d|3[01])\.|\[::1\])/.test(url.hostname))
    findings.push(attention(`${url.hostname} 是内网地址，企业微信访问不到`, '换成公网能打开的域名'));
  return findings;
}

async function ask({ check, keys, place, names }: Callback, url: URL, running: boolean | undefined): Promise<Finding> {
  const { good, attention, bad } = findingsOf(check);
  const start = { todo: '启动服务（scripts/start 或 npx zhibu all）后再查', what: '服务没有在运行' };
  const wanted = String(randomInt(1e12, 1e13));
  const began = performance.now();
  const answer = await fetchCheck(url, keys, wanted);
  const took = Math.round(performance.now() - began);
  if (answer.kind === 'silence') {
    const what = `从这台机器打不开 ${url}（${answer.why}）`;
    if (running === false) return attention(`${what}，${start.what}`, start.todo);
    return bad(what, '检查域名解析、防火墙、证书和反向代理，使公网能打开这个地址');
  }
  const { status, text } = answer;
  if (status === 200 && text === wanted) {
    if (took > patience)
      return attention(
        `${url} 答得对，但用了${took}毫秒，企业微信只等${patience}毫秒`,
        '看看服务器或反向代理为什么慢；管理后台里保存时可能要多点几次',
      );
    return good(`${url} 按企业微信的方式核对通过，用了${took}毫秒；管理后台的${place}里就填它`);
  }
  if (running === false) return attention(`${url} 回答 ${status}，${start.what}`, start.todo);
  if (status === 200 && text.trim().replace(/^"|"$|^\uFEFF/g, '') === wanted)
    return bad(`${url} 的回答被改过（多了空白、引号或换行）`, '检查反向代理，不要让它改动正文');
  // Another token is refused with 403, the right one with another key with 400.
  if ((status === 403 || status === 400) && text === 'refused')
    return bad(
      `${url} 是支部通，但不认 .env 里的密钥`,
      `正在运行的服务用的 ${names} 和现在的 .env 不同（或服务器时钟不准）：改好后重启服务`,
    );
  if (status >= 300 && status < 400)
    return bad(`${url} 转到了别的地址（${status}）`, 'PUBLIC_URL 写成最终的地址，企业微信不跟着转');
  return bad(`${url} 回答 ${status}，不是支部通的回答`, `检查反向代理是否把 ${url.pathname} 转到了服务的 PORT`);
}

type Asked =
  | { readonly kind: 'answer'; readonly status: number; readonly text: string }
  | { readonly kind: 'silence'; readonly why: string };

/** The GET of W91116, signed with our own keys. */
async function fetchCheck(url: URL, keys: CallbackKeys, wanted: string): Promise<Asked> {
  const nonce = String(randomInt(1e8, 1e9));
  const sealed = callbackCrypto(keys).seal(wanted, String(Math.floor(Date.now() / 1000)), nonce);
  const asked = new URL(url);
  asked.search = String(
    new URLSearchParams({
      msg_signature: sealed.signature,
      timestamp: sealed.timestamp,
      nonce,
      echostr: sealed.encrypted,
    }),
  );
  try {
    const response = await fetch(asked, { redirect: 'manual', signal: AbortSignal.timeout(10_000) });
    return {
      kind: 'answer',
      status: response.status,
      text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(await response.arrayBuffer()),
    };
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined;
    return { kind: 'silence', why: cause?.code ?? (error as Error).name };
  }
}
