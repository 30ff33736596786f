// Logging in to the pages with WeCom: inside it silently, elsewhere with a QR code. Tells pages who asks, and decides nothing about what they may see.

import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyBaseLogger, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type pg from 'pg';
import type { WecomClient } from '../channels/wecom/client.ts';
import { insideAddress, isInsideWecom, type LoginApp, outsideAddress, whoCame } from '../channels/wecom/login.ts';
import type { MemberId } from '../domain/organisation.ts';
import type { Instant } from '../domain/time.ts';
import { hour, minute } from '../domain/time.ts';
import { beginSession, endSession, pageSecret, sessionMember } from '../store/web-sessions.ts';
import { loginPage, logoutPage } from './login-page.ts';

export interface WecomLoginOptions {
  readonly pool: pg.Pool;
  readonly app: LoginApp;
  /** Calls in the name of the app. */
  readonly client: WecomClient;
  /** `PUBLIC_URL`: the only address that a login may come back to. Undefined = there is no login, and the page says so. */
  readonly publicUrl: string | undefined;
  readonly now: () => Instant;
  readonly log: Pick<FastifyBaseLogger, 'info' | 'error'>;
}

export interface WecomLogin {
  /** Registers `GET /login`, `GET /login/callback` and `GET|POST /logout`. */
  readonly plugin: FastifyPluginAsync;
  /** The member who is logged in in this browser; undefined = nobody. One who left is nobody. */
  whoIs(request: FastifyRequest): Promise<MemberId | undefined>;
  /** Where logging in begins, to come back to the page that was asked for. */
  address(request: FastifyRequest): string;
}

/** How long a login lasts, and how long the way to WeCom and back may take (a code lives five minutes, scanning takes a while). */
const sessionLife = 12 * hour;
const wayLife = 10 * minute;

