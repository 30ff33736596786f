// What happens to what comes in from WeChat: words become turns, guests are let in or not, a room we left is reported. Answers nothing itself.

import type { Friendship, Message, RoomInvitation, Wechaty } from 'wechaty';
import { dayLength, type Instant } from '../../domain/time.ts';
import type { Inbound, Receive } from '../channel.ts';
import type { Echoes } from './echoes.ts';
import type { CurrentLogin, LoginLog } from './login.ts';
import { understandWechat } from './message.ts';
import { type ReceivedFile, receivedFile } from './received-file.ts';
import type { After } from './within.ts';

/** Who may come closer than a stranger. */
export interface WechatGuests {
  /** Whether this account is bound to a member. */
  knows(account: string): Promise<boolean>;
  /** The code in this greeting, if it is good now; counts as a guess. */
  admits(account: string, greeting: string): Promise<string | undefined>;
}

export interface ListenParts {
  readonly receive: Receive;
  readonly guests: WechatGuests;
  /** Keeps a file for a while; resolves to what `fetch` finds it by. */
  readonly keepFile: (file: ReceivedFile) => Promise<string>;
  /** Our account is no longer in this room. */
  readonly leftRoom: (group: string) => Promise<void>;
  /** Accounts that took in many friends were locked; twenty a day is what people who ran such accounts hold to. */
  readonly friendsPerDay: number;
  readonly echoes: Echoes;
  readonly now: () => Instant;
  readonly random: () => number;
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly after: After;
  readonly log: LoginLog;
  /** Milliseconds before each new try of a turn that failed: WeChat does not repeat a message. */
  readonly tryAgainAfter?: readonly number[];
  /** Told when nothing more will be done about a message; for simulated worlds. */
  readonly onHandled?: (messageId: string) => void;
}

/** wechaty's `types.Friendship.Receive`: somebody asks us. */
const asksUs = 2;

/** A person needs so long to tap "accept", in milliseconds; at most twice that. */
const tapPause = 3000;

/** Makes what adds all listeners to one bot. No listener ever rejects: that would end the process (reference H2). */
export function wechatListener(parts: ListenParts): (bot: Wechaty, login: CurrentLogin) => void {
  const { now, random, wait, log, guests, tryAgainAfter = [1000, 5000, 25_000] } = parts;
  let last = Number.NEGATIVE_INFINITY;
  let befriended: Instant[] = [];

  /** WeChat counts seconds: messages of one second keep the order in which they came. */
  function saidAt(stated: Instant): Instant {
    last = Math.max(Math.min(stated, now()), last + 1);
    return last;
  }

  async function hear(message: Message, since: Instant): Promise<void> {
    const keep = async () => {
      if (!(await guests.knows(message.talker().id))) return undefined;
      const file = await receivedFile(message, parts.after);
      return file && parts.keepFile(file);
    };
    const heard = await understandWechat(message, { since, saidAt, keep });
    if (heard.kind === 'own') parts.echoes.heard(heard.place, heard.what);
    else if (heard.kind === 'inbound') await take(heard.inbound);
  }

  /** All answers go through the outbox, which keeps them while nobody is logged in. The turn takes a message once, so trying again is safe. */
  async function take(inbound: Inbound): Promise<void> {
    for (const pause of [...tryAgainAfter, undefined]) {
      try {
        await parts.receive(inbound, { bytes: 0, answerBy: 0 });
        return;
      } catch (err) {
        log.error({ err, messageId: inbound.messageId }, 'a message of WeChat failed');
      }
      if (pause !== undefined) await wait(pause);
    }
  }

  /** Who greets us with a code is let in, and the code does what it would do when said. Who is bound by a room has shown a code before. */
  async function befriend(friendship: Friendship): Promise<void> {
    if (friendship.type() !== asksUs) return;
    const { id: account } = friendship.contact();
    const isBound = await guests.knows(account);
    const code = isBound ? undefined : await guests.admits(account, friendship.hello());
    if (!isBound && code === undefined) return log.info({}, 'a friend request without a good code stays unanswered');
    befriended = befriended.filter((at) => at > now() - dayLength);
    if (befriended.length >= parts.friendsPerDay)
      return log.warn({ friendsPerDay: parts.friendsPerDay }, 'no more friends are taken in today');
    befriended.push(now());
    await wait(tapPause * (1 + random()));
    await friendship.accept();
    if (code === undefined) return;
    await take({
      channel: 'wechaty',
      messageId: `friendship/${friendship.id}`,
      account,
      at: saidAt(now()),
      place: { kind: 'private' },
      content: { kind: 'text', text: `绑定 ${code}` },
    });
  }

  async function join(invitation: RoomInvitation): Promise<void> {
    const inviter = await invitation.inviter();
    if (!(await guests.knows(inviter.id))) return log.info({}, 'an invitation by a stranger stays unanswered');
    await wait(tapPause * (1 + random()));
    await invitation.accept();
  }

  /** What one person says is taken in the order in which it came, however long a file or a look at a room takes. */
  const speaking = new Map<string, Promise<unknown>>();
  function inOrder(person: string, work: () => Promise<void>): Promise<void> {
    const mine = (speaking.get(person) ?? Promise.resolve()).then(work);
    const ended: Promise<unknown> = mine
      .catch(() => {})
      .then(() => {
        if (speaking.get(person) === ended) speaking.delete(person);
      });
    speaking.set(person, ended);
    return mine;
  }

  return (bot, { isMine, since }) => {
    bot.on(
      'message',
      bot.wrapAsync(async (message: Message) => {
        try {
          await inOrder(message.talker().id, async () => {
            if (isMine()) await hear(message, since());
          });
        } finally {
          parts.onHandled?.(message.id);
        }
      }),
    );
    bot.on(
      'friendship',
      bot.wrapAsync(async (friendship: Friendship) => {
        if (isMine()) await befriend(friendship);
      }),
    );
    bot.on(
      'room-invite',
      bot.wrapAsync(async (invitation: RoomInvitation) => {
        if (isMine()) await join(invitation);
      }),
    );
    // wechaty looks the room up before it says that we are out, and then it is no longer there; the puppet just says so.
    bot.on('puppet', (puppet) => {
      puppet.on('room-leave', ({ roomId, removeeIdList }) => {
        if (!isMine() || !puppet.isLoggedIn || !removeeIdList.includes(puppet.currentUserId)) return;
        parts.leftRoom(roomId).catch((err: unknown) => log.error({ err }, 'a room that was left is still bound'));
      });
    });
  };
}
