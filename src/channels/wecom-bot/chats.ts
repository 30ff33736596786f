// Where the AI bot may write: only where somebody wrote to it before. Keeps no words.

import { accountKey } from '../../domain/organisation.ts';
import type { Instant } from '../../domain/time.ts';

/** A chat with the bot: with one person, or a group. */
export interface BotChat {
  readonly kind: 'single' | 'group';
  /** A person's account or a group's id; of an account the case does not matter here. */
  readonly id: string;
}

/** Remembered for all processes together. */
export interface BotChats {
  /** Somebody wrote in this chat; `exact` is its id as WeCom wrote it. */
  heard(chat: BotChat, exact: string): Promise<void>;
  /** The id as WeCom wrote it: in another case WeCom refuses it (errcode 93006). Undefined = nobody wrote there yet. */
  find(chat: BotChat): Promise<string | undefined>;
  /** Keeps an address for one late answer (callback mode), good until `until`. */
  keepAnswerUrl(chat: BotChat, url: string, until: Instant): Promise<void>;
  /** Takes the newest address that is still good; each is given out once. */
  takeAnswerUrl(chat: BotChat, now: Instant): Promise<{ readonly url: string; readonly until: Instant } | undefined>;
}

/** The key under which a chat is remembered. */
export function chatKey({ kind, id }: BotChat): string {
  return kind === 'group' ? `group/${id}` : `single/${accountKey('wecom-bot', id)}`;
}

/** For one process: tests, and commands without a database. */
export function memoryBotChats(): BotChats {
  const known = new Map<string, string>();
  const urls = new Map<string, { url: string; until: Instant }[]>();
  return {
    async heard(chat, exact) {
      known.set(chatKey(chat), exact);
    },
    find: async (chat) => known.get(chatKey(chat)),
    async keepAnswerUrl(chat, url, until) {
      urls.set(chatKey(chat), [...(urls.get(chatKey(chat)) ?? []), { url, until }]);
    },
    async takeAnswerUrl(chat, now) {
      const good = (urls.get(chatKey(chat)) ?? []).filter(({ until }) => until > now);
      const newest = good.pop();
      urls.set(chatKey(chat), good);
      return newest;
    },
  };
}
