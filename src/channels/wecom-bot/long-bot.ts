// The AI bot over its long connection, put together: the door, the connection, the listener, and who of several processes holds it.

import type { Instant } from '../../domain/time.ts';
import type { Channel } from '../channel.ts';
import type { BotChats } from './chats.ts';
import { type BotFrame, type BotLog, botConnection } from './connection.ts';
import { botListener, type ListenParts } from './listen.ts';
import { type BotOwner, botOwner, type Lease } from './owner.ts';
import { wecomBotChannel } from './send.ts';

export interface LongBotParts {
  readonly botId: string;
  readonly secret: string;
  /** `WECOM_BOT_WS`; undefined = the official address. */
  readonly url?: string | undefined;
  /** The bot's name in groups; undefined = whatever is mentioned first is taken for the bot. */
  readonly botName?: string | undefined;
  readonly chats: BotChats;
  readonly lease: Lease;
  /** Unique among all processes. */
  readonly holder: string;
  readonly now: () => Instant;
  /** A clock that never goes backwards, in milliseconds. */
  readonly monotonic: () => Instant;
  readonly random: () => number;
  readonly log: BotLog;
}

export interface LongBot {
  readonly channel: Channel;
  /** Whether this process can write now: it holds the connection, and WeCom acknowledged it. */
  isReady(): boolean;
  /** Begins to ask for the connection and to hear. */
  open(app: Pick<ListenParts, 'receive' | 'later'>): BotOwner;
}

/** Makes the door; nothing is connected before `open`. */
export function longBot(parts: LongBotParts): LongBot {
  const { chats, now, log, botName } = parts;
  let hear: (frame: BotFrame) => unknown = () => {};
  const connection = botConnection({ ...parts, onFrame: (frame) => hear(frame) });
  return {
    channel: wecomBotChannel({ push: connection.push, chats, now, isHere: connection.isReady }),
    isReady: connection.isReady,
    open(app) {
      hear = botListener({ ...app, connection, chats, now, log, botName });
      const owner = botOwner({ ...parts, connection });
      owner.start();
      return owner;
    },
  };
}
