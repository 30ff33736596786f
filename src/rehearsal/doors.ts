// How people in a simulated world speak and hear: through the simulator's door, the terminal's, or WeCom's with the fake at the other end.

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { App } from '../app.ts';
import { type Channel, type Content, cleanText, type Inbound, type Place, type Receive } from '../channels/channel.ts';
import { simulatorChannel } from '../channels/simulator.ts';
import { readTerminalLine, terminalChannel, terminalText } from '../channels/terminal.ts';
import { Fault } from '../domain/fault.ts';
import type { Draft } from '../domain/message.ts';
import type { Instant } from '../domain/time.ts';
import { refOf, sentIn } from './sent-file.ts';

/** What a member does: says, taps a button, sends something; in private or in a unit's group. */
export interface Did {
  readonly content: Content;
  /** The unit in whose group; absent = in private. */
  readonly group?: string;
  /** Said among the members of the group, without addressing the bot. */
  readonly aside?: boolean;
}

export interface Door {
  readonly channel: Channel;
  /** A door of its own to groups, where people are heard and told things through the other. */
  readonly toGroups?: Channel;
  connect(app: App): Promise<void>;
  /** Throws a Fault of code `not-allowed` for what nobody can do in this door. */
  act(member: string, did: Did): Promise<void>;
  /** What people say in a group among themselves; absent = the platform tells the bot nothing of it. */
  overhear?(member: string, did: Did): Promise<void>;
  /** The platform delivers what the last `act` brought once more, with the same id; people see one answer to it. */
  repeat?(): Promise<void>;
  /** Our side ends and begins anew, as its process does; the platform and what people were shown stay. `connect` follows. */
  restart?(): Promise<void>;
  /** The connection to the platform breaks; what is sent next fails at first. */
  disconnect?(): Promise<void>;
  close(): Promise<void>;
}

export interface DoorParts {
  readonly clock: () => Instant;
  readonly hear: (to: string, channel: string, draft: Draft, isAnswer?: boolean) => void;
  readonly pool: pg.Pool;
}

export type OpenDoor = (parts: DoorParts) => Promise<Door>;

interface LocalDoor {
  readonly name: 'simulator' | 'terminal';
  readonly open: (hear: (to: string, draft: Draft) => void) => Channel;
  /** What people see of an answer. */
  readonly shown: (draft: Draft) => Draft;
  /** What they can do of it, and where. */
  readonly done: (did: Did) => Did;
}

/** Doors of the product itself, where an account is a member's id and a group a unit's. */
function localDoor({ name, open, shown, done }: LocalDoor): OpenDoor {
  return async ({ clock, hear }) => {
    let receive: Receive;
    let isBroken = false;
    let last: Inbound | undefined;
    const say = (to: string, draft: Draft) => hear(to, name, draft);
    const inner = open(say);

    return {
      channel: {
        ...inner,
        async send(body) {
          if (!isBroken) return inner.send(body);
          isBroken = false;
          return { kind: 'unreachable', detail: 'disconnected' };
        },
      },
      async connect(app) {
        receive = app.receive;
      },
      async act(account, did) {
        const { content, group } = done(did);
        const place: Place = group === undefined ? { kind: 'private' } : { kind: 'group', group };
        last = { channel: name, messageId: randomUUID(), account, at: clock(), place, content };
        const { drafts } = await receive(last);
        for (const draft of drafts) hear(group === undefined ? account : `@${group}`, name, shown(draft), true);
      },
      async repeat() {
        if (last) await receive(last);
      },
      async restart() {
        isBroken = false;
      },
      async disconnect() {
        isBroken = true;
      },
      async close() {},
    };
  };
}

export const simulatorDoor = localDoor({
  name: 'simulator',
  open: (hear) =>
    simulatorChannel({
      deliver: async ({ to, draft }) => {
        if (to.kind === 'group') hear(`@${to.group}`, draft);
        else for (const account of to.accounts) hear(account, draft);
      },
      sentIn,
    }),
  shown: (draft) => draft,
  done: (did) => ({ ...did, content: fromPage(did.content) }),
});

/** What the page makes of it. */
function fromPage(content: Content): Content {
  if (content.kind === 'text') return { ...content, text: cleanText(content.text) };
  return content.kind === 'upload' ? { ...content, ref: refOf(content) } : content;
}

/** At a terminal people only type: a button by its label, a voice message by its words. */
export const terminalDoor = localDoor({
  name: 'terminal',
  open: (hear) =>
    terminalChannel({
      write: (to, text) => hear(to.kind === 'group' ? `@${to.group}` : to.accounts[0]!, { text }),
    }),
  shown: (draft) => ({ text: terminalText(draft) }),
  done({ content, group }) {
    const words = content.kind === 'text' ? content.text : content.kind === 'upload' ? content.says : undefined;
    if (words === undefined) throw new Fault('not-allowed', '命令行里只能打字');
    const line = readTerminalLine(group === undefined ? words : `群 ${words}`);
    if (line.kind !== 'said') throw new Fault('not-allowed', `命令行里“${words}”不是一句话`);
    return { content: line.content, ...(line.inGroup && group !== undefined ? { group } : {}) };
  },
});
