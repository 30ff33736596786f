// A WeChat door with its own world at the other end, time that moves only when told, and all that the door asks of others written down.

import type { Inbound } from '../../../src/channels/channel.ts';
import type { WechatGuests } from '../../../src/channels/wechaty/listen.ts';
import type { LoginState } from '../../../src/channels/wechaty/login.ts';
import type { PaceLimits } from '../../../src/channels/wechaty/pace.ts';
import { type WechatyDoor, wechatyDoor } from '../../../src/channels/wechaty/wechaty-door.ts';
import { type FakeWechat, fakeWechat } from '../../../src/rehearsal/fake-wechat.ts';

export const saturday = Date.parse('2026-12-05T10:00:00+08:00');

export interface TestWechat {
  readonly wechat: FakeWechat;
  readonly door: WechatyDoor;
  readonly heard: Inbound[];
  readonly states: LoginState[];
  /** What was logged as a warning or an error. */
  readonly complaints: string[];
  readonly files: Map<string, { name: string; type: string; bytes: Buffer }>;
  readonly left: string[];
  /** Pauses that were taken, in milliseconds. */
  readonly pauses: number[];
  now: number;
  /** Runs what was to happen within so many milliseconds. */
  pass(milliseconds: number): Promise<void>;
  until(holds: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export interface TestWechatOptions {
  readonly limits?: PaceLimits;
  readonly isLoggedIn?: boolean;
  readonly guests?: Partial<WechatGuests>;
  readonly sentBefore?: readonly number[];
  readonly friendsPerDay?: number;
  readonly receive?: (inbound: Inbound) => Promise<void>;
  /** False = the packages are missing. */
  readonly isInstalled?: boolean;
}

/** Zhao Lei is bound and a friend, in the room `b1@chatroom`; Li Si is neither. */
export async function openWechat(options: TestWechatOptions = {}): Promise<TestWechat> {
  const { limits = { perHour: 100, perDay: 400, pause: 0 }, isLoggedIn = true, isInstalled = true } = options;
  const timers = new Set<{ at: number; run: () => void }>();
  const it = {
    heard: [] as Inbound[],
    states: [] as LoginState[],
    complaints: [] as string[],
    files: new Map<string, { name: string; type: string; bytes: Buffer }>(),
    left: [] as string[],
    pauses: [] as number[],
    now: saturday,
  };
  const wechat = await fakeWechat(() => it.now, { isLoggedIn });
  wechat.addContact({ id: 'zhaolei', name: '赵磊' });
  wechat.addContact({ id: 'lijie', name: '李洁' });
  wechat.addContact({ id: 'lisi', name: '李四', friend: false });
  wechat.addRoom({ id: 'b1@chatroom', members: ['zhaolei', 'lijie', 'lisi'] });
  const complain = (about: object, what: string) => void it.complaints.push(`${what} ${JSON.stringify(about)}`);
  const door = wechatyDoor({
    modules: async () => (isInstalled ? wechat.modules : undefined),
    build: () => wechat.build(),
    limits,
    sentBefore: async () => options.sentBefore ?? [],
    files: { outgoing: async (id) => it.files.get(id), received: async (ref) => it.files.get(ref) },
    tell: (state) => void it.states.push(state),
    now: () => it.now,
    random: () => 0.5,
    wait: async (milliseconds) => void it.pauses.push(milliseconds),
    after(milliseconds, run) {
      const timer = { at: it.now + milliseconds, run };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    log: { info() {}, warn: complain, error: complain },
  });
  const until = async (holds: () => boolean) => {
    for (let turns = 0; !holds(); turns += 1) {
      if (turns > 2000) throw new Error('it does not come about');
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const settle = () => new Promise<void>((resolve) => setTimeout(resolve, 20));
  door.open({
    async receive(inbound) {
      it.heard.push(inbound);
      await options.receive?.(inbound);
      return { drafts: [] };
    },
    guests: {
      knows: async (account) => account === 'zhaolei',
      admits: async () => undefined,
      ...options.guests,
    },
    async keepFile({ messageId, ...file }) {
      it.files.set(messageId, file);
      return messageId;
    },
    leftRoom: async (group) => void it.left.push(group),
    friendsPerDay: options.friendsPerDay ?? 20,
    tryAgainAfter: [1000, 5000],
  });
  if (isLoggedIn && isInstalled) await until(() => door.channel.isHere?.() === true);
  return Object.assign(it, {
    wechat,
    door,
    until,
    async pass(milliseconds: number) {
      const end = it.now + milliseconds;
      await settle();
      for (;;) {
        const due = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        timers.delete(due);
        it.now = Math.max(it.now, due.at);
        due.run();
        await settle();
      }
      it.now = end;
      await settle();
    },
    async close() {
      await door.close();
    },
  });
}
