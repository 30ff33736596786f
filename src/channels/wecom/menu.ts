// Puts the menu at the foot of the app's chat, shows it, takes it away. What is pressed arrives as said (message.ts); the menu decides nothing.

import { z } from 'zod';
import type { Menu, MenuEntry } from '../../domain/menu.ts';
import type { WecomClient } from './client.ts';
import type { Answer } from './http.ts';
import { reactionTo } from './reactions.ts';

/** `say` tells the operator what is wrong, `detail` what WeCom answered. */
export interface MenuFailure {
  readonly kind: 'failed';
  readonly say: string;
  readonly detail: string;
}

/** The body of `menu/create` (W90231): an entry that says something is a `click` whose key is what it says. */
export function menuBody(menu: Menu): string {
  return JSON.stringify({
    button: menu.map((button) =>
      'entries' in button ? { name: button.name, sub_button: button.entries.map(entryOf) } : entryOf(button),
    ),
  });
}

/** Replaces the app's menu; clients show it within minutes. */
export async function createMenu(
  client: WecomClient,
  agentId: number,
  menu: Menu,
): Promise<{ readonly kind: 'done' } | MenuFailure> {
  const answer = await client('menu/create', menuBody(menu), { agentid: String(agentId) });
  return failureIn(answer) ?? { kind: 'done' };
}

/** The menu as it stands there; null = the app has none. */
export async function readMenu(
  client: WecomClient,
  agentId: number,
): Promise<{ readonly kind: 'read'; readonly menu: Menu | null } | MenuFailure> {
  const answer = await client('menu/get', undefined, { agentid: String(agentId) });
  if (answer.kind === 'answer' && answer.code === noMenu) return { kind: 'read', menu: null };
  const failure = failureIn(answer);
  if (failure || answer.kind === 'silence') return failure as MenuFailure;
  const parsed = bar.safeParse(answer.body);
  if (!parsed.success)
    return { kind: 'failed', say: '企业微信给的菜单看不懂', detail: parsed.error.issues[0]?.message ?? '' };
  return { kind: 'read', menu: parsed.data.button };
}

/** Takes the menu away; having none is as good. */
export async function deleteMenu(
  client: WecomClient,
  agentId: number,
): Promise<{ readonly kind: 'done' } | MenuFailure> {
  const answer = await client('menu/delete', undefined, { agentid: String(agentId) });
  if (answer.kind === 'answer' && answer.code === noMenu) return { kind: 'done' };
  return failureIn(answer) ?? { kind: 'done' };
}

/** 46003: the app has no menu. */
const noMenu = 46003;

function failureIn(answer: Answer): MenuFailure | undefined {
  if (answer.kind === 'silence') return { kind: 'failed', say: '企业微信没有回答，请稍后再试', detail: answer.detail };
  if (answer.code === 0) return undefined;
  return { kind: 'failed', say: reactionTo(answer.code).say, detail: `${answer.code} ${answer.message}` };
}

function entryOf(entry: MenuEntry): Record<string, string> {
  return 'says' in entry
    ? { type: 'click', name: entry.name, key: entry.says }
    : { type: 'view', name: entry.name, url: entry.url };
}

/** Entries of kinds we do not make (a scanner, a mini program) are shown by their names only. */
const entry = z
  .object({ name: z.string(), key: z.string().optional(), url: z.string().optional() })
  .transform(({ name, key, url }): MenuEntry => (url ? { name, url } : { name, says: key ?? '' }));

const bar = z.object({
  button: z.array(
    z.union([
      z
        .object({ name: z.string(), sub_button: z.array(entry).min(1) })
        .transform(({ name, sub_button }) => ({ name, entries: sub_button })),
      entry,
    ]),
  ),
});
