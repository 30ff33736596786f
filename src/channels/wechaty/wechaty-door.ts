// WeChat through Wechaty, put together: the door, the login, the listener, and which of several processes holds the login.

import type { Wechaty } from 'wechaty';
import type { Instant } from '../../domain/time.ts';
import type { Channel } from '../channel.ts';
import { botOwner, type Lease } from '../wecom-bot/owner.ts';
import { echoesOf } from './echoes.ts';
import { type ListenParts, wechatListener } from './listen.ts';
import type { WechatyModules } from './load.ts';
import { type LoginLog, type LoginState, wechatLogin } from './login.ts';
import { humanPace, type PaceLimits } from './pace.ts';
import { type WechatyFiles, wechatyChannel } from './send.ts';
import type { After } from './within.ts';

export interface WechatyDoorParts {
  /** wechaty and file-box; undefined = not installed. Asked for when the login begins, never before. */
  readonly modules: () => Promise<WechatyModules | undefined>;
  /** Makes a bot that was never started. */
  readonly build: (modules: WechatyModules) => Wechaty;
  readonly limits: PaceLimits;
  /** When messages were sent within the last day. */
  readonly sentBefore: () => Promise<readonly Instant[]>;
  readonly files: WechatyFiles;
  /** Called at each change of the login, in order. */
  readonly tell: (state: LoginState) => void;
  readonly now: () => Instant;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly after: After;
  readonly log: LoginLog;
}

export type WechatyHearing = Pick<
  ListenParts,
  'receive' | 'guests' | 'keepFile' | 'leftRoom' | 'friendsPerDay' | 'onHandled' | 'tryAgainAfter'
>;

export interface WechatyDoor {
  readonly channel: Channel;
  /** Logs in and hears until `close`, in this process whatever others do; for simulated worlds and tests. */
  open(hearing: WechatyHearing): void;
  /** The same as long as this process holds the lease. */
  openAsOwner(hearing: WechatyHearing, owning: Owning): void;
  /** Lets go of the login, without logging the account out. */
  close(): Promise<void>;
}

export interface Owning {
  readonly lease: Lease;
  /** Unique among all processes. */
  readonly holder: string;
  /** A clock that never goes backwards, in milliseconds. */
  readonly monotonic: () => Instant;
}

/** Makes the door; nothing is loaded or begun before it is opened. */
export function wechatyDoor(parts: WechatyDoorParts): WechatyDoor {
  const { modules, build, limits, files, now, random, wait, after, log } = parts;
  const pace = humanPace({ limits, now, random, wait });
  const echoes = echoesOf({ now, after });
  let attach: ReturnType<typeof wechatListener> = () => {};
  const login = wechatLogin({
    async build() {
      const loaded = await modules();
      return loaded && build(loaded);
    },
    attach: (bot, current) => attach(bot, current),
    tell: parts.tell,
    onOpen: async () => pace.remember(await parts.sentBefore()),
    now,
    random,
    after,
    log,
  });
  let close = async (): Promise<void> => login.stop();

  function hear(hearing: WechatyHearing): void {
    attach = wechatListener({ ...hearing, echoes, now, random, wait, after, log });
  }

  return {
    channel: wechatyChannel({ open: login.open, modules, pace, echoes, files, now, after }),
    open(hearing) {
      hear(hearing);
      login.start();
    },
    openAsOwner(hearing, owning) {
      hear(hearing);
      const owner = botOwner({ ...owning, connection: login, log, what: 'the WeChat login' });
      owner.start();
      close = () => owner.stop();
    },
    async close() {
      await close();
      await login.ended();
    },
  };
}
