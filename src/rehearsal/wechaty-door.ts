// WeChat's door in a simulated world: members speak to the account in private or @ it in their unit's room; what they hear is what the account said.

import type { App } from '../app.ts';
import { type WechatyDoor, wechatyDoor } from '../channels/wechaty/wechaty-door.ts';
import { Fault } from '../domain/fault.ts';
import { attachmentById } from '../store/attachments.ts';
import { wechatHearing } from '../turn/wechat-hearing.ts';
import type { Did, Door, DoorParts, OpenDoor } from './doors.ts';
import { botAccount, type FakeWechat, fakeWechat, type WechatSay } from './fake-wechat.ts';
import { sentFile } from './sent-file.ts';

const silent = { info() {}, warn() {}, error() {} };

/** Everybody is a friend of the account and bound; each unit's room is bound. Whoever is not a member is a friend whom nobody knows. */
export const wechatyRehearsalDoor: OpenDoor = async (parts) => {
  const { clock, hear, pool } = parts;
  await pool.query(
    `insert into account (channel, account, member) select 'wechaty', id, id from member where left_at is null on conflict do nothing`,
  );
  await pool.query(`update unit set groups = groups || jsonb_build_object('wechaty', id || '@chatroom')`);
  await pool.query('update org_version set version = version + 1');
  const { rows: members } = await pool.query<{ id: string; name: string }>('select id, name from member');
  const { rows: units } = await pool.query<{ id: string }>('select id from unit');
  const wechat = await fakeWechat(clock, { isLoggedIn: true });
  const contacts = new Set<string>();
  const meet = (id: string, name = id) => {
    if (contacts.has(id)) return;
    contacts.add(id);
    wechat.addContact({ id, name });
  };
  for (const { id, name } of members) meet(contactOf(id), name);
  for (const { id } of units) wechat.addRoom({ id: roomOf(id), members: [...contacts] });
  let last: WechatSay & { id?: string } = { from: botAccount };
  let side = openSide(wechat, parts);
  let delivered = 0;

  /** Takes over what the account has said since. */
  function takeOver(): void {
    for (const { to, text, file } of wechat.inbox().slice(delivered)) {
      delivered += 1;
      const draft = file ? { text: '', file: { id: '', name: file.name } } : { text };
      hear(to.endsWith('@chatroom') ? `@${to.slice(0, -'@chatroom'.length)}` : memberOf(to), 'wechaty', draft);
    }
  }

  async function say(what: WechatSay): Promise<void> {
    meet(what.from);
    const id = await side.handled(() => wechat.say(what));
    last = { ...what, id };
    takeOver();
  }

  const door: Door = {
    get channel() {
      const { channel } = side.door;
      return {
        ...channel,
        async send(body: string, why?: 'answer' | 'push') {
          const outcome = await channel.send(body, why);
          takeOver();
          return outcome;
        },
      };
    },
    connect: (app) => side.connect(app),
    act: async (member, did) => say(sayOf(contactOf(member), did)),
    overhear: async (member, did) => say({ ...sayOf(contactOf(member), did), mention: 'no' }),
    repeat: () => say(last),
    async restart() {
      await side.door.close();
      side = openSide(wechat, parts);
    },
    async disconnect() {
      await wechat.logOut('disconnected');
      wechat.trouble('lost answer');
      wechat.logIn();
      await side.isOpen();
    },
    close: () => side.door.close(),
  };
  return door;
};

interface Side {
  readonly door: WechatyDoor;
  connect(app: App): Promise<void>;
  /** Resolves when nothing more will be done about what was said. */
  handled(say: () => string): Promise<string>;
  isOpen(): Promise<void>;
}

/** What our process holds. */
function openSide(wechat: FakeWechat, { clock, pool }: DoorParts): Side {
  const done = new Set<string>();
  const waiting = new Map<string, () => void>();
  const door = wechatyDoor({
    modules: async () => wechat.modules,
    build: () => wechat.build(),
    // A simulated minute may hold more than an account should say in a real day, and nobody watches for pauses.
    limits: { perHour: 1_000_000, perDay: 1_000_000, pause: 0 },
    sentBefore: async () => [],
    files: {
      outgoing: (id) => attachmentById(pool, id, clock()),
      received: (ref) => attachmentById(pool, ref, clock()),
    },
    tell() {},
    now: clock,
    random: () => 0,
    wait: async () => {},
    after(milliseconds, run) {
      const timer = setTimeout(run, milliseconds).unref();
      return () => clearTimeout(timer);
    },
    log: silent,
  });
  const isOpen = async () => {
    while (!door.channel.isHere?.()) await new Promise((resolve) => setTimeout(resolve, 2));
  };
  return {
    door,
    isOpen,
    async connect(app) {
      door.open({
        ...wechatHearing({ ...app.jobs, receive: app.receive, onCommitted: () => app.dispatcher.kick() }),
        friendsPerDay: 20,
        onHandled(id) {
          done.add(id);
          waiting.get(id)?.();
        },
      });
      await isOpen();
    },
    async handled(say) {
      let id = '';
      const told = new Promise<void>((resolve) => {
        id = say();
        if (done.delete(id)) resolve();
        else waiting.set(id, resolve);
      });
      await told;
      waiting.delete(id);
      done.delete(id);
      return id;
    },
  };
}

/** A room's id holds an @, a contact's must not. */
function contactOf(member: string): string {
  return member.replaceAll('@', ' at ');
}

function memberOf(contact: string): string {
  return contact.replaceAll(' at ', '@');
}

function roomOf(unit: string): string {
  return `${unit}@chatroom`;
}

function sayOf(from: string, { content, group }: Did): WechatSay {
  const where = { from, ...(group === undefined ? {} : { room: roomOf(group) }) };
  switch (content.kind) {
    case 'text':
      return { ...where, text: content.text };
    case 'tap':
      return { ...where, text: content.data };
    case 'upload': {
      const { media, name = media } = content;
      return { ...where, file: { kind: media, name, bytes: sentFile(content) } };
    }
    case 'enter':
      throw new Fault('not-allowed', '微信不告诉对方谁打开了对话');
    case 'other':
      return { ...where, type: { location: 8, link: 14 }[content.type as 'location' | 'link'] ?? 5 };
  }
}
