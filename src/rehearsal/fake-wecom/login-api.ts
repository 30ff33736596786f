// Logging in with WeCom: the pages that a browser is sent to, the code that it comes back with, and who stands behind a code.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Instant } from '../../domain/time.ts';
import { minute } from '../../domain/time.ts';
import { done, type FakeAnswer, refusal } from './answers.ts';
import type { Call } from './business-api.ts';
import { seesUser } from './corp.ts';
import { opaqueId, type World } from './world.ts';

/** Who came back with which code. */
export interface LoginCode {
  /** An account, or `openid:…` of somebody who is no member of the corp. */
  readonly who: string;
  readonly at: Instant;
  readonly private: boolean;
  used: boolean;
}

export interface Logins {
  readonly codes: Map<string, LoginCode>;
  /** user_ticket → whose details it shows, and since when. */
  readonly tickets: Map<string, { readonly who: string; readonly at: Instant }>;
}

export function newLogins(): Logins {
  return { codes: new Map(), tickets: new Map() };
}

/** W91022: a code lives five minutes. W91023: a ticket half an hour. */
const codeLife = 5 * minute;
const ticketLife = 30 * minute;

const inside = ['appid', 'redirect_uri', 'response_type', 'scope', 'state', 'agentid'];

/**
 * The pages. Inside WeCom the browser knows who it is: here the header `x-wecom-user` says so, or the question `__as`; without either the page asks.
 */
export function loginPages(app: FastifyInstance, world: World): void {
  app.get('/connect/oauth2/authorize', async (request, reply) => {
    const query = request.query as Query;
    const order = Object.keys(query).filter((name) => name !== '__as');
    const wanted = inside.filter((name) => name !== 'agentid' || 'agentid' in query);
    if (order.join() !== wanted.join()) return refuse(reply, 40058, '参数不齐，或顺序不对');
    if (query.response_type !== 'code') return refuse(reply, 40058, 'response_type 要写 code');
    if (query.scope !== 'snsapi_base' && query.scope !== 'snsapi_privateinfo')
      return refuse(reply, 40058, 'scope 不对');
    if (query.scope === 'snsapi_privateinfo' && !query.agentid) return refuse(reply, 41011, '缺少 agentid');
    return goBack(world, request, reply, query.scope === 'snsapi_privateinfo');
  });
  app.get('/wwlogin/sso/login', async (request, reply) => {
    const query = request.query as Query;
    if (query.login_type !== 'CorpApp') return refuse(reply, 40058, 'login_type 要写 CorpApp');
    if (query.agentid !== String(world.credentials.agentId)) return refuse(reply, 40056, 'agentid 不对');
    return goBack(world, request, reply, false);
  });
}

type Query = Readonly<Record<string, string | undefined>>;

function goBack(world: World, request: FastifyRequest, reply: FastifyReply, isPrivate: boolean): FastifyReply {
  const query = request.query as Query;
  if (query.appid !== world.credentials.corpId) return refuse(reply, 40013, 'appid 不对');
  if (!/^[A-Za-z0-9]{0,128}$/.test(query.state ?? '')) return refuse(reply, 40035, 'state 只能是字母和数字，最多128个');
  const back = URL.canParse(query.redirect_uri ?? '') ? new URL(query.redirect_uri!) : undefined;
  const { trustedDomain } = world.corp;
  if (!back || (trustedDomain !== undefined && back.host !== trustedDomain))
    return refuse(reply, 50001, 'redirect_uri 与应用的可信域名不一致');
  const who = query.__as ?? header(request, 'x-wecom-user');
  if (who === undefined) return reply.type('text/html; charset=utf-8').send(choice(world, request.url));
  const code = opaqueId();
  world.logins.codes.set(code, { who, at: world.now(), private: isPrivate, used: false });
  back.searchParams.set('code', code);
  back.searchParams.set('state', query.state ?? '');
  return reply.redirect(back.href);
}

/** Calls by GET: the newer path answers in lower case, the older one did not. */
export const loginReads: Readonly<Record<string, (world: World, agentId: number, call: Call) => FakeAnswer>> = {
  'auth/getuserinfo': (world, _agentId, { query }) => {
    const found = take(world, query.code);
    if ('errcode' in found) return found;
    if (found.who.startsWith('openid:')) return done({ openid: found.who.slice(7) });
    if (!isMember(world, found.who))
      return world.switches.strangerLogin === 'openid'
        ? done({ openid: `o-${found.who}` })
        : refusal(50002, 'user not in range');
    return done({
      userid: found.who,
      ...(found.private ? { user_ticket: ticket(world, found.who), expires_in: ticketLife / 1000 } : {}),
    });
  },
  'user/getuserinfo': (world, _agentId, { query }) => {
    const found = take(world, query.code);
    if ('errcode' in found) return found;
    return found.who.startsWith('openid:')
      ? done({ OpenId: found.who.slice(7), DeviceId: '' })
      : done({ UserId: found.who, DeviceId: '' });
  },
};

/** Calls by POST. */
export const loginWrites: typeof loginReads = {
  'auth/getuserdetail': (world, _agentId, { body }) => {
    const found = world.logins.tickets.get(String(body.user_ticket ?? ''));
    if (!found) return refusal(84015, 'invalid user_ticket');
    if (found.at + ticketLife <= world.now()) return refusal(84014, 'user_ticket expired');
    const mobile = world.corp.users.get(found.who.toLowerCase())?.mobile ?? '';
    return done({
      userid: found.who,
      gender: '1',
      avatar: '',
      qr_code: '',
      mobile,
      email: '',
      biz_mail: '',
      address: '',
    });
  },
};

function take(world: World, code: string | undefined): LoginCode | FakeAnswer {
  const found = world.logins.codes.get(code ?? '');
  if (!found) return refusal(40029, 'invalid code');
  if (found.used) return refusal(world.switches.usedCode, 'code been used');
  if (found.at + codeLife <= world.now()) return refusal(42003, 'code expired');
  found.used = true;
  return found;
}

function ticket(world: World, who: string): string {
  const id = opaqueId();
  world.logins.tickets.set(id, { who, at: world.now() });
  return id;
}

function isMember(world: World, who: string): boolean {
  return world.corp.isKnown ? seesUser(world.corp, who) : (world.members?.has(who.toLowerCase()) ?? true);
}

function refuse(reply: FastifyReply, code: number, why: string): FastifyReply {
  return reply.type('text/html; charset=utf-8').send(`<!doctype html><title>${code}</title><p>${code} ${why}</p>`);
}

/** Who is to be logged in, when the browser does not say. */
function choice({ corp, members }: World, url: string): string {
  const accounts = corp.isKnown ? [...corp.users.values()].map(({ userid }) => userid) : [...(members ?? [])];
  const links = [...accounts, 'openid:nobody'].map(
    (who) => `<li><a href="${escaped(url)}&amp;__as=${encodeURIComponent(who)}">${escaped(who)}</a></li>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>假企业微信</title><p>以谁的身份登录？</p><ul>${links.join('')}</ul>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
