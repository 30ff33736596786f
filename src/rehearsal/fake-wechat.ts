// A WeChat of our own behind Wechaty's mock puppet: people, rooms, an account that logs in, and all kinds of trouble. Decides nothing for us.

import { randomUUID } from 'node:crypto';
import type { payloads, types, Wechaty } from 'wechaty';
import { loadWechaty, type WechatyModules } from '../channels/wechaty/load.ts';
import { Fault } from '../domain/fault.ts';
import { type Instant, minute } from '../domain/time.ts';

/** What somebody says or sends: in private with the bot's account, or in a room. */
export interface WechatSay {
  readonly from: string;
  readonly room?: string;
  readonly text?: string;
  readonly file?: {
    readonly kind: 'image' | 'voice' | 'video' | 'file';
    readonly name: string;
    readonly bytes: Buffer;
  };
  /** In a room: whether the bot is mentioned, as phones do it, by name only, or by its id without a name. */
  readonly mention?: 'yes' | 'by name' | 'by id' | 'no';
  /** One of wechaty's message types where neither text nor file is said. */
  readonly type?: number;
  /** When, as WeChat states it (in seconds); default now. */
  readonly at?: Instant;
  /** Delivered once more when it is the id of an earlier one. */
  readonly id?: string;
}

/** Something the bot's account said. */
export interface WechatSaid {
  readonly id: string;
  /** A contact's or a room's id. */
  readonly to: string;
  readonly text: string;
  readonly file?: { readonly name: string; readonly bytes: Buffer };
  readonly at: Instant;
  /** Taken back: nobody sees it any more. */
  readonly isGone: boolean;
}

export interface FakeWechat {
  readonly modules: WechatyModules;
  /** A bot as it is after each start of the process; nobody needs to scan while `isLoggedIn`. */
  build(): Wechaty;
  addContact(contact: {
    readonly id: string;
    readonly name?: string;
    readonly friend?: boolean;
    readonly type?: number;
  }): void;
  addRoom(room: { readonly id: string; readonly members: readonly string[]; readonly alias?: string }): void;
  /** What the account said, oldest first, also what it took back. */
  inbox(): readonly WechatSaid[];
  /** Resolves to the message's id when the puppet has told the bot of it. */
  say(say: WechatSay): string;
  askToBeFriends(from: string, hello: string): void;
  inviteToRoom(from: string, room: string): void;
  /** The bot's account is put out of a room. */
  remove(room: string): void;
  /** Friends and rooms that were accepted. */
  accepted(): readonly string[];
  showCode(text: string): void;
  /** Somebody scans the code, or the account comes back by itself. */
  logIn(): void;
  logOut(reason: string): Promise<void>;
  beat(): void;
  /**
   * The next messages: fail and are not sent · are sent, and the call fails · the same, and our own echo comes only when `echo` is called · are
   * sent, and the call never ends.
   */
  trouble(kind: 'failure' | 'lost answer' | 'late echo' | 'no answer', times?: number): void;
  echo(): void;
}

export const botAccount = 'bot-zhibu';
export const botName = '支部通';

