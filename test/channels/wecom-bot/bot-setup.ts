// The AI bot's door against its fake, for tests: real sockets, a clock that stands still, timers that the test moves.

import { vi } from 'vitest';
import { memoryBotChats } from '../../../src/channels/wecom-bot/chats.ts';
import { type BotConnection, type BotFrame, botConnection } from '../../../src/channels/wecom-bot/connection.ts';
import { type FakeBot, type FakeBotOptions, startFakeBot } from '../../../src/rehearsal/fake-wecom/bot-fake.ts';

export const start = Date.parse('2026-12-05T09:00:00+08:00');

export interface BotSetup {
  readonly bot: FakeBot;
  readonly connection: BotConnection;
  readonly chats: ReturnType<typeof memoryBotChats>;
  readonly frames: BotFrame[];
  /** What the operator was told, oldest first. */
  readonly told: string[];
  onFrame: (frame: BotFrame) => void;
  now: number;
  /** Moves clock and timers together. */
  pass(milliseconds: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens both sides; the connection is not started yet. */
export async function setUpBot(
  options: FakeBotOptions = {},
  change: { secret?: string; url?: string } = {},
): Promise<BotSetup> {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const now = () => setup.now;
  const pass = async (time: number) => {
    setup.now += time;
  };
  const bot = await startFakeBot({ now, pass, ...options });
  const tell = (_about: object, what: string) => void setup.told.push(what);
  const setup: BotSetup = {
    bot,
    chats: memoryBotChats(),
    frames: [],
    told: [],
    now: start,
    onFrame: () => {},
    connection: botConnection({
      botId: bot.credentials.botId,
      secret: change.secret ?? bot.credentials.secret,
      url: change.url ?? bot.ws,
      onFrame(frame) {
        setup.frames.push(frame);
        setup.onFrame(frame);
      },
      now,
      random: () => 0,
      log: { info: tell, warn: tell, error: tell },
    }),
    async pass(milliseconds) {
      setup.now += milliseconds;
      await vi.advanceTimersByTimeAsync(milliseconds);
    },
    async close() {
      setup.connection.stop();
      vi.useRealTimers();
      await bot.close();
    },
  };
  return setup;
}

/** Waits for what the network is about to bring; no time passes on the test's clock. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
