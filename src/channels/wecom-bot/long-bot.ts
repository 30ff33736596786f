// The AI bot over its long connection, put together: the door, the connection, the listener, and who of several processes holds it.

import type { Instant } from '../../domain/time.ts';
import type { Channel } from '../channel.ts';
import type { BotChats } from './chats.ts';
import { type BotFrame, type BotLog, botConnection } from './connection.ts';
import { type BotFileParts, botFiles } from './files.ts';
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
  /** Where uploads are remembered, and what they are made of; absent = no files are sent. */
  readonly files?: Omit<BotFileParts, 'upload' | 'now'> | undefined;
  readonly inbox?: ListenParts['inbox'];
  readonly mayAnswer?: ListenParts['mayAnswer'];
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
  open(app: Pick<ListenParts, 'receive' | 'later' | 'cards'>): BotOwner;
}

/** Milliseconds for what is being answered when the process is told to stop. */
const lastAnswers = 8000;

/** Makes the door; nothing is connected before `open`. */
export function longBot(parts: LongBotParts): LongBot {
  const { chats, now } = parts;
  const inWork = new Set<Promise<void>>();
  let hear: (frame: BotFrame) => Promise<void> = async () => {};
  const connection = botConnection({
    ...parts,
    onFrame(frame) {
      const work = hear(frame).finally(() => inWork.delete(work));
      inWork.add(work);
    },
  });
  const files = parts.files && botFiles({ ...parts.files, upload: connection.upload, now });
  return {
    channel: wecomBotChannel({
      push: connection.push,
      chats,
      now,
      isHere: connection.isReady,
      ...(files ? { files } : {}),
    }),
    isReady: connection.isReady,
    open(app) {
      const listen = botListener({ ...parts, ...app, connection });
      hear = listen;
      const owner = botOwner({
        ...parts,
        connection: {
          start() {
            connection.start();
            // Whoever held it before may have died with questions in hand.
            void listen.catchUp();
          },
          stop: connection.stop,
        },
      });
      owner.start();
      return {
        start: owner.start,
        async stop() {
          await Promise.race([Promise.all(inWork), new Promise((resolve) => setTimeout(resolve, lastAnswers).unref())]);
          await owner.stop();
        },
      };
    },
  };
}
