// The door to the simulator's page: hands messages on to whoever keeps its chats. Accounts are member ids, groups are unit ids; nothing leaves the machine.

import { z } from 'zod';
import type { Draft } from '../domain/message.ts';
import type { Channel, Recipient } from './channel.ts';
import { withoutControls } from './without-controls.ts';

/** One message for a chat of each recipient. A repeat after a lost answer carries the same serial. */
export interface SimulatorMessage {
  readonly to: Recipient;
  readonly draft: Draft;
  readonly serial: number;
}

export interface SentIn {
  readonly bytes: Buffer;
  readonly name: string;
  readonly type: string;
}

export interface SimulatorParts {
  /** Resolves to the accounts that nobody has; undefined = everybody got it. What it throws counts as unreachable. */
  readonly deliver: (message: SimulatorMessage) => Promise<readonly string[] | undefined>;
  /** Takes back what was delivered under this serial; false = nothing was. Absent = nothing can be taken back. */
  readonly takeBack?: (serial: number) => Promise<boolean>;
  /** What a member sent in, by its id; undefined = it is not kept any more. Absent = this door receives no files. */
  readonly sentIn?: (id: string) => Promise<SentIn | undefined>;
}

/** Most recipients of one body, as at WeCom. */
const batch = 1000;

/** The door of the simulator. It has no limits and no size. */
export function simulatorChannel({ deliver, takeBack, sentIn }: SimulatorParts): Channel {
  return {
    name: 'simulator',
    batch,
    groups: true,

    compose(draft, to, serial) {
      if (!draft.title?.trim() && !draft.text.trim() && !draft.file) return [];
      const clean = withoutControls(draft);
      return split(to).map((part) => JSON.stringify({ to: part, draft: clean, serial } satisfies SimulatorMessage));
    },

    async send(body) {
      const message = read(body);
      if (!message) return { kind: 'rejected', reason: 'bad-request', detail: 'not a message of this door' };
      try {
        const missing = (await deliver(message)) ?? [];
        return {
          kind: 'sent',
          reference: String(message.serial),
          failed: missing.map((account) => ({ account, reason: 'unknown-account' as const })),
        };
      } catch (error) {
        return { kind: 'unreachable', detail: (error as Error).message };
      }
    },

    async recall(reference) {
      const serial = Number(reference);
      if (takeBack && Number.isSafeInteger(serial) && (await takeBack(serial))) return { kind: 'sent', reference };
      return { kind: 'rejected', reason: 'bad-request', detail: 'nothing was sent under this reference' };
    },

    ...(sentIn ? { fetch: fetchFrom(sentIn) } : {}),
  };
}

function fetchFrom(sentIn: NonNullable<SimulatorParts['sentIn']>): NonNullable<Channel['fetch']> {
  return async (ref, largest) => {
    try {
      const file = await sentIn(ref);
      if (!file) return { kind: 'gone', detail: 'not kept any more' };
      return file.bytes.length > largest ? { kind: 'too-large' } : { kind: 'fetched', ...file };
    } catch (error) {
      return { kind: 'unreachable', detail: (error as Error).message };
    }
  };
}

function split(to: Recipient): Recipient[] {
  if (to.kind === 'group') return [to];
  const parts: Recipient[] = [];
  for (let from = 0; from < to.accounts.length; from += batch)
    parts.push({ kind: 'accounts', accounts: to.accounts.slice(from, from + batch) });
  return parts;
}

const stored = z.object({
  to: z.union([
    z.object({ kind: z.literal('accounts'), accounts: z.array(z.string()).min(1).max(batch) }),
    z.object({ kind: z.literal('group'), group: z.string() }),
  ]),
  // Written by `compose` itself: what it holds was a Draft.
  draft: z.custom<Draft>((value) => typeof (value as Draft | null)?.text === 'string'),
  serial: z.number(),
});

function read(body: string): SimulatorMessage | undefined {
  try {
    return stored.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
