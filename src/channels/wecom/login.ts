// Logging in with WeCom: the addresses that a browser is sent to, and who stands behind the code it comes back with. Keeps nothing.

import { z } from 'zod';
import type { WecomClient } from './client.ts';
import { officialApi } from './http.ts';
import { reactionTo } from './reactions.ts';

export interface LoginApp {
  readonly corpId: string;
  readonly agentId: number;
  /** Where WeCom's API is; with another than the official one the login pages are there too. */
  readonly apiBase: string;
}

export interface LoginReturn {
  /** Its host, with port, must be the app's trusted domain (50001). */
  readonly redirectUri: string;
  /** Letters and digits only, at most 128 (W91022). */
  readonly state: string;
}

/** Inside WeCom: back at once, without a question (snsapi_base). The order of the parameters and the fragment are prescribed. */
export function insideAddress({ corpId, agentId, apiBase }: LoginApp, { redirectUri, state }: LoginReturn): string {
  const query = new URLSearchParams({
    appid: corpId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'snsapi_base',
    state,
    agentid: String(agentId),
  });
  const pages = apiBase === officialApi ? 'https://open.weixin.qq.com' : apiBase;
  return `${pages}/connect/oauth2/authorize?${query}#wechat_redirect`;
}

/** In any other browser: a QR code that is scanned with WeCom. */
export function outsideAddress({ corpId, agentId, apiBase }: LoginApp, { redirectUri, state }: LoginReturn): string {
  const query = new URLSearchParams({
    login_type: 'CorpApp',
    appid: corpId,
    agentid: String(agentId),
    redirect_uri: redirectUri,
    state,
  });
  const pages = apiBase === officialApi ? 'https://login.work.weixin.qq.com' : apiBase;
  return `${pages}/wwlogin/sso/login?${query}`;
}

/** Whether this browser is WeCom's own. */
export function isInsideWecom(userAgent: string | undefined): boolean {
  return /\bwxwork\//i.test(userAgent ?? '');
}

export type Came =
  | { readonly kind: 'member'; readonly account: string }
  /** Somebody who is no member of the corp, or out of the app's sight. */
  | { readonly kind: 'stranger' }
  /** The code is used up or too old: the login starts anew, a code is never tried twice. */
  | { readonly kind: 'again' }
  /** `say`: for the operator, in Chinese. */
  | { readonly kind: 'failed'; readonly say: string };

/** 40029 no such code, 42003 older than five minutes, 42022 used (W91022). */
const deadCodes = new Set([40029, 42003, 42022]);
const strangers = new Set([50002, 60011, 60021, 60111]);

/** The newer path answers in lower case, the older one did not. */
const came = z.object({ userid: z.string().optional(), UserId: z.string().optional() });

/** Asks once who came with this code. */
export async function whoCame(client: WecomClient, code: string): Promise<Came> {
  // A code is at most 512 bytes (W91022); what is longer is none.
  if (code === '' || code.length > 512) return { kind: 'again' };
  const answer = await client('auth/getuserinfo', undefined, { code });
  if (answer.kind === 'silence') return { kind: 'failed', say: `企业微信没有正常回答（${answer.detail}）` };
  if (deadCodes.has(answer.code)) return { kind: 'again' };
  if (strangers.has(answer.code)) return { kind: 'stranger' };
  if (answer.code !== 0) return { kind: 'failed', say: `${reactionTo(answer.code).say}（错误码 ${answer.code}）` };
  const { userid, UserId } = came.safeParse(answer.body).data ?? {};
  const account = userid || UserId;
  return account ? { kind: 'member', account } : { kind: 'stranger' };
}
