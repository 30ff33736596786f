// Sends to people and rooms of WeChat through the logged-in account, at a person's pace. Whether to try again is for the outbox.

import type { FileBox } from 'file-box';
import type { Contact, Room, Wechaty } from 'wechaty';
import { z } from 'zod';
import { type Instant, minute } from '../../domain/time.ts';
import type { Channel, Draft, Fetched, Outcome, Recipient } from '../channel.ts';
import { draftAsText } from '../draft-text.ts';
import { splitText } from '../split-text.ts';
import { withoutControls } from '../without-controls.ts';
import type { Echoes } from './echoes.ts';
import type { WechatyModules } from './load.ts';
import type { Pace, Why } from './pace.ts';
import { type After, within } from './within.ts';

/** Most bytes (UTF-8) of one text: WeChat folds longer ones away behind "show all", and nobody types more. */
export const textLimit = 2048;

/** How long WeChat may take to answer, and how long after a failure our own echo is waited for; together below the outbox's hold of 45 s. */
const answerPatience = 20_000;
const echoPatience = 5000;

/** While nobody is logged in everything waits; the outbox asks again so often. */
const loginPatience = minute;

export interface WechatySendParts {
  /** The bot while somebody is logged in here. */
  readonly open: () => Wechaty | undefined;
  readonly modules: () => Promise<WechatyModules | undefined>;
  readonly pace: Pace;
  readonly echoes: Echoes;
  readonly files: WechatyFiles;
  readonly now: () => Instant;
  readonly after: After;
}

/** Files of ours to send, and files that were sent in; both lie in our own store for a while. */
export interface WechatyFiles {
  outgoing(id: string): Promise<{ readonly name: string; readonly bytes: Buffer } | undefined>;
  received(ref: string): Promise<{ readonly name: string; readonly type: string; readonly bytes: Buffer } | undefined>;
}

/** One message of WeChat: words, or one file. */
type Body = z.infer<typeof stored>;

/** The door of one WeChat account. One message a call; buttons are said in words. */
export function wechatyChannel(parts: WechatySendParts): Channel {
  const { open, pace, echoes, files, now, after } = parts;

  async function send(bot: Wechaty, body: string, message: Body, why: Why): Promise<Outcome> {
    const place = await find(bot, message.to);
    if (!place) return { kind: 'rejected', reason: 'unknown-account', detail: 'WeChat does not know it' };
    if (isStranger(bot, place)) return { kind: 'rejected', reason: 'never-wrote', detail: 'no friend of the account' };
    const what = message.text ?? (await box(message));
    if (!what) return { kind: 'rejected', reason: 'bad-request', detail: 'the file is not there any more' };
    const echo = typeof what === 'string' ? what : 'file';
    if (echoes.expect(body, message.to.id, echo)) return { kind: 'sent' };
    const turn = await pace.take(why);
    if (turn.kind === 'full') {
      echoes.done(body);
      return { kind: 'throttled', until: turn.until, detail: turn.detail };
    }
    const outcome = await say(place, what);
    if (outcome.kind === 'sent') {
      echoes.done(body);
      return outcome;
    }
    if (await echoes.came(body, echoPatience)) {
      echoes.done(body);
      return { kind: 'sent' };
    }
    return open() ? outcome : loggedOut();
  }

  async function box({ file }: Body): Promise<Sayable | undefined> {
    const kept = file && (await files.outgoing(file.id));
    const modules = await parts.modules();
    return kept && modules?.fileBox.FileBox.fromBase64(kept.bytes.toString('base64'), kept.name);
  }

  async function say(place: Contact | Room, what: Sayable): Promise<Outcome> {
    try {
      const said = await within((place as Contact).say(what), answerPatience, after);
      if (said === 'late') return { kind: 'unreachable', detail: 'WeChat did not answer' };
      return { kind: 'sent', ...(said ? { reference: said.id } : {}) };
    } catch (error) {
      return { kind: 'unreachable', detail: (error as Error).message };
    }
  }

  function loggedOut(): Outcome {
    return { kind: 'throttled', until: now() + loginPatience, detail: 'nobody is logged in to WeChat' };
  }

  return {
    name: 'wechaty',
    batch: 1,
    groups: true,
    isHere: () => open() !== undefined,
    compose,

    async send(body, why: Why = 'answer') {
      const message = read(body);
      if (!message) return { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };
      const bot = open();
      if (!bot) return loggedOut();
      try {
        return await send(bot, body, message, why);
      } catch (error) {
        return { kind: 'unreachable', detail: (error as Error).message };
      }
    },

    async recall(reference) {
      const bot = open();
      if (!bot) return loggedOut();
      try {
        const message = await bot.Message.find({ id: reference });
        if (await message?.recall()) return { kind: 'sent', reference };
      } catch {
        // WeChat takes back what is at most two minutes old; puppets differ in how they say no.
      }
      return { kind: 'rejected', reason: 'bad-request', detail: 'WeChat did not take it back' };
    },

    async fetch(ref, largest): Promise<Fetched> {
      try {
        const file = ref === '' ? undefined : await files.received(ref);
        if (!file) return { kind: 'gone', detail: 'not kept' };
        if (file.bytes.length > largest) return { kind: 'too-large' };
        return { kind: 'fetched', bytes: file.bytes, name: file.name, type: file.type };
      } catch (error) {
        return { kind: 'unreachable', detail: (error as Error).message };
      }
    },
  };
}

type Sayable = string | FileBox;

/** `serial` and the part's number make equal texts differ, so that an echo finds its own. */
function compose(draft: Draft, to: Recipient, serial: number): string[] {
  const { file, ...words } = withoutControls(draft);
  const places = to.kind === 'group' ? [{ room: true, id: to.group }] : to.accounts.map((id) => ({ room: false, id }));
  const texts = splitText(draftAsText(words), textLimit).map((text) => ({ text }));
  const parts: Pick<Body, 'text' | 'file'>[] = file ? [...texts, { file }] : texts;
  return places.flatMap((place) =>
    parts.map((part, number) => JSON.stringify({ to: place, ...part, serial, number } satisfies Body)),
  );
}

const stored = z.object({
  to: z.object({ room: z.boolean(), id: z.string().min(1) }),
  text: z.string().min(1).optional(),
  file: z.object({ id: z.string(), name: z.string() }).optional(),
  serial: z.number(),
  number: z.number(),
});

function read(body: string): Body | undefined {
  try {
    const message = stored.parse(JSON.parse(body));
    return message.text === undefined && message.file === undefined ? undefined : message;
  } catch {
    return undefined;
  }
}

/** What wechaty has in its memory costs nothing; what it must ask for is one call. */
async function find(bot: Wechaty, { room, id }: Body['to']): Promise<Contact | Room | undefined> {
  return room ? bot.Room.find({ id }) : bot.Contact.find({ id });
}

/** A contact that is known not to be a friend gets nothing from us; where the puppet does not know, WeChat says. */
function isStranger(bot: Wechaty, place: Contact | Room): boolean {
  return !bot.Room.valid(place) && (place as Contact).friend() === false;
}
