// Puts the menu at the foot of the app's chat. What is pressed arrives as said (message.ts); the menu decides nothing.

import type { Menu, MenuEntry } from '../../domain/menu.ts';
import type { WecomClient } from './client.ts';
import { reactionTo } from './reactions.ts';

/** The body of `menu/create` (W90231): an entry that says something is a `click` whose key is what it says. */
export function menuBody(menu: Menu): string {
  return JSON.stringify({
    button: menu.map((button) =>
      'entries' in button ? { name: button.name, sub_button: button.entries.map(entryOf) } : entryOf(button),
    ),
  });
}

/** Replaces the app's menu; clients show it within minutes. `say` tells the operator what is wrong. */
export async function createMenu(
  client: WecomClient,
  agentId: number,
  menu: Menu,
): Promise<{ readonly kind: 'done' } | { readonly kind: 'failed'; readonly say: string; readonly detail: string }> {
  const answer = await client('menu/create', menuBody(menu), { agentid: String(agentId) });
  if (answer.kind === 'silence') return { kind: 'failed', say: '企业微信没有回答，请稍后再试', detail: answer.detail };
  if (answer.code === 0) return { kind: 'done' };
  return { kind: 'failed', say: reactionTo(answer.code).say, detail: `${answer.code} ${answer.message}` };
}

function entryOf(entry: MenuEntry): Record<string, string> {
  return 'says' in entry
    ? { type: 'click', name: entry.name, key: entry.says }
    : { type: 'view', name: entry.name, url: entry.url };
}
