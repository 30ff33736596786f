// `menu/create`, `menu/get`, `menu/delete`: what stands at the foot of the app's chat.

import { done, type FakeAnswer, refusal } from './answers.ts';
import type { World } from './world.ts';

type Fields = Readonly<Record<string, unknown>>;

/** The calls of menus, with the token of `tokenAgent`. */
export function menuCall(
  world: World,
  api: 'menu/create' | 'menu/get' | 'menu/delete',
  { tokenAgent, agentId }: { readonly tokenAgent: number; readonly agentId: string | undefined },
  body: Fields,
): FakeAnswer {
  if (agentId === undefined) return refusal(41011, 'agentid missing');
  if (Number(agentId) !== tokenAgent) return refusal(301002, 'not allow operate another agent with this accesstoken');
  if (api === 'menu/delete') {
    world.menus.delete(tokenAgent);
    return done();
  }
  if (api === 'menu/get') {
    const menu = world.menus.get(tokenAgent);
    return menu ? done(menu) : refusal(46003, 'no menu');
  }
  const wrong = wrongBar(body.button);
  if (wrong) return wrong;
  world.menus.set(tokenAgent, { button: body.button });
  return done();
}

function wrongBar(buttons: unknown): FakeAnswer | undefined {
  if (!Array.isArray(buttons) || buttons.length < 1 || buttons.length > 3)
    return refusal(40017, 'invalid button count');
  for (const button of buttons as Fields[]) {
    if (Buffer.byteLength(String(button.name ?? '')) > 16 || !button.name)
      return refusal(40018, 'invalid button name size');
    const below = button.sub_button;
    if (below === undefined) {
      const wrong = wrongEntry(button);
      if (wrong) return wrong;
      continue;
    }
    if (!Array.isArray(below) || below.length < 1 || below.length > 5)
      return refusal(40023, 'invalid sub button count');
    for (const entry of below as Fields[]) {
      if (Buffer.byteLength(String(entry.name ?? '')) > 40 || !entry.name)
        return refusal(40025, 'invalid sub button name');
      const wrong = wrongEntry(entry);
      if (wrong) return wrong;
    }
  }
  return undefined;
}

function wrongEntry({ type, key, url }: Fields): FakeAnswer | undefined {
  if (type === 'view') {
    if (!/^https?:\/\//.test(String(url ?? ''))) return refusal(45034, 'invalid url');
    return Buffer.byteLength(String(url)) > 1024 ? refusal(40020, 'invalid button url size') : undefined;
  }
  if (type !== 'click') return refusal(40016, 'invalid button type');
  const size = Buffer.byteLength(String(key ?? ''));
  return size < 1 || size > 128 ? refusal(40019, 'invalid button key size') : undefined;
}
