// What the fake knows right now, for `/__state`. Tells no secret.

import { isoOf } from '../../domain/time.ts';
import type { Bench } from './by-hand.ts';

export function stateOf({ world, faults, bot }: Bench) {
  const now = world.now();
  return {
    now: isoOf(now),
    outside: isoOf(world.clock.outside()),
    corpId: world.credentials.corpId,
    agents: [...world.apps.values()],
    callback: world.callback ?? null,
    tokens: [...world.tokens.values()].map(({ agentId, expiresAt, broken }) => ({
      agentId,
      expiresAt: isoOf(expiresAt),
      valid: !broken && expiresAt > now,
    })),
    members: world.members ? [...world.members] : null,
    unlicensed: [...world.unlicensed],
    chats: Object.fromEntries([...world.chats].map(([id, { name, members }]) => [id, { name, members: [...members] }])),
    robots: [...world.robots],
    menu: world.menus.get(world.credentials.agentId)?.button ?? null,
    cards: [...world.cards.values()].map(({ taskId, users, changed }) => ({
      taskId,
      users,
      changed: Object.fromEntries(changed),
    })),
    media: [...world.media].map(([id, { kind, filename, bytes, at }]) => ({
      id,
      kind,
      filename,
      size: bytes.length,
      at: isoOf(at),
    })),
    delivered: { members: world.inbox.length, groups: world.groupInbox.length },
    calls: Object.fromEntries(world.calls),
    latency: world.latency,
    faults: faults.list(),
    switches: world.switches,
    bot: bot
      ? {
          ws: bot.ws,
          connected: bot.isSubscribed(),
          hasCallback: bot.hasCallback(),
          faults: bot.faults,
          switches: bot.switches(),
          frames: bot.counts(),
          delivered: bot.inbox().length,
        }
      : null,
  };
}
