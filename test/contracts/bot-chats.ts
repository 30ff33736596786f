// What a memory of the AI bot's chats must do, run on the one in memory and the one in the database.

import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BotChats } from '../../src/channels/wecom-bot/chats.ts';

/** Runs the contract on the stores that `factory` makes: two views of the same place, as two processes would have. */
export function defineBotChatsContract(
  name: string,
  factory: () => Promise<{ readonly views: readonly [BotChats, BotChats]; close(): Promise<void> }>,
): void {
  describe(`the contract of the bot's chats: ${name}`, () => {
    const at = Date.parse('2026-12-05T09:00:00+08:00');
    let one: BotChats;
    let two: BotChats;
    let close: () => Promise<void>;
    beforeEach(async () => {
      const made = await factory();
      [one, two] = made.views;
      close = () => made.close();
    });
    afterEach(() => close());

    test('a person is found in any case and named in the one that WeCom uses', async () => {
      expect(await one.find({ kind: 'single', id: 'zhaolei' })).toBeUndefined();
      await one.heard({ kind: 'single', id: 'ZhaoLei' }, 'ZhaoLei');
      await one.heard({ kind: 'single', id: 'ZhaoLei' }, 'ZhaoLei');
      expect(await two.find({ kind: 'single', id: 'zhaolei' })).toBe('ZhaoLei');
    });

    test('groups and people do not mix, and groups are told apart by case', async () => {
      await one.heard({ kind: 'group', id: 'wrA' }, 'wrA');
      expect(await two.find({ kind: 'group', id: 'wrA' })).toBe('wrA');
      expect(await two.find({ kind: 'group', id: 'wra' })).toBeUndefined();
      expect(await two.find({ kind: 'single', id: 'wrA' })).toBeUndefined();
    });

    test('addresses for late answers are given out once, the newest first, and not after their end', async () => {
      const chat = { kind: 'group', id: 'wrA' } as const;
      await one.keepAnswerUrl(chat, 'https://example.org/1', at + 1000);
      await two.keepAnswerUrl(chat, 'https://example.org/2', at + 2000);
      await two.keepAnswerUrl(chat, 'https://example.org/3', at + 3000);
      expect(await one.takeAnswerUrl({ kind: 'group', id: 'wrB' }, at)).toBeUndefined();
      const taken = await Promise.all([one, two].map((view) => view.takeAnswerUrl(chat, at + 1000)));
      expect(taken.map((found) => found?.url).sort()).toEqual(['https://example.org/2', 'https://example.org/3']);
      expect(await two.takeAnswerUrl(chat, at + 1000)).toBeUndefined();
    });
  });
}
