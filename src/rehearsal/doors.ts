// How people in a simulated world speak and hear: through the simulator's door, the terminal's, or WeCom's with the fake at the other end.

import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { App } from '../app.ts';
import type { Channel, Content, Place, Receive } from '../channels/channel.ts';
import { simulatorChannel } from '../channels/simulator.ts';
import { terminalChannel } from '../channels/terminal.ts';
import type { Draft } from '../domain/message.ts';
import type { Instant } from '../domain/time.ts';

/** What a member does: says, taps a button, sends something; in private or in a unit's group. */
export interface Did {
  readonly content: Content;
  /** The unit in whose group; absent = in private. */
  readonly group?: string;
}

export interface Door {
  readonly channel: Channel;
  connect(app: App): Promise<void>;
  act(member: string, did: Did): Promise<void>;
  close(): Promise<void>;
}

export interface DoorParts {
  readonly clock: () => Instant;
  readonly hear: (to: string, channel: string, draft: Draft) => void;
  readonly pool: pg.Pool;
}

export type OpenDoor = (parts: DoorParts) => Promise<Door>;

/** Doors of the product itself, where an account is a member's id and a group a unit's. */
function localDoor(
  name: 'simulator' | 'terminal',
  makeChannel: (hear: (to: string, draft: Draft) => void) => Channel,
): OpenDoor {
  return async ({ clock, hear }) => {
    let receive: Receive;
    const say = (to: string, draft: Draft) => hear(to, name, draft);
    return {
      channel: makeChannel(say),
      async connect(app) {
        receive = app.receive;
      },
      async act(member, { content, group }) {
        const place: Place = group === undefined ? { kind: 'private' } : { kind: 'group', group };
        const reply = await receive({
          channel: name,
          messageId: randomUUID(),
          account: member,
          at: clock(),
          place,
          content,
        });
        for (const draft of reply.drafts) say(group === undefined ? member : `@${group}`, draft);
      },
      async close() {},
    };
  };
}

export const simulatorDoor = localDoor('simulator', (hear) =>
  simulatorChannel({
    deliver: async ({ to, draft }) => {
      if (to.kind === 'group') hear(`@${to.group}`, draft);
      else for (const account of to.accounts) hear(account, draft);
    },
  }),
);

export const terminalDoor = localDoor('terminal', (hear) =>
  terminalChannel({
    write: (to, text) => hear(to.kind === 'group' ? `@${to.group}` : to.accounts[0]!, { text }),
  }),
);
