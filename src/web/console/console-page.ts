// The operator's page `/console`: how everything stands, on one page that changes nothing. Who may not see it learns only how to get in.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { MemberId } from '../../domain/organisation.ts';
import { isOperator, noteConsoleView } from '../../store/console-figures.ts';
import { fromThisMachine } from '../from-this-machine.ts';
import { readConsoleState, type StateParts } from './console-state.ts';
import { consoleStyle } from './console-style.ts';
import { closedView, consoleView, manualView } from './console-view.ts';

/** How people log in (web/wecom-login.ts). */
export interface ConsoleLogin {
  whoIs(request: FastifyRequest): Promise<MemberId | undefined>;
  /** Where logging in begins, to come back to the page that was asked for. */
  address(request: FastifyRequest): string;
}

export interface ConsoleOptions extends StateParts {
  /** True while no real door is open: then whoever sits at this machine may look, as with the simulator. */
  readonly local: boolean;
  /** Absent = nobody can log in. */
  readonly login?: ConsoleLogin | undefined;
  /** The folder of the manuals. */
  readonly docs: string;
}

/** No script, no picture, no font, no frame: only our own style sheet, and the form that logs out. */
const policy = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const manualTitles: readonly (readonly [string, string])[] = [
  ['wecom.md', '接企业微信和微信'],
  ['operations.md', '运行手册'],
];

type Access =
  | { readonly kind: 'open'; readonly actor: MemberId | null }
  | { readonly kind: 'closed'; readonly how: readonly string[]; readonly mayLogIn: boolean };

/** Registers `GET /console` and what belongs to it. */
export const consolePage: FastifyPluginAsync<ConsoleOptions> = async (app, options) => {
  const { jobs, docs } = options;
  const manuals = new Map(manualTitles.filter(([name]) => existsSync(join(docs, name))));
  const programmes = new Map([...jobs.library.programmes.values()].map(({ programme, title }) => [programme, title]));

  app.addHook('onSend', async (_request, reply) => {
    reply.headers({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    });
  });

  app.get('/console/style.css', { exposeHeadRoute: false }, async (_request, reply) =>
    reply.type('text/css; charset=utf-8').send(consoleStyle),
  );

  app.get('/console', { exposeHeadRoute: false }, (request, reply) =>
    shown(request, reply, 'console', async (actor) =>
      consoleView(await readConsoleState(options), {
        labels: jobs.library.labels,
        programmes,
        manuals,
        mayLogOut: actor !== null,
      }),
    ),
  );

  app.get('/console/docs/:name', { exposeHeadRoute: false }, (request, reply) => {
    const { name } = request.params as { name: string };
    const title = manuals.get(name);
    if (title === undefined) return reply.callNotFound();
    return shown(request, reply, name, async () => manualView(title, readFileSync(join(docs, name), 'utf8')));
  });

  async function shown(
    request: FastifyRequest,
    reply: FastifyReply,
    page: string,
    draw: (actor: MemberId | null) => Promise<string>,
  ): Promise<FastifyReply> {
    reply.type('text/html; charset=utf-8');
    const access = await accessOf(request);
    if (access.kind === 'closed') return reply.code(403).send(closedView(access.how, loginFor(request, access)));
    await noteConsoleView(jobs.pool, access.actor, page, jobs.clock());
    return reply.send(await draw(access.actor));
  }

  async function accessOf(request: FastifyRequest): Promise<Access> {
    const member = await options.login?.whoIs(request);
    if (member !== undefined) {
      if (await isOperator(jobs.pool, member)) return { kind: 'open', actor: member };
      return {
        kind: 'closed',
        how: ['您还不是系统管理员。请负责名册的同志把您的职务加上“系统管理员”，再来看。'],
        mayLogIn: false,
      };
    }
    if (options.local) {
      if (fromThisMachine(request)) return { kind: 'open', actor: null };
      return { kind: 'closed', how: ['还没有接企业微信时，只能在运行支部通的那台电脑上打开这一页。'], mayLogIn: false };
    }
    if (options.login === undefined)
      return {
        kind: 'closed',
        how: ['要先接上企业微信应用，才能登录。请在服务器上运行 npx zhibu doctor。'],
        mayLogIn: false,
      };
    return { kind: 'closed', how: ['请用企业微信登录。名册里职务有“系统管理员”的同志可以看。'], mayLogIn: true };
  }

  function loginFor(request: FastifyRequest, { mayLogIn }: { readonly mayLogIn: boolean }) {
    const href = mayLogIn ? options.login?.address(request) : undefined;
    return href === undefined ? undefined : { href, label: '用企业微信登录' };
  }
};