/** Throws a Fault where the packages that only developers install are missing. */
export async function fakeWechat(now: () => Instant, options: { readonly isLoggedIn: boolean }): Promise<FakeWechat> {
  const modules = await loadWechaty();
  const mock = await import('wechaty-puppet-mock').catch(() => undefined);
  if (!modules || !mock)
    throw new Fault('config', '微信的对话测试要用开发时的依赖（wechaty、wechaty-puppet-mock），请运行 npm ci 装上');
  const { wechaty, fileBox } = modules;
  const { FileBox } = fileBox;
  const contacts = new Map<string, payloads.Contact>();
  const rooms = new Map<string, payloads.Room>();
  const aliases = new Map<string, string>();
  const messages = new Map<string, payloads.Message>();
  const files = new Map<string, { name: string; bytes: Buffer }>();
  const requests = new Map<string, payloads.Friendship>();
  const invitations = new Map<string, payloads.RoomInvitation>();
  const accepted: string[] = [];
  const said = new Map<string, WechatSaid>();
  let isLoggedIn = options.isLoggedIn;
  let trouble: Parameters<FakeWechat['trouble']>[0][] = [];
  let echoes: (() => void)[] = [];
  let puppet: InstanceType<typeof Puppet> | undefined;

  /** The mock puppet loses most of what we need to see: links, files, friendships. */
  class Puppet extends mock!.PuppetMock {
    override async onStart() {
      await super.onStart();
      setImmediate(() => {
        if (this === puppet && isLoggedIn && !this.isLoggedIn) this.login(botAccount);
      });
    }
    override contactRawPayload = async (id: string) => known(contacts, id);
    override roomRawPayload = async (id: string) => known(rooms, id);
    override roomMemberList = async (id: string) => [...known(rooms, id).memberIdList];
    override roomMemberRawPayload = async (room: string, id: string) => ({
      id,
      name: known(contacts, id).name,
      avatar: '',
      roomAlias: id === botAccount ? (aliases.get(room) ?? '') : '',
    });
    override messageRawPayload = async (id: string) => known(messages, id);
    override messageFile = async (id: string) => {
      const { name, bytes } = known(files, id);
      return FileBox.fromBase64(bytes.toString('base64'), name);
    };
    override messageSendText = async (to: string, text: string) => this.#send(to, text) as never;
    override messageSendFile = async (to: string, box: import('file-box').FileBoxInterface) =>
      this.#send(to, '', { name: box.name, bytes: await box.toBuffer() }) as never;
    override messageRecall = async (id: string) => {
      const one = said.get(id);
      // WeChat's own limit.
      if (!one || now() - one.at > 2 * minute) return false;
      said.set(id, { ...one, isGone: true });
      return true;
    };
    override friendshipRawPayload = async (id: string) => known(requests, id);
    override friendshipAccept = async (id: string) => void accepted.push(known(requests, id).contactId);
    override roomInvitationRawPayload = async (id: string) => known(invitations, id);
    override roomInvitationAccept = async (id: string) => void accepted.push(id);

    async #send(to: string, text: string, file?: WechatSaid['file']): Promise<string> {
      if (!this.isLoggedIn) throw new Error('not logged in');
      known<object>(to.includes('@') ? rooms : contacts, to);
      const kind = trouble.shift();
      if (kind === 'failure') throw new Error('WeChat is busy');
      const id = randomUUID();
      said.set(id, { id, to, text, at: now(), isGone: false, ...(file ? { file } : {}) });
      const where = to.includes('@') ? { roomId: to } : { listenerId: to };
      const echo = () =>
        deliver({ ...where, id, talkerId: botAccount, text, type: file ? 1 : 7, timestamp: seconds(now()) });
      if (kind === 'late echo') echoes.push(echo);
      else echo();
      if (kind === 'lost answer' || kind === 'late echo') throw new Error('the answer was lost');
      if (kind === 'no answer') await new Promise(() => {});
      return id;
    }
  }

  function deliver(message: Record<string, unknown> & { readonly id: string }): void {
    messages.set(message.id, message as unknown as payloads.Message);
    puppet?.emit('message', { messageId: message.id });
  }

  const world: FakeWechat = {
    modules,
    build() {
      puppet = new Puppet({ mocker: new mock.mock.Mocker() });
      return wechaty.WechatyBuilder.build({ puppet: puppet as never });
    },
    addContact({ id, name = id, friend = true, type = 1 }) {
      contacts.set(id, { id, name, friend, type: type as types.Contact, gender: 0, phone: [], avatar: '' });
    },
    addRoom({ id, members, alias }) {
      const memberIdList = [...members, botAccount];
      rooms.set(id, { id, topic: id, memberIdList, adminIdList: [], avatar: '' });
      if (alias) aliases.set(id, alias);
    },
    inbox: () => [...said.values()],
    say({ from, room, text = '', file, mention = 'yes', type, at = now(), id = randomUUID() }) {
      const where = room === undefined ? { listenerId: botAccount } : { roomId: room };
      const mentioned = room !== undefined && (mention === 'yes' || mention === 'by id') ? [botAccount] : [];
      const name = (room && aliases.get(room)) || botName;
      const address = room === undefined || mention === 'no' || mention === 'by id' ? '' : `@${name}\u2005`;
      if (file) files.set(id, file);
      const words = file
        ? file.name
        : `${mention === 'by id' && room !== undefined ? '@zhibu-1\u2005' : address}${text}`;
      const kinds = { file: 1, voice: 2, image: 6, video: 15 } as const;
      const message = { ...where, id, talkerId: from, text: words, timestamp: seconds(at) };
      deliver({
        ...message,
        type: type ?? (file ? kinds[file.kind] : 7),
        ...(room === undefined || mention === 'by name' ? {} : { mentionIdList: mentioned }),
      });
      return id;
    },
    askToBeFriends(contactId, hello) {
      const id = randomUUID();
      requests.set(id, { id, contactId, hello, type: 2, ticket: '', timestamp: seconds(now()) } as payloads.Friendship);
      puppet?.emit('friendship', { friendshipId: id });
    },
    inviteToRoom(inviterId, room) {
      const time = { timestamp: seconds(now()), memberCount: 0, memberIdList: [] };
      invitations.set(room, {
        id: room,
        inviterId,
        topic: room,
        avatar: '',
        invitation: '',
        receiverId: botAccount,
        ...time,
      });
      puppet?.emit('room-invite', { roomInvitationId: room });
    },
    remove(room) {
      rooms.delete(room);
      puppet?.emit('room-leave', {
        roomId: room,
        removeeIdList: [botAccount],
        removerId: botAccount,
        timestamp: seconds(now()),
      });
    },
    accepted: () => accepted,
    showCode: (qrcode) => void puppet?.emit('scan', { qrcode, status: 2 }),
    logIn() {
      isLoggedIn = true;
      if (puppet && !puppet.isLoggedIn) puppet.login(botAccount);
    },
    async logOut(reason) {
      isLoggedIn = false;
      await puppet?.logout(reason);
    },
    beat: () => void puppet?.emit('heartbeat', { data: 'beat' }),
    trouble(kind, times = 1) {
      trouble = Array<typeof kind>(times).fill(kind);
    },
    echo() {
      for (const one of echoes) one();
      echoes = [];
    },
  };
  world.addContact({ id: botAccount, name: botName });
  return world;
}

function known<T>(all: ReadonlyMap<string, T>, id: string): T {
  const one = all.get(id);
  if (one === undefined) throw new Error(`WeChat knows no ${id}`);
  return one;
}

function seconds(at: Instant): number {
  return Math.floor(at / 1000);
}