/** Keys are derived from the secret in the store: nothing of the environment, all processes the same. */
export function makeWecomLogin({ pool, app, client, publicUrl, now, log }: WecomLoginOptions): WecomLogin {
  const isSecure = publicUrl?.startsWith('https:') ?? false;
  // The browser itself keeps a cookie of this name to https, this host and all paths.
  const names = isSecure
    ? { session: '__Host-zhibu', way: '__Host-zhibu-way' }
    : { session: 'zhibu', way: 'zhibu-way' };
  let key: Promise<Buffer> | undefined;

  async function sign(purpose: string, text: string): Promise<string> {
    key ??= pageSecret(pool).then((secret) => Buffer.from(hkdfSync('sha256', secret, '', 'zhibu pages', 32)));
    try {
      return createHmac('sha256', await key)
        .update(`${purpose} ${text}`)
        .digest('hex');
    } catch (error) {
      key = undefined;
      throw error;
    }
  }

  /** The text of a cookie that we wrote ourselves. */
  async function readSigned(request: FastifyRequest, name: string, purpose: string): Promise<string | undefined> {
    const [text, signature] = (cookieOf(request, name) ?? '').split('.');
    if (!text || !signature) return undefined;
    return isSame(await sign(purpose, text), signature) ? text : undefined;
  }

  function cookie(name: string, value: string, seconds: number): string {
    return `${name}=${value}; Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;
  }

  async function begin(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    if (publicUrl === undefined) {
      log.info('a login was asked for, but PUBLIC_URL is not set');
      return say(
        reply,
        503,
        '网页登录还没有开通',
        '请系统管理员设置 PUBLIC_URL，并在企业微信后台把它的域名设为应用的可信域名。',
      );
    }
    const query = request.query as Record<string, unknown>;
    const to = localPath(query.to);
    // The cookie must lie under the name that WeCom comes back to. Asked for once: a proxy may show us another name for ever.
    if (query.here === undefined && request.headers.host !== new URL(publicUrl).host)
      return reply.redirect(new URL(`/login?${new URLSearchParams({ to, here: '1' })}`, publicUrl).href, 302);
    const way = Buffer.from(JSON.stringify([randomBytes(16).toString('hex'), now() + wayLife, to])).toString(
      'base64url',
    );
    const back = { redirectUri: new URL('/login/callback', publicUrl).href, state: await sign('state', way) };
    const isInside = isInsideWecom(request.headers['user-agent']);
    reply.header('set-cookie', cookie(names.way, `${way}.${await sign('way', way)}`, wayLife / 1000));
    return reply.redirect(isInside ? insideAddress(app, back) : outsideAddress(app, back), 302);
  }

  async function comeBack(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { code, state } = request.query as Record<string, unknown>;
    const way = await readSigned(request, names.way, 'way');
    // Whatever comes of it, this way is gone once.
    reply.header('set-cookie', cookie(names.way, '', 0));
    const read = way === undefined ? undefined : readWay(way);
    const isOurs = way !== undefined && typeof state === 'string' && isSame(await sign('state', way), state);
    if (!read || !isOurs || read.until <= now() || typeof code !== 'string') return again(reply, read?.to);
    const who = await whoCame(client, code);
    switch (who.kind) {
      case 'again':
        return again(reply, read.to);
      case 'failed':
        log.error({ why: who.say }, 'WeCom did not say who logs in');
        return say(
          reply,
          502,
          '企业微信没有确认登录',
          '请过一会儿再试；一直不行请告诉系统管理员，运行 zhibu doctor 看原因。',
          read.to,
        );
      case 'stranger':
        return stranger(reply);
    }
    const id = randomBytes(32).toString('base64url');
    const member = await beginSession(pool, { id, account: who.account, now: now(), expiresAt: now() + sessionLife });
    if (member === undefined) return stranger(reply);
    reply.header('set-cookie', cookie(names.session, `${id}.${await sign('session', id)}`, sessionLife / 1000));
    return reply.redirect(read.to, 303);
  }

  async function leave(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const id = await readSigned(request, names.session, 'session');
    if (id !== undefined) await endSession(pool, id, now());
    reply.header('set-cookie', cookie(names.session, '', 0));
    return say(reply, 200, '已退出', '这个浏览器里的登录已经结束。');
  }

  return {
    plugin: async (server) => {
      server.addHook('onSend', async (_request, reply) => {
        reply.headers({
          'content-security-policy':
            "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
          'x-content-type-options': 'nosniff',
          // The code stands in the address.
          'referrer-policy': 'no-referrer',
          'cache-control': 'no-store',
        });
      });
      // Whatever a form sends along is not looked at.
      server.removeAllContentTypeParsers();
      server.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 4096 }, (_request, _body, done) =>
        done(null, ''),
      );
      server.get('/login', { exposeHeadRoute: false }, begin);
      server.get('/login/callback', { exposeHeadRoute: false }, comeBack);
      server.get('/logout', { exposeHeadRoute: false }, async (_request, reply) =>
        reply.type('text/html; charset=utf-8').send(logoutPage()),
      );
      server.post('/logout', leave);
    },
    async whoIs(request) {
      const id = await readSigned(request, names.session, 'session');
      return id === undefined ? undefined : sessionMember(pool, id, now());
    },
    address: (request) => `/login?${new URLSearchParams({ to: localPath(request.url) })}`,
  };
}

function say(reply: FastifyReply, status: number, title: string, text: string, to?: string): FastifyReply {
  return reply
    .code(status)
    .type('text/html; charset=utf-8')
    .send(loginPage(title, text, to === undefined ? undefined : `/login?${new URLSearchParams({ to })}`));
}

function again(reply: FastifyReply, to = '/console'): FastifyReply {
  return say(reply, 400, '登录已过期', '登录要在十分钟内、在同一个浏览器里完成。', to);
}

/** Names nobody and gives nothing away: who comes may be anyone. */
function stranger(reply: FastifyReply): FastifyReply {
  return say(reply, 403, '没有找到您的登记', '这里只给已登记的同志使用。需要使用请联系所在支部。');
}

/** What we wrote ourselves, so only its form can be old. */
function readWay(text: string): { readonly until: Instant; readonly to: string } | undefined {
  try {
    const [, until, to] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as [string, Instant, string];
    return { until, to };
  } catch {
    return undefined;
  }
}

/** A path of our own pages; anything else would send people away. */
export function localPath(wanted: unknown): string {
  const fallback = '/console';
  if (typeof wanted !== 'string' || wanted.length > 512 || !/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(wanted))
    return fallback;
  return /^\/(login|logout)\b/.test(wanted) ? fallback : wanted;
}

function cookieOf(request: FastifyRequest, name: string): string | undefined {
  for (const pair of (request.headers.cookie ?? '').split(';')) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

function isSame(wanted: string, got: string): boolean {
  const [one, other] = [Buffer.from(wanted), Buffer.from(got)];
  return one.length === other.length && timingSafeEqual(one, other);
}
